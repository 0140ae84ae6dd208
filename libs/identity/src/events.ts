export * from './activity/activity.events.js';
export * from './person/person.events.js';
