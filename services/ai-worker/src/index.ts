export { AiWorkerModule } from './ai-worker.module.js';
