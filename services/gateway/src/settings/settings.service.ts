import {
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type SettingValues,
  type StoredSetting,
} from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { Caller } from '@mcm/platform';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { SETTING_DEFAULTS } from './setting-defaults.js';
import { mergePatch } from './setting-plan.js';
import type { SettingChangeDto, SettingDto } from './setting.dto.js';
import { type KnownSetting, SettingsStore, withoutGrace } from './settings-store.js';

/** Shows settings and lets people change them. */
@Injectable()
export class SettingsService implements OnApplicationBootstrap {
  constructor(
    private readonly store: SettingsStore,
    private readonly config: GatewayConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const name of SETTING_NAMES) await this.store.setDefaults(name, SETTING_DEFAULTS[name](this.config));
  }

  async find(name: SettingName): Promise<SettingDto> {
    return settingDto(name, await this.store.find(name));
  }

  /** @throws AppError `REQUEST.INVALID`, `SETTINGS.CHANGED_MEANWHILE` */
  async change(
    name: SettingName,
    { revision, value, reason }: SettingChangeDto,
    caller: Caller,
  ): Promise<SettingDto> {
    const change = checkedChange(name, value);
    const row = await this.store.change(
      name,
      { revision, reason: reason ?? null, caller },
      ({ stored, pending }) => mergedSetting(name, pending ?? stored, change),
    );
    return settingDto(name, row);
  }

  /** @throws AppError `SETTINGS.CHANGED_MEANWHILE` */
  async takeBack(name: SettingName, revision: number, caller: Caller): Promise<SettingDto> {
    const row = await this.store.change(name, { revision, reason: null, caller }, ({ stored }) => stored);
    return settingDto(name, row);
  }

  /** What a setting would be after a change that has not been made. */
  async wouldBe(name: SettingName, value: object): Promise<SettingValues[SettingName]> {
    const change = checkedChange(name, value);
    const row = await this.store.find(name);
    return { ...row.defaults, ...mergedSetting(name, row.pending ?? row.stored, change) };
  }
}

function settingDto<N extends SettingName>(name: N, row: KnownSetting<N>): SettingDto {
  const { revision, defaults, stored, pending, takes_effect_at, changed_by, changed_at } = withoutGrace(row);
  return {
    name,
    revision,
    value: { ...defaults, ...stored },
    defaults,
    changed: Object.keys(stored),
    pending: pending && { value: { ...defaults, ...pending }, takes_effect_at: takes_effect_at! },
    changed_by,
    changed_at,
  };
}

/** @throws AppError `REQUEST.INVALID` that names each field */
function checkedChange(name: SettingName, value: object): object {
  const { success, data, error } = SETTINGS[name].change.safeParse(value);
  if (success) return data;
  throw invalid(
    error.issues.map(({ path, message, code, ...issue }) => {
      const unknown = code === 'unrecognized_keys' && 'keys' in issue ? (issue.keys as string[])[0]! : null;
      const field = [...path, ...(unknown === null ? [] : [unknown])].map(String).join('/');
      const detail = unknown === null ? `must be ${message}` : 'is not known here; check its spelling';
      return { pointer: `value/${field}`.replace(/\/$/, ''), detail: `${field || 'value'} ${detail}` };
    }),
  );
}

/** @throws AppError `REQUEST.INVALID` when the whole would break a limit that each change keeps */
function mergedSetting<N extends SettingName>(
  name: N,
  present: StoredSetting<N>,
  change: object,
): StoredSetting<N> {
  const { success, data, error } = SETTINGS[name].value.partial().safeParse(mergePatch(present, change));
  if (success) return data as StoredSetting<N>;
  throw invalid(
    error.issues.map(({ path, message }) => ({
      pointer: ['value', ...path].map(String).join('/'),
      detail: `${path.map(String).join('/')} must be ${message}`,
    })),
  );
}

function invalid(errors: { pointer: string; detail: string }[]): AppError {
  return new AppError('invalid', 'REQUEST.INVALID', errors.map(({ detail }) => detail).join('; '), {
    errors: errors.slice(0, 100),
  });
}
