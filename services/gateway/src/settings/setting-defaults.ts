import type { SettingName, SettingValues } from '@mcm/contracts';
import type { GatewayConfig } from '../gateway.config.js';

/** What the environment says about each setting. */
export const SETTING_DEFAULTS: {
  readonly [N in SettingName]: (config: GatewayConfig) => SettingValues[N];
} = {
  retention: (config) => ({
    events_days: config.eventsRetentionDays,
    events_days_by_source: {},
    findings_days: config.findingsRetentionDays,
    dead_letters_days: config.deadLetterDays,
    ai_exchanges_days: config.aiExchangesRetentionDays,
    jobs_days: config.jobsRetentionDays,
  }),
};
