import { isMap, isNode, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';
import { AppError, messageOf } from '@mcm/kernel';
import { THRESHOLD_OPERATORS, type Level, type Threshold } from './document/rule-document.js';
import { formatDuration } from './parse/duration.js';

/** What may be different about a rule; what is absent stays. */
export interface RuleEdit {
  /** For all findings: conditional `levels` go. */
  level?: Level;
  /** Takes the place of all operators of a correlation's condition. */
  threshold?: Threshold;
  /** Milliseconds. */
  timespan?: number;
}

/** A stretch of the text and what takes its place. */
interface Replacement {
  start: number;
  end: number;
  text: string;
}

/**
 * The text of a rule document with something changed; all that is not asked for stays as it is written. Whether the
 * result is a rule is for `loadRules` to say.
 *
 * @throws AppError `RULE.NOT_EDITABLE` when there is no correlation to change, or the text is not a map in block style
 */
export function editRule(source: string, { level, threshold, timespan }: RuleEdit): string {
  const document = parseDocument(source);
  const { contents } = document;
  if (document.errors.length > 0) throw notEditable(messageOf(document.errors[0]));
  if (!isMap(contents) || contents.flow === true) throw notEditable('it is not written as a map of lines');
  const replacements: Replacement[] = [];
  if (level !== undefined) {
    replacements.push(put(contents, 'level', level, source), ...remove(contents, 'levels', source));
  }
  if (threshold !== undefined || timespan !== undefined) {
    const correlation = contents.get('correlation');
    if (!isMap(correlation)) throw notEditable('it is no correlation and has neither threshold nor timespan');
    if (timespan !== undefined) {
      replacements.push(put(correlation, 'timespan', formatDuration(timespan), source));
    }
    if (threshold !== undefined) {
      replacements.push(put(correlation, 'condition', conditionText(correlation, threshold, source), source));
    }
  }
  let text = source;
  for (const { start, end, text: instead } of replacements.sort((a, b) => b.start - a.start)) {
    text = text.slice(0, start) + instead + text.slice(end);
  }
  return text;
}

/** The condition with these operators and what else it says. */
function conditionText(correlation: YAMLMap, threshold: Threshold, source: string): string {
  const present = correlation.get('condition');
  const kept = isMap(present)
    ? present.items.filter(({ key }) => !(THRESHOLD_OPERATORS as readonly string[]).includes(nameOf(key)))
    : [];
  const parts = kept.map((pair) => `${nameOf(pair.key)}: ${textOf(pair.value, source)}`);
  for (const [operator, value] of Object.entries(threshold)) parts.push(`${operator}: ${value}`);
  return `{ ${parts.join(', ')} }`;
}

/** Puts a value under a key: in the place of the one that is there, or on a line of its own before all others. */
function put(map: YAMLMap, name: string, value: string, source: string): Replacement {
  const pair = find(map, name);
  if (pair !== undefined) {
    const [start, end] = rangeOf(pair.value) ?? [0, 0];
    // A block ends with the line break that parts it from what follows.
    return { start, end, text: source.slice(start, end).endsWith('\n') ? `${value}\n` : value };
  }
  const [start] = rangeOf(map.items[0]?.key) ?? [0];
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const separator = map.flow === true ? ', ' : `\n${source.slice(lineStart, start)}`;
  return { start, end: start, text: `${name}: ${value}${separator}` };
}

/** Takes a key with its value out of a map of lines. */
function remove(map: YAMLMap, name: string, source: string): Replacement[] {
  const pair = find(map, name);
  if (pair === undefined) return [];
  const [start] = rangeOf(pair.key)!;
  const [, , end] = rangeOf(pair.value) ?? rangeOf(pair.key)!;
  const lineEnd = source.slice(0, end).endsWith('\n') ? end : source.indexOf('\n', end) + 1 || source.length;
  return [{ start, end: lineEnd, text: '' }];
}

function find(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => nameOf(key) === name);
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function textOf(node: unknown, source: string): string {
  const [start, end] = rangeOf(node) ?? [0, 0];
  return source.slice(start, end).trim();
}

function rangeOf(node: unknown): [number, number, number] | undefined {
  return isNode(node) ? (node.range ?? undefined) : undefined;
}

function notEditable(reason: string): AppError {
  return new AppError('invalid', 'RULE.NOT_EDITABLE', `The rule cannot be changed: ${reason}.`);
}
