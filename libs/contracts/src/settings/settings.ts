import { longerRetention, Retention, RetentionChange } from './retention.js';

/**
 * Every setting that is kept in the database: an object whose fields have defaults from the environment. A field that was
 * changed in the API has that value instead. A new setting is an entry here and its defaults in the gateway
 * (`setting-defaults.ts`).
 */
export const SETTINGS = {
  retention: {
    /** The whole setting. */
    value: Retention,
    /** A change of it, as in JSON Merge Patch (RFC 7396). */
    change: RetentionChange,
    /** What is in force while a change waits that cannot be undone later; a change is in force immediately where this gives its value. */
    meanwhile: longerRetention,
  },
} as const;

export const SETTING_NAMES = ['retention'] as const satisfies readonly (keyof typeof SETTINGS)[];
export type SettingName = (typeof SETTING_NAMES)[number];
/** The value of each setting. */
export interface SettingValues {
  retention: Retention;
}

/** Hours until a change takes effect after which something would be gone. */
export const SETTING_GRACE_HOURS = 24;

/** What of a setting was changed in the API: some of its fields. */
export type StoredSetting<N extends SettingName> = Partial<SettingValues[N]>;
