export * from './check-in/check-in.events.js';
export * from './enrolment/enrolment.events.js';
export * from './milestone/milestone.events.js';
export * from './nudge/nudge.events.js';
export * from './assignment/assignment.events.js';
export * from './map-move/map-move.events.js';
export * from './node-decision/node-decision.events.js';
export * from './leave-of-absence/leave-of-absence.events.js';
