import { canonicalHost, Env, isLoopback, SharedSecret } from '@mcm/platform';
import { IsInt, Max, Min, ValidateBy, type ValidationArguments } from 'class-validator';

/** Where ingestion takes bodies from the gateway. */
export class ServeIntakeConfig {
  @Env('INTAKE_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number = 8001;

  /** Where the process listens; NetworkConfig judges it. */
  @Env('HOST')
  host: string = '127.0.0.1';

  /** What the gateway has to show, the same as its own; empty on loopback alone, where each process of the machine is trusted. */
  @Env('INTAKE_SECRET', { secret: true })
  @SharedSecret()
  @ValidateBy({
    name: 'neededBeyondLoopback',
    validator: {
      validate: (secret: unknown, args?: ValidationArguments) => {
        const host = canonicalHost((args?.object as ServeIntakeConfig).host);
        return secret !== '' || (host !== null && isLoopback(host));
      },
      defaultMessage: () =>
        'must be set when HOST is not loopback: any client that reaches the intake could send events in the name of ' +
        'every producer. Give the gateway and ingestion the same value',
    },
  })
  secret: string = '';

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
