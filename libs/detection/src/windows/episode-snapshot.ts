import { missedWithin } from './absence.js';
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
  if (plan.needs.firings) return snapshotOfFirings(plan, group, episode);
  if (plan.rule.type === 'absence') return snapshotOfMissed(plan, group, episode);
  const { entries } = group;
  const { frozen } = episode;
  const low = entries.lower(frozen?.start ?? episode.first - plan.lookback);
  const end = entries.upper(episode.last);
  const size = entries.between(low, end);
  const { head, tail } = cut(size, frozen?.ids.length ?? 0);
  const latestFrom = tail === size ? end : entries.back(end, size - tail)!;
  const earliest = entries.ids(low, head);
  const masks = plan.needs.mask ? entries.masks(low, head) : NO_MASKS;
  // Built in one piece: this is made for every event of a hot group, and spreading an object costs more than all of it.
  return {
    groupValues: group.key.values,
    firstSeen: frozen?.start ?? (low < entries.end ? entries.time(low) : episode.first),
    lastSeen: episode.last,
    count: size + (frozen?.count ?? 0),
    value: episode.value,
    earliest: frozen === undefined ? earliest : [...frozen.ids, ...earliest],
    latest: entries.ids(latestFrom, size - tail),
    earliestMasks: frozen === undefined || masks === NO_MASKS ? masks : [...unknown(frozen.ids), ...masks],
    latestMasks: plan.needs.mask ? entries.masks(latestFrom, size - tail) : NO_MASKS,
    texts: size > 0 ? entries.texts(entries.previous(end)) : undefined,
  };
}

const NO_MASKS: readonly number[] = [];

function unknown(ids: readonly string[]): undefined[] {
  return ids.map(() => undefined);
}

/** An episode of a correlation over correlations: the events are those behind its firings. */
function snapshotOfFirings(plan: CorrelationPlan, group: GroupWindow, episode: Episode): EpisodeSnapshot {
  const { frozen } = episode;
  const frozenIds = frozen?.ids ?? [];
  const leaves = leafEvents(group, episode, plan.lookback);
  const { head, tail } = cut(leaves.length, frozenIds.length);
  const earliest = leaves.slice(0, head);
  const latest = leaves.slice(tail);
  return {
    groupValues: group.key.values,
    firstSeen: frozen?.start ?? leaves[0]?.time ?? episode.first,
    lastSeen: episode.last,
    count: leaves.length + (frozen?.count ?? 0),
    value: episode.value,
    earliest: [...frozenIds, ...earliest.map(({ id }) => id)],
    latest: latest.map(({ id }) => id),
    earliestMasks: [...unknown(frozenIds), ...earliest.map(({ mask }) => mask)],
    latestMasks: latest.map(({ mask }) => mask),
    texts: lastTexts(plan, group, episode),
  };
}

/** An episode of an absence: only the events that were found unanswered count. */
function snapshotOfMissed(plan: CorrelationPlan, group: GroupWindow, episode: Episode): EpisodeSnapshot {
  const { frozen } = episode;
  const missed = missedWithin(group, frozen?.start ?? episode.first - plan.lookback, episode.last);
  const { head, tail } = cut(missed.count, frozen?.ids.length ?? 0);
  return {
    groupValues: group.key.values,
    firstSeen: frozen?.start ?? episode.first,
    lastSeen: episode.last,
    count: missed.count + (frozen?.count ?? 0),
    value: episode.value,
    earliest: [...(frozen?.ids ?? []), ...missed.ids(0, head)],
    latest: missed.ids(tail, missed.count),
    earliestMasks: NO_MASKS,
    latestMasks: NO_MASKS,
    texts: lastTexts(plan, group, episode),
  };
}

/** Texts of the last event of an episode; undefined when all of its events are gone. */
function lastTexts(plan: CorrelationPlan, group: GroupWindow, episode: Episode): EpisodeSnapshot['texts'] {
  const { entries } = group;
  const end = entries.upper(episode.last);
  const low = entries.lower(episode.frozen?.start ?? episode.first - plan.lookback);
  return end > low ? entries.texts(entries.previous(end)) : undefined;
}

/** How many of `size` entries go to the earliest, and from which on they are the latest. */
function cut(size: number, frozen: number): { head: number; tail: number } {
  const head = Math.min(size, Math.max(0, EVIDENCE - frozen));
  return { head, tail: Math.max(head, size - EVIDENCE) };
}
