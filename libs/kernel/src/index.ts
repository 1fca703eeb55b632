export { AppError, assertNever, messageOf } from './app-error.js';
export type { AppErrorOptions, ErrorDetail, ErrorKind } from './app-error.js';
export { canonicalJson } from './canonical-json.js';
export { canonicalName, isActorField } from './canonical-name.js';
export { systemClock } from './clock.js';
export type { Clock } from './clock.js';
export { nameBasedId, newId } from './ids.js';
export type { TraceCarrier } from './trace-carrier.js';
export { utf8Of } from './utf8.js';
