import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@mcm/kernel';
import { DeathGuard } from './death-guard.js';
import type { ServerAccount } from './server-account.js';
import type { ServerBinaries } from './server-binaries.js';
import { lastLines, sizeOf } from './server-log.js';
import { serverArguments, serverEnvironment, type ServerSettings } from './server-settings.js';
import { codeOf } from './system-errors.js';

export interface LaunchOptions {
  binaries: ServerBinaries;
  account: ServerAccount | null;
  clusterDir: string;
  logFile: string;
  port: number;
  settings: ServerSettings;
  /** How long the server may take until it answers, recovery after a crash included. */
  startTimeoutMs: number;
}

/** Says that the server did not start for a reason which may be gone a moment later. */
export class TransientStartError extends Error {
  override readonly name = 'TransientStartError';
  constructor(
    readonly reason: 'port-taken' | 'data-in-use',
    readonly log: string,
  ) {
    super(log);
  }
}

const POLL_MS = 20;
const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 10_000;

/** One run of `postgres`, from its launch to its end. */
export class ServerProcess {
  private readonly guard: DeathGuard | null;

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: LaunchOptions,
    /** Resolves with a few words on how the server ended. */
    readonly ended: Promise<string>,
  ) {
    this.guard = DeathGuard.watch(child.pid!, options.account);
  }

  /**
   * Starts the server and resolves when it accepts connections. Throws `TransientStartError`, or `HOST.DATABASE_FAILED`
   * with the last lines of the server's log.
   */
  static async launch(options: LaunchOptions): Promise<ServerProcess> {
    const { binaries, account, clusterDir, logFile, port, settings } = options;
    const logFrom = await sizeOf(logFile);
    const log = await open(logFile, 'a', 0o600);
    let child: ChildProcess;
    let ended: Promise<string>;
    try {
      child = spawn(binaries.postgres, ['-D', clusterDir, ...serverArguments(port, settings)], {
        // A session of its own: Ctrl-C at the terminal is for this process, which then stops the server in order.
        detached: true,
        cwd: '/',
        env: serverEnvironment(),
        stdio: ['ignore', log.fd, log.fd],
        windowsHide: true,
        ...(account && { uid: account.uid, gid: account.gid }),
      });
      // Asked for before anything is waited for: a server that cannot start may have ended by then.
      ended = endOf(child);
      await once(child, 'spawn');
    } catch (cause) {
      throw new AppError(
        'unavailable',
        'HOST.DATABASE_FAILED',
        `PostgreSQL could not be started: ${binaries.postgres} does not run (${codeOf(cause) ?? String(cause)}).`,
        { cause },
      );
    } finally {
      await log.close();
    }
    const server = new ServerProcess(child, options, ended);
    const failure = await Promise.race([
      server.waitUntilReady(),
      server.ended.then((how) => `PostgreSQL ended while starting (${how}).`),
    ]);
    if (failure === null) return server;
    await server.kill('SIGQUIT');
    throw startError(failure, logFile, await lastLines(logFile, logFrom));
  }

  get pid(): number {
    return this.child.pid!;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends all sessions, writes everything out and resolves when no process is left. */
  async stop(): Promise<void> {
    if (this.running) {
      await this.askToStop();
      if (!(await this.endsWithin(FAST_STOP_MS))) await this.kill('SIGQUIT');
    }
    await this.guard?.dismiss();
  }

  /** Releases what watched over a server that has ended by itself. */
  async dispose(): Promise<void> {
    await this.ended;
    await this.guard?.dismiss();
  }

  private async askToStop(): Promise<void> {
    if (process.platform !== 'win32') {
      this.child.kill('SIGINT');
      return;
    }
    // Windows has no signals; pg_ctl knows the server's own channel.
    const pgCtl = spawn(
      this.options.binaries.pgCtl,
      ['stop', '-D', this.options.clusterDir, '-m', 'fast', '-W'],
      {
        env: serverEnvironment(),
        stdio: 'ignore',
        windowsHide: true,
      },
    );
    await once(pgCtl, 'exit');
  }

  private async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.running) {
      this.child.kill(signal);
      if (!(await this.endsWithin(IMMEDIATE_STOP_MS))) this.child.kill('SIGKILL');
      await this.ended;
    }
    await this.guard?.dismiss();
  }

  private async endsWithin(ms: number): Promise<boolean> {
    const timer = new AbortController();
    try {
      return await Promise.race([
        this.ended.then(() => true),
        delay(ms, false, { signal: timer.signal }).catch(() => false),
      ]);
    } finally {
      timer.abort();
    }
  }

  /** Null when ready, else why it took too long. Ends without a word when the server has ended. */
  private async waitUntilReady(): Promise<string | null> {
    const deadline = Date.now() + this.options.startTimeoutMs;
    while (this.running) {
      if (await this.reportsReady()) return null;
      if (Date.now() > deadline) {
        return `PostgreSQL did not become ready within ${this.options.startTimeoutMs / 1000} s.`;
      }
      await delay(POLL_MS);
    }
    return `PostgreSQL ended while starting (${await this.ended}).`;
  }

  /** The server keeps its state in line 8 of postmaster.pid; line 1 says whose file it is. */
  private async reportsReady(): Promise<boolean> {
    try {
      const lines = (await readFile(join(this.options.clusterDir, 'postmaster.pid'), 'utf8')).split('\n');
      return lines[0] === String(this.pid) && lines[7]?.trim() === 'ready';
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit code ${String(code)}` : `killed by ${signal}`),
    );
  });
}

function startError(failure: string, logFile: string, log: string): Error {
  if (/could not (bind|create any TCP\/IP)|Address already in use/i.test(log)) {
    return new TransientStartError('port-taken', log);
  }
  if (/lock file "postmaster\.pid" already exists|pre-existing shared memory block/i.test(log)) {
    return new TransientStartError('data-in-use', log);
  }
  const cause = /No space left on device/i.test(log) ? ' The disk is full.' : '';
  return new AppError(
    'unavailable',
    'HOST.DATABASE_FAILED',
    `${failure}${cause} The last lines of ${logFile}:\n${log || '(nothing was written)'}`,
  );
}
