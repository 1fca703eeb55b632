import type { CorrelationPlan } from '../correlation-plan.js';
import { addHit, episodeAt, EVIDENCE } from './episode.js';
import type { Group } from './group.js';
import { leafEvents } from './leaf-events.js';

/** An episode as it was recorded, for a detector that sees only its later events. */
export interface OpenEpisode {
  ruleId: string;
  groupKey: string | null;
  firstSeen: Date | number;
  lastSeen: Date | number;
  count: number;
  eventIds: readonly string[];
}

/**
 * Makes an episode known in its group.
 *
 * @param number of the correlation among those that share the windows
 */
export function seedEpisode(plan: CorrelationPlan, number: number, group: Group, open: OpenEpisode): void {
  const { episodes } = group.state(number);
  const first = Number(open.firstSeen);
  const last = Number(open.lastSeen);
  const known = episodeAt(episodes, last, plan.lookback);
  const value = known !== undefined && known.last >= last ? known.value : open.count;
  addHit(episodes, last, value, plan.timespan);
  const episode = episodeAt(episodes, last, plan.lookback)!;
  episode.first = Math.min(episode.first, Math.min(first + plan.lookback, last));
  const { entries } = group;
  const present = plan.needs.hits
    ? leafEvents(group, { ...episode, first: first + plan.lookback, last, frozen: undefined }, plan.lookback)
        .length
    : entries.upper(last) - entries.lower(first);
  if (open.count <= present) return;
  const ids = entries.missing(open.eventIds).slice(0, EVIDENCE);
  episode.frozen = { start: first, count: open.count - present, ids, until: -Infinity };
}

/** The values of a recorded group key in the order of group-by; undefined when it is of other fields. */
export function seededGroup(plan: CorrelationPlan, key: string | null): string[] | undefined {
  const fields = plan.rule.groupBy;
  let record: unknown;
  try {
    record = JSON.parse(key === null || key === '' ? '{}' : key);
  } catch {
    // Written by another version of the rule, or not by a detector at all: it names no group of this rule.
    return undefined;
  }
  if (typeof record !== 'object' || record === null || Object.keys(record).length !== fields.length)
    return undefined;
  const values: string[] = [];
  for (const field of fields) {
    const value: unknown = (record as Record<string, unknown>)[field];
    if (typeof value !== 'string') return undefined;
    values.push(value);
  }
  return values;
}
