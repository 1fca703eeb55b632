import { Env } from '@mcm/platform';
import { IsIn, IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { DATABASE_ADDRESS, passwordHint, withPassword } from '../server-address.js';

/** What bringing the schema up to date needs to know. */
export class MigrateConfig {
  @Env('DATABASE_URL', { secret: true })
  @Matches(DATABASE_ADDRESS, {
    message: `must be set and look like postgres://user:password@host:5432/database; ${passwordHint('DATABASE_PASSWORD')}`,
  })
  databaseUrl: string = '';

  /** The password of that user as it is, without the encoding of URLs. */
  @Env('DATABASE_PASSWORD', { secret: true })
  @IsString()
  databasePassword: string = '';

  get databaseAddress(): string {
    return withPassword(this.databaseUrl, this.databasePassword);
  }

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
