import { SEVERITIES, type Severity } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { EnrichmentStore, type ScoredFindingRow } from '../enrich-finding/enrichment-store.js';
import { AiWorkerConfig } from '../ai-worker.config.js';
import { ruleScore } from '../providers/rule-score.js';

/** Which findings are enriched by themselves: severe enough, and not enriched yet or become worse since. */
@Injectable()
export class AutoEnrichPolicy {
  /** Place of the lowest severity in {@link SEVERITIES}; -1 when the policy is off. */
  private readonly from: number;

  constructor(
    config: AiWorkerConfig,
    private readonly store: EnrichmentStore,
  ) {
    this.from = SEVERITIES.indexOf(config.autoEnrich as Severity);
  }

  get isOn(): boolean {
    return this.from >= 0;
  }

  /** Whether the severity is one that the policy is about. */
  concerns(severity: Severity): boolean {
    return this.isOn && SEVERITIES.indexOf(severity) >= this.from;
  }

  /** Those of these findings that the policy wants enriched now. */
  async wanted(findingIds: readonly number[]): Promise<ScoredFindingRow[]> {
    if (!this.isOn || findingIds.length === 0) return [];
    const findings = await this.store.scored(findingIds);
    return findings
      .filter(({ severity }) => this.concerns(severity))
      .filter((finding) => !finding.enriched || ruleScore(finding).score > (finding.rule_score ?? 0));
  }
}
