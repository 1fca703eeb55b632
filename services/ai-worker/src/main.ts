#!/usr/bin/env node
import { runService, startOverBus } from '@mcm/hosting';
import { AiWorkerModule } from './ai-worker.module.js';

// The AI worker as a process of its own.
await runService({
  name: 'ai-worker',
  managementPort: 9003,
  start: (context) => startOverBus(context, AiWorkerModule),
});
