#!/usr/bin/env node
import { runService, startOverBus } from '@mcm/hosting';
import { RulesModule } from './rules.module.js';

/** Names the advisory lock of the process that evaluates; any fixed number will do. */
const EVALUATION_LOCK = 7_311_905_428;

// The rules service as a process of its own. Windows are in the memory of one process, so one evaluates; the others wait
// to take over (docs/adr/0024).
await runService({
  name: 'rules',
  managementPort: 9002,
  exclusive: EVALUATION_LOCK,
  start: (context) => startOverBus(context, RulesModule),
});
