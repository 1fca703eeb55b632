import { AppError } from '@mcm/kernel';
import type { Caller } from '@mcm/platform';
import { JOB_QUEUE, type JobQueue, type JobStatus } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptedWork } from '../audit/accepted-work.js';
import { jobStatus } from '../jobs/job-outcome.js';
import type { RulesRunDto, RulesRunRequestDto } from './rules-run.dto.js';

/** There is one run at a time, so its job always has the same id. */
const RUN_ID = 'replay';

/** Has the rules evaluated again over stored events. */
@Injectable()
export class RulesRunsService {
  constructor(
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly accepted: AcceptedWork,
  ) {}

  /**
   * Starts a run. While one with the same bounds is going on, that one is the answer.
   *
   * @throws AppError `RULES.RUN_IN_PROGRESS` while a run with other bounds is going on
   */
  async start({ from, to }: RulesRunRequestDto, caller: Caller): Promise<RulesRunDto> {
    const present = await this.jobs.status('replay-rules', RUN_ID);
    if (
      present !== null &&
      present.finished_at === null &&
      (present.payload.from !== from || present.payload.to !== to)
    ) {
      throw new AppError(
        'conflict',
        'RULES.RUN_IN_PROGRESS',
        `A run with other bounds is ${present.state}; wait for it or cancel it (DELETE /rules/runs/${RUN_ID}).`,
      );
    }
    if (present === null || present.finished_at !== null) {
      await this.accepted.record({
        origin: caller,
        action: 'replay.started',
        object: { type: 'replay', id: RUN_ID, name: null },
        after: { from: from ?? null, to: to ?? null },
      });
    }
    const id = await this.jobs.enqueue(
      'replay-rules',
      { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
      { id: RUN_ID },
    );
    return this.status(id);
  }

  /** @throws AppError `RULES.RUN_NOT_FOUND` */
  async status(id: string): Promise<RulesRunDto> {
    const status = await this.jobs.status('replay-rules', id);
    if (status === null) throw new AppError('not-found', 'RULES.RUN_NOT_FOUND', `There is no run ${id}.`);
    return rulesRun(status);
  }

  /** @throws AppError `RULES.RUN_NOT_FOUND`, or `RULES.RUN_ENDED` when there is nothing left to cancel */
  async cancel(id: string, caller: Caller): Promise<void> {
    const { state } = await this.status(id);
    if (!(await this.jobs.cancel('replay-rules', id))) {
      throw new AppError('conflict', 'RULES.RUN_ENDED', `The run ${id} is ${state}; it cannot be cancelled.`);
    }
    await this.accepted.record({
      origin: caller,
      action: 'replay.cancelled',
      object: { type: 'replay', id, name: null },
    });
  }
}

function rulesRun(status: JobStatus<'replay-rules'>): RulesRunDto {
  const { payload, result } = status;
  return { ...jobStatus(status), from: payload.from ?? null, to: payload.to ?? null, result };
}
