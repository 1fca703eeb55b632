import {
  createDetector,
  type Detection,
  type Detector,
  type DetectorOptions,
  type RuleSet,
  Turn,
} from '@mcm/detection';
import type { EventPages, TimeRange } from '@mcm/persistence';
import { detectorEvent } from '../evaluate-events/detector-event.js';
import type { FindingEvent } from '../evaluate-events/finding-draft.js';
import { inTurns } from '../evaluate-events/in-turns.js';
import { pagesByTime } from './pages-by-time.js';

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
 * Evaluates stored events in event time, page by page, with windows of its own. Something missing (`absence`) counts only
 * once no answer can count any more, as it does for events that arrive; answers behind the range are looked at.
 */
export async function* evaluateStored(
  stored: EventPages,
  { alternatives, range, lateness, now, limits = {}, pageSize }: StoredEvaluation,
): AsyncGenerator<EvaluatedPage, void, undefined> {
  const detectors = alternatives.map((rules) => createDetector(rules, { lateness, ...limits }));
  const warnings = () => [...new Set(detectors.flatMap((detector) => detector.stats().warnings))];
  const decided = (detections: Detection[]) => withoutUndecided(detections, stored, now - lateness);
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
  const absences = alternatives.map(longestAbsence);
  if (absences.every((timespan) => timespan === undefined)) return;
  const to = range.to === undefined ? Infinity : Date.parse(range.to);
  const detections: Detection[][] = [];
  for (const [i, detector] of detectors.entries()) {
    const timespan = absences[i];
    const missing =
      timespan === undefined ? [] : await findMissing(detector, stored, range, lateness, timespan, now);
    detections.push((await decided(missing)).filter(({ firstSeen }) => firstSeen.getTime() < to));
  }
  const events = await stored.arrivals(detections.flat().flatMap(({ eventIds }) => [...eventIds]));
  yield { detections, events, count: 0, last: null, warnings: warnings() };
}

/** Milliseconds; undefined when nothing is missed. */
function longestAbsence({ rules }: RuleSet): number | undefined {
  const timespans = rules.flatMap(({ correlation }) =>
    correlation?.type === 'absence' ? [correlation.timespan] : [],
  );
  return timespans.length === 0 ? undefined : Math.max(...timespans);
}

function asArrivedInOrder(event: Parameters<typeof detectorEvent>[0]) {
  return { ...detectorEvent(event, Infinity), receivedAt: Date.parse(event.timestamp) };
}

/** Lets time pass behind the last event of the range, with what happened there as answers. */
async function findMissing(
  detector: Detector,
  stored: EventPages,
  range: TimeRange,
  lateness: number,
  longest: number,
  now: number,
): Promise<Detection[]> {
  const since = detector.now;
  let end = now;
  if (range.to !== undefined) {
    const to = Date.parse(range.to);
    const behind = { from: range.to, to: new Date(to + longest + 1).toISOString() };
    for await (const page of pagesByTime(stored, behind)) {
      await inTurns(page.map(asArrivedInOrder), (some, turn) => detector.absorb(some, turn));
    }
    end = Math.min(now, to + longest + lateness + 1);
  }
  return detector.advance(end, since);
}

/** Leaves out what was found missing although its events arrived so late that an answer may still come. */
async function withoutUndecided(
  detections: Detection[],
  stored: EventPages,
  latest: number,
): Promise<Detection[]> {
  const timespans = new Map<Detection, number>();
  for (const detection of detections) {
    const { reasons } = detection;
    if (reasons.kind === 'correlation' && reasons.type === 'absence')
      timespans.set(detection, reasons.timespan);
  }
  if (timespans.size === 0) return detections;
  const arrivals = await stored.arrivals([...timespans.keys()].flatMap(({ eventIds }) => eventIds));
  return detections.filter((detection) => {
    const timespan = timespans.get(detection);
    if (timespan === undefined) return true;
    return detection.eventIds.every((uid) => {
      const arrived = arrivals.get(uid)?.received_at;
      return arrived === undefined || Date.parse(arrived) < latest - timespan;
    });
  });
}
