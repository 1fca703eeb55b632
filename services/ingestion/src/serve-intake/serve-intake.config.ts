import { Env } from '@mcm/platform';
import { IsInt, Max, Min } from 'class-validator';

/** Where ingestion takes bodies from the gateway. */
export class ServeIntakeConfig {
  @Env('INTAKE_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number = 8001;

  /** Largest body, in bytes as it is sent: the gateway's own limit. */
  @Env('API_BODY_LIMIT_BYTES')
  @IsInt()
  @Min(1024)
  @Max(1024 * 1024 * 1024)
  bodyLimitBytes: number = 32 * 1024 * 1024;

  /** What all bodies together may take of memory while they come in and are worked on, in bytes. */
  @Env('INTAKE_BODIES_BYTES')
  @IsInt()
  @Min(4 * 1024 * 1024)
  bodiesBytes: number = 128 * 1024 * 1024;
}
