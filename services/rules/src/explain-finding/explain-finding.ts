import { isDeepStrictEqual } from 'node:util';
import type { EventEnvelope, FindingExplanation, RuleLevel } from '@mcm/contracts';
import { createDetector, type Detection, type RuleSet } from '@mcm/detection';
import type { FindingDraft, StoredFindingDetail } from '@mcm/persistence';
import { detectorEvent } from '../evaluate-events/detector-event.js';
import { findingDraft } from '../evaluate-events/finding-draft.js';
import { inTurns } from '../evaluate-events/in-turns.js';
import { pagesByTime } from '../replay/pages-by-time.js';
import type { EventPages } from '../replay/stored-events.js';
import { receivedRules } from '../sandbox/received-rules.js';
import type { ExplainInput, SandboxHost } from '../sandbox/sandbox-messages.js';
import { RuleGone, ruleAsItWas } from './rule-as-it-was.js';

/** Most events that are evaluated for one explanation. */
const EVENTS_MAX = 200_000;

/** Evaluates the events behind a finding again with the rule as it was, and compares. */
export async function explainFinding(
  { finding, rules: sent, levelsSet, lateness }: ExplainInput,
  host: SandboxHost,
): Promise<FindingExplanation> {
  let was;
  try {
    was = await ruleAsItWas(finding, receivedRules(sent), host);
  } catch (error) {
    if (!(error instanceof RuleGone)) throw error;
    return { outcome: 'unknown', remarks: [error.message], rule: null, events: 0, finding: null };
  }
  const rule = {
    id: finding.rule_id,
    name: finding.rule_name,
    version: was.version,
    content_hash: finding.rule_hash,
    source: was.source,
    in_force: was.inForce,
  };
  const evidence = await evidenceOf(finding, was.rules, host);
  if (evidence.problem !== null) {
    return { outcome: 'unknown', remarks: [evidence.problem], rule, events: 0, finding: null };
  }
  const { events } = evidence;
  const draft = await evaluateAgain(finding, was.rules, events, lateness);
  if (draft === undefined) {
    return {
      outcome: 'different',
      remarks: ['The rule does not fit these events.'],
      rule,
      events: events.length,
      finding: null,
    };
  }
  const remarks = differences(finding, draft);
  const levelRemark = severityRemark(finding, draft, levelsSet);
  const { severity, description, first_seen, last_seen, event_count, event_uids, reasons } = draft;
  return {
    outcome: remarks.length === 0 && levelRemark?.explained !== false ? 'same' : 'different',
    remarks: [...remarks, ...(levelRemark === null ? [] : [levelRemark.text])],
    rule,
    events: events.length,
    finding: {
      severity,
      description,
      first_seen,
      last_seen,
      event_count,
      event_uids: [...event_uids],
      reasons,
    },
  };
}

/** The events to evaluate: the evidence where it is whole, else everything that happened in the time of the finding. */
async function evidenceOf(
  finding: StoredFindingDetail,
  rules: RuleSet,
  stored: EventPages,
): Promise<{ events: EventEnvelope[]; problem: string | null }> {
  const { correlation } = rules.get(finding.rule_id)!;
  const missing = correlation?.type === 'absence';
  if (!missing && finding.event_count <= finding.event_uids.length) {
    const events = await stored.byUids(finding.event_uids, {
      from: finding.first_seen,
      to: finding.last_seen,
    });
    const gone = finding.event_uids.length - events.length;
    return { events, problem: gone === 0 ? null : `${gone} of its events are not stored any more.` };
  }
  // Whether an answer came is seen in the time after the last event.
  const end = Date.parse(finding.last_seen) + (missing ? correlation.timespan : 0) + 1;
  const range = { from: finding.first_seen, to: new Date(end).toISOString() };
  const count = await stored.countEvents(range);
  if (count > EVENTS_MAX) {
    return {
      events: [],
      problem: `${count} events happened in its time, more than the ${EVENTS_MAX} that are evaluated again.`,
    };
  }
  const events: EventEnvelope[] = [];
  for await (const page of pagesByTime(stored, range)) events.push(...page);
  return { events, problem: null };
}

async function evaluateAgain(
  finding: StoredFindingDetail,
  rules: RuleSet,
  events: readonly EventEnvelope[],
  lateness: number,
): Promise<FindingDraft | undefined> {
  const detector = createDetector(rules, { lateness });
  const inOrder = events.map((event) => ({
    ...detectorEvent(event, Infinity),
    receivedAt: Date.parse(event.timestamp),
  }));
  let found: Detection | undefined;
  const look = (detections: readonly Detection[]): void => {
    found = detections.filter((detection) => isAbout(finding, detection)).at(-1) ?? found;
  };
  await inTurns(inOrder, (some, turn) => look(detector.processBatch(some, turn)));
  look(detector.advance(Number.MAX_SAFE_INTEGER, -Infinity));
  return found && findingDraft(found, new Map(events.map((event) => [event.uid, event])));
}

function isAbout(
  finding: StoredFindingDetail,
  { ruleId, kind, eventIds, groupKey, firstSeen, lastSeen }: Detection,
) {
  if (ruleId !== finding.rule_id) return false;
  if (kind === 'event') return eventIds[0] === finding.event_uids[0];
  return (
    groupKey === finding.group_key &&
    firstSeen.getTime() <= Date.parse(finding.last_seen) &&
    lastSeen.getTime() >= Date.parse(finding.first_seen)
  );
}

/** What is not the same, as sentences. */
function differences(finding: StoredFindingDetail, draft: FindingDraft): string[] {
  const remarks: string[] = [];
  for (const field of ['description', 'user', 'first_seen', 'last_seen', 'event_count'] as const) {
    if (draft[field] === finding[field]) continue;
    remarks.push(
      `${field} is ${JSON.stringify(finding[field])} in the finding and ${JSON.stringify(draft[field])} now.`,
    );
  }
  if (!isDeepStrictEqual([...draft.event_uids], finding.event_uids))
    remarks.push('The evidence is another one now.');
  // As it is stored: without what JSON leaves out, and the names of fields in any order.
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(draft.reasons)), finding.reasons)) {
    remarks.push('The reasons are other ones now.');
  }
  return remarks;
}

function severityRemark(
  finding: StoredFindingDetail,
  draft: FindingDraft,
  levelsSet: readonly RuleLevel[],
): { text: string; explained: boolean } | null {
  if (draft.severity === finding.severity) return null;
  const explained = levelsSet.some(
    (level) => (level === 'informational' ? 'low' : level) === finding.severity,
  );
  return {
    explained,
    text: explained
      ? `The rule says ${draft.severity}; ${finding.severity} was set in its place.`
      : `severity is ${finding.severity} in the finding and ${draft.severity} now.`,
  };
}
