import { AppError } from '@mcm/kernel';
import { waitForServer } from './wait-for-server.js';

const away = (n: number) => new AppError('unavailable', 'X.AWAY', `away ${n}`);

it('tries again while a server is away, and says each reason once', async () => {
  const reasons: string[] = [];
  const answers = [away(1), away(1), away(2)];
  const opened = await waitForServer(
    async () => {
      const fault = answers.shift();
      if (fault) throw fault;
      return 'open';
    },
    { timeoutMs: 10_000, onWait: (reason) => reasons.push(reason) },
  );
  expect(opened).toBe('open');
  expect(reasons).toEqual(['away 1', 'away 2']);
});

it('does not try again what cannot work', async () => {
  let tries = 0;
  const failing = waitForServer(
    async () => {
      tries += 1;
      throw new AppError('invalid', 'X.BAD', 'bad');
    },
    { timeoutMs: 10_000, onWait: () => undefined },
  );
  await expect(failing).rejects.toMatchObject({ code: 'X.BAD' });
  expect(tries).toBe(1);
});

it('gives up when the time is over or the wait is aborted', async () => {
  const open = async () => {
    throw away(1);
  };
  const onWait = () => undefined;
  await expect(waitForServer(open, { timeoutMs: 0, onWait })).rejects.toMatchObject({ code: 'X.AWAY' });
  const stop = new AbortController();
  const waiting = waitForServer(open, {
    timeoutMs: 600_000,
    onWait: () => stop.abort(),
    signal: stop.signal,
  });
  await expect(waiting).rejects.toMatchObject({ code: 'X.AWAY' });
});
