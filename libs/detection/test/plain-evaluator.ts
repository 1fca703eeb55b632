import type { Condition } from '../src/document/condition.js';
import type { EventRule } from '../src/document/rule-document.js';
import type { Item, Matcher, NamedSelection, Selection } from '../src/document/selection.js';
import { fold } from '../src/compile/fold.js';
import { timePart } from '../src/evaluate/time-part.js';
import { networkContains } from '../src/modifiers/network.js';
import { DASHES, type TextPart } from '../src/parse/sigma-text.js';

/** Whether a rule holds for a record, worked out as directly as the specification says it: slow, and easy to believe. */
export function holdsPlainly(rule: EventRule, data: object): boolean {
  return condition(rule.condition, rule.selections, data);
}

function condition(part: Condition, selections: readonly NamedSelection[], data: object): boolean {
  switch (part.kind) {
    case 'and':
      return part.operands.every((each) => condition(each, selections, data));
    case 'or':
      return part.operands.some((each) => condition(each, selections, data));
    case 'not':
      return !condition(part.operand, selections, data);
    case 'identifier':
      return selection(selections.find(({ name }) => name === part.name)!.selection, data);
    case 'of': {
      const pattern = new RegExp(`^${part.pattern.replaceAll('*', '.*')}$`);
      const chosen = selections.filter(({ name }) =>
        part.pattern === 'them' ? !name.startsWith('_') : pattern.test(name),
      );
      const verdicts = chosen.map((each) => selection(each.selection, data));
      return part.quantifier === 'all' ? verdicts.every(Boolean) : verdicts.some(Boolean);
    }
  }
}

function selection(part: Selection, data: object): boolean {
  return part.kind === 'all'
    ? part.items.every((each) => item(each, data))
    : part.options.some((each) => selection(each, data));
}

function item({ field, matchers, all, negated }: Item, data: object): boolean {
  const values = field === null ? everything(data) : valuesAt(data, field.split('.'));
  const met = (matcher: Matcher): boolean => meets(matcher, values, data);
  return (all ? matchers.every(met) : matchers.some(met)) !== negated;
}

/** The values a path leads to; undefined when it leads nowhere. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] | undefined {
  if (Array.isArray(value)) {
    const found = value.map((each) => valuesAt(each, path)).filter((each) => each !== undefined);
    return found.length > 0 || path.length === 0 ? found.flat() : undefined;
  }
  if (path.length === 0) return value === undefined ? undefined : [value];
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Record<string, unknown>;
  const whole = path.join('.');
  if (Object.hasOwn(record, whole)) return valuesAt(record[whole], []);
  return Object.hasOwn(record, path[0]!) ? valuesAt(record[path[0]!], path.slice(1)) : undefined;
}

function everything(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(everything) : [value];
}

function meets(matcher: Matcher, values: unknown[] | undefined, data: object): boolean {
  const scalars = (values ?? []).filter((value) => typeof value !== 'object' || value === null);
  const texts = scalars.filter((value) => value !== null).map(String);
  switch (matcher.kind) {
    case 'text':
      return texts.some((text) => fits(text, matcher.parts, matcher.cased));
    case 'null':
      return values === undefined || scalars.includes(null);
    case 'exists':
      return (values !== undefined) === matcher.expected;
    case 'regex':
      return texts.some((text) => matcher.regex.test(text));
    case 'cidr':
      return texts.some((text) => networkContains(matcher.network, text));
    case 'compare':
      return texts.some((text) => text.trim() !== '' && compare(Number(text), matcher));
    case 'time-part':
      return texts.some((text) => compare(timePart(text, matcher.part) ?? Number.NaN, matcher));
    case 'field': {
      const others = (valuesAt(data, matcher.field.split('.')) ?? [])
        .filter((value) => value !== null && typeof value !== 'object')
        .map(String);
      const same = matcher.cased ? (text: string) => text : fold;
      return texts.some((text) =>
        others.some((other) => {
          switch (matcher.mode) {
            case 'equals':
              return same(text) === same(other);
            case 'contains':
              return same(text).includes(same(other));
            case 'startswith':
              return same(text).startsWith(same(other));
            case 'endswith':
              return same(text).endsWith(same(other));
          }
        }),
      );
    }
  }
}

function fits(text: string, parts: readonly TextPart[], cased: boolean): boolean {
  const same = cased ? (each: string) => each : fold;
  const source = parts.map((part) => {
    switch (part.kind) {
      case 'literal':
        return same(part.text).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      case 'any-run':
        return '.*';
      case 'any-one':
        return '.';
      case 'dash':
        return `[${DASHES.replace('-', '\\-').replace('/', '\\/')}]`;
    }
  });
  return new RegExp(`^${source.join('')}$`, 'su').test(same(text));
}

function compare(number: number, { operator, value }: { operator: string; value: number }): boolean {
  switch (operator) {
    case 'lt':
      return number < value;
    case 'lte':
      return number <= value;
    case 'gt':
      return number > value;
    case 'gte':
      return number >= value;
    default:
      return number === value;
  }
}
