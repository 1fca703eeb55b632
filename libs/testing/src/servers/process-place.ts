import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerKind } from './server-kind.js';
import type { ServerPlace, ServerSettings } from './server-place.js';

const HOST = '127.0.0.1';
const KEPT_OUTPUT = 4000;
/** An orderly end that takes longer than this is none. */
const ORDERLY_MS = 10_000;

/** Waits for the end of its input, which comes when our process ends in whatever way, and then kills the server. */
const GUARD = 'read -r _; kill -KILL "$1" 2>/dev/null; rm -rf "$2"';

/** A server as a child process, with everything it writes in a folder of its own below the system's temporary one. */
export class ProcessPlace implements ServerPlace {
  readonly host = HOST;
  private readonly folder: string;
  private server: ChildProcess | null = null;
  private guard: ChildProcess | null = null;
  private output = '';

  constructor(
    private readonly kind: ServerKind,
    private readonly program: string,
    readonly port: number,
    settings: ServerSettings,
  ) {
    this.folder = mkdtempSync(join(tmpdir(), `${kind.program}-`));
    const place = { host: HOST, port, data: this.data };
    const text = kind.configuration(place) + (settings.configuration?.(this.folder) ?? '');
    writeFileSync(this.configurationFile, text);
    for (const [name, content] of Object.entries(settings.files ?? {}))
      writeFileSync(join(this.folder, name), content, { mode: 0o600 });
  }

  async launch(): Promise<void> {
    mkdirSync(this.data, { recursive: true });
    const server = spawn(this.program, this.kind.readConfiguration(this.configurationFile), {
      cwd: this.folder,
      // Its own session: a Ctrl-C at the terminal lets the tests end first.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [server.stdout, server.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-KEPT_OUTPUT);
      });
    await once(server, 'spawn');
    this.server = server;
    this.watch(server.pid as number);
  }

  async end(how: 'orderly' | 'kill'): Promise<void> {
    const { server } = this;
    if (server && !(await this.hasEnded())) {
      const ended = once(server, 'exit');
      server.kill(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
      const impatience = setTimeout(() => server.kill('SIGKILL'), ORDERLY_MS);
      await ended;
      clearTimeout(impatience);
    }
    this.server = null;
    this.guard?.kill('SIGKILL');
    this.guard = null;
  }

  async hasEnded(): Promise<boolean> {
    return !this.server || this.server.exitCode !== null || this.server.signalCode !== null;
  }

  async clear(): Promise<void> {
    rmSync(this.data, { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async lastWords(): Promise<string> {
    return this.output;
  }

  /** Where there is no shell (Windows) a killed test run leaves its servers. */
  private watch(pid: number): void {
    if (process.platform === 'win32') return;
    const guard = spawn('/bin/sh', ['-c', GUARD, 'test-server-guard', String(pid), this.folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    guard.on('error', () => undefined);
    guard.stdin.on('error', () => undefined);
    guard.unref();
    (guard.stdin as unknown as { unref?: () => void }).unref?.();
    this.guard = guard;
  }

  private get data(): string {
    return join(this.folder, 'data');
  }

  private get configurationFile(): string {
    return join(this.folder, 'server.conf');
  }
}
