import { applicationRole, eventually, freePort } from '@mcm/testing';
import { Balancer } from './balancer.js';
import { type Program, startProgram } from './program.js';
import type { System } from './system.js';

/** Where each service is in the workspace. */
const MAINS = {
  ingestion: 'services/ingestion/dist/main.js',
  rules: 'services/rules/dist/main.js',
  'ai-worker': 'services/ai-worker/dist/main.js',
  gateway: 'services/gateway/dist/main.js',
} as const;
export type ServiceName = keyof typeof MAINS;
/** Time before a process that has ended is started again. */
const RESTART_MS = 500;
const MIGRATE = 'libs/hosting/dist/migrate/main.js';
const APPLICATION_PASSWORD = 'of the services';

export interface DistributedOptions {
  /** As the owner, who migrates; the services log in as a role of their own. */
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
  env?: Readonly<Record<string, string>>;
  /** Further settings of all processes of one service. */
  envOf?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** Services that the start waits for; all unless given. */
  awaited?: readonly ServiceName[];
  /** Processes of each service; one where nothing is said. Several that listen are behind one address. */
  replicas?: Partial<Record<ServiceName, number>>;
  /** How many of them the start launches; all unless given. */
  launched?: Partial<Record<ServiceName, number>>;
}

/** One process of a service, which can be killed and started again on the same ports. */
export class Replica {
  private program: Program | null = null;
  private printed = '';
  private wanted = false;

  private constructor(
    readonly service: ServiceName,
    /** What it is started with from the next start on. */
    public env: Readonly<Record<string, string>>,
    /** Where it tells of its health. */
    readonly management: string,
  ) {}

  static async of(service: ServiceName, env: Readonly<Record<string, string>>): Promise<Replica> {
    const port = await freePort();
    return new Replica(service, { ...env, MANAGEMENT_PORT: String(port) }, `http://127.0.0.1:${port}`);
  }

  /** Starts it, and again when it ends by itself, as every supervisor does. */
  launch(): void {
    if (this.program) this.printed += this.program.output();
    const program = startProgram(MAINS[this.service], this.env);
    this.program = program;
    this.wanted = true;
    program.process.once('exit', () => {
      if (!this.wanted || this.program !== program) return;
      setTimeout(() => {
        if (this.wanted && this.program === program) this.launch();
      }, RESTART_MS);
    });
  }

  async untilReady(): Promise<void> {
    try {
      await eventually(async () => (await fetch(`${this.management}/health/ready`)).ok, {
        timeoutMs: 180_000,
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.output()}`, { cause: error });
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.program?.process.kill(signal);
  }

  kill(): Promise<void> {
    this.wanted = false;
    return this.program?.kill() ?? Promise.resolve();
  }

  stop(): Promise<number | null> {
    this.wanted = false;
    return this.program?.stop('SIGTERM') ?? Promise.resolve(0);
  }

  output(): string {
    return this.printed + (this.program?.output() ?? '');
  }
}

/** The services as processes of their own over PostgreSQL, NATS and Redis. */
export class DistributedSystem implements System {
  private constructor(
    readonly api: string,
    readonly replicas: readonly Replica[],
    private readonly balancers: readonly Balancer[],
  ) {}

  /** Migrates, starts everything, and waits until all of it is ready. */
  static async start(options: DistributedOptions): Promise<DistributedSystem> {
    const count = (service: ServiceName) => options.replicas?.[service] ?? 1;
    const ports = {
      gateway: await freePorts(count('gateway')),
      ingestion: await freePorts(count('ingestion')),
    };
    const balancers: Balancer[] = [];
    const addressOf = async (listening: readonly number[]): Promise<string> => {
      if (listening.length === 1) return `http://127.0.0.1:${listening[0]}`;
      const balancer = await Balancer.before(listening);
      balancers.push(balancer);
      return balancer.url;
    };
    const login = new URL(options.databaseUrl);
    login.username = applicationRole(options.databaseUrl);
    login.password = '';
    const env = {
      PROFILE: 'distributed',
      DATABASE_URL: login.href,
      DATABASE_PASSWORD: APPLICATION_PASSWORD,
      NATS_URL: options.natsUrl,
      REDIS_URL: options.redisUrl,
      INGESTION_URL: await addressOf(ports.ingestion),
      ...options.env,
    };
    const migrate = startProgram(MIGRATE, {
      ...env,
      DATABASE_URL: options.databaseUrl,
      DATABASE_PASSWORD: '',
      DATABASE_APP_USER: login.username,
      DATABASE_APP_PASSWORD: APPLICATION_PASSWORD,
    });
    // Before that, the role of the services is not there.
    if ((await migrate.ended()) !== 0) throw new Error(migrate.output());
    const replicas: Replica[] = [];
    for (const service of Object.keys(MAINS) as ServiceName[]) {
      for (let n = 0; n < count(service); n += 1) {
        const own = {
          ...(service === 'gateway' && { API_PORT: String(ports.gateway[n]) }),
          ...options.envOf?.[service],
          ...(service === 'ingestion' && { INTAKE_PORT: String(ports.ingestion[n]) }),
        };
        replicas.push(await Replica.of(service, { ...env, ...own }));
      }
    }
    const system = new DistributedSystem(await addressOf(ports.gateway), replicas, balancers);
    try {
      const launched = (Object.keys(MAINS) as ServiceName[]).flatMap((service) =>
        system.of(service).slice(0, options.launched?.[service]),
      );
      for (const replica of launched) replica.launch();
      await Promise.all(
        launched
          .filter(({ service }) => options.awaited?.includes(service) ?? true)
          .map((replica) => replica.untilReady()),
      );
      return system;
    } catch (error) {
      await system.killAll();
      throw error;
    }
  }

  /** The processes of one service. */
  of(service: ServiceName): Replica[] {
    return this.replicas.filter((replica) => replica.service === service);
  }

  output(): string {
    return this.replicas.map((replica) => replica.output()).join('');
  }

  /** Stops all of them in order, and answers the worst of their exit codes. */
  async stop(): Promise<number | null> {
    const codes = await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.stopBalancers();
    return codes.find((code) => code !== 0) ?? 0;
  }

  async killAll(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.kill()));
    await this.stopBalancers();
  }

  private async stopBalancers(): Promise<void> {
    await Promise.all(this.balancers.map((balancer) => balancer.stop()));
  }
}

async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}
