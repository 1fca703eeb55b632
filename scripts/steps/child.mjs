import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Within this time two signals are one: Ctrl-C reaches us from the terminal and again from npm, which passes it on. */
const SAME_SIGNAL_MS = 1000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Decides what a signal means that comes `now` (milliseconds): the first one stops in order, a later one kills. */
export function signalPolicy() {
  let first = null;
  return (now) => {
    first ??= now;
    if (now === first) return 'stop';
    return now - first < SAME_SIGNAL_MS ? 'ignore' : 'kill';
  };
}

/**
 * Runs a program to its end and returns its exit code. The first SIGINT, SIGTERM or SIGHUP is passed on and the program
 * is waited for; a second Ctrl-C kills it. The program leads a process group of its own, so that it gets the signal once.
 */
export async function runToEnd(program, args, { stopWithUs = false, ...options } = {}) {
  const windows = process.platform === 'win32';
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', ...(stopWithUs ? ['ipc'] : [])],
    ...options,
    detached: !windows,
  });
  const meaning = signalPolicy();
  let interrupted = false;
  const onSignal = (signal) => {
    interrupted = true;
    const order = meaning(performance.now());
    // On Windows the console has told the child already.
    if (order === 'stop' && !windows) sendToGroup(child, signal === 'SIGHUP' ? 'SIGTERM' : signal);
    if (order === 'kill') sendToGroup(child, 'SIGKILL');
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const [code, signal] = await once(child, 'exit');
    if (signal === null) return interrupted && code === 130 ? 0 : code;
    return signal === 'SIGKILL' ? 137 : 130;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

function sendToGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    // The program itself takes INT and TERM and stops what it has started; killing has to reach all of them.
    else if (signal === 'SIGKILL') process.kill(-child.pid, signal);
    else process.kill(child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
