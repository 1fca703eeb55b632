import { Env } from '@mcm/platform';
import { IsInt, Max, Min } from 'class-validator';

/** Limits on what producers may send. */
export class IngestionConfig {
  /** Bytes of one event's raw_data as JSON. */
  @Env('INGEST_EVENT_LIMIT_BYTES')
  @IsInt()
  @Min(1024)
  @Max(64 * 1024 * 1024)
  eventLimitBytes: number = 1024 * 1024;

  /** Bytes of one request once it is decompressed: a small gzip can hide a huge text. */
  @Env('INGEST_DECOMPRESSED_LIMIT_BYTES')
  @IsInt()
  @Min(1024)
  @Max(512 * 1024 * 1024)
  decompressedLimitBytes: number = 128 * 1024 * 1024;

  /** Items of one request. */
  @Env('INGEST_ITEM_LIMIT')
  @IsInt()
  @Min(1)
  itemLimit: number = 100_000;

  /** How deeply raw_data may nest. */
  @Env('INGEST_DEPTH_LIMIT')
  @IsInt()
  @Min(1)
  @Max(500)
  depthLimit: number = 64;

  /** What is kept of refused items of one endpoint on one day (UTC), in bytes; further ones are counted only. */
  @Env('INGEST_DEAD_LETTER_QUOTA_BYTES')
  @IsInt()
  @Min(0)
  deadLetterQuotaBytes: number = 64 * 1024 * 1024;

  /**
   * The default of the days for which events are kept, as the gateway has it; 0 is for ever. Days within it have a partition
   * of their own.
   */
  @Env('EVENTS_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  @Max(36_500)
  eventsRetentionDays: number = 400;

  /** How far the clock of a producer may run ahead of ours. */
  @Env('INGEST_FUTURE_TOLERANCE_SECONDS')
  @IsInt()
  @Min(0)
  futureToleranceSeconds: number = 3600;
}
