export { RulesConfig } from './rules.config.js';
export { RulesModule } from './rules.module.js';
export { loadSigmaHq, type SigmaHqCheckout } from './cli/sigmahq/sigmahq.js';
export { readRuleFiles } from './rule-store/rule-files.js';
