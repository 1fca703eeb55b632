import { AppError, systemClock, type Clock } from '@mcm/kernel';
import { ordinaryActivity } from './activities.js';
import { PEOPLE } from './people.js';
import { Random } from './random.js';
import { stamper, type EventDraft, type ProducedEvent } from './produced-event.js';
import { stories } from './stories/stories.js';
import type { Story } from './stories/story.js';

export interface SimulatorOptions {
  /**
   * Takes the events; a throw means that they are offered again later, under the same identifiers. The signal is
   * aborted when the stream stops: waiting for an answer is pointless then.
   */
  push: (events: readonly ProducedEvent[], signal: AbortSignal) => Promise<unknown>;
  seed?: number;
  clock?: Clock;
  /** Mean time between two ordinary activities, milliseconds. */
  activityEveryMs?: number;
  /** Time between two stories, milliseconds. The first one begins after a fifth of it. */
  storyEveryMs?: number;
  /** A story or activity that takes longer in real life is quickened to take this long, milliseconds. */
  longestSequenceMs?: number;
  /** Hears of pushes that failed and of events given up; the stream goes on. */
  onError?: (error: unknown) => void;
  /** Hears of each story that begins. */
  onStory?: (story: Story) => void;
}

interface Pending {
  at: number;
  draft: EventDraft;
}

/** Events kept for later while pushes fail; beyond that the oldest are given up. */
const BACKLOG_LIMIT = 1000;

/**
 * A light stream of live events: ordinary activities every few seconds and a story every so often, all stories in turn.
 * One timer, one push at a time.
 */
export class Simulator {
  private readonly random: Random;
  private readonly stamp: ReturnType<typeof stamper>;
  private readonly clock: Clock;
  private readonly pending: Pending[] = [];
  private backlog: ProducedEvent[] = [];
  private untold: Story[] = [];
  private nextActivity = 0;
  private nextStory = 0;
  private timer: NodeJS.Timeout | undefined;
  private tick: Promise<void> = Promise.resolve();
  private stopping: AbortController | undefined;

  constructor(private readonly options: SimulatorOptions) {
    this.clock = options.clock ?? systemClock;
    const seed = options.seed ?? this.clock.now();
    this.random = new Random(seed);
    // Two streams with the same seed are still two streams: the time of the start sets their events apart.
    this.stamp = stamper(`live/${seed}/${this.clock.now()}`);
  }

  /** Begins the stream; a second call changes nothing. An aborted signal stops it. */
  start(signal?: AbortSignal): void {
    if (this.stopping || signal?.aborted) return;
    this.stopping = new AbortController();
    const now = this.clock.now();
    this.nextActivity = now;
    this.nextStory = now + this.storyEveryMs / 5;
    signal?.addEventListener('abort', () => void this.stop(), { once: true });
    this.schedule();
  }

  /** Ends the stream: a push under way is aborted and awaited, nothing is pushed afterwards. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.stopping = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.tick;
  }

  private get storyEveryMs(): number {
    return this.options.storyEveryMs ?? 60_000;
  }

  private schedule(): void {
    const signal = this.stopping?.signal;
    if (!signal) return;
    const next = Math.min(this.nextActivity, this.nextStory, this.pending[0]?.at ?? Infinity);
    this.timer = setTimeout(
      () => {
        this.tick = this.advance(signal).then(() => this.schedule());
      },
      Math.max(next - this.clock.now(), 0),
    );
  }

  /** Does everything that is due by now. Never throws. */
  private async advance(signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    if (now >= this.nextActivity) {
      this.enqueue(ordinaryActivity(this.random.pick(PEOPLE), this.random, now), now);
      // Irregular on purpose: between a half and one and a half of the mean.
      this.nextActivity = now + (this.options.activityEveryMs ?? 3000) * (0.5 + this.random.next());
    }
    if (now >= this.nextStory) {
      const story = this.takeStory();
      this.enqueue(story.emit(this.random.pick(PEOPLE), this.random, now), now);
      this.nextStory = now + this.storyEveryMs;
      this.options.onStory?.(story);
    }
    const due: ProducedEvent[] = [];
    while (this.pending[0] && this.pending[0].at <= now) {
      const { at, draft } = this.pending.shift()!;
      due.push(this.stamp(draft, at));
    }
    const events = [...this.backlog, ...due];
    if (events.length === 0) return;
    this.backlog = [];
    try {
      await this.options.push(events, signal);
    } catch (error) {
      // It failed because of the stop: not worth a log line.
      if (!signal.aborted) this.options.onError?.(error);
      this.keep(events);
    }
  }

  private keep(events: readonly ProducedEvent[]): void {
    const lost = Math.max(events.length - BACKLOG_LIMIT, 0);
    this.backlog = events.slice(lost);
    if (lost > 0) {
      this.options.onError?.(
        new AppError(
          'unavailable',
          'SIMULATOR.BACKLOG_FULL',
          `${lost} synthetic events were given up because nothing takes them`,
        ),
      );
    }
  }

  private enqueue(drafts: readonly EventDraft[], now: number): void {
    const longest = drafts[drafts.length - 1]!.offset;
    const limit = this.options.longestSequenceMs ?? 30_000;
    const pace = longest > limit ? limit / longest : 1;
    for (const draft of drafts) this.pending.push({ at: Math.floor(now + draft.offset * pace), draft });
    this.pending.sort((a, b) => a.at - b.at);
  }

  /** Each story once before any comes again. */
  private takeStory(): Story {
    if (this.untold.length === 0) this.untold = this.random.shuffle(stories);
    return this.untold.pop()!;
  }
}
