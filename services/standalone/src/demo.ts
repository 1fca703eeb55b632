import { randomInt } from 'node:crypto';
import type { Logger } from '@mcm/platform';
import { generateEvents, pushOverHttp, Simulator } from '@mcm/simulator';

/** How many events a first demo begins with, and over how many days they are spread. */
const HISTORY_EVENTS = 400;
const HISTORY_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/** Fills an empty system with a month of synthetic events; one that has events is left as it is. Returns how many. */
export async function pushHistory(api: string): Promise<number> {
  const summary = (await (await fetch(`${api}/stats/summary`)).json()) as { total_events: number };
  if (summary.total_events > 0) return 0;
  const now = Date.now();
  const events = generateEvents({
    count: HISTORY_EVENTS,
    from: now - HISTORY_DAYS * DAY_MS,
    to: now,
    seed: randomInt(2 ** 31),
  });
  await pushOverHttp(api)(events);
  return events.length;
}

/** Starts a light stream of synthetic events and stories. Returns what stops it. */
export function startLiveStream(api: string, logger: Logger): () => Promise<void> {
  const simulator = new Simulator({
    push: pushOverHttp(api),
    onError: (error) => logger.warn({ err: error }, 'Synthetic events could not be pushed'),
    onStory: (story) => logger.info({ story: story.name }, story.title),
  });
  simulator.start();
  return () => simulator.stop();
}
