export * from './event-leaf.js';
export { type EventSpan, eventsByUids, eventSpans, SPAN_DAYS, type WantedDays } from './event-spans.js';
