import { missedWithin } from './absences.js';
import type { CorrelationPlan } from '../correlation-plan.js';
import { EVIDENCE, type Episode } from './episode.js';
import type { Group } from './group.js';
import { leafEvents } from './leaf-events.js';

/** An episode as it stood at one moment; at most 100 event ids, so that a hot group stays cheap. */
export interface EpisodeSnapshot {
  readonly groupValues: readonly string[];
  /** Milliseconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Distinct events. */
  readonly count: number;
  /** What was measured at the last hit. */
  readonly value: number;
  /** The earliest events, and the latest ones that are not among them. */
  readonly earliest: readonly string[];
  readonly latest: readonly string[];
  /** Referred rules of those events as bits; empty where there is one rule, unknown (absent) for frozen ones. */
  readonly earliestMasks: readonly (number | undefined)[];
  readonly latestMasks: readonly (number | undefined)[];
  /** Texts for the summary, from the last event. */
  readonly texts: readonly (string | undefined)[] | undefined;
}

/** Takes a snapshot of an episode. */
export function snapshotEpisode(plan: CorrelationPlan, group: Group, episode: Episode): EpisodeSnapshot {
  const { entries } = group;
  const { frozen } = episode;
  const low = entries.lower(frozen?.start ?? episode.first - plan.lookback);
  const end = entries.upper(episode.last);
  const events = eventsOf(plan, group, episode, low, end);
  const frozenIds = frozen?.ids ?? [];
  const head = Math.min(events.count, Math.max(0, EVIDENCE - frozenIds.length));
  const tail = Math.max(head, events.count - EVIDENCE);
  const masks = events.masks(0, head);
  // Built in one piece: this is made for every batch of a hot group, and spreading an object costs more than all of it.
  return {
    groupValues: group.key.values,
    firstSeen: frozen?.start ?? events.first ?? episode.first,
    lastSeen: episode.last,
    count: events.count + (frozen?.count ?? 0),
    value: episode.value,
    earliest: frozen === undefined ? events.ids(0, head) : [...frozenIds, ...events.ids(0, head)],
    latest: events.ids(tail, events.count),
    earliestMasks: frozen === undefined || masks === NO_MASKS ? masks : [...unknown(frozenIds), ...masks],
    latestMasks: events.masks(tail, events.count),
    texts: end > low ? entries.texts(end - 1) : undefined,
  };
}

/** The events of an episode that are still there, by their number from 0. */
interface EpisodeEvents {
  readonly count: number;
  /** Time of the first. */
  readonly first: number | undefined;
  ids(from: number, to: number): string[];
  masks(from: number, to: number): readonly number[];
}

const NO_MASKS: readonly number[] = [];

function eventsOf(
  plan: CorrelationPlan,
  group: Group,
  episode: Episode,
  low: number,
  end: number,
): EpisodeEvents {
  const { entries } = group;
  if (plan.needs.hits) {
    // Those behind its hits.
    const leaves = leafEvents(group, episode, plan.lookback);
    return {
      count: leaves.length,
      first: leaves[0]?.time,
      ids: (from, to) => leaves.slice(from, to).map(({ id }) => id),
      masks: (from, to) => leaves.slice(from, to).map(({ mask }) => mask),
    };
  }
  if (plan.rule.type === 'absence') {
    // Only those that were found unanswered.
    const missed = missedWithin(entries, low, end);
    return {
      count: missed.length,
      first: undefined,
      ids: (from, to) => missed.slice(from, to).map((index) => entries.id(index)),
      masks: () => NO_MASKS,
    };
  }
  return {
    count: Math.max(0, end - low),
    first: low < entries.end ? entries.time(low) : undefined,
    ids: (from, to) => entries.ids(low + from, low + to),
    masks: (from, to) => (plan.needs.mask ? entries.masks(low + from, low + to) : NO_MASKS),
  };
}

function unknown(ids: readonly string[]): undefined[] {
  return ids.map(() => undefined);
}
