/**
 * Hands messages to the handler of this process without storing them first, as many batches concurrently as allowed. What
 * cannot be taken now is left to the store.
 */
export class DirectDelivery<Result> {
  private readonly running = new Set<Promise<Result>>();
  private stopped = false;

  constructor(
    private readonly limit: number,
    private readonly deliver: (texts: readonly string[]) => Promise<Result>,
  ) {}

  /** What came of it; null when the messages were not taken. */
  offer(texts: readonly string[]): Promise<Result> | null {
    if (this.stopped || this.running.size >= this.limit) return null;
    const delivering = this.deliver(texts);
    this.running.add(delivering);
    void delivering.then(
      () => this.running.delete(delivering),
      () => this.running.delete(delivering),
    );
    return delivering;
  }

  /** Takes nothing more and waits for what is running. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.running);
  }
}
