import type { CorrelationReasons, Detection } from './detection.js';
import type { Level } from './document/rule-document.js';
import { renderSummary, summaryText } from './document/summary-template.js';
import { detectionJson } from './detection-json.js';
import { formatDuration } from './parse/duration.js';
import type { CorrelationPlan } from './windows/correlation-plan.js';
import type { EpisodeSnapshot } from './windows/episodes/episode-snapshot.js';

/** What is said of a referred rule: its name and title, and which text of it was evaluated. */
export interface RuleLabel {
  id: string;
  name: string;
  title: string;
  contentHash: string;
}

/** An episode of a correlation as it stood when the detector named it; later events do not change this object. */
export class CorrelationDetection implements Detection {
  readonly kind = 'correlation';
  private knownIds: readonly string[] | undefined;
  private knownReasons: CorrelationReasons | undefined;
  private knownGroup: Readonly<Record<string, string>> | undefined;

  constructor(
    private readonly plan: CorrelationPlan,
    readonly level: Level,
    private readonly snapshot: EpisodeSnapshot,
    private readonly labels: readonly RuleLabel[],
  ) {}

  get ruleId(): string {
    return this.plan.rule.id;
  }
  get ruleName(): string {
    return this.plan.rule.name ?? this.plan.rule.title;
  }
  get ruleTitle(): string {
    return this.plan.rule.title;
  }
  get count(): number {
    return this.snapshot.count;
  }
  get eventIds(): readonly string[] {
    return (this.knownIds ??= [...this.snapshot.earliest, ...this.snapshot.latest]);
  }
  get group(): Readonly<Record<string, string>> {
    return (this.knownGroup ??= groupRecord(this.plan.rule.groupBy, this.snapshot.groupValues));
  }
  get groupKey(): string {
    return canonicalGroupKey(this.plan.rule.groupBy, this.snapshot.groupValues);
  }
  get firstSeen(): Date {
    return new Date(this.snapshot.firstSeen);
  }
  get lastSeen(): Date {
    return new Date(this.snapshot.lastSeen);
  }
  get contentHash(): string {
    return this.plan.rule.contentHash;
  }
  get custom(): Readonly<Record<string, unknown>> {
    return this.plan.rule.custom;
  }

  get reasons(): CorrelationReasons {
    return (this.knownReasons ??= this.makeReasons());
  }

  get summary(): string {
    const { rule, summaryFields } = this.plan;
    if (rule.summary === undefined) return rule.title;
    const { snapshot } = this;
    return renderSummary(
      rule.summary,
      (field) => {
        const grouped = rule.groupBy.indexOf(field);
        return grouped >= 0
          ? summaryText([snapshot.groupValues[grouped]!])
          : snapshot.texts?.[summaryFields.indexOf(field)];
      },
      (fact) => {
        switch (fact) {
          case 'count':
            return String(snapshot.count);
          case 'timespan':
            return formatDuration(rule.timespan);
          case 'first_seen':
            return new Date(snapshot.firstSeen).toISOString();
          case 'last_seen':
            return new Date(snapshot.lastSeen).toISOString();
        }
      },
    );
  }

  toJSON(): Detection {
    return detectionJson(this);
  }

  private makeReasons(): CorrelationReasons {
    const { rule } = this.plan;
    const masks = [...this.snapshot.earliestMasks, ...this.snapshot.latestMasks];
    return {
      kind: 'correlation',
      type: rule.type,
      timespan: rule.timespan,
      threshold: rule.threshold,
      fields: rule.valueFields,
      value: this.snapshot.value,
      group: this.group,
      rules: this.labels.map((label, bit) => ({
        ...label,
        eventIds: this.eventIds.filter(
          (_, i) => this.labels.length === 1 || ((masks[i] ?? 0) & (1 << bit)) !== 0,
        ),
      })),
    };
  }
}

/** Group values under the names of their fields. */
export function groupRecord(fields: readonly string[], values: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (const [i, field] of fields.entries()) {
    Object.defineProperty(record, field, {
      value: values[i],
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return record;
}

/** The group as JSON text with its fields in the order of group-by. */
export function canonicalGroupKey(fields: readonly string[], values: readonly string[]): string {
  return `{${fields.map((field, i) => `${JSON.stringify(field)}:${JSON.stringify(values[i])}`).join(',')}}`;
}
