import type { FindingRaised } from '@mcm/contracts';
import type { Detection } from '@mcm/detection';
import type { FindingStore } from '../finding-store/finding-store.js';
import type { Overrides } from '../rule-store/overrides.js';
import { findingDraft, type FindingEvent } from './finding-draft.js';

/** The result for the detections of a batch. */
export interface WrittenDetections {
  /** Findings written or found in place. */
  findings: number;
  created: number;
  /** Detections of disabled rules. */
  dropped: number;
  /** The facts to publish: what is new or has grown. */
  raised: FindingRaised[];
}

/** Writes the detections that events led to, in one transaction, as far as people have not switched them off. */
export async function writeDetections(
  store: FindingStore,
  all: readonly Detection[],
  events: ReadonlyMap<string, FindingEvent>,
  overrides: Overrides,
): Promise<WrittenDetections> {
  const detections = all.filter(({ ruleId }) => overrides.isEnabled(ruleId));
  const dropped = all.length - detections.length;
  if (detections.length === 0) return { findings: 0, created: 0, dropped, raised: [] };
  const drafts = detections.map((detection) =>
    findingDraft(detection, events, overrides.levelOf(detection.ruleId)),
  );
  const written = await store.upsertBatch(drafts);
  let newest = '';
  for (const { received_at } of events.values()) if (received_at > newest) newest = received_at;
  // An episode may be named more than once, as it stood at several moments; the last is how it stands.
  const last = new Map(written.map((finding, i) => [finding.id, { finding, draft: drafts[i]! }]));
  const outcomes = [...last.values()];
  const raised = outcomes
    .filter(({ finding }) => finding.changed)
    .map(({ finding, draft }): FindingRaised => ({
      id: finding.id,
      rule_id: draft.rule_id,
      rule_name: draft.rule_name,
      severity: draft.severity,
      user: draft.user,
      event_count: draft.event_count,
      revision: finding.revision,
      event_received_at: events.get(draft.event_uids.at(-1)!)?.received_at ?? newest,
    }));
  return {
    findings: outcomes.length,
    created: outcomes.filter(({ finding }) => finding.created).length,
    dropped,
    raised,
  };
}
