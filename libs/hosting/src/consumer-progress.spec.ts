import type { ConsumerStatus } from '@mcm/messaging';
import { ConsumerProgress } from './consumer-progress.js';

let time = 0;
let progress: ConsumerProgress;
beforeEach(() => {
  time = 0;
  progress = new ConsumerProgress(() => time);
});

/** A look at one consumer after some seconds; how many seconds it has stood still then. */
function after(seconds: number, status: Partial<ConsumerStatus>): number {
  time += seconds * 1000;
  const known = { published: 0, refused: 0, delivered: 0, redelivered: 0, acknowledged: 0, deadLettered: 0 };
  progress.update([
    { consumer: 'evaluate-events', subject: 'events.recorded', consumed: true, lag: 0, ...known, ...status },
  ]);
  return progress.standstills()[0]!.seconds;
}

it('counts the time in which messages wait and this process finishes none, whatever else comes', () => {
  expect(after(0, { lag: 5, acknowledged: 7 })).toBe(0);
  expect(after(40, { lag: 1_270, acknowledged: 7, delivered: 90 })).toBe(40);
  expect(after(40, { lag: 3, acknowledged: 7 })).toBe(80);
});

it('begins again with everything that is finished, dead letters too, and when nothing waits', () => {
  after(0, { lag: 5 });
  expect(after(40, { lag: 900, acknowledged: 1 })).toBe(0);
  expect(after(40, { lag: 900, acknowledged: 1, deadLettered: 1 })).toBe(0);
  expect(after(40, { lag: 900, acknowledged: 1, deadLettered: 1 })).toBe(40);
  expect(after(10, { lag: 0, acknowledged: 1, deadLettered: 1 })).toBe(0);
  expect(after(10, { lag: 1, acknowledged: 1, deadLettered: 1 })).toBe(10);
});

it('takes fewer messages for progress where others handle them', () => {
  const others = { consumed: false };
  after(0, { ...others, lag: 100 });
  expect(after(30, { ...others, lag: 100 })).toBe(30);
  expect(after(30, { ...others, lag: 180 })).toBe(60);
  expect(after(30, { ...others, lag: 170 })).toBe(0);
});
