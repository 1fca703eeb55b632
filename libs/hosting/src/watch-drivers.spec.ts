import type { MatchLog, MatchLogStatus } from '@mcm/match-log';
import { HealthRegistry } from '@mcm/platform';
import type { Drivers } from './drivers.js';
import { watchDrivers } from './watch-drivers.js';

const MIB = 1024 * 1024;
const QUIET: MatchLogStatus = {
  batches: 100,
  behind: 0,
  bytes: 64 * MIB,
  maxBytes: 64 * MIB,
  server: { usedMemory: 80 * MIB, maxMemory: 256 * MIB },
};

/** What the health report says of a log that is like this. */
async function healthOf(status: Partial<MatchLogStatus>) {
  const health = new HealthRegistry();
  const matchLog: Pick<MatchLog, 'status'> = { status: async () => ({ ...QUIET, ...status }) };
  const stop = watchDrivers({ matchLog } as unknown as Drivers, { health });
  try {
    return await health.of('match-log');
  } finally {
    stop();
  }
}

it('is content with a full log, because a full log is how it always is', async () => {
  expect(await healthOf({})).toEqual({ status: 'up' });
  expect(await healthOf({ behind: 40, server: { usedMemory: 80 * MIB, maxMemory: 0 } })).toEqual({
    status: 'up',
  });
  expect(await healthOf({ batches: 3, behind: 3, bytes: 1000 })).toEqual({ status: 'up' });
});

it('warns before batches go that were not taken in, and before Redis is full', async () => {
  expect(await healthOf({ behind: 60 })).toMatchObject({
    status: 'degraded',
    detail: expect.stringContaining('60 of 100'),
  });
  expect(await healthOf({ server: { usedMemory: 240 * MIB, maxMemory: 256 * MIB } })).toMatchObject({
    status: 'degraded',
    detail: expect.stringContaining('it takes no jobs'),
  });
});

it('names a clock that is wrong by more than a minute', async () => {
  const health = new HealthRegistry();
  const clock = { skewMs: 59_000 };
  const stop = watchDrivers({ clock } as unknown as Drivers, { health });
  try {
    expect(await health.of('clock')).toEqual({ status: 'up' });
    clock.skewMs = -125_000;
    expect(await health.of('clock')).toEqual({
      status: 'degraded',
      detail: "the clock of this machine is 125 seconds behind PostgreSQL's, whose time is used instead",
    });
  } finally {
    stop();
  }
});
