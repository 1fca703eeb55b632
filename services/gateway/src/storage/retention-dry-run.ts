import {
  firstKeptDay,
  KEPT_DAYS,
  REMOVED_KINDS,
  type RemovedKind,
  RemovalPlan,
  type Retention,
} from '@mcm/contracts';
import { DataSource, queryRows } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { SettingsService } from '../settings/settings.service.js';
import type { DryRunDayDto, DryRunDto, DryRunRowsDto } from './dry-run.dto.js';
import { sum } from './growth.js';
import { LegalHoldsService } from './legal-holds.service.js';
import { StorageReader } from './storage-reader.js';

/** Most days of an answer. */
const DAYS_MAX = 5_000;
/** Rows that are counted at most. */
const COUNT_MAX = 100_000;

/** Which rows of each kind are older than $1; null where they are counted by day. */
const OLD_ROWS: Readonly<Record<RemovedKind, string | null>> = {
  findings: null,
  dead_letters: 'select from dead_letters where failed_at < $1::timestamptz',
  ai_exchanges: 'select from ai_exchanges where asked_at < $1::timestamptz',
  jobs: 'select from enrichment_runs where finished_at < $1::timestamptz',
};

/** Says what would go with a change of the retention, from counts. */
@Injectable()
export class RetentionDryRun {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reader: StorageReader,
    private readonly holds: LegalHoldsService,
    private readonly settings: SettingsService,
  ) {}

  /** @throws AppError `REQUEST.INVALID` */
  async of(change: object): Promise<DryRunDto> {
    const value = await this.settings.wouldBe('retention', change);
    const [{ now, kinds }, days, holds] = await Promise.all([
      this.reader.sizes(),
      this.reader.eventDays(),
      this.holds.list(false),
    ]);
    const time = now.getTime();
    const plan = new RemovalPlan(value, holds, time);
    const all = sum(days);
    const bytesPerEvent = all === 0 ? 0 : kinds.find(({ kind }) => kind === 'events')!.bytes / all;
    const gone: DryRunDayDto[] = [];
    let held_days = 0;
    for (const { day, rows } of days) {
      const partly = plan.differences(day) !== null;
      const decision = partly ? null : plan.decide(day);
      if (decision?.what === 'keep') held_days += decision.held ? 1 : 0;
      else gone.push({ day, events: rows, bytes: Math.round(rows * bytesPerEvent), partly });
    }
    const rows = await Promise.all(REMOVED_KINDS.map((kind) => this.oldRows(kind, value, time)));
    return {
      value,
      days: gone.slice(0, DAYS_MAX),
      events: gone.reduce((total, { events }) => total + events, 0),
      bytes: gone.reduce((total, { bytes }) => total + bytes, 0),
      held_days,
      rows,
    };
  }

  private async oldRows(kind: RemovedKind, retention: Retention, time: number): Promise<DryRunRowsDto> {
    const old = OLD_ROWS[kind];
    const before = firstKeptDay(time, KEPT_DAYS[kind](retention));
    if (before === null) return { kind, rows: 0, exact: true };
    if (old === null) {
      const found = (await this.reader.findingDays()).filter(({ day }) => day < before);
      return { kind, rows: sum(found), exact: true };
    }
    const [row] = await queryRows<{ rows: number }>(
      this.dataSource,
      `select count(*)::int as rows from (${old} limit ${COUNT_MAX + 1}) old`,
      [before],
    );
    return { kind, rows: Math.min(row!.rows, COUNT_MAX), exact: row!.rows <= COUNT_MAX };
  }
}
