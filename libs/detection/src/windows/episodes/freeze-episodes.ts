import { missedWithin } from './absences.js';
import type { CorrelationPlan } from '../correlation-plan.js';
import { EVIDENCE, endingFrom, type Episode } from './episode.js';
import type { Group } from './group.js';
import { leafEvents } from './leaf-events.js';

/**
 * Lets episodes remember the entries before an index, which are about to be dropped.
 *
 * @param number of the correlation among those that share the windows
 */
export function freezeEpisodes(group: Group, number: number, plan: CorrelationPlan, before: number): void {
  const { entries } = group;
  const episodes = group.states[number]?.episodes ?? [];
  const dropped = entries.time(before - 1);
  for (let i = endingFrom(episodes, entries.firstTime); i < episodes.length; i += 1) {
    const episode = episodes[i]!;
    const start = episode.frozen?.start ?? episode.first - plan.lookback;
    if (start > dropped) break;
    if (plan.needs.hits) {
      const leaves = leafEvents(group, episode, plan.lookback).filter(({ time }) => time <= dropped);
      freeze(episode, leaves.length, leaves);
      if (leaves.length > 0) episode.frozen!.until = dropped;
      continue;
    }
    const first = entries.lower(start);
    const end = Math.max(first, Math.min(before, entries.upper(episode.last)));
    const missed = plan.rule.type === 'absence' ? missedWithin(entries, first, end) : undefined;
    const indexes = missed ?? Array.from({ length: Math.min(end - first, EVIDENCE) }, (_, n) => first + n);
    freeze(
      episode,
      missed?.length ?? end - first,
      indexes.map((index) => ({ id: entries.id(index), time: entries.time(index) })),
    );
  }
}

/** Adds so many events to what an episode remembers, with the earliest of them. */
function freeze(episode: Episode, count: number, earliest: readonly { id: string; time: number }[]): void {
  if (count === 0) return;
  const part = (episode.frozen ??= { start: earliest[0]!.time, count: 0, ids: [], until: -Infinity });
  part.count += count;
  for (const { id } of earliest) if (part.ids.length < EVIDENCE) part.ids.push(id);
}
