export { EventDays } from './event-days/event-days.js';
export { IngestionConfig } from './ingestion.config.js';
export { IngestionModule } from './ingestion.module.js';
