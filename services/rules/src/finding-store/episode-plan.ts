import { SEVERITIES, type Severity } from '@mcm/contracts';
import type { FindingDraft } from '@mcm/persistence';

/** The part of a stored episode that decides what a draft does to it; times in milliseconds since 1970. */
export interface EpisodeRow {
  id: number;
  finding_key: string;
  rule_id: string;
  /** Content hash of the rule that the row was written by last. */
  rule_hash: string;
  group_key: string;
  severity: Severity;
  user: string;
  first_seen: number;
  last_seen: number;
  event_count: number;
  revision: number;
  /** UTC day of created_at, `YYYY-MM-DD`. */
  day: string;
}

/** What one row shall be after a batch of drafts. */
export interface PlannedEpisode {
  /** The row that stays; null when there is none yet. */
  row: EpisodeRow | null;
  /** Rows that turned out to be part of the same episode and go. */
  absorbed: EpisodeRow[];
  /** Where the texts, the evidence and the user come from; null leaves those of the row. */
  content: FindingDraft | null;
  finding_key: string;
  rule_hash: string;
  first_seen: number;
  last_seen: number;
  event_count: number;
  severity: Severity;
}

/**
 * Decides what drafts of one rule and group, in their order, do to the stored episodes of that rule and group. Episodes
 * that overlap in event time are one; it stays in the row that was there first.
 *
 * A draft describes the whole episode as the engine knows it, so a draft that covers the stored range replaces what is
 * stored. One that does not cover it knows less (an engine that lost its memory, a batch that comes late): it may widen
 * the range, and it never lowers count or severity. The same goes for one that covers the range with fewer events by
 * the same text of the rule: it is how the episode stood before, from a replica that was slower to write. Another text
 * of the rule may well find less.
 *
 * @returns one plan per draft, in their order; drafts of the same episode share theirs
 */
export function planEpisodes(rows: readonly EpisodeRow[], drafts: readonly FindingDraft[]): PlannedEpisode[] {
  let episodes = [...rows].sort((a, b) => a.id - b.id).map(unchanged);
  const planOf: PlannedEpisode[] = [];
  for (const draft of drafts) {
    const [oldest, ...others] = episodes.filter((episode) => isSame(episode, draft));
    if (oldest === undefined) {
      const created = create(draft);
      episodes.push(created);
      planOf.push(created);
      continue;
    }
    apply(oldest, others, draft);
    episodes = episodes.filter((episode) => !others.includes(episode));
    // Earlier drafts of this batch may have been planned into what is one episode now.
    planOf.forEach((plan, i) => {
      if (others.includes(plan)) planOf[i] = oldest;
    });
    planOf.push(oldest);
  }
  return planOf;
}

function unchanged(row: EpisodeRow): PlannedEpisode {
  const { finding_key, rule_hash, first_seen, last_seen, event_count, severity } = row;
  return {
    row,
    absorbed: [],
    content: null,
    finding_key,
    rule_hash,
    first_seen,
    last_seen,
    event_count,
    severity,
  };
}

function create(draft: FindingDraft): PlannedEpisode {
  return {
    row: null,
    absorbed: [],
    content: draft,
    finding_key: draft.finding_key,
    rule_hash: draft.rule_hash,
    first_seen: Date.parse(draft.first_seen),
    last_seen: Date.parse(draft.last_seen),
    event_count: draft.event_count,
    severity: draft.severity,
  };
}

function isSame(episode: PlannedEpisode, draft: FindingDraft): boolean {
  return (
    episode.finding_key === draft.finding_key ||
    (episode.first_seen <= Date.parse(draft.last_seen) && episode.last_seen >= Date.parse(draft.first_seen))
  );
}

function apply(oldest: PlannedEpisode, others: readonly PlannedEpisode[], draft: FindingDraft): void {
  const all = [oldest, ...others];
  const first = Math.min(...all.map((episode) => episode.first_seen));
  const last = Math.max(...all.map((episode) => episode.last_seen));
  const draftFirst = Date.parse(draft.first_seen);
  const draftLast = Date.parse(draft.last_seen);
  const largest = Math.max(...all.map((episode) => episode.event_count));
  const outdated = draft.event_count < largest && all.some(({ rule_hash }) => rule_hash === draft.rule_hash);
  const covers = draftFirst <= first && draftLast >= last && !outdated;

  if (covers || others.length > 0 || draft.event_count >= largest) {
    oldest.content = draft;
    oldest.rule_hash = draft.rule_hash;
  }
  oldest.event_count = covers ? draft.event_count : Math.max(draft.event_count, largest);
  oldest.severity = covers
    ? draft.severity
    : highest([draft.severity, ...all.map(({ severity }) => severity)]);
  oldest.first_seen = Math.min(first, draftFirst);
  oldest.last_seen = Math.max(last, draftLast);
  for (const other of others) {
    oldest.absorbed.push(...other.absorbed);
    if (other.row !== null) oldest.absorbed.push(other.row);
  }
}

function highest(severities: readonly Severity[]): Severity {
  return severities.reduce((a, b) => (SEVERITIES.indexOf(b) > SEVERITIES.indexOf(a) ? b : a));
}
