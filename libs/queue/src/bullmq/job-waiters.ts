/** Rings when there is news of a job. */
export interface Bell {
  /** Resolves at the next news, or after `timeoutMs`; news that came since the last call count. */
  next(timeoutMs: number): Promise<void>;
  close(): void;
}

/** Those who wait for news of single jobs, by job. */
export class JobWaiters {
  private readonly bells = new Map<string, Set<() => void>>();

  /** Tells all who wait for this job that something changed. */
  ring(key: string): void {
    for (const ring of this.bells.get(key) ?? []) ring();
  }

  listen(key: string): Bell {
    let rung = false;
    let wake: (() => void) | undefined;
    const ring = (): void => {
      rung = true;
      wake?.();
    };
    const all = this.bells.get(key) ?? new Set();
    all.add(ring);
    this.bells.set(key, all);
    return {
      next: async (timeoutMs) => {
        if (!rung) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, timeoutMs);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
        rung = false;
        wake = undefined;
      },
      close: () => {
        all.delete(ring);
        if (all.size === 0 && this.bells.get(key) === all) this.bells.delete(key);
      },
    };
  }
}
