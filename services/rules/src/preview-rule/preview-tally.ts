import type { PreviewCount, PreviewReport, PreviewSample } from '@mcm/contracts';
import type { Detection, RuleSet } from '@mcm/detection';
import { findingDraft, type FindingEvent } from '../evaluate-events/finding-draft.js';

/** Findings that are shown, groups that are named, and groups that are told apart at most. */
const SAMPLES = 10;
const TOP = 10;
const GROUPS_MAX = 50_000;

/** An episode that may still grow. */
interface OpenEpisode {
  first: number;
  last: number;
  /** Event time behind which nothing can be added to it; milliseconds. */
  until: number;
  finding: Found;
}

interface Found {
  detection: Detection;
  events: ReadonlyMap<string, FindingEvent>;
}

/** Counts what detections would become as findings, without keeping more of them than are shown. */
export class PreviewTally {
  private readonly days = new Map<string, number>();
  private readonly severities = new Map<string, number>();
  private readonly groups = new Map<string, number>();
  private readonly open = new Map<string, OpenEpisode[]>();
  private readonly reach = new Map<string, number>();
  private samples: Found[] = [];
  private findings = 0;

  /**
   * @param counted ids of the rules whose findings count
   * @param lateness milliseconds
   */
  constructor(
    rules: RuleSet,
    private readonly counted: ReadonlySet<string>,
    lateness: number,
  ) {
    for (const { id, timespan } of rules.rules) this.reach.set(id, 3 * timespan + 2 * lateness);
  }

  /** Takes in what events led to; their time must not go back. */
  add(detections: readonly Detection[], events: ReadonlyMap<string, FindingEvent>): void {
    for (const detection of detections) {
      if (!this.counted.has(detection.ruleId)) continue;
      if (detection.kind === 'event') this.count({ detection, events });
      else this.grow({ detection, events });
    }
  }

  /** Counts the episodes to which nothing can be added once events have come to this time; all of them at the end. */
  settle(time = Infinity): void {
    for (const [key, episodes] of this.open) {
      const growing = episodes.filter(({ until }) => until >= time);
      for (const episode of episodes) if (!growing.includes(episode)) this.count(episode.finding);
      if (growing.length === 0) this.open.delete(key);
      else this.open.set(key, growing);
    }
  }

  get result(): PreviewCount {
    const days = [...this.days].map(([date, count]) => ({ date, count }));
    return { findings: this.findings, days: days.sort((a, b) => (a.date < b.date ? -1 : 1)) };
  }

  get bySeverity(): Record<string, number> {
    return Object.fromEntries(this.severities);
  }

  get top(): PreviewReport['top'] {
    return [...this.groups]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
      .slice(0, TOP);
  }

  /** The latest findings, newest first. */
  get latest(): PreviewSample[] {
    return this.samples.map(({ detection, events }) => {
      const draft = findingDraft(detection, events);
      return {
        severity: draft.severity,
        description: draft.description,
        user: draft.user,
        group: { ...detection.group },
        first_seen: draft.first_seen,
        last_seen: draft.last_seen,
        event_count: draft.event_count,
        event_uids: [...draft.event_uids],
        reasons: draft.reasons,
      };
    });
  }

  /** An episode that overlaps one that is known is the same one, as it is in the store. */
  private grow(finding: Found): void {
    const { detection } = finding;
    const key = `${detection.ruleId}\u0000${detection.groupKey}`;
    let first = detection.firstSeen.getTime();
    let last = detection.lastSeen.getTime();
    const apart: OpenEpisode[] = [];
    for (const episode of this.open.get(key) ?? []) {
      if (episode.first > last || episode.last < first) {
        apart.push(episode);
        continue;
      }
      first = Math.min(first, episode.first);
      last = Math.max(last, episode.last);
    }
    const until = last + (this.reach.get(detection.ruleId) ?? 0);
    this.open.set(key, [...apart, { first, last, until, finding }]);
  }

  private count(finding: Found): void {
    const { detection, events } = finding;
    this.findings += 1;
    increase(this.days, detection.firstSeen.toISOString().slice(0, 10));
    increase(this.severities, detection.level === 'informational' ? 'low' : detection.level);
    const name = nameOf(detection, events);
    if (this.groups.has(name) || this.groups.size < GROUPS_MAX) increase(this.groups, name);
    this.samples.push(finding);
    if (this.samples.length > 2 * SAMPLES) this.trim();
  }

  private trim(): void {
    this.samples.sort((a, b) => b.detection.firstSeen.getTime() - a.detection.firstSeen.getTime());
    this.samples.length = Math.min(this.samples.length, SAMPLES);
  }

  /** To be called once, when all is counted. */
  finish(): void {
    this.settle();
    this.trim();
  }
}

function nameOf(detection: Detection, events: ReadonlyMap<string, FindingEvent>): string {
  if (detection.kind === 'event') return events.get(detection.eventIds[0]!)?.user ?? '';
  const values = Object.values(detection.group);
  return values.length === 0 ? 'all' : values.join(', ');
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
