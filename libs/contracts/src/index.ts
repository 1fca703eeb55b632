export * from './dead-letters.js';
export * from './event-intake.js';
export * from './events/event-envelope.js';
export * from './events/events-counted.js';
export * from './events/findings.js';
export * from './jobs/jobs.js';
export * from './subjects.js';
export * from './sources.js';
