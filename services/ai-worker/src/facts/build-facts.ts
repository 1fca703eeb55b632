import { createHash } from 'node:crypto';
import type { EventEnvelope, InjectionSign, Severity } from '@mcm/contracts';
import type { FindingForEnrichment } from '../enrich-finding/enrichment-store.js';
import { ruleScore } from '../providers/rule-score.js';
import type { AllowList } from './allowed-fields.js';
import { networkOf, treat, type TreatmentContext, WITHHELD } from './field-treatment.js';
import { textsIn, valuesAt } from './field-values.js';
import { triesToInstruct } from './injection-signs.js';
import { plainText } from './plain-text.js';
import { Placeholders } from './placeholders.js';
import { countRange, timeRange } from './ranges.js';

/** Groups of like events that are told, from both ends. */
const MOST_GROUPS = 12;
/** Values of a list that are told. */
const MOST_VALUES = 8;
/** Longest facts, in characters; groups in the middle are left out beyond it. */
const MOST_CHARACTERS = 16_000;
/** What is looked at of each event's raw data for text that instructs, in characters. */
const LOOK_AT = 256 * 1024;
/** Longest words of the rule's author, in characters. */
const MOST_OF_RULE = { about: 500, false_positive: 160, runbook: 900 } as const;
/** Most places that are named where such text was found. */
const MOST_SIGNS = 20;

/** A group of like events that follow one another, as a model sees it. */
interface GroupFacts {
  id: string;
  events: string;
  /** Since the first event of the finding. */
  after: string;
  event_type: string;
  user: string;
  source: string;
  fields: Record<string, FieldFact>;
}
type FieldFact = string | number | boolean | (string | number | boolean)[];

/** The facts of a finding as a model sees them, and what is needed to make sense of its answer. */
export interface Facts {
  /** JSON: the same for all findings of the same shape. */
  text: string;
  /** SHA-256 of `text`, in hexadecimal. */
  hash: string;
  ruleScore: number;
  /** What may be cited: for each id its fields and its events. */
  citable: ReadonlyMap<string, { fields: ReadonlySet<string>; event_uids: readonly string[] }>;
  placeholders: Readonly<Record<string, string>>;
  controls: Readonly<Record<string, readonly string[]>>;
  injections: readonly InjectionSign[];
}

export interface FactsOptions {
  allowList: AllowList;
  pseudonymise: boolean;
}

/** The id under which the facts of the rule are cited. */
export const RULE_ID = 'rule';

/**
 * Builds what is sent about a finding: the rule's own words, and of the events nothing but allowed fields, each treated
 * as its kind demands. The sentence that the rule made of the events (`description`) holds raw values and is not sent.
 */
export function buildFacts(finding: FindingForEnrichment, { allowList, pseudonymise }: FactsOptions): Facts {
  const context: TreatmentContext = { placeholders: new Placeholders(), pseudonymise };
  const { placeholders } = context;
  const user = userOf(finding.user, context);
  const rule = {
    name: finding.rule_name,
    title: finding.title,
    ...wordsOf(finding.rule),
    severity: finding.severity satisfies Severity,
    rule_score: ruleScore(finding).score,
    user,
    events: `${placeholders.set('EVENT_COUNT', String(finding.event_count))} (${countRange(finding.event_count)})`,
    first_event: placeholders.set('FIRST_SEEN', finding.first_seen),
    last_event: placeholders.set('LAST_SEEN', finding.last_seen),
    time_between: timeRange(Date.parse(finding.last_seen) - Date.parse(finding.first_seen)),
    controls: finding.controls,
  };
  const groups = groupEvents(finding.evidence, finding.first_seen, allowList, context);
  const text = fitted(rule, groups, finding, placeholders);
  const told = new Set(text.groups);
  const citable = new Map([
    [RULE_ID, { fields: new Set(Object.keys(rule)), event_uids: [] as string[] }],
    ...groups
      .filter((group) => told.has(group.facts))
      .map(
        ({ facts, event_uids }) =>
          [
            facts.id,
            { fields: new Set(['event_type', 'user', 'source', ...Object.keys(facts.fields)]), event_uids },
          ] as const,
      ),
  ]);
  return {
    text: text.json,
    hash: createHash('sha256').update(text.json).digest('hex'),
    ruleScore: rule.rule_score,
    citable,
    placeholders: placeholders.table,
    controls: finding.controls,
    injections: injectionsIn(finding),
  };
}

/** What the author of the rule says; it comes from the rules, not from events. */
function wordsOf(rule: FindingForEnrichment['rule']) {
  if (rule === null) return {};
  const { about, false_positives, runbook } = rule;
  return {
    ...(about ? { about: cut(about, MOST_OF_RULE.about) } : {}),
    ...(false_positives.length > 0
      ? {
          false_positives: false_positives
            .slice(0, 4)
            .map((each) => cut(String(each), MOST_OF_RULE.false_positive)),
        }
      : {}),
    ...(runbook ? { runbook: cut(runbook, MOST_OF_RULE.runbook) } : {}),
  };
}

function cut(text: string, most: number): string {
  const plain = plainText(text);
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}

/** The actor as it is sent; a rule that counts over all users has none. */
function userOf(user: string, context: TreatmentContext): string {
  if (user === 'all users') return user;
  return String(treat(user, 'user', context) ?? 'unknown');
}

interface EventGroup {
  facts: GroupFacts;
  event_uids: string[];
}

/** Events with the same facts in a row become one group: five failures are told once. */
function groupEvents(
  events: readonly EventEnvelope[],
  firstSeen: string,
  allowList: AllowList,
  context: TreatmentContext,
): EventGroup[] {
  const groups: (EventGroup & { shape: string })[] = [];
  for (const event of events) {
    const told = {
      event_type: String(treat(event.event_type, 'name', context) ?? ''),
      user: userOf(event.user, context),
      source: String(treat(event.source, 'name', context) ?? ''),
      fields: fieldsOf(event, allowList, context),
    };
    const shape = JSON.stringify(told);
    const last = groups.at(-1);
    if (last?.shape === shape) {
      last.event_uids.push(event.uid);
      continue;
    }
    const after = timeRange(Date.parse(event.timestamp) - Date.parse(firstSeen));
    groups.push({
      shape,
      event_uids: [event.uid],
      facts: { id: `e${groups.length + 1}`, events: '', after, ...told },
    });
  }
  for (const group of groups) group.facts.events = countRange(group.event_uids.length);
  return groups;
}

function fieldsOf(
  event: EventEnvelope,
  allowList: AllowList,
  context: TreatmentContext,
): Record<string, FieldFact> {
  const fields: Record<string, FieldFact> = {};
  for (const { path, treatment } of allowList.fieldsOf(event.event_type, event.source)) {
    const values = valuesAt(event.raw_data, path).slice(0, MOST_VALUES + 1);
    if (treatment === 'set') {
      fields[nameOf(path)] =
        Object.hasOwn(event.raw_data, path) || values.length > 0 ? !isEmpty(event, path, values) : false;
      continue;
    }
    const told = [
      ...new Set(
        values.map((value) => treat(value, treatment, context)).filter((value) => value !== undefined),
      ),
    ];
    if (told.length > MOST_VALUES) told.splice(MOST_VALUES, told.length, 'and more');
    if (told.length === 1) fields[nameOf(path)] = told[0]!;
    else if (told.length > 1) fields[nameOf(path)] = told;
  }
  return fields;
}

function isEmpty(event: EventEnvelope, path: string, values: readonly unknown[]): boolean {
  if (values.length > 0) return values.every((value) => value === null || value === '');
  const value = event.raw_data[path];
  return (
    value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

/** A field of the raw data that has the name of one of the event itself keeps apart from it. */
function nameOf(path: string): string {
  return ['event_type', 'user', 'source'].includes(path) ? `raw_data.${path}` : path;
}

/** The facts as JSON, with groups in the middle left out until they fit. */
function fitted(
  rule: object,
  groups: readonly EventGroup[],
  finding: FindingForEnrichment,
  placeholders: Placeholders,
): { json: string; groups: GroupFacts[] } {
  for (let most = Math.min(MOST_GROUPS, groups.length); ; most -= 1) {
    const first = groups.slice(0, Math.ceil(most / 2));
    const last = most < 2 ? [] : groups.slice(-Math.floor(most / 2));
    const told = [...first, ...last].map(({ facts }) => facts);
    const json = JSON.stringify({ rule, events: told, notes: notesOf(told, groups, finding, placeholders) });
    if (json.length <= MOST_CHARACTERS || most <= 1) return { json, groups: told };
  }
}

function notesOf(
  told: readonly GroupFacts[],
  groups: readonly EventGroup[],
  finding: FindingForEnrichment,
  placeholders: Placeholders,
): string[] {
  const notes: string[] = [];
  const json = JSON.stringify(told);
  for (const [name, value] of Object.entries(placeholders.table)) {
    if (name.startsWith('ADDRESS_') && json.includes(name)) notes.push(`${name} is ${networkOf(value)}`);
  }
  if (told.length < groups.length)
    notes.push(`${countRange(groups.length - told.length)} groups of events in between are left out`);
  if (groups.length === 0) notes.push('the events are not stored (any more)');
  else if (finding.event_count > finding.evidence.length)
    notes.push('only the first and the last events are told');
  if (finding.oversized > 0) notes.push('some events are too large to be told in full');
  if (json.includes(WITHHELD.instructs))
    notes.push('text that tries to instruct a model was found in a field and withheld');
  return notes;
}

/** Where producers wrote text that tries to instruct a model, whether that field is sent or not. */
function injectionsIn({ evidence }: FindingForEnrichment): InjectionSign[] {
  const signs = new Map<string, InjectionSign>();
  const note = (event_uid: string, field: string) =>
    signs.set(`${event_uid}\n${field}`, { event_uid, field });
  for (const event of evidence) {
    for (const field of ['event_type', 'user', 'source', 'event_id'] as const) {
      if (triesToInstruct(event[field])) note(event.uid, field);
    }
    for (const { path, text } of textsIn(event.raw_data, LOOK_AT)) {
      if (signs.size >= MOST_SIGNS) return [...signs.values()];
      if (triesToInstruct(text)) note(event.uid, nameOf(path));
    }
  }
  return [...signs.values()];
}
