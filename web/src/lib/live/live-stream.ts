import type { Schema } from '@/lib/api/client';

/**
 * What arrives over `/stream`, by event name. `gap` also stands for a lost connection: what is shown must be fetched again.
 * Content is untrusted like everything that producers send.
 */
export type LiveMessages = Schema<'LiveMessages'>;

export type LiveStatus = 'connecting' | 'live' | 'lost' | 'paused';

export interface LiveState {
  status: LiveStatus;
  /** When the page last knew that it was up to date, in epoch milliseconds; null before the first connection. */
  freshUntil: number | null;
}

type Handlers = { [Name in keyof LiveMessages]: Set<(message: LiveMessages[Name]) => void> };

/** A loss shorter than this is not worth a word. */
const GRACE_MS = 2_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5_000;
/** Browsers allow few connections per host; hidden tabs give theirs back. */
const HIDDEN_RELEASE_MS = 30_000;

/**
 * One connection to the API's server-sent events, kept up for as long as it is wanted: reconnects with growing
 * delay, lets go while the tab is hidden, and tells (as `gap`) when something may have been missed.
 */
export class LiveStream {
  private state: LiveState = { status: 'connecting', freshUntil: null };
  private source: EventSource | undefined;
  private readonly watchers = new Set<() => void>();
  private readonly handlers: Handlers = {
    finding: new Set(),
    events: new Set(),
    enriched: new Set(),
    enrichment: new Set(),
    rules: new Set(),
    gap: new Set(),
  };
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private graceTimer: ReturnType<typeof setTimeout> | undefined;
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  private retryDelay = FIRST_RETRY_MS;
  private wanted = false;
  private released = false;
  private everOpened = false;

  constructor(
    private readonly url: string,
    /** Called whenever the connection fails. Browsers keep the reason to themselves: the session may have ended. */
    private readonly onFailure: () => void,
  ) {}

  /** Opens the connection and follows the tab's visibility, until the returned function is called. */
  start(): () => void {
    this.wanted = true;
    this.released = false;
    this.connect();
    document.addEventListener('visibilitychange', this.onVisibility);
    window.addEventListener('online', this.retryNow);
    return () => {
      document.removeEventListener('visibilitychange', this.onVisibility);
      window.removeEventListener('online', this.retryNow);
      clearTimeout(this.hiddenTimer);
      this.wanted = false;
      this.disconnect();
      this.set({ status: 'paused', freshUntil: this.freshness() });
    };
  }

  /** Tries again immediately instead of waiting for the next turn. */
  readonly retryNow = (): void => {
    if (!this.wanted || this.released || this.state.status === 'live') return;
    this.retryDelay = FIRST_RETRY_MS;
    this.connect();
  };

  /** Calls back for each message of a kind; returns how to stop. */
  on<Name extends keyof LiveMessages>(
    name: Name,
    handler: (message: LiveMessages[Name]) => void,
  ): () => void {
    this.handlers[name].add(handler);
    return () => this.handlers[name].delete(handler);
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };
  readonly getState = (): LiveState => this.state;

  private connect(): void {
    this.disconnect();
    if (this.state.status === 'paused') this.set({ status: 'connecting', freshUntil: this.state.freshUntil });
    const source = new EventSource(this.url);
    this.source = source;
    source.addEventListener('open', () => this.onOpen());
    source.addEventListener('error', () => this.onError(source));
    for (const name of Object.keys(this.handlers) as (keyof LiveMessages)[]) {
      source.addEventListener(name, (event) => this.deliver(name, event));
    }
  }

  private onOpen(): void {
    clearTimeout(this.graceTimer);
    this.graceTimer = undefined;
    this.retryDelay = FIRST_RETRY_MS;
    const missed = this.everOpened;
    this.everOpened = true;
    this.set({ status: 'live', freshUntil: null });
    if (missed) this.emit('gap', {});
  }

  private onError(source: EventSource): void {
    this.onFailure();
    const lastFresh = this.freshness() ?? Date.now();
    // The first failure of a page that never was live is reported immediately: there is nothing to be graceful about.
    const grace = this.everOpened ? GRACE_MS : 0;
    if (this.state.status !== 'lost' && this.graceTimer === undefined) {
      this.graceTimer = setTimeout(() => {
        this.graceTimer = undefined;
        this.set({ status: 'lost', freshUntil: this.everOpened ? lastFresh : null });
      }, grace);
    }
    // While the browser itself retries it also sends Last-Event-ID; only a connection it gave up is replaced.
    if (source.readyState === EventSource.CLOSED) {
      clearTimeout(this.retryTimer);
      const jitter = 0.75 + Math.random() / 2;
      this.retryTimer = setTimeout(() => this.connect(), this.retryDelay * jitter);
      this.retryDelay = Math.min(this.retryDelay * 2, LONGEST_RETRY_MS);
    }
  }

  private readonly onVisibility = (): void => {
    clearTimeout(this.hiddenTimer);
    if (document.visibilityState === 'hidden') {
      this.hiddenTimer = setTimeout(() => {
        this.released = true;
        this.disconnect();
      }, HIDDEN_RELEASE_MS);
    } else if (this.released) {
      this.released = false;
      this.connect();
    }
  };

  private disconnect(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.graceTimer);
    this.graceTimer = undefined;
    this.source?.close();
    this.source = undefined;
  }

  /** The last moment at which the page was surely up to date. */
  private freshness(): number | null {
    return this.state.status === 'live' ? Date.now() : this.state.freshUntil;
  }

  private set(state: LiveState): void {
    if (state.status === this.state.status && state.freshUntil === this.state.freshUntil) return;
    this.state = state;
    for (const notify of this.watchers) notify();
  }

  private deliver<Name extends keyof LiveMessages>(name: Name, event: MessageEvent<unknown>): void {
    const message = parseRecord(event.data);
    // A message that cannot be read still says that something happened: better to fetch than to miss it.
    if (message === undefined) this.emit('gap', {});
    else this.emit(name, message as LiveMessages[Name]);
  }

  private emit<Name extends keyof LiveMessages>(name: Name, message: LiveMessages[Name]): void {
    for (const handler of this.handlers[name]) handler(message);
  }
}

function parseRecord(data: unknown): Record<string, unknown> | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(data);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    // Reported as a gap by the caller.
    return undefined;
  }
}
