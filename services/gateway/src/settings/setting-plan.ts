import { isDeepStrictEqual } from 'node:util';
import { SETTINGS, type SettingName, type SettingValues, type StoredSetting } from '@mcm/contracts';

/** A setting while it is changed: what was changed in the API, and what that becomes after the grace. */
export interface SettingState<N extends SettingName> {
  stored: StoredSetting<N>;
  /** Null when nothing waits. */
  pending: StoredSetting<N> | null;
}

/**
 * What to store so that a wish is fulfilled: immediately as far as nothing is lost by it, the rest after the grace.
 *
 * @param present the value that is in force
 * @param defaults what the environment says now
 * @param wish the fields that are to have a value of their own
 */
export function planSetting<N extends SettingName>(
  name: N,
  present: SettingValues[N],
  defaults: SettingValues[N],
  wish: StoredSetting<N>,
): SettingState<N> {
  const wanted: SettingValues[N] = { ...defaults, ...wish };
  const meanwhile = SETTINGS[name].meanwhile(present, wanted);
  if (isDeepStrictEqual(meanwhile, wanted)) return { stored: wish, pending: null };
  const kept = Object.entries(meanwhile).filter(
    ([field, value]) => !isDeepStrictEqual(value, wanted[field as keyof SettingValues[N]]),
  );
  return { stored: { ...wish, ...Object.fromEntries(kept) }, pending: wish };
}

/** A change of an object, as JSON Merge Patch (RFC 7396): null removes a member, an object changes the one that is there. */
export function mergePatch(present: object, change: object): object {
  const members = new Map<string, unknown>(Object.entries(present));
  for (const [name, value] of Object.entries(change)) {
    if (value === null) members.delete(name);
    else if (isObject(value)) {
      const before = members.get(name);
      members.set(name, mergePatch(isObject(before) ? before : {}, value));
    } else members.set(name, value);
  }
  return Object.fromEntries(members);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
