export * from './kit/index.js';
export { type ModelFields, type Treatment, TREATMENTS } from './model-fields.js';
export { defineSource, secretVariable } from './source.js';
export type {
  ContentTypeRule,
  DeliveryNames,
  Handshake,
  Source,
  SourceDocumentation,
  SourceExample,
  Verification,
} from './source.js';
export { SourceList } from './source-list.js';
export { sourceTable } from './source-table.js';
export { SOURCES } from './sources.js';
