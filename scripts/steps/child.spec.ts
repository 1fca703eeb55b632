import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { signalPolicy } from './child.mjs';

describe('the meaning of a signal', () => {
  it('is to stop at the first, nothing at its echo, and to kill at the next Ctrl-C', () => {
    const meaning = signalPolicy();
    expect([meaning(100), meaning(130), meaning(900), meaning(2500)]).toEqual([
      'stop',
      'ignore',
      'ignore',
      'kill',
    ]);
  });
});

describe('a program run to its end', () => {
  /** A script that runs `program` (JavaScript) as the npm commands do, and prints the exit code it would use. */
  function run(program: string) {
    const child = fileURLToPath(new URL('child.mjs', import.meta.url));
    const code = `
      const { runToEnd } = await import(${JSON.stringify(child)});
      console.log('code', await runToEnd(process.execPath, ['-e', ${JSON.stringify(program)}]));`;
    const script = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const lines = createInterface({ input: script.stdout })[Symbol.asyncIterator]();
    return { script, next: async () => (await lines.next()).value as string };
  }

  it('gives its exit code', async () => {
    const { next } = run('process.exit(7)');
    expect(await next()).toBe('code 7');
  });

  it('gets one Ctrl-C of the terminal once, and is waited for', async () => {
    const { script, next } = run(`
      let times = 0;
      process.on('SIGINT', () => {
        if (++times === 1) setTimeout(() => { console.log('times', times); process.exit(0); }, 300);
      });
      setInterval(() => {}, 1000);
      console.log('ready');`);
    expect(await next()).toBe('ready');
    // The terminal signals the group, npm passes the same signal on.
    process.kill(-script.pid!, 'SIGINT');
    process.kill(script.pid!, 'SIGINT');
    expect(await next()).toBe('times 1');
    expect(await next()).toBe('code 0');
  });

  it('counts as ended well when Ctrl-C ended it the plain way', async () => {
    const { script, next } = run(`process.on('SIGINT', () => process.exit(130));
      setInterval(() => {}, 1000); console.log('ready');`);
    await next();
    process.kill(script.pid!, 'SIGINT');
    expect(await next()).toBe('code 0');
  });
});

it('a program whose script is killed is asked to stop', async () => {
  const guard = new URL('stop-with-parent.mjs', import.meta.url).href;
  const program = `process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(0); });
    setInterval(() => {}, 1000); console.log('ready');`;
  const code = `
    import { spawn } from 'node:child_process';
    spawn(process.execPath, ['--import', ${JSON.stringify(guard)}, '-e', ${JSON.stringify(program)}],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });`;
  const script = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines = createInterface({ input: script.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  const exited = once(script, 'exit');
  script.kill('SIGKILL');
  await exited;
  expect((await lines.next()).value).toBe('asked to stop');
});
