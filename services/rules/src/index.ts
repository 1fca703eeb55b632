export { RulesConfig } from './rules.config.js';
export { RulesModule } from './rules.module.js';
