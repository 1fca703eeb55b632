/** Lets one piece of work run at a time, in the order in which it came. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs the work when all earlier work has ended, whether it succeeded or failed. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}
