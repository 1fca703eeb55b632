import { tmpdir } from 'node:os';
import { HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { DiskReserve } from './disk-reserve.js';

const refusal = (setting: string) =>
  new DiskReserve(tmpdir(), setting).assertRoom().then(
    () => null,
    (error: unknown) => error,
  );

it('takes events while more than the reserve is free', async () => {
  for (const setting of ['0%', '1kB', '0.5 MB']) expect(await refusal(setting)).toBeNull();
});

it.each(['100%', '99999TB', '5000000 gb'])(
  'takes none below a reserve of %s, and says why',
  async (setting) => {
    expect(await refusal(setting)).toMatchObject({
      kind: 'unavailable',
      code: 'STORAGE.LOW',
      retryAfterSeconds: 30,
      message: expect.stringMatching(/ left, less than the reserve of .* \(DATA_DISK_RESERVE\)/) as string,
    });
  },
);

it('keeps 5 % of the disk, and of a large one a gigabyte', async () => {
  const metrics = new MetricsRegistry();
  const health = new HealthRegistry();
  new DiskReserve(tmpdir(), '').watch({ health, metrics });
  const text = await metrics.text();
  const figure = (name: string) =>
    Number(new RegExp(`^mcm_data_disk_${name}_bytes (.*)$`, 'm').exec(text)?.[1]);
  expect(figure('reserve')).toBeCloseTo(Math.min(0.05 * figure('size'), 1e9), -1);
  expect(figure('free')).toBeGreaterThan(0);
  expect(Object.keys((await health.report()).parts)).toEqual(['disk']);
});
