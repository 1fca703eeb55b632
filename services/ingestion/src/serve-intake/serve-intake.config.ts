import { Env } from '@mcm/platform';
import { IsInt, Max, Min } from 'class-validator';

/** Where ingestion takes bodies from the gateway. */
export class ServeIntakeConfig {
  @Env('INTAKE_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number = 8001;
}
