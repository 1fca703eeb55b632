import { setPriority } from 'node:os';
import { AppError, messageOf } from '@mcm/kernel';
import type { FromSandbox, SandboxHost, SandboxTask, SandboxTasks, ToSandbox } from './sandbox-messages.js';
import { TASKS } from './tasks.js';

// The process in which foreign rules are compiled and evaluated. It is started and killed by `RuleSandbox`, speaks with it
// alone, and does one task at a time.

/** Evaluation of what arrives comes first. */
const NICE = 10;
const ALIVE_MS = 1_000;

const send = (message: FromSandbox): void => {
  if (process.connected) process.send!(message, undefined, undefined, () => undefined);
};

const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
let calls = 0;

function ask(name: keyof SandboxHost, args: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    calls += 1;
    waiting.set(calls, { resolve, reject });
    send({ kind: 'call', call: calls, name, args });
  });
}

const host: SandboxHost = {
  pageByTime: (...args) => ask('pageByTime', args) as ReturnType<SandboxHost['pageByTime']>,
  countEvents: (...args) => ask('countEvents', args) as ReturnType<SandboxHost['countEvents']>,
  byUids: (...args) => ask('byUids', args) as ReturnType<SandboxHost['byUids']>,
  arrivals: (...args) => ask('arrivals', args) as ReturnType<SandboxHost['arrivals']>,
  ruleVersion: (...args) => ask('ruleVersion', args) as ReturnType<SandboxHost['ruleVersion']>,
  progress: (...args) => ask('progress', args) as Promise<void>,
  take: (...args) => ask('take', args) as Promise<void>,
};

async function run<N extends SandboxTask>(task: N, input: SandboxTasks[N]['input']): Promise<void> {
  try {
    send({ kind: 'done', result: await TASKS[task](input, host) });
  } catch (error) {
    const known = error instanceof AppError ? { kind: error.kind, code: error.code } : null;
    send({ kind: 'failed', error: known, message: messageOf(error) });
  }
}

process.on('message', (message: ToSandbox) => {
  switch (message.kind) {
    case 'run':
      void run(message.task, message.input);
      return;
    case 'answer':
      waiting.get(message.call)?.resolve(message.value);
      waiting.delete(message.call);
      return;
    case 'refusal':
      waiting.get(message.call)?.reject(new Error(message.message));
      waiting.delete(message.call);
  }
});
// The process that started this one is gone.
process.once('disconnect', () => process.exit());

setPriority(NICE);
setInterval(() => send({ kind: 'alive' }), ALIVE_MS).unref();
send({ kind: 'ready' });
