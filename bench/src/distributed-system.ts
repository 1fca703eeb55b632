import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@mcm/testing';
import { BenchSystem, NODE_ARGUMENTS, ROOT, untilReady } from './bench-system.js';

/** The servers that a system stands on. */
export interface DistributedServers {
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
}
export type ServiceName = 'gateway' | 'ingestion' | 'ai-worker' | 'rules';

/** The services as processes of their own. */
export class DistributedBenchSystem extends BenchSystem {
  /** Addresses of health and metrics. */
  private readonly management: Record<ServiceName, string[]> = {
    gateway: [],
    ingestion: [],
    'ai-worker': [],
    rules: [],
  };

  private constructor(
    private readonly env: NodeJS.ProcessEnv,
    api: string,
    databaseUrl: string,
    private readonly children: ChildProcess[],
  ) {
    super(api, databaseUrl, children);
  }

  /** Migrates and starts one process of each service, and as many of rules as said. */
  static async begin(servers: DistributedServers, rules = 1): Promise<DistributedBenchSystem> {
    const [apiPort, intakePort] = [await freePort(), await freePort()];
    const env = {
      ...process.env,
      PROFILE: 'distributed',
      DATABASE_URL: servers.databaseUrl,
      NATS_URL: servers.natsUrl,
      REDIS_URL: servers.redisUrl,
      API_PORT: String(apiPort),
      INTAKE_PORT: String(intakePort),
      INGESTION_URL: `http://127.0.0.1:${intakePort}`,
      LOG_LEVEL: 'warn',
    };
    const api = `http://127.0.0.1:${apiPort}`;
    const system = new DistributedBenchSystem(env, api, servers.databaseUrl, []);
    const [code] = (await once(system.run('libs/hosting/dist/migrate/main.js'), 'exit')) as [number | null];
    if (code !== 0) throw new Error(`The migration ended with ${code}`);
    try {
      // The gateway is the first to stop; it is ready when ingestion is.
      const gateway = await system.launch('gateway');
      for (const service of ['ingestion', 'ai-worker', ...Array<'rules'>(rules).fill('rules')] as const)
        await system.add(service);
      await untilReady(gateway, api);
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  /** Starts a further process of a service and waits until it works. */
  async add(service: ServiceName): Promise<void> {
    const child = await this.launch(service);
    await untilReady(child, this.management[service].at(-1)!);
  }

  /** Seconds of processor time that the processes of each service have used so far. */
  async processorSeconds(): Promise<Record<ServiceName, number>> {
    const entries = Object.entries(this.management).map(async ([service, urls]) => {
      const seconds = urls.map(async (url) => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
      });
      return [service, (await Promise.all(seconds)).reduce((sum, each) => sum + each, 0)] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as Record<ServiceName, number>;
  }

  private async launch(service: ServiceName): Promise<ChildProcess> {
    const port = await freePort();
    const child = this.run(`services/${service}/dist/main.js`, { MANAGEMENT_PORT: String(port) });
    this.children.push(child);
    this.management[service].push(`http://127.0.0.1:${port}`);
    return child;
  }

  private run(path: string, more: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, [...NODE_ARGUMENTS, join(ROOT, path)], {
      cwd: ROOT,
      env: { ...this.env, ...more },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}
