export { EVENT_SOURCES } from './sources/event-sources.js';
export { IngestionConfig } from './ingestion.config.js';
export { IngestionModule } from './ingestion.module.js';
