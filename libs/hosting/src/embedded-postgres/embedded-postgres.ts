import { resolve } from 'node:path';
import { AppError } from '@mcm/kernel';
import { databaseUrl, ensureCluster, ensureDatabase } from './cluster.js';
import { deleteData, findData, placeBinaries, placeData, SHARED_FOLDER } from './data-placement.js';
import { InstanceLock } from './instance-lock.js';
import { stopOrphan } from './orphaned-server.js';
import { rotateLog } from './server-log.js';
import {
  RESTART_POLICY,
  ServerSupervisor,
  type RestartPolicy,
  type ServerEvent,
} from './server-supervisor.js';

/**
 * Each kind of job needs three connections, so that all of the product are about sixty; after a crash of the server new ones
 * are opened while the old ones end.
 */
const DEFAULT_MAX_CONNECTIONS = 100;

/** What the owner of an embedded server may want to tell people; every one comes with a sentence. */
export type EmbeddedPostgresEvent =
  | ServerEvent
  /** First use: the cluster is being made. */
  | { type: 'creating'; message: string }
  /** The data lie elsewhere, because the account that runs the server may not enter the data folder. */
  | { type: 'moved'; message: string }
  /** A server that an earlier, killed run left behind was stopped. */
  | { type: 'orphan-stopped'; message: string };

export interface EmbeddedPostgresOptions {
  /** Folder of this server alone: cluster, password, log and lock. Created when missing. */
  dataDir: string;
  /** False for tests: quick, and a crash of the machine may cost all data. Default true. */
  durable?: boolean;
  /** Default 100. */
  maxConnections?: number;
  /** How long one start may take, recovery after a crash included. Default 120 s. */
  startTimeoutMs?: number;
  onEvent?: (event: EmbeddedPostgresEvent) => void;
  restart?: Partial<RestartPolicy>;
  /** Where data go that root's PostgreSQL account cannot reach. Default `/var/lib/mini-compliance-monitor`. */
  sharedFolder?: string;
}

/**
 * A real PostgreSQL as a child of this process, from binaries that npm installed. It listens on 127.0.0.1 with a
 * password, starts again when it is killed, never survives its owner for more than a moment, and keeps its data in one
 * folder. A data folder belongs to one process at a time.
 */
export class EmbeddedPostgres {
  private run: { supervisor: ServerSupervisor; lock: InstanceLock } | null = null;
  private starting: Promise<{ url: string }> | null = null;

  /**
   * Starts the server, making the cluster on first use, and resolves with the URL of the product's database.
   * Throws `HOST.ALREADY_RUNNING`, `HOST.NOT_WRITABLE`, `HOST.POSTGRES_MISSING`, `HOST.DATABASE_FAILED` and their like,
   * each with a sentence for people; nothing is left running then.
   */
  async start(options: EmbeddedPostgresOptions): Promise<{ url: string }> {
    if (this.starting) throw new AppError('conflict', 'HOST.ALREADY_STARTED', 'start() was called twice.');
    this.starting = this.doStart({ ...options, dataDir: resolve(options.dataDir) });
    try {
      return await this.starting;
    } catch (error) {
      this.starting = null;
      throw error;
    }
  }

  /** Stops the server in order and resolves when none of its processes is left. Safe to call at any time. */
  async stop(): Promise<void> {
    // A start under way is waited for: killing it halfway would leave more to repair.
    await this.starting?.catch(() => undefined);
    const { run } = this;
    this.run = null;
    this.starting = null;
    if (!run) return;
    try {
      await run.supervisor.stop();
    } finally {
      await run.lock.release();
    }
  }

  /** Process id of the server; null while there is none. */
  get pid(): number | null {
    return this.run?.supervisor.pid ?? null;
  }

  /** Deletes all data of a folder, which need not exist. Throws `HOST.ALREADY_RUNNING` while a process uses them. */
  static async reset(dataDir: string): Promise<void> {
    const folder = resolve(dataDir);
    const placement = await findData(folder);
    if (placement === null) return;
    const lock = await InstanceLock.acquire(placement.home);
    try {
      await stopOrphan(placement.clusterDir);
      await deleteData(folder);
    } finally {
      await lock.release();
    }
  }

  private async doStart(options: EmbeddedPostgresOptions): Promise<{ url: string }> {
    const onEvent = options.onEvent ?? warn;
    const settings = {
      durable: options.durable ?? true,
      maxConnections: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
    };
    const placement = await placeData(options.dataDir, {
      sharedFolder: options.sharedFolder ?? SHARED_FOLDER,
      onMove: (home, account) =>
        onEvent({
          type: 'moved',
          message:
            `PostgreSQL refuses to run as root and runs as ${account.name}, which may not enter ${options.dataDir}; ` +
            `its data are kept in ${home}.`,
        }),
    });
    const lock = await InstanceLock.acquire(placement.home);
    let supervisor: ServerSupervisor | null = null;
    try {
      const binaries = await placeBinaries(placement);
      if (await stopOrphan(placement.clusterDir)) {
        onEvent({
          type: 'orphan-stopped',
          message: 'Stopped a PostgreSQL server that an earlier run left behind.',
        });
      }
      const password = await ensureCluster(placement, binaries, settings, () =>
        onEvent({ type: 'creating', message: `Creating a database in ${placement.home}.` }),
      );
      await rotateLog(placement.logFile);
      supervisor = new ServerSupervisor(
        { ...placement, binaries, settings, startTimeoutMs: options.startTimeoutMs ?? 120_000 },
        { ...RESTART_POLICY, ...options.restart },
        onEvent,
      );
      const port = await supervisor.start();
      await ensureDatabase(port, password);
      this.run = { supervisor, lock };
      return { url: databaseUrl(port, password) };
    } catch (error) {
      await supervisor?.stop();
      await lock.release();
      throw error;
    }
  }
}

function warn(event: EmbeddedPostgresEvent): void {
  process.emitWarning(event.message, {
    code: `EMBEDDED_POSTGRES_${event.type.toUpperCase().replace('-', '_')}`,
  });
}
