#!/usr/bin/env node
import { runService, startOverBus } from '@mcm/hosting';
import { RulesModule } from './rules.module.js';

// The rules service as a process of its own. Any number of them evaluate, and keep the same windows (docs/adr/0016).
await runService({
  name: 'rules',
  managementPort: 9002,
  sharesMatches: true,
  start: (context) => startOverBus(context, RulesModule),
});
