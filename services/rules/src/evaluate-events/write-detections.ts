import type { EventEnvelope, FindingRaised } from '@mcm/contracts';
import type { Detection } from '@mcm/detection';
import type { FindingStore } from '@mcm/persistence';
import { findingDraft } from './finding-draft.js';

/** What became of the detections of a batch. */
export interface WrittenDetections {
  /** Findings written or found in place. */
  findings: number;
  created: number;
  /** The facts to publish: what is new or has grown. */
  raised: FindingRaised[];
}

/** Writes the detections that a batch of events led to, in one transaction. */
export async function writeDetections(
  store: FindingStore,
  detections: readonly Detection[],
  batch: readonly EventEnvelope[],
): Promise<WrittenDetections> {
  if (detections.length === 0) return { findings: 0, created: 0, raised: [] };
  const events = new Map(batch.map((event) => [event.uid, event]));
  const drafts = detections.map((detection) => findingDraft(detection, events));
  const written = await store.upsertBatch(drafts);
  const newest = batch.reduce(
    (latest, event) => (event.received_at > latest ? event.received_at : latest),
    '',
  );
  const raised: FindingRaised[] = [];
  written.forEach((finding, i) => {
    const draft = drafts[i]!;
    if (!finding.changed) return;
    raised.push({
      id: finding.id,
      rule_id: draft.rule_id,
      rule_name: draft.rule_name,
      severity: draft.severity,
      user: draft.user,
      event_count: draft.event_count,
      revision: finding.revision,
      event_received_at: events.get(draft.event_uids.at(-1)!)?.received_at ?? newest,
    });
  });
  return {
    findings: written.length,
    created: written.filter((finding) => finding.created).length,
    raised,
  };
}
