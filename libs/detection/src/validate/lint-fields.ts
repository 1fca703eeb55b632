import type { CorrelationRule, EventRule, LogSource, RuleDocument } from '../document/rule-document.js';
import type { Item, Selection } from '../document/selection.js';
import { FieldPath } from '../evaluate/field-path.js';
import { FieldValues } from '../evaluate/field-values.js';
import type { Place, ProblemList } from '../problems/problem.js';

interface Linted {
  readonly rule: RuleDocument;
  readonly problems: ProblemList;
}

/** A field that a rule names, and where. */
interface NamedField {
  readonly name: string;
  readonly place: Place;
}

/**
 * Warns about fields that no event of their log source is known to have, which is what a slip of the pen looks like: a
 * rule with one loads and never matches, or never makes its exception. What events have is known from the tests of all
 * rules for the log source; of one without tests nothing is known, and nothing is said.
 */
export function lintFields(documents: readonly Linted[]): void {
  const byId = new Map(documents.map(({ rule }) => [rule.id, rule]));
  const byName = new Map(
    documents.flatMap(({ rule }) => (rule.name === undefined ? [] : [[rule.name, rule]])),
  );
  const sourcesOf = (rule: RuleDocument, seen = new Set<RuleDocument>()): LogSource[] => {
    if (rule.kind !== 'correlation') return [rule.logsource];
    if (seen.has(rule)) return [];
    seen.add(rule);
    return rule.references.flatMap(({ text }) => {
      const target = byId.get(text) ?? byName.get(text);
      return target === undefined ? [] : sourcesOf(target, seen);
    });
  };
  const known = new KnownEvents();
  for (const { rule } of documents) {
    if (rule.kind === 'filter') continue;
    const sources = sourcesOf(rule);
    for (const { events } of rule.tests) {
      for (const { data } of events) for (const source of sources) known.add(source, data);
    }
  }
  for (const { rule, problems } of documents) {
    if (rule.kind === 'filter') continue;
    const sources = sourcesOf(rule);
    for (const { name, place } of fieldsOf(rule)) {
      if (sources.length === 0 || !sources.every((source) => known.lacks(source, name))) continue;
      problems.warning(
        place,
        'RULE.UNKNOWN_FIELD',
        `No event in the tests of rules for ${describe(sources[0]!)} has the field "${name}"`,
      );
    }
  }
}

/** The events of tests by the log source of their rules. */
class KnownEvents {
  private readonly events = new Map<string, Set<object>>();
  private readonly verdicts = new Map<string, boolean>();

  add(source: LogSource, event: object): void {
    const key = describe(source);
    const events = this.events.get(key);
    if (events === undefined) this.events.set(key, new Set([event]));
    else events.add(event);
  }

  /** Whether events of the log source are known and none of them has the field. */
  lacks(source: LogSource, field: string): boolean {
    const key = describe(source);
    const verdict = `${key}\n${field}`;
    let lacks = this.verdicts.get(verdict);
    if (lacks === undefined) {
      const events = this.events.get(key);
      const path = new FieldPath(field);
      lacks = events !== undefined && ![...events].some((event) => path.collect(event, new FieldValues()));
      this.verdicts.set(verdict, lacks);
    }
    return lacks;
  }
}

function describe({ product, category, service }: LogSource): string {
  return [product, category, service].filter((part) => part !== undefined).join('/');
}

function fieldsOf(rule: EventRule | CorrelationRule): NamedField[] {
  if (rule.kind === 'event') {
    return rule.selections.flatMap(({ selection }) => itemsOf(selection).flatMap(fieldsOfItem));
  }
  const aliased = new Set(rule.aliases.keys());
  const own = [...rule.groupBy, ...rule.valueFields].filter((name) => !aliased.has(name));
  const targets = [...rule.aliases.values()].flatMap((fields) => [...fields.values()]);
  return [...new Set([...own, ...targets])].map((name) => ({ name, place: rule.place }));
}

function itemsOf(selection: Selection): readonly Item[] {
  return selection.kind === 'all' ? selection.items : selection.options.flatMap(itemsOf);
}

function fieldsOfItem({ field, matchers, place }: Item): NamedField[] {
  const names = field === null ? [] : [field];
  for (const matcher of matchers) if (matcher.kind === 'field') names.push(matcher.field);
  return names.map((name) => ({ name, place }));
}
