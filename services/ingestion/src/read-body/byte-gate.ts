/** Lets in as much at a time as fits, in order; what does not fit waits. */
export class ByteGate {
  private taken = 0;
  private readonly waiting: { size: number; enter: () => void }[] = [];

  /**
   * @param capacity what may be inside at a time
   * @param waitingMax how many may wait
   */
  constructor(
    private readonly capacity: number,
    private readonly waitingMax = Number.POSITIVE_INFINITY,
  ) {}

  /** Whether there is no room even to wait. */
  get isFull(): boolean {
    return this.waiting.length >= this.waitingMax;
  }

  /** Resolves when there is room. What is larger than everything counts as much as everything. Give it back once. */
  async enter(size: number): Promise<() => void> {
    const wanted = Math.min(size, this.capacity);
    if (this.waiting.length > 0 || this.taken + wanted > this.capacity) {
      await new Promise<void>((resolve) => this.waiting.push({ size: wanted, enter: resolve }));
    } else {
      this.taken += wanted;
    }
    return () => {
      this.taken -= wanted;
      this.admit();
    };
  }

  private admit(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (this.taken + next.size > this.capacity) return;
      this.waiting.shift();
      this.taken += next.size;
      next.enter();
    }
  }
}
