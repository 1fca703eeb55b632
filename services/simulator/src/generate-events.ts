import { AppError } from '@mcm/kernel';
import { ordinaryActivity } from './activities.js';
import { PEOPLE } from './people.js';
import { Random } from './random.js';
import { stamper, type EventDraft, type ProducedEvent } from './produced-event.js';
import { stories } from './stories/stories.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface GenerateOptions {
  /** How many events, exactly. */
  count: number;
  /** The events lie between these two, both included; dates or milliseconds since 1970. */
  from: Date | number;
  to: Date | number;
  /** The same options give the same events. */
  seed: number;
  /**
   * Weave each story in once (default). A story is told whole or not at all: stories take at most half of `count`.
   */
  stories?: boolean;
}

/**
 * Synthetic events in order of time: ordinary days of a small company, mostly without anything to report, and the
 * stories in between. Events of a long span fall on working hours.
 */
export function generateEvents(options: GenerateOptions): ProducedEvent[] {
  const { count, seed } = options;
  const span = { from: Number(options.from), to: Number(options.to) };
  if (!Number.isSafeInteger(count) || count < 0)
    throw new AppError('invalid', 'SIMULATOR.COUNT', `The count must be a whole number from 0, not ${count}`);
  if (!(span.from <= span.to))
    throw new AppError('invalid', 'SIMULATOR.SPAN', 'The span of time must end after it begins');

  // The span is part of the seed: another day's run with the same seed is another set of identifiers.
  const random = new Random(mix(seed, span.from, span.to));
  const stamp = stamper(`generated/${seed}/${span.from}/${span.to}/${count}`);
  const events: ProducedEvent[] = [];
  const place = (drafts: readonly EventDraft[], start: number): void => {
    const longest = drafts[drafts.length - 1]!.offset;
    const room = span.to - span.from;
    const pace = longest > room ? room / longest : 1;
    const begin = Math.min(start, span.to - Math.floor(longest * pace));
    for (const draft of drafts) events.push(stamp(draft, begin + Math.floor(draft.offset * pace)));
  };

  if (options.stories ?? true) {
    for (const story of stories) {
      const start = span.from + random.next() * (span.to - span.from);
      const drafts = story.emit(random.pick(PEOPLE), random, start);
      if (events.length + drafts.length <= count / 2) place(drafts, Math.floor(start));
    }
  }
  while (events.length < count) {
    const start = workingTime(span, random);
    const drafts = ordinaryActivity(random.pick(PEOPLE), random, start);
    place(drafts.slice(0, count - events.length), start);
  }
  // Same time, same order as they were made: sort is stable.
  return events.sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}

/** A time within the span; over several days mostly a weekday between 7 and 19 o'clock UTC. */
function workingTime(span: { from: number; to: number }, random: Random): number {
  const anyTime = (): number => Math.floor(span.from + random.next() * (span.to - span.from));
  if (span.to - span.from < 3 * DAY) return anyTime();
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const time = anyTime();
    const date = new Date(time);
    const atWork = date.getUTCDay() % 6 !== 0 && date.getUTCHours() >= 7 && date.getUTCHours() < 19;
    if (atWork || random.chance(0.06)) return time;
  }
  return anyTime();
}

/** Several numbers as one seed. */
function mix(...numbers: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const number of numbers)
    for (const character of String(number)) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
