import type { EventEnvelope } from '@mcm/contracts';

/** Most events that a digest shows. */
const SAMPLE_MAX = 20;

/** What was stored since the last digest. */
export interface CountedEvents {
  stored: number;
  /** The newest of them by arrival, at most 20, without their raw data. */
  sample: Pick<EventEnvelope, 'uid' | 'event_id' | 'source' | 'event_type' | 'user' | 'timestamp'>[];
}

/** Sums up stored events and tells of them at most once per interval; the first ones are told of at once. */
export class EventsDigest {
  private stored = 0;
  private sample: CountedEvents['sample'] = [];
  private pause: NodeJS.Timeout | undefined;

  constructor(
    private readonly intervalMs: number,
    private readonly tell: (counted: CountedEvents) => void,
  ) {}

  add(events: readonly EventEnvelope[]): void {
    if (events.length === 0) return;
    this.stored += events.length;
    const newest = events
      .slice(-SAMPLE_MAX)
      .map(({ uid, event_id, source, event_type, user, timestamp }) => ({
        uid,
        event_id,
        source,
        event_type,
        user,
        timestamp,
      }));
    this.sample = [...this.sample, ...newest].slice(-SAMPLE_MAX);
    if (this.pause === undefined) this.flush();
  }

  close(): void {
    clearTimeout(this.pause);
  }

  private flush(): void {
    this.pause = undefined;
    if (this.stored === 0) return;
    const counted = { stored: this.stored, sample: this.sample };
    this.stored = 0;
    this.sample = [];
    this.pause = setTimeout(() => this.flush(), this.intervalMs);
    this.pause.unref();
    this.tell(counted);
  }
}
