import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ServerAccount } from './server-account.js';
import { serverEnvironment } from './server-settings.js';

/**
 * Waits for the end of its input, which comes when our process ends in whatever way, and then stops the server: quickly
 * but orderly (INT), and after 20 s without regard (QUIT). It holds no path, only the process id.
 */
const SCRIPT = `
read -r _
kill -INT "$1" 2>/dev/null || exit 0
n=0
while kill -0 "$1" 2>/dev/null && [ $n -lt 20 ]; do sleep 1; n=$((n+1)); done
kill -QUIT "$1" 2>/dev/null
exit 0
`;

/**
 * A small shell that outlives this process by a moment, so that a server does not survive the death of its owner by
 * `kill -9`. Where there is no shell (Windows), the next start finds the server and stops it.
 */
export class DeathGuard {
  private constructor(private readonly shell: ChildProcess) {}

  static watch(serverPid: number, account: ServerAccount | null): DeathGuard | null {
    if (process.platform === 'win32') return null;
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'mini-compliance-monitor-guard', String(serverPid)], {
      // Its own session: a Ctrl-C at the terminal must not reach it.
      detached: true,
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['pipe', 'ignore', 'ignore'],
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    // Without a shell there is no guard; the take-over at the next start still holds. EPIPE: the guard went first.
    shell.on('error', () => undefined);
    shell.stdin?.on('error', () => undefined);
    shell.unref();
    (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
    return new DeathGuard(shell);
  }

  /** Call when the server has ended. Resolves when the guard has ended too. */
  async dismiss(): Promise<void> {
    const { shell } = this;
    if (shell.pid === undefined || shell.exitCode !== null || shell.signalCode !== null) return;
    shell.ref();
    const gone = once(shell, 'exit');
    shell.stdin?.end();
    await gone;
  }
}
