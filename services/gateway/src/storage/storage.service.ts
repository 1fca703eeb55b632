import {
  type DataDisk,
  KEEP_ALL,
  KEPT_DAYS,
  type Retention,
  STORAGE_ROOM,
  type StorageRoom,
  type StoredKind,
} from '@mcm/contracts';
import { HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { SettingsService } from '../settings/settings.service.js';
import { daysUntilFull, rowsByMonth, rowsPerDay, sum } from './growth.js';
import { LegalHoldsService } from './legal-holds.service.js';
import type { StorageDiskDto, StorageDto, StorageGrowthDto, StoredKindDto } from './storage.dto.js';
import { type DayRows, type KindSize, StorageReader } from './storage-reader.js';

/** Time for which an answer is good, in milliseconds. */
const FRESH_MS = 30_000;
/** Days ahead from which on health says that the disk fills. */
const WARN_DAYS = 7;
const GB = 1e9;

const NO_DISK =
  'The database is on a server of its own. Set DISK_SIZE_GB of the gateway to the size of its disk to see how long it lasts.';

/** Shows what is stored, how it grows, and for how long there is room. */
@Injectable()
export class StorageService {
  private seen: { at: number; storage: Promise<StorageDto> } | null = null;
  /** What was found out last. */
  private known: StorageDto | null = null;

  constructor(
    private readonly reader: StorageReader,
    private readonly holds: LegalHoldsService,
    private readonly settings: SettingsService,
    private readonly config: GatewayConfig,
    @Inject(STORAGE_ROOM) private readonly room: StorageRoom,
    health: HealthRegistry,
    metrics: MetricsRegistry,
  ) {
    health.register('storage', async () => this.warning());
    this.show(metrics);
  }

  /** What is stored, at most half a minute old. */
  overview(): Promise<StorageDto> {
    const now = performance.now();
    if (this.seen !== null && now - this.seen.at < FRESH_MS) return this.seen.storage;
    const storage = this.look();
    this.seen = { at: now, storage };
    storage.then(
      (known) => (this.known = known),
      () => (this.seen = null),
    );
    return storage;
  }

  private async look(): Promise<StorageDto> {
    const [sizes, eventDays, findingDays, maintenance, holds, setting, disk] = await Promise.all([
      this.reader.sizes(),
      this.reader.eventDays(),
      this.reader.findingDays(),
      this.reader.lastRun(),
      this.holds.list(false),
      this.settings.find('retention').catch(() => null),
      this.room.disk(),
    ]);
    const retention = setting?.value ?? KEEP_ALL;
    const counted = new Map<StoredKind, DayRows[]>([
      ['events', eventDays],
      ['findings', findingDays],
    ]);
    const kinds = sizes.kinds.map((size) => kindDto(size, counted.get(size.kind) ?? null, retention));
    const growth = growthOf(kinds, eventDays, findingDays, retention, sizes.now.getTime());
    const known = diskDto(disk, sizes.database, this.config.diskSizeGb * GB);
    return {
      as_of: sizes.now.toISOString(),
      database_bytes: sizes.database,
      kinds,
      growth,
      disk: known,
      disk_unknown: known === null ? NO_DISK : null,
      days_until_full:
        known && growth
          ? daysUntilFull(known.free_bytes - known.reserve_bytes, growth.bytes_added - growth.bytes_removed)
          : null,
      holds: holds.length,
      maintenance,
    };
  }

  /** Says what is known: a process whose database is slow or away has a part of its own that says so. */
  private warning(): string | undefined {
    this.overview().catch(() => undefined);
    const days = this.known?.days_until_full ?? null;
    if (days === null || days > WARN_DAYS) return undefined;
    return (
      `at its present growth the disk of the database is full in ${days} ${days === 1 ? 'day' : 'days'}: ` +
      'give it room, or keep less (docs/operations.md, "How long data is kept")'
    );
  }

  private show(metrics: MetricsRegistry): void {
    const now = () => this.overview().catch(() => null);
    metrics.gauge('mcm_storage_bytes', 'Bytes on disk with indexes', ['kind'], async (gauge) => {
      gauge.reset();
      for (const { kind, bytes } of (await now())?.kinds ?? []) gauge.set({ kind }, bytes);
    });
    const rows = 'Rows; where they are not counted, as the statistics of PostgreSQL have them';
    metrics.gauge('mcm_storage_rows', rows, ['kind'], async (gauge) => {
      gauge.reset();
      for (const { kind, rows } of (await now())?.kinds ?? []) if (rows !== null) gauge.set({ kind }, rows);
    });
    const growth = 'Bytes that come in a day less those that go';
    metrics.gauge('mcm_storage_growth_bytes_per_day', growth, [], async (gauge) => {
      const grows = (await now())?.growth ?? null;
      if (grows === null) gauge.reset();
      else gauge.set(grows.bytes_added - grows.bytes_removed);
    });
    const left = 'Days until only the reserve of the disk is left, at the present growth';
    metrics.gauge('mcm_storage_days_until_full', left, [], async (gauge) => {
      const days = (await now())?.days_until_full ?? null;
      if (days === null) gauge.reset();
      else gauge.set(days);
    });
  }
}

function kindDto(
  { kind, bytes, estimatedRows }: KindSize,
  days: DayRows[] | null,
  retention: Retention,
): StoredKindDto {
  const rows = days === null ? estimatedRows : sum(days);
  const months = rowsByMonth(days ?? []);
  const keptDays: Partial<Record<StoredKind, (typeof KEPT_DAYS)['events']>> = KEPT_DAYS;
  return {
    kind,
    bytes,
    rows,
    rows_exact: days !== null,
    kept_days: keptDays[kind]?.(retention) || null,
    oldest_day: days?.[0]?.day ?? null,
    months: months.map((month) => ({ ...month, bytes: rows ? Math.round((bytes * month.rows) / rows) : 0 })),
  };
}

function growthOf(
  kinds: readonly StoredKindDto[],
  eventDays: readonly DayRows[],
  findingDays: readonly DayRows[],
  { events_days, findings_days }: Retention,
  now: number,
): StorageGrowthDto | null {
  const events = rowsPerDay(eventDays, events_days, now);
  if (events === null) return null;
  const findings = rowsPerDay(findingDays, findings_days, now) ?? { come: 0, go: 0 };
  const bytesPerRow = (kind: StoredKind) => {
    const stored = kinds.find((each) => each.kind === kind);
    return stored?.rows ? stored.bytes / stored.rows : 0;
  };
  const bytes = (which: 'come' | 'go') =>
    Math.round(events[which] * bytesPerRow('events') + findings[which] * bytesPerRow('findings'));
  return {
    events: Math.round(events.come),
    findings: Math.round(findings.come),
    bytes_added: bytes('come'),
    bytes_removed: bytes('go'),
  };
}

function diskDto(disk: DataDisk | null, databaseBytes: number, setSize: number): StorageDiskDto | null {
  if (disk !== null)
    return {
      size_bytes: disk.size,
      free_bytes: disk.free,
      reserve_bytes: Math.round(disk.reserve),
      basis: 'measured',
    };
  if (setSize === 0) return null;
  return {
    size_bytes: setSize,
    free_bytes: Math.max(0, setSize - databaseBytes),
    reserve_bytes: 0,
    basis: 'setting',
  };
}
