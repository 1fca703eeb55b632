import { once } from 'node:events';
import { AppError } from '@mcm/kernel';
import { HealthRegistry, loadConfig, type Logger, MetricsRegistry } from '@mcm/platform';
import { connectDistributed } from '../distributed/connect-distributed.js';
import { DistributedConfig } from '../distributed/distributed.config.js';
import { ExclusiveRole } from '../distributed/exclusive-role.js';
import { loadHostingConfig } from '../hosting.config.js';
import { OpenedParts } from '../opened-parts.js';
import { ManagementServer, type ManagementView } from './management-server.js';
import type { ServiceDefinition } from './service-definition.js';
import { ServiceProcessConfig } from './service-process.config.js';

/** A service of its own in this process, with its drivers and its management port. */
export class ServiceProcess {
  private readonly stopping = new AbortController();
  private management: ManagementServer | null = null;
  private running: Promise<void> | null = null;
  /** What is in the way of work; empty when nothing is. */
  private phase = 'starting';
  /** Whether this process has the role of an exclusive service. */
  private active = false;
  private view: ManagementView;
  /** Whether this process has worked, or stood by, before. */
  private settled = false;
  private onSettled: () => void = () => undefined;

  constructor(
    private readonly definition: ServiceDefinition,
    private readonly env: NodeJS.ProcessEnv,
    private readonly logger: Logger,
  ) {
    this.view = this.freshView();
  }

  /**
   * Opens the management port and starts the service; an exclusive one as soon as this process has the role. Resolves
   * when the service works, or waits as a standby.
   *
   * @param onFailed told when the process is of no use any more, later
   * @throws AppError with a sentence for people
   */
  async start(onFailed: (error: unknown) => void): Promise<void> {
    const { definition, env } = this;
    const config = loadConfig(ServiceProcessConfig, env);
    // All faults of the configuration show before anything is waited for.
    const { databaseUrl } = loadHostingConfig(env, 'distributed');
    loadConfig(DistributedConfig, env);
    const port = config.managementPort || definition.managementPort;
    this.management = await ManagementServer.listen({ host: config.host, port }, () => this.view);
    const settled = new Promise<void>((resolve) => {
      this.onSettled = () => {
        this.settled = true;
        resolve();
      };
    });
    this.running =
      definition.exclusive === undefined
        ? this.work(config.host, null)
        : this.takeTurns(config.host, databaseUrl, definition.exclusive);
    await Promise.race([settled, this.running]);
    this.running.catch(onFailed);
  }

  /** Takes nothing new, waits for what runs, then closes what the service stands on. Safe to call twice. */
  async stop(): Promise<void> {
    this.view.health.markStopping();
    this.stopping.abort();
    try {
      await this.running;
    } finally {
      await this.management?.close();
    }
  }

  /** Waits for the role and works, again and again when the role is lost. */
  private async takeTurns(host: string, databaseUrl: string, lock: number): Promise<void> {
    const { name } = this.definition;
    while (!this.stopping.signal.aborted) {
      this.phase = `the database does not say yet whether another process of ${name} works`;
      this.view = this.freshView();
      const role = await ExclusiveRole.waitFor({
        databaseUrl,
        lock,
        name: `mcm-${name}-role`,
        logger: this.logger,
        signal: this.stopping.signal,
        onStandby: () => {
          this.phase = '';
          this.logger.info(`Standby: ${this.standbySentence()}`);
          this.onSettled();
        },
      });
      if (role === null) return;
      this.active = true;
      this.logger.info(`This process of ${name} works from now on`);
      try {
        await this.work(host, role.lost);
      } catch (error) {
        // A first start is for people to look at; whoever takes over later lets another try, and tries again.
        if (!this.settled || !(error instanceof AppError) || error.kind !== 'unavailable') throw error;
        this.logger.error({ err: error }, `Could not take over, and tries again: ${error.message}`);
      } finally {
        this.active = false;
        await role.release();
      }
    }
  }

  /** Starts the service and resolves when it has ended: because the process stops, or because the role was lost. */
  private async work(host: string, lost: Promise<string> | null): Promise<void> {
    const end = new AbortController();
    if (this.stopping.signal.aborted) return;
    this.stopping.signal.addEventListener('abort', () => end.abort(), { once: true });
    void lost?.then((reason) => {
      if (!end.signal.aborted) this.logger.error(`The role was lost, so the service ends here: ${reason}`);
      end.abort();
    });
    const parts = new OpenedParts();
    try {
      await this.begin(host, parts, end.signal);
      if (!end.signal.aborted) await once(end.signal, 'abort');
    } catch (error) {
      if (!end.signal.aborted) throw error;
    } finally {
      await parts
        .close()
        .catch((error: unknown) => this.logger.error({ err: error }, 'A part could not be closed in order'));
    }
  }

  private async begin(host: string, parts: OpenedParts, signal: AbortSignal): Promise<void> {
    const { definition, env, logger } = this;
    this.phase = 'starting';
    this.view = this.freshView();
    const drivers = await connectDistributed({
      env,
      logger,
      name: `mcm-${definition.name}`,
      ...this.view,
      progress: (line) => (this.phase = line),
      sharesMatches: definition.sharesMatches ?? false,
      signal,
    });
    parts.add(() => drivers.close());
    if (signal.aborted) return;
    const service = await definition.start({ env, host, logger, ...this.view, drivers });
    parts.add(() => service.close());
    this.phase = '';
    logger.info('Ready');
    this.onSettled();
  }

  private standbySentence(): string {
    return `another process of ${this.definition.name} works; this one takes over when it ends`;
  }

  private freshView(): ManagementView {
    const health = new HealthRegistry();
    const metrics = new MetricsRegistry();
    metrics.collectProcessMetrics();
    health.register('process', async () => {
      if (this.phase !== '') throw new Error(this.phase);
    });
    if (this.definition.exclusive !== undefined) {
      health.register('role', async () => (this.active ? undefined : `standby: ${this.standbySentence()}`));
      metrics.gauge('mcm_service_active', 'Whether this process works (1) or is a standby (0)', [], (gauge) =>
        gauge.set(this.active ? 1 : 0),
      );
    }
    return { health, metrics };
  }
}
