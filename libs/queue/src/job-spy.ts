import type { JobName, Jobs } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { JobState } from './job-queue.js';
import type { JobTransition } from './job-transition.js';

/** What a test waits for; absent parts match anything. */
export interface JobMatch<N extends JobName> {
  id?: string;
  payload?: (payload: Jobs[N]['payload']) => boolean;
}

interface Waiting {
  matches(transition: JobTransition): boolean;
  resolve(transition: JobTransition): void;
}

/**
 * Lets a test wait for "a job matching X reached state Y" instead of sleeping. Give its `record` to the queue as
 * `onTransition`. Sees what happens in this process, from the start of its life: waiting for something that has
 * already happened resolves immediately.
 */
export class JobSpy {
  private readonly seen: JobTransition[] = [];
  private readonly waiting = new Set<Waiting>();

  /** Notes a transition; bound, to be passed as `onTransition`. */
  readonly record = (transition: JobTransition): void => {
    this.seen.push(transition);
    for (const waiting of [...this.waiting]) {
      if (!waiting.matches(transition)) continue;
      this.waiting.delete(waiting);
      waiting.resolve(transition);
    }
  };

  /** Everything seen so far, oldest first. */
  get transitions(): readonly JobTransition[] {
    return this.seen;
  }

  /**
   * Resolves with the first transition of such a job into `state`; rejects with `JOBS.NOT_SEEN`, naming what was seen
   * instead, after `timeoutMs`.
   */
  waitFor<N extends JobName>(
    name: N,
    state: JobState,
    match: JobMatch<N> = {},
    timeoutMs = 10_000,
  ): Promise<JobTransition> {
    const matches = (transition: JobTransition): boolean =>
      transition.name === name &&
      transition.state === state &&
      (match.id === undefined || match.id === transition.id) &&
      (match.payload === undefined || match.payload(transition.payload as Jobs[N]['payload']));
    const seen = this.seen.find(matches);
    if (seen) return Promise.resolve(seen);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        matches,
        resolve: (transition) => {
          clearTimeout(timer);
          resolve(transition);
        },
      };
      const timer = setTimeout(() => {
        this.waiting.delete(waiting);
        const others = this.seen.map((each) => `${each.name} ${each.id} ${each.state}`).join(', ');
        reject(
          new AppError(
            'unavailable',
            'JOBS.NOT_SEEN',
            `No ${name}${match.id === undefined ? '' : ` ${match.id}`} became ${state} within ${timeoutMs} ms; seen: ${others || 'nothing'}`,
          ),
        );
      }, timeoutMs);
      this.waiting.add(waiting);
    });
  }

  /** Forgets what was seen; those who wait go on waiting. */
  clear(): void {
    this.seen.length = 0;
  }
}
