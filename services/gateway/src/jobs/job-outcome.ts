import type { JobName } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { JobStatus } from '@mcm/queue';
import type { JobStatusDto } from './job-status.dto.js';

/** Seconds after which a client that waited in vain may ask again. */
const RETRY_AFTER_SECONDS = 5;

/** The error of a wait for a job, as the caller of the API should see it. */
export function waitingFailed(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'JOBS.TIMEOUT') {
    return new AppError(
      'unavailable',
      error.code,
      'The work goes on but took longer than a request may wait; ask again later.',
      { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error },
    );
  }
  // The outcome is gone, not what was asked about: that would be a 404.
  if (error.code === 'JOBS.FAILED' || error.code === 'JOBS.NOT_FOUND') {
    return new AppError('unavailable', error.code, error.message, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause: error,
    });
  }
  return error;
}

/** What all jobs have in common when they are shown. */
export function jobStatus<N extends JobName>(status: JobStatus<N>): JobStatusDto {
  const { id, state, progress, error, tries, created_at, finished_at } = status;
  return { id, state, progress, error, tries, created_at, finished_at };
}
