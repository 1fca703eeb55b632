import { isDeepStrictEqual } from 'node:util';
import { AuditTrail, type Origin } from '@mcm/audit';
import {
  SETTING_GRACE_HOURS,
  type SettingName,
  type SettingValues,
  type StoredSetting,
} from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import {
  DataSource,
  type EntityManager,
  inTransaction,
  SettingReader,
  type StoredSettingRow,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { planSetting, type SettingState } from './setting-plan.js';

/** A setting whose defaults are known, which they are from the first start on. */
export type KnownSetting<N extends SettingName> = StoredSettingRow<N> & { defaults: SettingValues[N] };

const WRITE = `
  update settings
     set defaults = $2, stored = $3, pending = $4, revision = revision + 1, changed_by = $5, changed_at = statement_timestamp(),
         takes_effect_at = case when $4::jsonb is not null then statement_timestamp() + make_interval(hours => $6) end
   where name = $1`;

/** Who changes a setting when the environment of the gateway has changed. */
const ENVIRONMENT: Origin = {
  actor: { type: 'system', id: 'gateway', name: 'the environment of the gateway' },
  address: null,
  requestId: null,
};

/** A change that someone asks for. */
export interface SettingChange {
  /** Only if this is still the number of the last change. */
  revision: number;
  reason: string | null;
  caller: Origin;
}

/**
 * Keeps the settings that people change. A change by which something would be lost waits for
 * {@link SETTING_GRACE_HOURS} and can be taken back until then, whether it comes from the API or from the environment.
 */
@Injectable()
export class SettingsStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reader: SettingReader,
    private readonly trail: AuditTrail,
  ) {}

  /** @throws AppError `SETTINGS.NOT_KNOWN` before the first start */
  async find<N extends SettingName>(name: N): Promise<KnownSetting<N>> {
    return known(name, await this.reader.find(name));
  }

  /** Takes in what the environment says at the start of the gateway. */
  async setDefaults<N extends SettingName>(name: N, defaults: SettingValues[N]): Promise<void> {
    await inTransaction(this.dataSource, async (transaction) => {
      await transaction.query('insert into settings (name) values ($1) on conflict (name) do nothing', [
        name,
      ]);
      const row = (await this.reader.find(name, { transaction, lock: 'for update' }))!;
      if (isDeepStrictEqual(row.defaults, defaults)) return;
      if (row.defaults === null) {
        await transaction.query('update settings set defaults = $2 where name = $1', [
          name,
          JSON.stringify(defaults),
        ]);
        return;
      }
      const before = withoutGrace({ ...row, defaults: row.defaults });
      await this.write(name, before, defaults, before.pending ?? before.stored, {
        transaction,
        origin: ENVIRONMENT,
        reason: null,
      });
    });
  }

  /**
   * Changes a setting.
   *
   * @param wishOf what is to be stored, made of what is stored or waits
   * @throws AppError `SETTINGS.CHANGED_MEANWHILE`
   */
  async change<N extends SettingName>(
    name: N,
    { revision, reason, caller }: SettingChange,
    wishOf: (state: SettingState<N>) => StoredSetting<N>,
  ): Promise<KnownSetting<N>> {
    await inTransaction(this.dataSource, async (transaction) => {
      const row = known(name, await this.reader.find(name, { transaction, lock: 'for update' }));
      if (row.revision !== revision) {
        throw new AppError(
          'conflict',
          'SETTINGS.CHANGED_MEANWHILE',
          `The setting ${name} was changed meanwhile (change ${row.revision}, not ${revision}); look at it again.`,
        );
      }
      const before = withoutGrace(row);
      await this.write(name, before, row.defaults, wishOf(before), { transaction, origin: caller, reason });
    });
    return this.find(name);
  }

  private async write<N extends SettingName>(
    name: N,
    before: KnownSetting<N>,
    defaults: SettingValues[N],
    wish: StoredSetting<N>,
    { transaction, origin, reason }: { transaction: EntityManager; origin: Origin; reason: string | null },
  ): Promise<void> {
    const present = { ...before.defaults, ...before.stored };
    const { stored, pending } = planSetting(name, present, defaults, wish);
    const same =
      isDeepStrictEqual([before.stored, before.pending], [stored, pending]) &&
      isDeepStrictEqual(before.defaults, defaults);
    if (same) return;
    await transaction.query(WRITE, [
      name,
      JSON.stringify(defaults),
      JSON.stringify(stored),
      pending && JSON.stringify(pending),
      origin.actor.name,
      SETTING_GRACE_HOURS,
    ]);
    await this.trail.append(transaction, {
      origin,
      action: 'setting.changed',
      object: { type: 'setting', id: name, name: null },
      before: { value: present, pending: before.pending && { ...before.defaults, ...before.pending } },
      after: {
        value: { ...defaults, ...stored },
        pending: pending && { ...defaults, ...pending },
        reason,
      },
    });
  }
}

/** A setting in which a change whose grace is over is no longer a change. */
export function withoutGrace<N extends SettingName>(row: KnownSetting<N>): KnownSetting<N> {
  const over = row.takes_effect_at !== null && row.takes_effect_at <= row.now;
  return over ? { ...row, stored: row.pending!, pending: null, takes_effect_at: null } : row;
}

function known<N extends SettingName>(name: N, row: StoredSettingRow<N> | null): KnownSetting<N> {
  if (row !== null && row.defaults !== null) return { ...row, defaults: row.defaults };
  throw new AppError(
    'unavailable',
    'SETTINGS.NOT_KNOWN',
    `The setting ${name} is not known before a gateway has started on this database.`,
  );
}
