import { Env, NetworkConfig } from '@mcm/platform';
import { IsIn, IsInt, Max, Min } from 'class-validator';

/** What every process with one service reads. */
export class ServiceProcessConfig extends NetworkConfig {
  /** Port with health and metrics; 0 takes the service's own. */
  @Env('MANAGEMENT_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  managementPort: number = 0;

  @Env('LOG_LEVEL')
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  logLevel: string = 'info';
}
