import { type EventsCounted, GLIMPSES_MAX } from '@mcm/contracts';

/** Adds up stored events and reports them at most once per interval; the first report is immediate. */
export class EventsDigest {
  private stored = 0;
  private sample: EventsCounted['sample'] = [];
  private pause: NodeJS.Timeout | undefined;

  constructor(
    private readonly intervalMs: number,
    private readonly emit: (counted: EventsCounted) => void,
  ) {}

  add({ stored, sample }: EventsCounted): void {
    if (stored === 0) return;
    this.stored += stored;
    this.sample = [...this.sample, ...sample].slice(-GLIMPSES_MAX);
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
    this.emit(counted);
  }
}
