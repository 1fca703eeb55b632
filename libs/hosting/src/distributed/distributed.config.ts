import { DEFAULT_LOG_BYTES } from '@mcm/match-log';
import type { NatsSettings } from '@mcm/messaging/drivers/jetstream';
import { Env } from '@mcm/platform';
import { ArrayNotEmpty, IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { NATS_ADDRESS, passwordHint, REDIS_ADDRESS, withPassword } from '../server-address.js';

/** How the servers of `PROFILE=distributed` are reached. */
export class DistributedConfig {
  /** Servers of one NATS cluster, separated by commas; user and password may be part of the first. */
  @Env('NATS_URL', { secret: true })
  @ArrayNotEmpty({ message: 'natsUrls must be set, such as nats://localhost:4222' })
  @Matches(NATS_ADDRESS, {
    each: true,
    message: `must look like nats://host:4222; ${passwordHint('NATS_PASSWORD')}`,
  })
  natsUrls: string[] = [];

  @Env('NATS_USER')
  @IsString()
  natsUser: string = '';

  @Env('NATS_PASSWORD', { secret: true })
  @IsString()
  natsPassword: string = '';

  @Env('NATS_TOKEN', { secret: true })
  @IsString()
  natsToken: string = '';

  /** A file as `nsc` writes it. */
  @Env('NATS_CREDENTIALS_FILE')
  @IsString()
  natsCredentialsFile: string = '';

  /** PEM files; a certificate and key are shown to servers that ask for them. */
  @Env('NATS_TLS_CA_FILE')
  @IsString()
  natsTlsCaFile: string = '';

  @Env('NATS_TLS_CERT_FILE')
  @IsString()
  natsTlsCertFile: string = '';

  @Env('NATS_TLS_KEY_FILE')
  @IsString()
  natsTlsKeyFile: string = '';

  /** Servers of a NATS cluster that keep each message. */
  @Env('NATS_REPLICAS')
  @IsInt()
  @Min(1)
  @Max(5)
  natsReplicas: number = 1;

  /** What may wait for one consumer before producers are told to try later. */
  @Env('BUS_MAX_MESSAGES')
  @IsInt()
  @Min(1000)
  busMaxMessages: number = 1_000_000;

  @Env('BUS_MAX_BYTES')
  @IsInt()
  @Min(1024 * 1024)
  busMaxBytes: number = 2 * 1024 ** 3;

  /** Age of the oldest waiting message; 0 sets no limit. */
  @Env('BUS_MAX_AGE_SECONDS')
  @IsInt()
  @Min(0)
  busMaxAgeSeconds: number = 0;

  @Env('REDIS_URL', { secret: true })
  @Matches(REDIS_ADDRESS, {
    message: `redisUrl must be set and look like redis://user:password@host:6379/0; ${passwordHint('REDIS_PASSWORD')}`,
  })
  redisUrl: string = '';

  /** The password for Redis as it is, without the encoding of URLs. */
  @Env('REDIS_PASSWORD', { secret: true })
  @IsString()
  redisPassword: string = '';

  /** PEM file with the certificates to trust for `rediss://`. */
  @Env('REDIS_TLS_CA_FILE')
  @IsString()
  redisTlsCaFile: string = '';

  /** Size of what replicas of rules keep in Redis for each other; the oldest goes when there is more. */
  @Env('MATCH_LOG_MAX_BYTES')
  @IsInt()
  @Min(1024 * 1024)
  matchLogMaxBytes: number = DEFAULT_LOG_BYTES;

  /** Connections of this process to PostgreSQL. */
  @Env('DATABASE_POOL_SIZE')
  @IsInt()
  @Min(2)
  @Max(200)
  databasePoolSize: number = 12;

  /** How long a start waits for servers that do not answer, and for the schema. */
  @Env('STARTUP_WAIT_SECONDS')
  @IsInt()
  @Min(0)
  @Max(3600)
  startupWaitSeconds: number = 60;

  /** The address of Redis with its password in it. */
  get redisAddress(): string {
    return withPassword(this.redisUrl, this.redisPassword);
  }

  /** What a connection to NATS is made with; `name` is shown in the server's lists. */
  nats(name: string): NatsSettings {
    const first = new URL(this.natsUrls[0]!);
    const user = this.natsUser || decodeURIComponent(first.username);
    const password = this.natsPassword || decodeURIComponent(first.password);
    const tls = {
      ...(this.natsTlsCaFile !== '' && { caFile: this.natsTlsCaFile }),
      ...(this.natsTlsCertFile !== '' && { certFile: this.natsTlsCertFile }),
      ...(this.natsTlsKeyFile !== '' && { keyFile: this.natsTlsKeyFile }),
    };
    return {
      servers: this.natsUrls.map((url) => url.replace(/\/\/[^@/]*@/, '//')),
      name,
      ...(user !== '' && { user }),
      ...(password !== '' && { password }),
      ...(this.natsToken !== '' && { token: this.natsToken }),
      ...(this.natsCredentialsFile !== '' && { credentialsFile: this.natsCredentialsFile }),
      ...(Object.keys(tls).length > 0 && { tls }),
    };
  }
}
