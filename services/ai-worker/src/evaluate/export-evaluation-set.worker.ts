import type { ExportEvaluationSetResult } from '@mcm/contracts';
import { RatingReader } from '@mcm/persistence';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Injectable } from '@nestjs/common';
import { EnrichmentStore } from '../enrich-finding/enrichment-store.js';
import { AllowList } from '../facts/allowed-fields.js';
import { setLine } from './evaluation-set-line.js';

/** Findings that are loaded at a time. */
const PAGE = 50;

/** Makes an evaluation set of what people rated. It is made here, because here is known what may leave the house. */
@Injectable()
export class ExportEvaluationSetWorker {
  constructor(
    private readonly ratings: RatingReader,
    private readonly store: EnrichmentStore,
    private readonly allowList: AllowList,
  ) {}

  @HandlesJob('export-evaluation-set')
  async export({
    payload: { after, limit },
  }: ActiveJob<'export-evaluation-set'>): Promise<ExportEvaluationSetResult> {
    const ratings = await this.ratings.after(after, limit);
    const lines: string[] = [];
    let gone = 0;
    for (let i = 0; i < ratings.length; i += PAGE) {
      const page = ratings.slice(i, i + PAGE);
      const ids = [...new Set(page.map(({ finding_id }) => finding_id))];
      const findings = new Map(
        (await this.store.loadManyForEnrichment(ids)).map((finding) => [finding.id, finding]),
      );
      for (const rating of page) {
        const finding = findings.get(rating.finding_id);
        // Without its events a finding is no case.
        if (finding === undefined || finding.evidence.length === 0) gone += 1;
        else lines.push(setLine(rating, finding, this.allowList));
      }
    }
    return { lines, gone, next: ratings.length < limit ? null : (ratings.at(-1)?.id ?? null) };
  }
}
