import { STORED_KINDS, type StorageReport, type StoredKind } from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';

const COUNT = { type: 'integer', minimum: 0 } as const;

/** Rows of a month. */
@ApiSchema({ name: 'StoredMonth' })
export class StoredMonthDto {
  @ApiProperty({ example: '2026-11', description: 'Month (UTC).' })
  month!: string;

  @ApiProperty(COUNT)
  rows!: number;

  @ApiProperty({ ...COUNT, description: "The kind's bytes by its share of the rows." })
  bytes!: number;
}

/** What a kind of data takes. */
@ApiSchema({ name: 'StoredKind' })
export class StoredKindDto {
  @ApiProperty({ enum: STORED_KINDS })
  kind!: StoredKind;

  @ApiProperty({ ...COUNT, description: 'On disk, with indexes.' })
  bytes!: number;

  @ApiProperty({ ...COUNT, nullable: true, description: 'Null where it is not known.' })
  rows!: number | null;

  @ApiProperty({ description: 'False: the number of rows is from the statistics of PostgreSQL.' })
  rows_exact!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Days for which it is kept; null: for ever.' })
  kept_days!: number | null;

  @ApiProperty({ type: 'string', format: 'date', nullable: true })
  oldest_day!: string | null;

  @ApiProperty({
    type: [StoredMonthDto],
    description: 'Oldest first; of events by event time. Empty where it is not counted.',
  })
  months!: StoredMonthDto[];
}

/** What comes and goes in a day. */
@ApiSchema({ name: 'StorageGrowth' })
export class StorageGrowthDto {
  @ApiProperty({ ...COUNT, description: 'Events a day, the mean of the last seven whole days.' })
  events!: number;

  @ApiProperty({ ...COUNT, description: 'Findings a day.' })
  findings!: number;

  @ApiProperty({ ...COUNT, description: 'Bytes a day that both take.' })
  bytes_added!: number;

  @ApiProperty({ ...COUNT, description: 'Bytes a day whose time is over within the next seven days.' })
  bytes_removed!: number;
}

/** The disk that the database is on. */
@ApiSchema({ name: 'StorageDisk' })
export class StorageDiskDto {
  @ApiProperty(COUNT)
  size_bytes!: number;

  @ApiProperty(COUNT)
  free_bytes!: number;

  @ApiProperty({ ...COUNT, description: 'Below it no further events are accepted.' })
  reserve_bytes!: number;

  @ApiProperty({
    enum: ['measured', 'setting'],
    description: '`setting`: DISK_SIZE_GB less what the database takes.',
  })
  basis!: 'measured' | 'setting';
}

/** The last run of the storage maintenance. */
@ApiSchema({ name: 'StorageMaintenance' })
export class StorageMaintenanceDto {
  @ApiProperty({ format: 'date-time' })
  started_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  ended_at!: string | null;

  @ApiProperty({ format: 'date-time', description: 'The time that ages are measured from.' })
  retention_time!: string;

  @ApiProperty({
    allOf: [contractSchema('StorageReport')],
    nullable: true,
    description: 'Of the last run that ended.',
  })
  report!: StorageReport | null;
}

/** What is stored, and for how long there is room. */
@ApiSchema({ name: 'Storage' })
export class StorageDto {
  @ApiProperty({ format: 'date-time', description: 'When this was found out; it is kept for half a minute.' })
  as_of!: string;

  @ApiProperty({ ...COUNT, description: 'Bytes of the whole database.' })
  database_bytes!: number;

  @ApiProperty({ type: [StoredKindDto] })
  kinds!: StoredKindDto[];

  @ApiProperty({ type: StorageGrowthDto, nullable: true, description: 'Null before a whole day has passed.' })
  growth!: StorageGrowthDto | null;

  @ApiProperty({ type: StorageDiskDto, nullable: true })
  disk!: StorageDiskDto | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Why the disk is not known.' })
  disk_unknown!: string | null;

  @ApiProperty({
    ...COUNT,
    nullable: true,
    description:
      'Days until only the reserve is left, at this growth; null when it is not known or the disk does not fill.',
  })
  days_until_full!: number | null;

  @ApiProperty({ ...COUNT, description: 'Legal holds that are in force.' })
  holds!: number;

  @ApiProperty({ type: StorageMaintenanceDto, nullable: true, description: 'Null before the first run.' })
  maintenance!: StorageMaintenanceDto | null;
}
