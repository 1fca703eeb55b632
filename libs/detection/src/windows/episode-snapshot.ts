import { missedWithin } from './absence.js';
import type { CorrelationPlan } from './correlation-plan.js';
import type { EntryColumns } from './entry-columns.js';
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
    texts: end > low ? entries.texts(entries.previous(end)) : undefined,
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
    const missed = missedWithin(group, frozen?.start ?? episode.first - plan.lookback, episode.last);
    const evidence = cut(missed.count, frozen?.ids.length ?? 0);
    return {
      ...base,
      firstSeen: frozen?.start ?? episode.first,
      count: missed.count + (frozen?.count ?? 0),
      earliest: [...(frozen?.ids ?? []), ...missed.ids(0, evidence.head)],
      latest: missed.ids(evidence.tail, missed.count),
      earliestMasks: [],
      latestMasks: [],
    };
  }
  const size = entries.between(low, end);
  const evidence = cut(size, frozen?.ids.length ?? 0);
  const head = collect(entries, low, evidence.head);
  const tail = collect(
    entries,
    evidence.tail === size ? end : entries.back(end, size - evidence.tail)!,
    size - evidence.tail,
  );
  const frozenIds = frozen?.ids ?? [];
  return {
    ...base,
    firstSeen: frozen?.start ?? (low < entries.end ? entries.time(low) : episode.first),
    count: size + (frozen?.count ?? 0),
    earliest: [...frozenIds, ...head.ids],
    earliestMasks: plan.needs.mask ? [...frozenIds.map(() => undefined), ...head.masks] : [],
    latest: tail.ids,
    latestMasks: plan.needs.mask ? tail.masks : [],
  };
}

/** Ids and masks of some entries, from an address on. */
function collect(entries: EntryColumns, from: number, count: number): { ids: string[]; masks: number[] } {
  const ids: string[] = [];
  const masks: number[] = [];
  for (let at = from; ids.length < count; at = entries.next(at)) {
    ids.push(entries.id(at));
    masks.push(entries.mask(at));
  }
  return { ids, masks };
}

/** How many of `size` entries go to the earliest, and from which on they are the latest. */
function cut(size: number, frozen: number): { head: number; tail: number } {
  const head = Math.min(size, Math.max(0, EVIDENCE - frozen));
  return { head, tail: Math.max(head, size - EVIDENCE) };
}
