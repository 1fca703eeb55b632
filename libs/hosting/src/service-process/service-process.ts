import { once } from 'node:events';
import { HealthRegistry, loadConfig, type Logger, MetricsRegistry, type NetworkConfig } from '@mcm/platform';
import { connectDistributed } from '../distributed/connect-distributed.js';
import { DistributedConfig } from '../distributed/distributed.config.js';
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
  private readonly view: ManagementView;

  constructor(
    private readonly definition: ServiceDefinition,
    private readonly env: NodeJS.ProcessEnv,
    private readonly logger: Logger,
  ) {
    const health = new HealthRegistry();
    const metrics = new MetricsRegistry();
    metrics.collectProcessMetrics();
    health.register('process', async () => {
      if (this.phase !== '') throw new Error(this.phase);
    });
    this.view = { health, metrics };
  }

  /**
   * Opens the management port and starts the service. Resolves when the service works.
   *
   * @param onFailed told when the process is of no use any more, later
   * @throws AppError with a sentence for people
   */
  async start(onFailed: (error: unknown) => void): Promise<void> {
    const { definition, env } = this;
    const config = loadConfig(ServiceProcessConfig, env);
    // All faults of the configuration show before anything is waited for.
    loadHostingConfig(env, 'distributed');
    loadConfig(DistributedConfig, env);
    const port = config.managementPort || definition.managementPort;
    this.management = await ManagementServer.listen(config, port, this.view);
    await new Promise<void>((resolve, reject) => {
      this.running = this.work(config, resolve);
      this.running.then(resolve, reject);
    });
    this.running?.catch(onFailed);
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

  /** Starts the service, says that it works, and resolves when it has ended because the process stops. */
  private async work(network: NetworkConfig, onReady: () => void): Promise<void> {
    const { signal } = this.stopping;
    const parts = new OpenedParts();
    try {
      await this.begin(network, parts);
      onReady();
      if (!signal.aborted) await once(signal, 'abort');
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await parts
        .close()
        .catch((error: unknown) => this.logger.error({ err: error }, 'A part could not be closed in order'));
    }
  }

  private async begin(network: NetworkConfig, parts: OpenedParts): Promise<void> {
    const { definition, env, logger, view } = this;
    const { signal } = this.stopping;
    let takeJobs!: () => void;
    const jobsFrom = new Promise<void>((resolve) => (takeJobs = resolve));
    const drivers = await connectDistributed({
      env,
      logger,
      name: `mcm-${definition.name}`,
      ...view,
      progress: (line) => (this.phase = line),
      jobsFrom,
      sharesMatches: definition.sharesMatches ?? false,
      signal,
    });
    parts.add(() => drivers.close());
    if (signal.aborted) return;
    const service = await definition.start({ env, network, logger, ...view, drivers });
    parts.add(() => service.close());
    this.phase = '';
    takeJobs();
    logger.info('Ready');
  }
}
