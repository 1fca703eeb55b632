export { IngestionConfig } from './ingestion.config.js';
export { IngestionModule } from './ingestion.module.js';
