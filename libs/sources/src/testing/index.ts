/** What tests of sources need: the cases in their folders, and the toy source of the recipe in docs/sources.md. */
export { doors } from './doors/doors.source.js';
export { type RefusedCase, sourceCases, type TakenCase, TOY_SOURCES } from './source-cases.js';
