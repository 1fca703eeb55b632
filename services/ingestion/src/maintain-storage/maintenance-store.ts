import { type Hold, KEEP_ALL, type Retention, type StorageReport } from '@mcm/contracts';
import {
  DataSource,
  type EntityManager,
  inTransaction,
  isoTime,
  IsNull,
  LegalHold,
  queryRows,
  SettingReader,
  settingInForce,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** The last run; all times in milliseconds since 1970. */
export interface LastRun {
  /** The time that ages were measured from. */
  time: number;
  /** By the clock. */
  startedAt: number;
  /** Null when it has not ended. */
  endedAt: number | null;
  report: StorageReport | null;
}

interface LastRunRow {
  time: string | null;
  started_at: string;
  ended_at: string | null;
  report: StorageReport | null;
}

const LAST_RUN = `
  select ${isoTime('retention_time')} as time, ${isoTime('started_at')} as started_at, ${isoTime('ended_at')} as ended_at, report
    from storage_maintenance`;
const BEGIN = 'update storage_maintenance set retention_time = $1, started_at = $2, ended_at = null';
const END = 'update storage_maintenance set ended_at = $1, report = $2';

/** What the storage maintenance knows: the last run, how long data is kept, and what is held. */
@Injectable()
export class MaintenanceStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: SettingReader,
  ) {}

  /** Null before the first run. */
  async lastRun(): Promise<LastRun | null> {
    const [row] = await queryRows<LastRunRow>(this.dataSource, LAST_RUN);
    if (row === undefined || row.time === null) return null;
    return {
      time: Date.parse(row.time),
      startedAt: Date.parse(row.started_at),
      endedAt: row.ended_at === null ? null : Date.parse(row.ended_at),
      report: row.report,
    };
  }

  /** Notes that a run begins: the next one measures from there, also when this one does not end. */
  async begin(time: number, now: number): Promise<void> {
    await queryRows(this.dataSource, BEGIN, [new Date(time), new Date(now)]);
  }

  async end(now: number, report: StorageReport): Promise<void> {
    await queryRows(this.dataSource, END, [new Date(now), JSON.stringify(report)]);
  }

  /** How long data is kept at a moment: all of it for ever until a gateway has said what the defaults are. */
  async retention(time: number, transaction?: EntityManager): Promise<Retention> {
    const row = await this.settings.find(
      'retention',
      transaction === undefined ? {} : { transaction, lock: 'for share' },
    );
    return (row && settingInForce(row, time)) ?? KEEP_ALL;
  }

  /** Legal holds that are in force. */
  async holds(transaction?: EntityManager): Promise<Hold[]> {
    const inForce = (manager: EntityManager) => manager.findBy(LegalHold, { released_at: IsNull() });
    return transaction === undefined ? inTransaction(this.dataSource, inForce) : inForce(transaction);
  }
}
