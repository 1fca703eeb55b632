import { AppError, messageOf, newId } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { type Caller, LOGGER, type Logger } from '@mcm/platform';
import { JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptedWork } from '../audit/accepted-work.js';
import { GatewayConfig } from '../gateway.config.js';
import { waitingFailed } from '../jobs/job-outcome.js';
import { RuleOverrides } from './rule-overrides.js';
import { RuleReader } from './rule-reader.js';
import type { RuleDetailDto, RulePageDto, RuleProblemsDto } from './rule.dto.js';
import type {
  ListRulesQuery,
  RuleChangeRequestDto,
  RulesReloadDto,
  RulesReloadRequestDto,
} from './rule-requests.dto.js';
import { refusal, RulesRefused } from './rules-refused.filter.js';

/** Most reloads that may wait. */
const RELOADS_MAX = 10;

/** Shows the rules and what people changed about them, and lets them change it. */
@Injectable()
export class RulesService {
  constructor(
    private readonly reader: RuleReader,
    private readonly overrides: RuleOverrides,
    private readonly config: GatewayConfig,
    private readonly accepted: AcceptedWork,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async page({ page, page_size, sort, ...filter }: ListRulesQuery): Promise<RulePageDto> {
    const [{ items, total }, packs] = await Promise.all([
      this.reader.page(filter, sort, { limit: page_size, offset: (page - 1) * page_size }),
      this.reader.packs(),
    ]);
    return { items, total, page, page_size, packs };
  }

  problems(): Promise<RuleProblemsDto> {
    return this.reader.problems();
  }

  /** @throws AppError `RULES.NOT_FOUND` */
  async detail(idOrName: string): Promise<RuleDetailDto> {
    const rule = await this.reader.find(idOrName);
    if (rule === null) throw new AppError('not-found', 'RULES.NOT_FOUND', `There is no rule ${idOrName}.`);
    return rule;
  }

  /**
   * Changes a rule and notifies all processes.
   *
   * @throws AppError `RULES.NOT_FOUND`, `RULES.NO_FINDINGS`, `RULES.CHANGED_MEANWHILE`, `REQUEST.INVALID`
   */
  async change(
    idOrName: string,
    { enabled, level, by, reason, override_revision }: RuleChangeRequestDto,
    caller: Caller,
  ): Promise<RuleDetailDto> {
    if (enabled === undefined && level === undefined) {
      const detail = 'say what to change: enabled, level or both';
      throw new AppError('invalid', 'REQUEST.INVALID', detail, { errors: [{ pointer: 'enabled', detail }] });
    }
    const { id, revision } = await this.overrides.change(idOrName, {
      ...(enabled === undefined ? {} : { enabled }),
      ...(level === undefined ? {} : { level }),
      ...(override_revision === undefined ? {} : { expected_revision: override_revision }),
      changed_by: by ?? null,
      reason: reason ?? null,
      caller,
    });
    if (revision !== null) await this.announce(revision);
    return this.detail(id);
  }

  /**
   * Has the rules read from disk and waits for it.
   *
   * @throws RulesRefused when a document has an error
   * @throws AppError `RULES.RELOADS_BUSY`; `unavailable` when it takes too long or fails
   */
  async reload({ skip_faulty, by, reason }: RulesReloadRequestDto, caller: Caller): Promise<RulesReloadDto> {
    const { waiting, active } = await this.jobs.counts('reload-rules');
    if (waiting + active >= RELOADS_MAX) {
      throw new AppError(
        'unavailable',
        'RULES.RELOADS_BUSY',
        `${waiting + active} reloads are waiting already.`,
        {
          retryAfterSeconds: 5,
        },
      );
    }
    await this.accepted.record({
      origin: caller,
      action: 'rules.reloaded',
      object: { type: 'rules', id: 'rules', name: null },
      after: { skip_faulty: skip_faulty ?? false, reason: reason ?? null },
    });
    // Each is a job of its own: one that is under way may have read the files before the last change of them.
    const id = await this.jobs.enqueue(
      'reload-rules',
      {
        ...(by === undefined ? {} : { requested_by: by }),
        ...(reason === undefined ? {} : { reason }),
        ...(skip_faulty === undefined ? {} : { skip_faulty }),
      },
      { id: `reload-${newId()}` },
    );
    const result = await this.jobs
      .waitFor('reload-rules', id, { timeoutMs: this.config.apiJobWaitMs })
      .catch((error: unknown) => {
        throw waitingFailed(error);
      });
    const { outcome } = result;
    if (outcome === 'refused') {
      throw new RulesRefused(
        'RULES.RELOAD_REFUSED',
        `The rules in force did not change. ${refusal(result.problems)}`,
        result.problems,
      );
    }
    return { ...result, outcome };
  }

  /** Makes all processes poll immediately; they also poll at an interval. */
  private async announce(revision: number): Promise<void> {
    try {
      await this.bus.publish('rules.changed', [{ what: 'overrides', revision }]);
    } catch (error) {
      this.logger.warn(
        { err: error, revision },
        `A changed rule could not be announced: ${messageOf(error)}`,
      );
    }
  }
}
