import {
  createDetector,
  type Detection,
  type Detector,
  type DetectorOptions,
  type RuleSet,
  Turn,
} from '@mcm/detection';
import { detectorEvent } from '../evaluate-events/detector-event.js';
import type { FindingEvent } from '../evaluate-events/finding-draft.js';
import { inTurns } from '../evaluate-events/in-turns.js';
import { arrivalsOf } from './arrivals-of.js';
import { pagesByTime } from './pages-by-time.js';
import type { EventPages, TimeRange } from './stored-events.js';

/** What to evaluate again, and how. */
export interface StoredEvaluation {
  /** Each has windows of its own; all see the same events. */
  alternatives: readonly RuleSet[];
  range: TimeRange;
  /** Milliseconds. */
  lateness: number;
  /** The present, in milliseconds since 1970: what may still be answered is not found missing. */
  now: number;
  /** What each detector may keep; that of the evaluation unless given. */
  limits?: Pick<DetectorOptions, 'maxGroups' | 'maxEntries'>;
  /** Events that are evaluated together. */
  pageSize?: number;
}

/** Milliseconds after which part of a page is handed on, when expressions take long on its events. */
const PART_MS = 500;

/** What a page of stored events, or a part of one, led to. */
export interface EvaluatedPage {
  /** By alternative. */
  detections: Detection[][];
  /** What the whole page held, by uid; at the end that of the events that were found to be missing something. */
  events: ReadonlyMap<string, FindingEvent>;
  /** Events that were evaluated for this. */
  count: number;
  /** Time of its last event, ISO 8601; null when it has none. */
  last: string | null;
  /** What is not as it should be about the windows, in sentences. */
  warnings: readonly string[];
}

/**
 * Evaluates stored events in event time, page by page, with windows of its own. What a late event can undo, such as
 * something missing (`absence`), counts only once none can come any more, as it does for events that arrive; answers behind
 * the range are looked at.
 */
export async function* evaluateStored(
  stored: EventPages,
  { alternatives, range, lateness, now, limits = {}, pageSize }: StoredEvaluation,
): AsyncGenerator<EvaluatedPage, void, undefined> {
  const detectors = alternatives.map((rules) => createDetector(rules, { lateness, ...limits }));
  const warnings = () => [...new Set(detectors.flatMap((detector) => detector.stats().warnings))];
  const decided = (detections: Detection[], alternative: number) =>
    withoutUndecided(detections, alternatives[alternative]!, stored, now - lateness);
  for await (const page of pagesByTime(stored, range, pageSize)) {
    const byUid = new Map(page.map((event) => [event.uid, event]));
    for (let rest = page; rest.length > 0;) {
      // Arrival follows event time here: what the windows need is in order, and they forget as they go.
      const events = rest.map(asArrivedInOrder);
      const turn = new Turn(PART_MS);
      const found = detectors.map((detector, i) =>
        i === 0 ? detector.processBatch(events, turn) : detector.processBatch(events.slice(0, turn.taken)),
      );
      yield {
        detections: await Promise.all(found.map(decided)),
        events: byUid,
        count: turn.taken,
        last: rest[turn.taken - 1]!.timestamp,
        warnings: warnings(),
      };
      rest = rest.slice(turn.taken);
    }
  }
  const waits = alternatives.map(waitOf);
  if (waits.every((wait) => wait === undefined)) return;
  const to = range.to === undefined ? Infinity : Date.parse(range.to);
  const detections: Detection[][] = [];
  for (const [i, detector] of detectors.entries()) {
    const wait = waits[i];
    const found = wait === undefined ? [] : await decideRest(detector, stored, range, lateness, wait, now);
    detections.push((await decided(found, i)).filter(({ firstSeen }) => firstSeen.getTime() < to));
  }
  const events = await arrivalsOf(stored, detections.flat());
  yield { detections, events, count: 0, last: null, warnings: warnings() };
}

/** What has to pass behind the last event until all is decided. */
interface Wait {
  /** Timespan of the longest absence: answers may come for so long. Milliseconds; 0 without any. */
  answers: number;
  /** How often the allowed lateness passes. */
  times: number;
}

/** Undefined when everything is decided with the events. */
function waitOf({ rules }: RuleSet): Wait | undefined {
  const late = rules.flatMap(({ correlation }) => (correlation?.isDecidedLate === true ? [correlation] : []));
  if (late.length === 0) return undefined;
  const absences = late.filter(({ type }) => type === 'absence');
  return {
    answers: Math.max(0, ...absences.map(({ timespan }) => timespan)),
    // One correlation over the other, in the longest case.
    times: 1 + late.length - absences.length,
  };
}

function asArrivedInOrder(event: Parameters<typeof detectorEvent>[0]) {
  return { ...detectorEvent(event, Infinity), receivedAt: Date.parse(event.timestamp) };
}

/** Advances event time behind the last event of the range, with what happened there as answers. */
async function decideRest(
  detector: Detector,
  stored: EventPages,
  range: TimeRange,
  lateness: number,
  { answers, times }: Wait,
  now: number,
): Promise<Detection[]> {
  const since = detector.now;
  let end = now;
  if (range.to !== undefined) {
    const to = Date.parse(range.to);
    const behind = { from: range.to, to: new Date(to + answers + 1).toISOString() };
    for await (const page of answers === 0 ? [] : pagesByTime(stored, behind)) {
      await inTurns(page.map(asArrivedInOrder), (some, turn) => detector.absorb(some, turn));
    }
    end = Math.min(now, to + answers + times * lateness + 1);
  }
  return detector.advance(end, since);
}

/** Leaves out what came of events that arrived so late that others may still change it. */
async function withoutUndecided(
  detections: Detection[],
  rules: RuleSet,
  stored: EventPages,
  latest: number,
): Promise<Detection[]> {
  const waits = new Map<Detection, number>();
  for (const detection of detections) {
    const correlation = rules.get(detection.ruleId)?.correlation;
    if (correlation?.isDecidedLate !== true) continue;
    waits.set(detection, correlation.type === 'absence' ? correlation.timespan : 0);
  }
  if (waits.size === 0) return detections;
  const arrivals = await arrivalsOf(stored, [...waits.keys()]);
  return detections.filter((detection) => {
    const wait = waits.get(detection);
    if (wait === undefined) return true;
    return detection.eventIds.every((uid) => {
      const arrived = arrivals.get(uid)?.received_at;
      return arrived === undefined || Date.parse(arrived) < latest - wait;
    });
  });
}
