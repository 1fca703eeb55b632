import { Env, SharedSecret } from '@mcm/platform';
import { IsInt, Matches, Max, Min } from 'class-validator';

/** How the gateway reaches ingestion when that is a process of its own. */
export class IntakeClientConfig {
  /** Where ingestion takes bodies. */
  @Env('INGESTION_URL')
  @Matches(/^https?:\/\/[^\s/]+\/?$/, { message: 'must look like http://localhost:8001' })
  ingestionUrl: string = 'http://127.0.0.1:8001';

  /** What is shown to ingestion, the same as its own. */
  @Env('INTAKE_SECRET', { secret: true })
  @SharedSecret()
  secret: string = '';

  /** Longest time from the arrival of a whole body to ingestion's answer, in milliseconds. */
  @Env('INGESTION_TIMEOUT_MS')
  @IsInt()
  @Min(100)
  @Max(600_000)
  timeoutMs: number = 15_000;

  /** Connections kept to ingestion. */
  @Env('INGESTION_CONNECTIONS')
  @IsInt()
  @Min(1)
  @Max(10_000)
  connections: number = 64;

  /** Bytes of bodies that may be on their way to ingestion; beyond them producers are told to try later. */
  @Env('INGESTION_IN_FLIGHT_BYTES')
  @IsInt()
  @Min(1024 * 1024)
  inFlightBytes: number = 256 * 1024 * 1024;
}
