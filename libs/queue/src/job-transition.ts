import type { JobName } from '@mcm/contracts';
import type { JobState } from './job-queue.js';

/** A step in the life of a job that this process took part in. */
export interface JobTransition {
  name: JobName;
  id: string;
  /** `waiting` when this process queued it, `delayed` when its next try is set, else as the worker here saw it. */
  state: JobState;
  payload: unknown;
  /** Present when completed. */
  result?: unknown;
  /** Present when a try failed. */
  error?: string;
}
