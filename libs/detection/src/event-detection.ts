import type { Detection, EventReasons } from './detection.js';
import type { EventRule, Level } from './document/rule-document.js';

const NO_GROUP: Readonly<Record<string, string>> = Object.freeze({});

/** A rule matched an event. Reasons and summary are worked out when asked for. */
export class EventDetection implements Detection {
  readonly kind = 'event';
  readonly count = 1;
  readonly group = NO_GROUP;
  readonly groupKey = null;
  private knownReasons: EventReasons | undefined;
  private knownSummary: string | undefined;

  constructor(
    private readonly rule: EventRule,
    readonly level: Level,
    private readonly eventId: string,
    private readonly time: number,
    private readonly makeReasons: () => EventReasons,
    private readonly makeSummary: () => string,
  ) {}

  get ruleId(): string {
    return this.rule.id;
  }
  get ruleName(): string {
    return this.rule.name ?? this.rule.title;
  }
  get ruleTitle(): string {
    return this.rule.title;
  }
  get eventIds(): readonly string[] {
    return [this.eventId];
  }
  get firstSeen(): Date {
    return new Date(this.time);
  }
  get lastSeen(): Date {
    return new Date(this.time);
  }
  get contentHash(): string {
    return this.rule.contentHash;
  }
  get custom(): Readonly<Record<string, unknown>> {
    return this.rule.custom;
  }
  get reasons(): EventReasons {
    return (this.knownReasons ??= this.makeReasons());
  }
  get summary(): string {
    return (this.knownSummary ??= this.makeSummary());
  }

  toJSON(): Record<string, unknown> {
    return detectionJson(this);
  }
}

/** The getters of a detection as an ordinary object. */
export function detectionJson(detection: Detection): Record<string, unknown> {
  return {
    ruleId: detection.ruleId,
    ruleName: detection.ruleName,
    ruleTitle: detection.ruleTitle,
    level: detection.level,
    kind: detection.kind,
    eventIds: detection.eventIds,
    group: detection.group,
    groupKey: detection.groupKey,
    firstSeen: detection.firstSeen,
    lastSeen: detection.lastSeen,
    count: detection.count,
    reasons: detection.reasons,
    summary: detection.summary,
    contentHash: detection.contentHash,
    custom: detection.custom,
  };
}
