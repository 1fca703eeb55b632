/** A function that can be called often and runs seldom. */
export interface Throttled {
  (): void;
  /** Forgets a run that is due. */
  cancel: () => void;
}

/** Runs `work` at most once per `intervalMs`; the first call runs soon, the last one is never lost. */
export function throttle(work: () => void, intervalMs: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastRun = -Infinity;
  const throttled = () => {
    if (timer !== undefined) return;
    const wait = Math.max(lastRun + intervalMs - Date.now(), 50);
    timer = setTimeout(() => {
      timer = undefined;
      lastRun = Date.now();
      work();
    }, wait);
  };
  throttled.cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return throttled;
}
