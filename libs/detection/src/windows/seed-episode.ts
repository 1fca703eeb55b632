import type { CorrelationPlan } from './correlation-plan.js';
import type { CorrelationWindows } from './correlation-windows.js';
import { addFiring, episodeAt, EVIDENCE } from './episode.js';
import { GroupKey } from './event-facts.js';
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

/** Makes an episode known to the windows of its rule. One of a rule that is gone or was changed is ignored. */
export function seedEpisode(all: readonly CorrelationWindows[], open: OpenEpisode): void {
  const windows = all.find(({ plans }) => plans.some(({ rule }) => rule.id === open.ruleId));
  if (windows === undefined || windows.isWaiting) return;
  const number = windows.plans.findIndex(({ rule }) => rule.id === open.ruleId);
  const plan = windows.plans[number]!;
  const values = groupValues(plan, open.groupKey);
  if (values === undefined) return;
  const group = windows.group(GroupKey.of(values));
  const { episodes } = group.track(number);
  const first = Number(open.firstSeen);
  const last = Number(open.lastSeen);
  const known = episodeAt(episodes, last, plan.lookback);
  const value = known !== undefined && known.last >= last ? known.value : open.count;
  addFiring(episodes, last, value, plan.timespan);
  const episode = episodeAt(episodes, last, plan.lookback)!;
  episode.first = Math.min(episode.first, Math.min(first + plan.lookback, last));
  const { entries } = group;
  const present = plan.needs.firings
    ? leafEvents(group, { ...episode, first: first + plan.lookback, last, frozen: undefined }, plan.lookback)
        .length
    : entries.between(entries.lower(first), entries.upper(last));
  if (open.count <= present) return;
  const ids = entries.missing(open.eventIds).slice(0, EVIDENCE);
  episode.frozen = { start: first, count: open.count - present, ids, until: -Infinity };
}

/** The values of a canonical group key in the order of group-by; undefined when it is of other fields. */
function groupValues(plan: CorrelationPlan, key: string | null): string[] | undefined {
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
