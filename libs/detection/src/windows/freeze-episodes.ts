import { missedIn } from './absence.js';
import type { CorrelationPlan } from './correlation-plan.js';
import { EVIDENCE } from './episode.js';
import type { GroupWindow, Track } from './group-window.js';
import { leafEvents } from './leaf-events.js';

/** Lets episodes remember the entries before an address, which are about to be dropped. */
export function freezeEpisodes(
  group: GroupWindow,
  track: Track,
  plan: CorrelationPlan,
  before: number,
): void {
  const { entries } = group;
  const oldest = entries.firstTime;
  const dropped = entries.time(entries.previous(before));
  const { episodes } = track;
  for (let at = episodes.endingFrom(oldest); at < episodes.end; at = episodes.next(at)) {
    const episode = episodes.at(at);
    const start = episode.frozen?.start ?? episode.first - plan.lookback;
    if (start > dropped) break;
    if (plan.needs.firings) {
      const leaves = leafEvents(group, episode, plan.lookback).filter(({ time }) => time <= dropped);
      if (leaves.length === 0) continue;
      const part = (episode.frozen ??= { start: leaves[0]!.time, count: 0, ids: [], until: -Infinity });
      part.count += leaves.length;
      for (const { id } of leaves) if (part.ids.length < EVIDENCE) part.ids.push(id);
      part.until = dropped;
    } else {
      const first = entries.lower(start);
      const end = Math.min(before, entries.upper(episode.last));
      if (end <= first) continue;
      if (plan.rule.type === 'absence') {
        const gone = missedIn(entries, first, end);
        if (gone.length === 0) continue;
        const part = (episode.frozen ??= { start: gone[0]!.time, count: 0, ids: [], until: -Infinity });
        part.count += gone.length;
        for (const { id } of gone) if (part.ids.length < EVIDENCE) part.ids.push(id);
        continue;
      }
      const part = (episode.frozen ??= { start: entries.time(first), count: 0, ids: [], until: -Infinity });
      part.count += entries.between(first, end);
      for (let i = first; i < end && part.ids.length < EVIDENCE; i = entries.next(i))
        part.ids.push(entries.id(i));
    }
  }
}
