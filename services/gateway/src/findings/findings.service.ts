import { AppError } from '@mcm/kernel';
import { EventReader, FindingReader } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import type { FindingDetailDto, FindingDto, FindingPageDto } from './finding.dto.js';
import type { ListFindingsQuery } from './list-findings.dto.js';

/** Most events of evidence in an answer: as many as a finding names. */
const EVIDENCE_MAX = 100;

/** Answers questions about findings. */
@Injectable()
export class FindingsService {
  constructor(
    private readonly findings: FindingReader,
    private readonly events: EventReader,
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
   * The finding as it stands in lists.
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
   * The finding with its reasons and those of its events that are stored.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`
   */
  async detail(id: string): Promise<FindingDetailDto> {
    const { reasons, ...finding } = found(id, await this.findings.detailById(id));
    const events = await this.events.byUids(finding.event_uids, EVIDENCE_MAX);
    return { ...finding, reasons: Array.isArray(reasons) ? reasons : [reasons], events };
  }
}

function found<T>(id: string, finding: T | null): T {
  if (finding === null) throw new AppError('not-found', 'FINDINGS.NOT_FOUND', `There is no finding ${id}.`);
  return finding;
}
