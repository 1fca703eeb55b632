import type { SettingName, SettingValues, StoredSetting } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { databaseError } from '../database-errors.js';
import { isoTime } from '../tables/iso-time.js';
import { toSafeInteger } from '../safe-integer.js';

/** A setting as it is stored. */
export interface StoredSettingRow<N extends SettingName> {
  /** What the environment of the gateway says; null until a gateway has started. */
  defaults: SettingValues[N] | null;
  stored: StoredSetting<N>;
  /** What `stored` becomes at `takes_effect_at`; null when nothing waits. */
  pending: StoredSetting<N> | null;
  /** ISO 8601. */
  takes_effect_at: string | null;
  revision: number;
  changed_by: string | null;
  changed_at: string | null;
  /** The time of the database, ISO 8601. */
  now: string;
}

const FIND = `
  select defaults, stored, pending, ${isoTime('takes_effect_at')} as takes_effect_at, revision, changed_by,
         ${isoTime('changed_at')} as changed_at, ${isoTime('statement_timestamp()')} as now
    from settings where name = $1`;

/** Reads settings that people change. */
@Injectable()
export class SettingReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * A setting; null when no gateway has ever started.
   *
   * @param options `lock` holds back changes of it until the transaction ends
   * @throws AppError `unavailable` while the database cannot be reached
   */
  async find<N extends SettingName>(
    name: N,
    options: { transaction?: EntityManager; lock?: 'for update' | 'for share' } = {},
  ): Promise<StoredSettingRow<N> | null> {
    try {
      const runner = options.transaction ?? this.dataSource;
      const [row] = await runner.query<StoredSettingRow<N>[]>(`${FIND} ${options.lock ?? ''}`, [name]);
      return row === undefined ? null : { ...row, revision: toSafeInteger(row.revision) };
    } catch (error) {
      throw databaseError(error);
    }
  }
}

/**
 * The value that is in force at a moment; null when no gateway has said yet what the defaults are.
 *
 * @param at milliseconds since 1970
 */
export function settingInForce<N extends SettingName>(
  { defaults, stored, pending, takes_effect_at }: StoredSettingRow<N>,
  at: number,
): SettingValues[N] | null {
  if (defaults === null) return null;
  const due = takes_effect_at !== null && Date.parse(takes_effect_at) <= at;
  return { ...defaults, ...(due ? pending : stored) };
}
