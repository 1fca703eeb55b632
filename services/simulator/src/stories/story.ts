import { PEOPLE, type Person } from '../people.js';
import { Random } from '../random.js';
import { stamper, type EventDraft, type ProducedEvent } from '../produced-event.js';

/** What a story is made of. */
export interface StoryParts {
  /** Stable name, kebab-case. */
  name: string;
  /** One sentence for people. */
  title: string;
  /** Names of all rules that raise a finding when the story happens to a user who does nothing else. */
  expected: readonly string[];
  /** The events in order; offsets are those of a real case. `now` (milliseconds) is for dates inside the events. */
  emit(actor: Person, random: Random, now: number): readonly EventDraft[];
}

/** A short course of events that a compliance monitor must notice. */
export interface Story extends StoryParts {
  /** The story's events from `start` (a date or milliseconds since 1970) on, within an hour, at the pace of a real case. */
  events(start: Date | number, options?: StoryOptions): ProducedEvent[];
}

export interface StoryOptions {
  /** The same seed, start and actor give the same events. Without one the seed follows from the start. */
  seed?: number;
  /** Whom it happens to; a unique name keeps a test's findings apart. Without one a random person. */
  actor?: Person;
}

export function defineStory(parts: StoryParts): Story {
  return {
    ...parts,
    events(start, options = {}) {
      const begin = Number(start);
      const seed = options.seed ?? begin;
      const random = new Random(seed);
      const actor = options.actor ?? random.pick(PEOPLE);
      const stamp = stamper(`story/${parts.name}/${actor.name}/${begin}/${seed}`);
      return parts.emit(actor, random, begin).map((draft) => stamp(draft, begin + draft.offset));
    },
  };
}
