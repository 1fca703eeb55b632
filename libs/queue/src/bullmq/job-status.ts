import type { JobName, JobProgress, Jobs } from '@mcm/contracts';
import type { JobState, JobStatus } from '../job-queue.js';
import type { BullmqQueue } from './bullmq-backend.js';
import { decodeJobData } from './job-data.js';

/** BullMQ's states in the words of the port; the last three are ways of waiting. */
const STATES: Readonly<Record<string, JobState>> = {
  waiting: 'waiting',
  delayed: 'delayed',
  active: 'active',
  completed: 'completed',
  failed: 'failed',
  prioritized: 'waiting',
  paused: 'waiting',
  'waiting-children': 'waiting',
};

/** Reads a job as the port shows it; null when there is none. */
export async function readStatus<N extends JobName>(
  queue: BullmqQueue,
  name: N,
  id: string,
): Promise<JobStatus<N> | null> {
  for (;;) {
    // The state is read on its own: a job that ended between the two reads is read again.
    const state = STATES[await queue.getJobState(id)];
    const job = state && (await queue.getJob(id));
    if (!state || !job) return null;
    const ended = state === 'completed' || state === 'failed';
    if (ended !== (job.finishedOn !== undefined)) continue;
    return {
      id,
      name,
      state,
      payload: decodeJobData(job.data) as Jobs[N]['payload'],
      progress: isProgress(job.progress) ? { done: job.progress.done, total: job.progress.total } : null,
      result: state === 'completed' ? (decodeJobData(job.returnvalue) as Jobs[N]['result']) : null,
      error: state === 'completed' ? null : (job.failedReason ?? null),
      tries: job.attemptsStarted,
      created_at: new Date(job.timestamp).toISOString(),
      finished_at: job.finishedOn === undefined ? null : new Date(job.finishedOn).toISOString(),
    };
  }
}

function isProgress(progress: unknown): progress is JobProgress {
  return typeof progress === 'object' && progress !== null && 'done' in progress && 'total' in progress;
}
