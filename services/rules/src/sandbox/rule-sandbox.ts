import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError, messageOf } from '@mcm/kernel';
import { MetricsRegistry } from '@mcm/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { RulesInForce } from '../rule-store/rules-in-force.js';
import { RulesConfig } from '../rules.config.js';
import type {
  FromSandbox,
  SandboxHost,
  SandboxTask,
  SandboxTasks,
  SentRules,
  ToSandbox,
} from './sandbox-messages.js';

/** The compiled program, from wherever this is read: a process of its own runs no TypeScript. */
const PROGRAM = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/sandbox/sandbox-process.js' : './sandbox-process.js',
    import.meta.url,
  ),
);
/** Milliseconds for which a process that has nothing to do is kept for the next task. */
const IDLE_MS = 60_000;
/** Characters of what a process said last that are kept, in case it dies. */
const LAST_WORDS = 2_000;

export interface SandboxOptions {
  /** What the task may ask for. */
  host?: Partial<SandboxHost>;
  /** Ends the task when it is aborted; the task rejects with its reason. */
  signal?: AbortSignal;
}

/**
 * Runs what rules from outside may make endless in a process of its own, which can be killed: it has a bound on its memory
 * (`RULES_SANDBOX_MEMORY_MB`), a bound on how long it may be silent (`RULES_SANDBOX_SECONDS`), a lower priority, and neither
 * environment nor connections of this process. Why not in a thread: docs/adr/0042.
 */
@Injectable()
export class RuleSandbox implements OnApplicationShutdown {
  private readonly running = new Set<ChildProcess>();
  /** Keeps the rules in force that it compiled for the task before. */
  private idle: { child: ChildProcess; timer: NodeJS.Timeout } | undefined;
  private readonly ended;

  constructor(
    private readonly config: RulesConfig,
    metrics: MetricsRegistry,
  ) {
    this.ended = metrics.counter(
      'mcm_rule_sandbox_tasks_total',
      'Tasks with foreign rules, by how they ended',
      ['task', 'outcome'],
    );
  }

  onApplicationShutdown(): void {
    this.close();
  }

  /** Kills whatever runs. */
  close(): void {
    if (this.idle) clearTimeout(this.idle.timer);
    this.idle = undefined;
    for (const child of this.running) child.kill('SIGKILL');
  }

  /**
   * Runs a task apart.
   *
   * @throws AppError `RULES.OUT_OF_MEMORY`, `RULES.TIMED_OUT` (kind `invalid`: the same again ends the same), or what the
   * task throws
   */
  async run<N extends SandboxTask>(
    task: N,
    input: SandboxTasks[N]['input'],
    options: SandboxOptions = {},
  ): Promise<SandboxTasks[N]['result']> {
    options.signal?.throwIfAborted();
    const child = this.process();
    try {
      const result = await this.attend(child, task, input, options);
      this.keep(child);
      this.ended.inc({ task, outcome: 'done' });
      return result;
    } catch (error) {
      child.kill('SIGKILL');
      this.ended.inc({ task, outcome: error instanceof AppError ? error.code : 'failed' });
      throw error;
    }
  }

  private process(): ChildProcess {
    const { idle } = this;
    if (idle !== undefined) {
      this.idle = undefined;
      clearTimeout(idle.timer);
      if (idle.child.connected) return idle.child;
    }
    const child = fork(PROGRAM, [], {
      execArgv: [`--max-old-space-size=${this.config.sandboxMemoryMb}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }

  private keep(child: ChildProcess): void {
    if (this.idle !== undefined || !child.connected) {
      child.kill('SIGKILL');
      return;
    }
    // It must not keep this process from ending.
    child.unref();
    child.channel?.unref();
    (child.stderr as unknown as { unref?: () => void }).unref?.();
    const timer = setTimeout(() => {
      this.idle = undefined;
      child.kill('SIGKILL');
    }, IDLE_MS);
    timer.unref();
    this.idle = { child, timer };
  }

  private attend<N extends SandboxTask>(
    child: ChildProcess,
    task: N,
    input: SandboxTasks[N]['input'],
    { host = {}, signal }: SandboxOptions,
  ): Promise<SandboxTasks[N]['result']> {
    child.ref();
    child.channel?.ref();
    const { sandboxMemoryMb, sandboxSeconds } = this.config;
    let lastWords = '';
    let silent: NodeJS.Timeout | undefined;
    let late = false;
    return new Promise<SandboxTasks[N]['result']>((resolve, reject) => {
      const listen = (): void => {
        clearTimeout(silent);
        silent = setTimeout(() => {
          late = true;
          child.kill('SIGKILL');
        }, sandboxSeconds * 1000);
      };
      const send = (message: ToSandbox): void => {
        // Whether it could be sent shows in the exit of the process.
        if (child.connected) child.send(message, () => undefined);
      };
      const onMessage = (message: FromSandbox): void => {
        listen();
        switch (message.kind) {
          case 'ready':
          case 'alive':
            return;
          case 'call':
            answer(host, message)
              .then(send)
              .catch((error: unknown) => settle(() => reject(error as Error)));
            return;
          case 'done':
            settle(() => resolve(message.result as SandboxTasks[N]['result']));
            return;
          case 'failed': {
            const { error, message: text } = message;
            settle(() =>
              reject(error === null ? new Error(text) : new AppError(error.kind, error.code, text)),
            );
          }
        }
      };
      const onExit = (code: number | null, killedBy: NodeJS.Signals | null): void => {
        settle(() => {
          if (late) reject(timedOut(sandboxSeconds));
          else if (killedBy === 'SIGABRT' || code === 134 || killedBy === 'SIGKILL')
            reject(outOfMemory(sandboxMemoryMb));
          else
            reject(
              new Error(`The process for foreign rules ended (${code ?? killedBy}): ${lastWords.trim()}`),
            );
        });
      };
      const onAbort = (): void => {
        settle(() => reject(signal!.reason as Error));
        child.kill('SIGKILL');
      };
      const onWords = (chunk: Buffer): void => {
        lastWords = (lastWords + chunk.toString('utf8')).slice(-LAST_WORDS);
      };
      const settle = (how: () => void): void => {
        clearTimeout(silent);
        child.off('message', onMessage);
        child.off('exit', onExit);
        child.off('error', reject);
        child.stderr?.off('data', onWords);
        signal?.removeEventListener('abort', onAbort);
        how();
      };
      child.on('message', onMessage);
      child.once('exit', onExit);
      child.once('error', reject);
      child.stderr?.on('data', onWords);
      signal?.addEventListener('abort', onAbort, { once: true });
      listen();
      send({ kind: 'run', task, input });
    });
  }
}

/** The rules in force in the form in which another process can be given them. */
export function sentRules({ revision, loaded, overrides }: RulesInForce): SentRules {
  return {
    revision,
    fingerprint: loaded.fingerprint,
    sources: loaded.sources,
    overridesRevision: overrides.revision,
    overrides: overrides.all,
  };
}

async function answer(
  host: Partial<SandboxHost>,
  { call, name, args }: Extract<FromSandbox, { kind: 'call' }>,
): Promise<ToSandbox> {
  try {
    const method = Object.hasOwn(host, name) ? host[name] : undefined;
    if (method === undefined) throw new Error(`This task may not ask for ${name}`);
    return {
      kind: 'answer',
      call,
      value: await (method as (...args: readonly unknown[]) => Promise<unknown>)(...args),
    };
  } catch (error) {
    return { kind: 'refusal', call, message: messageOf(error) };
  }
}

function outOfMemory(megabytes: number): AppError {
  return new AppError(
    'invalid',
    'RULES.OUT_OF_MEMORY',
    `The rules need more than ${megabytes} MiB of memory (RULES_SANDBOX_MEMORY_MB) to be compiled and evaluated.`,
  );
}

function timedOut(seconds: number): AppError {
  return new AppError(
    'invalid',
    'RULES.TIMED_OUT',
    `The rules were busy for ${seconds} seconds (RULES_SANDBOX_SECONDS) without coming to anything.`,
  );
}
