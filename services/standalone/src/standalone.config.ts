import { Env, NetworkConfig } from '@mcm/platform';
import { IsIn, IsInt, IsNotEmpty, Max, Min } from 'class-validator';

/** Where this process listens and what it writes. */
export class StandaloneConfig extends NetworkConfig {
  @Env('API_PORT')
  @IsInt()
  @Min(1)
  @Max(65_535)
  apiPort: number = 8000;

  @Env('WEB_PORT')
  @IsInt()
  @Min(1)
  @Max(65_535)
  webPort: number = 8080;

  /** Folder for everything that outlives the process. */
  @Env('DATA_PATH')
  @IsNotEmpty()
  dataPath: string = '.data';

  @Env('LOG_LEVEL')
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  logLevel: string = 'info';
}
