import { Env } from '@mcm/platform';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';

/** What bringing the schema up to date needs to know. */
export class MigrateConfig {
  @Env('DATABASE_URL', { secret: true })
  @Matches(/^postgres(ql)?:\/\/[^\s/]+\/[^\s/?]+/, {
    message: 'must be set and look like postgres://user:password@host:5432/database',
  })
  databaseUrl: string = '';

  /** How long to wait for a server that does not answer. */
  @Env('STARTUP_WAIT_SECONDS')
  @IsInt()
  @Min(0)
  @Max(3600)
  startupWaitSeconds: number = 60;

  @Env('LOG_LEVEL')
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  logLevel: string = 'info';
}
