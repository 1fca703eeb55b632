#!/usr/bin/env node
import { ADVISORY_LOCKS } from '@mcm/contracts';
import { runService, startOverBus } from '@mcm/hosting';
import { RulesModule } from './rules.module.js';

// The rules service as a process of its own. Windows are in the memory of one process, so one evaluates; the others wait
// to take over (docs/adr/0024).
await runService({
  name: 'rules',
  managementPort: 9002,
  exclusive: ADVISORY_LOCKS.evaluation,
  start: (context) => startOverBus(context, RulesModule),
});
