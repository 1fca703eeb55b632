import type { CorrelationWindows } from '../windows/correlation-windows.js';
import type { EventFacts } from '../windows/groups/event-facts.js';
import type { WindowClock } from '../windows/window-clock.js';

/** Events that are evaluated together: see {@link ArrivalStretch}. */
export interface MatchedStretch {
  /** Earliest arrival of its events, matched or not; Infinity without any. Milliseconds, as below. */
  readonly since: number;
  /** Latest arrival of all events up to its end; -Infinity without any. */
  readonly until: number;
  /** Arrival time that has passed by its end; later than `until` when it had before. */
  readonly now: number;
  /** Number of offers, and of detections about single events, up to its end. */
  readonly offers: number;
  readonly found: number;
}

/** What rules over single events matched, on its way into the windows of correlations. An offer is a position. */
export class WindowMatches {
  readonly windows: CorrelationWindows[] = [];
  /** Which referred rule of the correlation matched. */
  readonly bits: number[] = [];
  readonly ids: string[] = [];
  /** Milliseconds, as below. */
  readonly times: number[] = [];
  readonly arrivals: number[] = [];
  readonly facts: EventFacts[] = [];
  readonly stretches: MatchedStretch[] = [];

  constructor(
    /** Arrival time as far as it is known while events are looked at. */
    public now: number,
    /** Whether this says that time has passed, and is about no events. */
    readonly passing = false,
  ) {}

  add(
    windows: CorrelationWindows,
    bit: number,
    id: string,
    time: number,
    arrival: number,
    facts: EventFacts,
  ): void {
    this.windows.push(windows);
    this.bits.push(bit);
    this.ids.push(id);
    this.times.push(time);
    this.arrivals.push(arrival);
    this.facts.push(facts);
  }

  /** Ends a stretch. */
  cut(since: number, until: number, found: number): void {
    this.stretches.push({ since, until, now: this.now, offers: this.windows.length, found });
  }

  /** Earliest and latest arrival of the events; undefined without any. */
  get range(): { since: number; until: number } | undefined {
    if (this.passing) return undefined;
    const since = this.stretches.reduce((first, stretch) => Math.min(first, stretch.since), Infinity);
    const until = this.stretches.reduce((last, stretch) => Math.max(last, stretch.until), -Infinity);
    return since <= until ? { since, until } : undefined;
  }

  /** Offers everything to the windows, and lets each stretch be evaluated when it is in. */
  enter(clock: WindowClock, evaluate: (stretch: MatchedStretch) => void): void {
    const { windows, bits, ids, times, arrivals, facts } = this;
    let i = 0;
    for (const stretch of this.stretches) {
      for (; i < stretch.offers; i += 1) {
        const arrival = arrivals[i]!;
        if (arrival > clock.now) clock.now = arrival;
        windows[i]!.offer(ids[i]!, times[i]!, arrival, bits[i]!, facts[i]!);
      }
      if (stretch.now > clock.now) clock.now = stretch.now;
      evaluate(stretch);
    }
  }
}
