import { missedIn } from './absence.js';
import type { CorrelationPlan } from './correlation-plan.js';
import { EVIDENCE, type Episode } from './episode.js';
import type { GroupWindow } from './group-window.js';
import { leafEvents } from './leaf-events.js';

/** An episode as it stood at one moment; at most 100 event ids, so that a hot group stays cheap. */
export interface EpisodeSnapshot {
  readonly groupValues: readonly string[];
  /** Milliseconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Distinct events. */
  readonly count: number;
  /** What was measured at the last firing. */
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
export function snapshotEpisode(
  plan: CorrelationPlan,
  group: GroupWindow,
  episode: Episode,
): EpisodeSnapshot {
  const { entries } = group;
  const frozen = episode.frozen;
  const low = entries.lower(frozen?.start ?? episode.first - plan.lookback);
  const end = entries.upper(episode.last);
  const base = {
    groupValues: group.key.values,
    lastSeen: episode.last,
    value: episode.value,
    texts: end > low ? entries.texts?.[end - 1] : undefined,
  };
  if (plan.needs.firings) {
    const leaves = leafEvents(group, episode, plan.lookback);
    const evidence = cut(leaves.length, frozen?.ids.length ?? 0);
    const head = leaves.slice(0, evidence.head);
    const tail = leaves.slice(evidence.tail);
    return {
      ...base,
      firstSeen: frozen?.start ?? leaves[0]?.time ?? episode.first,
      count: leaves.length + (frozen?.count ?? 0),
      earliest: [...(frozen?.ids ?? []), ...head.map(({ id }) => id)],
      earliestMasks: [...(frozen?.ids ?? []).map(() => undefined), ...head.map(({ mask }) => mask)],
      latest: tail.map(({ id }) => id),
      latestMasks: tail.map(({ mask }) => mask),
    };
  }
  if (plan.rule.type === 'absence') {
    const ids = missedIn(entries, low, end).map((i) => entries.ids[i]!);
    const evidence = cut(ids.length, frozen?.ids.length ?? 0);
    return {
      ...base,
      firstSeen: frozen?.start ?? episode.first,
      count: ids.length + (frozen?.count ?? 0),
      earliest: [...(frozen?.ids ?? []), ...ids.slice(0, evidence.head)],
      latest: ids.slice(evidence.tail),
      earliestMasks: [],
      latestMasks: [],
    };
  }
  const evidence = cut(end - low, frozen?.ids.length ?? 0);
  const head = entries.ids.slice(low, low + evidence.head);
  return {
    ...base,
    firstSeen: frozen?.start ?? entries.times[low] ?? episode.first,
    count: end - low + (frozen?.count ?? 0),
    earliest: frozen === undefined ? head : [...frozen.ids, ...head],
    earliestMasks:
      entries.masks === undefined
        ? []
        : [...(frozen?.ids ?? []).map(() => undefined), ...entries.masks.slice(low, low + evidence.head)],
    latest: entries.ids.slice(low + evidence.tail, end),
    latestMasks: entries.masks?.slice(low + evidence.tail, end) ?? [],
  };
}

/** How many of `size` entries go to the earliest, and from which on they are the latest. */
function cut(size: number, frozen: number): { head: number; tail: number } {
  const head = Math.min(size, Math.max(0, EVIDENCE - frozen));
  return { head, tail: Math.max(head, size - EVIDENCE) };
}
