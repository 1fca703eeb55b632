import type { Severity } from '@mcm/contracts';
import { AppError, newId } from '@mcm/kernel';
import { FindingReader } from '@mcm/persistence';
import { JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import type { AroundQuery } from '../events/around.dto.js';
import type { FoundEvents } from '../events/event-search.js';
import { EventsAround } from '../events/events-around.js';
import { EventReader } from '../events/event-reader.js';
import { GatewayConfig } from '../gateway.config.js';
import { waitingFailed } from '../jobs/job-outcome.js';
import type { FindingDetailDto, FindingDto, FindingPageDto } from './finding.dto.js';
import type { FindingExplanationDto } from './finding-explanation.dto.js';
import type { ListFindingsQuery } from './list-findings.dto.js';

/** Most events of evidence in an answer: as many as a finding names. */
const EVIDENCE_MAX = 100;

/** Answers questions about findings. */
@Injectable()
export class FindingsService {
  constructor(
    private readonly findings: FindingReader,
    private readonly events: EventReader,
    private readonly eventsAround: EventsAround,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly config: GatewayConfig,
  ) {}

  /** One page of the findings that match, newest first. */
  async page({ page, page_size, ...filter }: ListFindingsQuery): Promise<FindingPageDto> {
    const { items, total } = await this.findings.page(filter, {
      limit: page_size,
      offset: (page - 1) * page_size,
    });
    return { items, total, page, page_size };
  }

  /**
   * The finding as shown in lists.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`
   */
  async byId(id: string): Promise<FindingDto> {
    return found(id, await this.findings.byId(id));
  }

  /** Those of these findings that exist, newest first. */
  byIds(ids: readonly number[]): Promise<FindingDto[]> {
    return this.findings.byIds(ids);
  }

  /**
   * How the enrichment of a finding came about.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`
   */
  async enrichmentOf(id: string): Promise<Pick<FindingDetailDto, 'enrichment'>> {
    return found(id, await this.findings.detailById(id));
  }

  /**
   * The finding with its reasons and those of its events that are stored.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`
   */
  async detail(id: string): Promise<FindingDetailDto> {
    const { reasons, ...finding } = found(id, await this.findings.detailById(id));
    const within = { from: finding.first_seen, to: finding.last_seen };
    const events = await this.events.byUids(finding.event_uids, EVIDENCE_MAX, within);
    return { ...finding, reasons: [reasons], events };
  }

  /**
   * Events around those of a finding, newest first.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`, `EVENTS.NOTHING_IN_COMMON`
   */
  async around(id: string, query: AroundQuery): Promise<FoundEvents> {
    const { first_seen, last_seen, events } = await this.detail(id);
    return this.eventsAround.find({ first: first_seen, last: last_seen }, events, query);
  }

  /**
   * Has the rules service evaluate the finding's events again, and waits for it.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`; `unavailable` when it takes too long or fails
   */
  async explain(id: string): Promise<FindingExplanationDto> {
    const finding = await this.byId(id);
    const job = await this.jobs.enqueue(
      'explain-finding',
      { finding_id: finding.id },
      // A separate job per request: the outcome of a shared job could be removed before all requests have read it.
      { id: `explain-${newId()}` },
    );
    const result = await this.jobs
      .waitFor('explain-finding', job, { timeoutMs: this.config.apiJobWaitMs })
      .catch((error: unknown) => {
        throw waitingFailed(error);
      });
    if (result.outcome === 'missing') return found<FindingExplanationDto>(id, null);
    const { explanation } = result;
    return {
      ...explanation,
      finding: explanation.finding && {
        ...explanation.finding,
        severity: explanation.finding.severity as Severity,
        reasons: [explanation.finding.reasons],
      },
    };
  }
}

function found<T>(id: string, finding: T | null): T {
  if (finding === null) throw new AppError('not-found', 'FINDINGS.NOT_FOUND', `There is no finding ${id}.`);
  return finding;
}
