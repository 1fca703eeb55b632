import { Env } from '@mcm/platform';
import { IsInt, IsString, Matches, Max, Min, ValidateBy } from 'class-validator';
import type { AdmittedOrigins } from './http/foreign-pages.js';
import { isProxyEntry } from './http/trusted-proxies.js';
import { OidcConfig } from './oidc/oidc.config.js';

/** Settings of the gateway. */
export class GatewayConfig extends OidcConfig {
  /** Port of the API; 0 takes any free one. */
  @Env('API_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  apiPort: number = 8000;

  /** Port of the dashboard: pages from it may call the API. */
  @Env('WEB_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  webPort: number = 8080;

  /** Origins whose pages may call the API; empty means the dashboard's alone. `*` lets pages of any origin read. */
  @Env('CORS_ORIGINS')
  @Matches(/^(\*|https?:\/\/[^/]+)$/, {
    each: true,
    message: 'corsOrigins must be a list of origins such as https://monitor.example.org',
  })
  corsOrigins: string[] = [];

  /** Largest body with events, in bytes as they are sent. */
  @Env('API_BODY_LIMIT_BYTES')
  @IsInt()
  @Min(1024)
  @Max(1024 * 1024 * 1024)
  apiBodyLimitBytes: number = 32 * 1024 * 1024;

  /** What all bodies together may take of memory while they come in and are worked on, in bytes. */
  @Env('API_BODIES_BYTES')
  @IsInt()
  @Min(4 * 1024 * 1024)
  apiBodiesBytes: number = 128 * 1024 * 1024;

  /** How long a call waits for the jobs it started, in milliseconds. */
  @Env('API_JOB_WAIT_MS')
  @IsInt()
  @Min(100)
  @Max(600_000)
  apiJobWaitMs: number = 60_000;

  /** How long one search looks through events, in milliseconds; then it answers with what it has, and how far it came. */
  @Env('API_SEARCH_MS')
  @IsInt()
  @Min(50)
  @Max(30_000)
  apiSearchMs: number = 5_000;

  /** Most clients of the live stream at a time. */
  @Env('API_STREAM_CLIENTS')
  @IsInt()
  @Min(1)
  @Max(100_000)
  apiStreamClients: number = 1000;

  /** Most clients of the live stream from one address at a time. */
  @Env('API_STREAM_CLIENTS_PER_ADDRESS')
  @IsInt()
  @Min(1)
  @Max(100_000)
  apiStreamClientsPerAddress: number = 100;

  /** Most requests a second from one address, on average over ten seconds; 0 means no limit. */
  @Env('API_REQUESTS_PER_SECOND')
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  apiRequestsPerSecond: number = 2000;

  /** Proxies in front whose `X-Forwarded-For` is believed: addresses, networks such as 10.0.0.0/8, or names. */
  @Env('TRUSTED_PROXIES')
  @ValidateBy({
    name: 'proxies',
    validator: {
      validate: (entries: unknown) => Array.isArray(entries) && entries.every(isProxyEntry),
      defaultMessage: () => 'must be a list of addresses, networks such as 10.0.0.0/8, or names',
    },
  })
  trustedProxies: string[] = [];

  /** Days for which events are kept unless the setting in the database says otherwise; 0 means for ever. */
  @Env('EVENTS_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  @Max(36_500)
  eventsRetentionDays: number = 400;

  /** The same for findings. */
  @Env('FINDINGS_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  @Max(36_500)
  findingsRetentionDays: number = 1095;

  /** The same for dead letters. */
  @Env('DEAD_LETTER_DAYS')
  @IsInt()
  @Min(0)
  @Max(36_500)
  deadLetterDays: number = 30;

  /** The same for exchanges with a model. */
  @Env('AI_EXCHANGES_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  @Max(36_500)
  aiExchangesRetentionDays: number = 90;

  /** The same for bulk enrichments that have ended. */
  @Env('JOBS_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  @Max(36_500)
  jobsRetentionDays: number = 90;

  /** Size of the disk of the database in GB (10⁹ bytes), where no process sees that disk itself; 0 when it is not known. */
  @Env('DISK_SIZE_GB')
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  diskSizeGb: number = 0;

  /** Time between two heartbeats of the live stream, in milliseconds. */
  @Env('API_STREAM_HEARTBEAT_MS')
  @IsInt()
  @Min(100)
  @Max(300_000)
  apiStreamHeartbeatMs: number = 15_000;

  /** What waits for one client of the live stream before it is told that there is a gap, in bytes. */
  @Env('API_STREAM_BUFFER_BYTES')
  @IsInt()
  @Min(1024)
  @Max(16 * 1024 * 1024)
  apiStreamBufferBytes: number = 64 * 1024;

  /** File of the key that signs checkpoints of the audit trail; made when it is not there. Empty means none are signed. */
  @Env('AUDIT_KEY_FILE')
  @IsString()
  auditKeyFile: string = '';

  /** Folder to which these checkpoints are published; empty for none. */
  @Env('AUDIT_CHECKPOINT_DIR')
  @IsString()
  auditCheckpointDir: string = '';

  /** Address to which they are sent by POST; empty for none. It may hold a token. */
  @Env('AUDIT_CHECKPOINT_WEBHOOK', { secret: true })
  @Matches(/^(https?:\/\/\S+)?$/, { message: 'must be an http or https address' })
  auditCheckpointWebhook: string = '';

  /**
   * The origins of the product's own pages, from which people make changes: PUBLIC_URL, or where that is not set this
   * machine.
   */
  ownOrigins(): string[] {
    const own = this.publicOrigins();
    if (own.length > 0) return own;
    const ports = [...new Set([8080, this.webPort, this.apiPort])];
    return ports.flatMap((port) => [`http://localhost:${port}`, `http://127.0.0.1:${port}`]);
  }

  /** Where people open the dashboard, without a slash at the end. */
  dashboardUrl(): string {
    return this.publicOrigins()[0] ?? `http://localhost:${this.webPort}`;
  }

  /** The origins whose pages may call, beside the one that the API itself is on. */
  admittedOrigins(): AdmittedOrigins {
    const named = this.corsOrigins.filter((origin) => origin !== '*');
    const ports = [...new Set([8080, this.webPort])];
    const dashboard = ports.flatMap((port) => [`http://localhost:${port}`, `http://127.0.0.1:${port}`]);
    const writers = [...(named.length > 0 ? named : dashboard), ...this.publicOrigins()];
    return { writers, readers: this.corsOrigins.includes('*') ? ['*'] : writers };
  }
}
