import { AuditReader, AuditTrail, loadCheckpointKey } from '@mcm/audit';
import { messageOf, Turns } from '@mcm/kernel';
import { DataSource, databaseError } from '@mcm/persistence';
import { HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { CheckpointSigner, type PublishedCheckpoint } from './checkpoint-signer.js';
import { CheckpointWebhook } from './checkpoint-webhook.js';
import { within } from './within.js';

const DAY_MS = 24 * 3600 * 1000;
/** Time for the last checkpoint when the process ends. */
const SHUTDOWN_MS = 5_000;

/** Has checkpoints of the audit trail signed: at the start, daily, when asked to, and at the end. */
@Injectable()
export class CheckpointsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Null when AUDIT_KEY_FILE is not set; then nothing is signed. */
  signer: CheckpointSigner | null = null;
  private readonly turns = new Turns();
  private readonly webhook: CheckpointWebhook;
  private readonly outcomes;
  private fault: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: GatewayConfig,
    private readonly reader: AuditReader,
    private readonly trail: AuditTrail,
    private readonly dataSource: DataSource,
    private readonly health: HealthRegistry,
    metrics: MetricsRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.webhook = new CheckpointWebhook(config.auditCheckpointWebhook, metrics, logger);
    this.outcomes = metrics.counter(
      'mcm_audit_checkpoints_total',
      'Checkpoints of the audit trail: signed, unchanged since the last one, or failed',
      ['outcome'],
    );
  }

  /** @throws AppError `AUDIT.KEY_UNUSABLE` */
  async onApplicationBootstrap(): Promise<void> {
    const { auditKeyFile, auditCheckpointDir } = this.config;
    if (auditKeyFile === '') {
      this.logger.warn('The audit trail has no signed checkpoints: AUDIT_KEY_FILE is not set');
      return;
    }
    const key = await loadCheckpointKey(auditKeyFile);
    this.logger.info({ key: key.verifier }, 'Checkpoints of the audit trail are signed');
    this.signer = new CheckpointSigner(
      key,
      auditCheckpointDir,
      this.reader,
      this.trail,
      this.dataSource,
      this.logger,
    );
    this.health.register('audit-trail', async () => this.fault);
    this.timer = setInterval(() => {
      this.signer?.startOver();
      void this.inBackground();
    }, DAY_MS).unref();
    void this.inBackground();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    if (this.signer === null) return;
    const last = this.inBackground().then(() => this.webhook.idle());
    if (
      (await within(
        SHUTDOWN_MS,
        last.then(() => true),
      )) === null
    ) {
      this.logger.warn(`No last checkpoint of the audit trail: it took longer than ${SHUTDOWN_MS} ms`);
    }
  }

  /**
   * Signs and publishes a checkpoint over all entries. Null without a key or without entries.
   *
   * @throws AppError `AUDIT.TRAIL_BROKEN`; `unavailable` while the database cannot be reached
   */
  make(): Promise<PublishedCheckpoint | null> {
    return this.turns.run(async () => {
      try {
        const made = (await this.signer?.make()) ?? null;
        this.fault = undefined;
        if (made === null) return null;
        this.outcomes.inc({ outcome: made.isNew ? 'signed' : 'unchanged' });
        if (made.isNew) this.webhook.send(made.checkpoint.note);
        return made.checkpoint;
      } catch (error) {
        const cause = databaseError(error);
        this.outcomes.inc({ outcome: 'failed' });
        this.fault = messageOf(cause);
        this.logger.error({ err: cause }, `No checkpoint of the audit trail: ${this.fault}`);
        throw cause;
      }
    });
  }

  /** The failure has been logged and counted. */
  private async inBackground(): Promise<void> {
    await this.make().catch(() => undefined);
  }
}
