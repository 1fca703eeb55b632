import type { Readiness } from './api/get-readiness';

/** One part that needs attention. */
export interface PartTrouble {
  part: string;
  /** What that means for who looks at the page. */
  meaning: string;
  /** The part's own words. */
  detail: string;
}

/** What does not work while a part is down. */
const WHEN_DOWN: Readonly<Record<string, string>> = {
  database: 'Nothing can be stored.',
  disk: 'No further events are taken.',
  ingestion: 'No further events are taken.',
  'event-bus': 'Events cannot be passed on.',
  'job-queue': 'Scoring, previews and reloads cannot be started.',
  'match-log': 'No rules are evaluated.',
  evaluation: 'No rules are evaluated.',
  consumers: 'Events wait, and none is handled.',
};

/** What a part that still works is about to lead to; other parts are shown elsewhere, or do not matter here. */
const WHEN_DEGRADED: Readonly<Record<string, string>> = {
  archive: 'A day could not be archived, so it is not dropped.',
  clock: 'A clock is wrong.',
  consumers: 'Events wait: new findings come late.',
  'match-log': 'Rules are close to a limit.',
  retention: 'Not everything is removed when its time is over.',
  storage: 'The disk fills within a week.',
};

/** What does not work, and what soon may not, in this order; empty when all is well. */
export function partTroubles({ parts }: Readiness): PartTrouble[] {
  const down: PartTrouble[] = [];
  const degraded: PartTrouble[] = [];
  for (const [part, { status, detail = '' }] of Object.entries(parts)) {
    if (status === 'down') {
      down.push({ part, meaning: WHEN_DOWN[part] ?? `The part ${part} does not work.`, detail });
    } else if (status === 'degraded' && WHEN_DEGRADED[part] !== undefined) {
      degraded.push({ part, meaning: WHEN_DEGRADED[part], detail });
    }
  }
  return [...down, ...degraded];
}
