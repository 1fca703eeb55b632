import type { Detection, DetectorEvent, EventReasons } from './detection.js';
import { detectionJson } from './detection-json.js';
import type { EventRule, Level } from './document/rule-document.js';
import { renderSummary } from './document/summary-template.js';
import type { EventMatcher } from './evaluate/event-matcher.js';
import { fieldSummary } from './evaluate/field-summary.js';

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
    private readonly event: DetectorEvent,
    /** Milliseconds. */
    private readonly time: number,
    private readonly matcher: EventMatcher,
    /** The rule's number in the matcher. */
    private readonly number: number,
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
    return [this.event.id];
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
    if (this.knownReasons === undefined) {
      this.matcher.look(this.event.data);
      this.knownReasons = this.matcher.reasons(this.number);
    }
    return this.knownReasons;
  }

  get summary(): string {
    return (this.knownSummary ??= this.makeSummary());
  }

  toJSON(): Detection {
    return detectionJson(this);
  }

  private makeSummary(): string {
    const { rule, matcher } = this;
    if (rule.summary === undefined) return rule.title;
    matcher.look(this.event.data);
    return renderSummary(
      rule.summary,
      (field) => fieldSummary(matcher.view.field(matcher.slots.slot(field))),
      (fact) => {
        switch (fact) {
          case 'count':
            return '1';
          case 'timespan':
            return '0s';
          case 'first_seen':
          case 'last_seen':
            return new Date(this.time).toISOString();
        }
      },
    );
  }
}
