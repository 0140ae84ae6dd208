export * from './enrolment/enrolment.events.js';
export * from './milestone/milestone.events.js';
export * from './nudge/nudge.events.js';
export * from './assignment/assignment.events.js';
