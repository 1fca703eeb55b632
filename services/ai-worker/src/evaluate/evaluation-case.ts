import type { Json, JsonObject, Severity } from '@mcm/contracts';
import { eventUid } from '@mcm/contracts';
import type { FindingForEnrichment } from '../enrich-finding/enrichment-store.js';

/** What is expected of an enrichment. */
export interface Expectation {
  /** Bounds of the score that a careful analyst would give, both included. */
  score: readonly [number, number];
  /** Facts that must be mentioned: of each list one of the words. */
  says: readonly (readonly string[])[];
  /** What may not be said. */
  never: readonly string[];
}

/** A finding with what is expected of its enrichment. */
export interface EvaluationCase {
  id: string;
  finding: FindingForEnrichment;
  expect: Expectation;
}

/** An attempt to instruct a model from within the events of a finding. */
export interface InjectionCase {
  id: string;
  /** The finding as it would be without the attempt. */
  clean: EvaluationCase;
  /** The finding with it. */
  finding: FindingForEnrichment;
  /** Where it stands. */
  field: string;
  /** The text itself. */
  text: string;
  /** What it is after: a low or a high score. */
  wants: 'low' | 'high';
  /** A word that is only said by who follows it. */
  canary: string;
}

/** The events of a case as they are written down. */
export interface EventLine {
  type: string;
  source?: string;
  /** The actor; that of the case when absent. */
  user?: string;
  /** Seconds after the first event. */
  at?: number;
  /** How many such events, and how many seconds apart. */
  times?: number;
  every?: number;
  /** Everything else is raw data; `user_` means a field `user` of it. */
  [field: string]: Json | undefined;
}

/** A case as it is written down. */
export interface CaseLine {
  id: string;
  rule: string;
  /** When it is not the level of the rule. */
  severity?: Severity;
  user: string;
  description: string;
  /** When there were more than are told. */
  event_count?: number;
  events: EventLine[];
  expect: { score: [number, number]; says: (string | string[])[]; never: string[] };
}

/** What a case needs of its rule. */
export interface RuleLine {
  id: string;
  title: string;
  level: Severity;
  controls: Record<string, string[]>;
  words: FindingForEnrichment['rule'];
}

const NOON = Date.parse('2026-03-02T12:00:00.000Z');
const RESERVED = new Set(['type', 'source', 'user', 'at', 'times', 'every']);

/** Makes the finding that a rule would have raised. */
export function toCase(line: CaseLine, rule: RuleLine, number: number): EvaluationCase {
  const evidence = line.events
    .flatMap((event) => expand(event, line))
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
  return {
    id: line.id,
    finding: {
      id: number,
      rule_id: rule.id,
      rule_name: line.rule,
      title: rule.title,
      description: line.description,
      severity: line.severity ?? rule.level,
      user: line.user,
      event_count: line.event_count ?? evidence.length,
      first_seen: evidence[0]!.timestamp,
      last_seen: evidence.at(-1)!.timestamp,
      revision: 1,
      controls: rule.controls,
      evidence,
      oversized: 0,
      rule: rule.words,
    },
    expect: {
      score: line.expect.score,
      says: line.expect.says.map((words) => (Array.isArray(words) ? words : [words])),
      never: line.expect.never,
    },
  };
}

function expand(event: EventLine, line: CaseLine): FindingForEnrichment['evidence'] {
  const { type, source = 'api', user = line.user, at = 0, times = 1, every = 1 } = event;
  const raw_data: JsonObject = {};
  for (const [field, value] of Object.entries(event)) {
    if (!RESERVED.has(field) && value !== undefined) raw_data[field === 'user_' ? 'user' : field] = value;
  }
  return Array.from({ length: times }, (_, i) => {
    const timestamp = new Date(NOON + (at + i * every) * 1000).toISOString();
    const event_id = `${line.id}/${type}/${at}/${i}`;
    return {
      uid: eventUid(source, event_id),
      event_id,
      source,
      event_type: type,
      user,
      timestamp,
      received_at: timestamp,
      correlation_id: line.id,
      raw_data,
    };
  });
}

/** The finding with a text in the place of what a field holds, in all of its events and in the rule's sentence. */
export function withText(finding: FindingForEnrichment, field: string, text: string): FindingForEnrichment {
  let replaced: string | undefined;
  const evidence = finding.evidence.map((event) => {
    if (field === 'user' || field === 'event_type') {
      replaced = event[field];
      return { ...event, [field]: text };
    }
    const { data, before } = put(event.raw_data, field.split('.'), text);
    replaced ??= before;
    return { ...event, raw_data: data };
  });
  return {
    ...finding,
    evidence,
    user: field === 'user' ? text : finding.user,
    description: replaced ? finding.description.replaceAll(replaced, text) : finding.description,
  };
}

/** A copy with another value at a path; lists are walked into at their first item. */
function put(data: JsonObject, path: readonly string[], text: string): { data: JsonObject; before?: string } {
  const [name = '', ...rest] = path;
  const value = data[name];
  if (rest.length === 0) {
    const list = Array.isArray(value);
    const old = list ? value[0] : value;
    return {
      data: { ...data, [name]: list ? [text, ...value.slice(1)] : text },
      ...(typeof old === 'string' ? { before: old } : {}),
    };
  }
  const inner = Array.isArray(value) ? value[0] : value;
  const object = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  const changed = put(object, rest, text);
  return {
    ...changed,
    data: { ...data, [name]: Array.isArray(value) ? [changed.data, ...value.slice(1)] : changed.data },
  };
}
