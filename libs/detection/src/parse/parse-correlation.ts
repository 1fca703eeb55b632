import {
  CORRELATION_TYPES,
  THRESHOLD_OPERATORS,
  type CorrelationRule,
  type CorrelationType,
  type CountLevel,
  type RuleReference,
  type Threshold,
} from '../document/rule-document.js';
import { RULE_LIMITS } from '../limits.js';
import { parseDuration } from './duration.js';
import { FieldReader } from './field-reader.js';
import { parseHeader, parseLevel, parseSummaryKey, warnUnknownKeys } from './parse-header.js';
import { parseTests } from './parse-tests.js';
import { kindName, type MapTree } from './tree.js';
import type { YamlDocument } from './yaml-documents.js';

const KEYS: ReadonlySet<string> = new Set([
  'type',
  'rules',
  'group-by',
  'timespan',
  'condition',
  'aliases',
  'generate',
]);

/** Types that calculate with or count the values of a field. */
const VALUE_TYPES: ReadonlySet<CorrelationType> = new Set([
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
]);

/** Reads a correlation document. References are texts still; they are resolved when all documents are known. */
export function parseCorrelation(document: YamlDocument, reader: FieldReader): CorrelationRule | undefined {
  const { problems } = reader;
  const header = parseHeader(document, reader);
  const summary = parseSummaryKey(reader);
  const tests = parseTests(reader);
  const levels = parseCountLevels(reader);
  const map = reader.mapOf('correlation');
  if (map === undefined) return undefined;
  warnUnknownKeys(map.entries, KEYS, '"correlation"', problems);
  const own = new FieldReader(map, problems, 'correlation.');
  const type = parseType(own);
  const references = parseReferences(own);
  const groupBy = own.texts('group-by')?.map(({ text }) => text) ?? [];
  const timespan = parseTimespan(own);
  const { aliases, aliased } = parseAliases(own);
  const measure = type === undefined ? undefined : parseMeasure(own, type, references);
  const generate = reader.boolean('generate');
  const generateReferences = own.boolean('generate') ?? generate ?? false;
  if (type === undefined || timespan === undefined || measure === undefined) return undefined;
  return {
    ...header,
    kind: 'correlation',
    type,
    references,
    groupBy: [...new Set(groupBy)],
    timespan,
    ...measure,
    aliases,
    aliased,
    generate,
    generateReferences,
    levels,
    summary,
    tests,
  };
}

function parseType(reader: FieldReader): CorrelationType | undefined {
  const text = reader.requiredText('type');
  if (text === undefined) return undefined;
  const type = CORRELATION_TYPES.find((known) => known === text);
  if (type === undefined) {
    reader.problems.error(
      reader.placeOf('type'),
      'CORRELATION.TYPE',
      `"${text}" is not one of ${CORRELATION_TYPES.join(', ')}`,
    );
  }
  return type;
}

function parseReferences(reader: FieldReader): RuleReference[] {
  const { problems } = reader;
  const texts = reader.texts('rules') ?? [];
  if (texts.length === 0) {
    problems.error(reader.map.place, 'RULE.MISSING_KEY', '"correlation.rules" is missing');
  }
  if (texts.length > RULE_LIMITS.referredRules) {
    problems.error(
      reader.placeOf('rules'),
      'CORRELATION.RULES',
      `A correlation may refer to at most ${RULE_LIMITS.referredRules} rules`,
    );
  }
  const seen = new Set<string>();
  for (const { text, place } of texts) {
    if (seen.has(text)) problems.error(place, 'CORRELATION.RULES', `"${text}" is listed twice`);
    seen.add(text);
  }
  return texts.map(({ text, place }) => ({ text, place, id: '' }));
}

function parseTimespan(reader: FieldReader): number | undefined {
  const text = reader.requiredText('timespan');
  if (text === undefined) return undefined;
  const timespan = parseDuration(text);
  if (timespan === undefined) {
    reader.problems.error(
      reader.placeOf('timespan'),
      'CORRELATION.TIMESPAN',
      `"${text}" is not a timespan such as 30s, 10m, 1h or 7d (at most ten years)`,
    );
  }
  return timespan;
}

function parseAliases(reader: FieldReader): Pick<CorrelationRule, 'aliases' | 'aliased'> {
  const aliases = new Map<string, Map<string, string>>();
  const aliased: CorrelationRule['aliased'][number][] = [];
  for (const { key, value } of reader.mapOf('aliases')?.entries ?? []) {
    if (value.kind !== 'map') {
      reader.problems.error(
        value.place,
        'CORRELATION.ALIAS',
        `The alias "${key}" must map rule names to fields`,
      );
      continue;
    }
    const fields = new Map<string, string>();
    for (const entry of value.entries) {
      if (entry.value.kind !== 'text') {
        reader.problems.error(entry.value.place, 'CORRELATION.ALIAS', `"${entry.key}" must name a field`);
        continue;
      }
      fields.set(entry.key, entry.value.value);
      aliased.push({ alias: key, text: entry.key, place: entry.keyPlace });
    }
    aliases.set(key, fields);
  }
  return { aliases, aliased };
}

type Measure = Pick<CorrelationRule, 'threshold' | 'valueFields' | 'percentile'>;

function parseMeasure(
  reader: FieldReader,
  type: CorrelationType,
  references: readonly RuleReference[],
): Measure | undefined {
  const { problems } = reader;
  const condition = reader.get('condition');
  if (type === 'absence') {
    if (condition !== undefined) {
      problems.error(reader.placeOf('condition'), 'CORRELATION.CONDITION', '"absence" takes no condition');
    }
    if (references.length > 2) {
      problems.error(
        reader.placeOf('rules'),
        'CORRELATION.RULES',
        '"absence" takes one rule (the source falls silent) or two (the first is not followed by the second)',
      );
    }
    return { threshold: {}, valueFields: [], percentile: 50 };
  }
  const temporal = type === 'temporal' || type === 'temporal_ordered';
  if (condition === undefined || condition.kind === 'null') {
    if (temporal) return { threshold: { gte: references.length }, valueFields: [], percentile: 50 };
    problems.error(reader.map.place, 'RULE.MISSING_KEY', '"correlation.condition" is missing');
    return undefined;
  }
  if (condition.kind !== 'map') {
    problems.error(
      condition.place,
      'CORRELATION.CONDITION',
      `"correlation.condition" must be a map such as {gte: 5}, not ${kindName(condition)}`,
    );
    return undefined;
  }
  const threshold = parseThreshold(condition, reader, new Set(['field', 'percentile']));
  const own = new FieldReader(condition, problems, 'correlation.condition.');
  const fields = own.texts('field')?.map(({ text }) => text) ?? [];
  if (VALUE_TYPES.has(type) && fields.length === 0) {
    problems.error(condition.place, 'RULE.MISSING_KEY', `"${type}" needs "correlation.condition.field"`);
  }
  if (!VALUE_TYPES.has(type) && fields.length > 0) {
    problems.error(own.placeOf('field'), 'CORRELATION.CONDITION', `"${type}" takes no field`);
  }
  if (type !== 'value_count' && fields.length > 1) {
    problems.error(own.placeOf('field'), 'CORRELATION.CONDITION', `"${type}" takes one field`);
  }
  if (type === 'temporal_ordered' && threshold !== undefined) {
    const keys = Object.entries(threshold);
    const [operator, value] = keys[0] ?? [];
    if (keys.length !== 1 || !(operator === 'gte' || operator === 'eq') || value !== references.length) {
      problems.error(
        condition.place,
        'CORRELATION.CONDITION',
        '"temporal_ordered" always needs all its rules; leave the condition out',
      );
    }
  }
  const percentile = parsePercentile(own, type);
  if (threshold === undefined) return undefined;
  return { threshold, valueFields: fields, percentile };
}

function parsePercentile(reader: FieldReader, type: CorrelationType): number {
  const value = reader.get('percentile');
  if (value === undefined) {
    if (type === 'value_percentile') {
      reader.problems.warning(
        reader.map.place,
        'CORRELATION.PERCENTILE',
        '"value_percentile" without "percentile" means the median (percentile: 50)',
      );
    }
    return 50;
  }
  if (value.kind === 'number' && value.value >= 0 && value.value <= 100 && type === 'value_percentile') {
    return value.value;
  }
  reader.problems.error(
    value.place,
    'CORRELATION.CONDITION',
    type === 'value_percentile'
      ? '"percentile" must be a number from 0 to 100'
      : `"percentile" belongs to value_percentile, not to ${type}`,
  );
  return 50;
}

/** Reads operators such as `{gte: 3, lt: 5}`; all of them must hold. */
export function parseThreshold(
  map: MapTree,
  reader: FieldReader,
  otherKeys: ReadonlySet<string>,
): Threshold | undefined {
  const threshold: Partial<Record<string, number>> = {};
  for (const { key, keyPlace, value } of map.entries) {
    if (otherKeys.has(key)) continue;
    if (!THRESHOLD_OPERATORS.some((operator) => operator === key)) {
      reader.problems.error(
        keyPlace,
        'CORRELATION.CONDITION',
        `"${key}" is not one of ${THRESHOLD_OPERATORS.join(', ')}`,
      );
    } else if (value.kind !== 'number' || !Number.isFinite(value.value)) {
      reader.problems.error(
        value.place,
        'CORRELATION.CONDITION',
        `"${key}" needs a number, not ${kindName(value)}`,
      );
    } else {
      threshold[key] = value.value;
    }
  }
  if (Object.keys(threshold).length === 0) {
    reader.problems.error(
      map.place,
      'CORRELATION.CONDITION',
      `The condition needs one of ${THRESHOLD_OPERATORS.join(', ')}`,
    );
    return undefined;
  }
  return threshold;
}

function parseCountLevels(reader: FieldReader): CountLevel[] {
  const levels: CountLevel[] = [];
  for (const item of reader.listOf('levels')?.items ?? []) {
    const entry = item.kind === 'map' ? new FieldReader(item, reader.problems, 'levels.') : undefined;
    const condition = entry?.get('condition');
    const level = entry === undefined ? undefined : parseLevel(entry, 'level');
    if (entry === undefined || condition?.kind !== 'map' || level === undefined) {
      reader.problems.error(
        item.place,
        'LEVELS.SYNTAX',
        'An entry of "levels" needs "condition" (such as {gte: 8}, over the count) and "level"',
      );
      continue;
    }
    const threshold = parseThreshold(condition, entry, new Set());
    if (threshold !== undefined) levels.push({ threshold, level });
  }
  return levels;
}
