import type {
  EventLevel,
  EventRule,
  FilterRule,
  RuleDocument,
  RuleReference,
} from '../document/rule-document.js';
import type { NamedSelection } from '../document/selection.js';
import { ProblemList } from '../problems/problem.js';
import { parseCondition } from './condition-parser.js';
import { FieldReader } from './field-reader.js';
import { parseCorrelation } from './parse-correlation.js';
import { parseHeader, parseLevel, parseLogSource, parseSummaryKey } from './parse-header.js';
import { checkNames, parseSelections, takeUses, warnUnused } from './parse-selections.js';
import { parseTests } from './parse-tests.js';
import type { Reading } from './reading.js';
import type { YamlDocument } from './yaml-documents.js';

/** A document and what is wrong with it; `rule` is absent when there is an error. */
export interface ParsedDocument {
  rule: RuleDocument | undefined;
  problems: ProblemList;
}

/** Turns one YAML document into a typed rule document; values are compiled on the way, so that nothing fails later. */
export function parseRule(document: YamlDocument, reading: Reading): ParsedDocument {
  reading.budget.begin();
  const parsed = parseKind(document, reading);
  reading.budget.end(parsed.rule === undefined);
  return parsed;
}

function parseKind(document: YamlDocument, reading: Reading): ParsedDocument {
  const problems = new ProblemList(document.path);
  if (document.tree.kind !== 'map') {
    problems.error(document.place, 'RULE.TYPE', 'A rule document must be a map');
    return { rule: undefined, problems };
  }
  const reader = new FieldReader(document.tree, problems);
  if (reader.get('action') !== undefined) {
    problems.error(
      reader.placeOf('action'),
      'RULE.ACTION',
      '"action" (rule collections) is Sigma version 1; write each rule as a document of its own',
    );
  }
  const kinds = (['detection', 'correlation', 'filter'] as const).filter(
    (key) => reader.get(key) !== undefined,
  );
  if (kinds.length !== 1) {
    problems.error(
      document.place,
      'RULE.KIND',
      kinds.length === 0
        ? 'A rule document needs "detection", "correlation" or "filter"'
        : `A rule document has one of ${kinds.join(' and ')}, not both`,
    );
    if (kinds.length === 0) parseHeader(document, reader);
    return { rule: undefined, problems };
  }
  let rule: RuleDocument | undefined;
  switch (kinds[0]!) {
    case 'detection':
      rule = parseEventRule(document, reader, reading);
      break;
    case 'correlation':
      rule = parseCorrelation(document, reader);
      break;
    case 'filter':
      rule = parseFilter(document, reader, reading);
      break;
  }
  return { rule: problems.failed ? undefined : rule, problems };
}

function parseEventRule(
  document: YamlDocument,
  reader: FieldReader,
  reading: Reading,
): EventRule | undefined {
  const { problems } = reader;
  const header = parseHeader(document, reader);
  const logsource = parseLogSource(reader, true);
  const summary = parseSummaryKey(reader);
  const tests = parseTests(reader);
  const detection = reader.mapOf('detection');
  if (detection === undefined) return undefined;
  const { selections, condition } = parseSelections(detection, 'detection', reading, problems);
  const levels = parseEventLevels(reader, selections);
  if (condition === undefined) return undefined;
  const conditions = [condition, ...levels.map((each) => each.condition)];
  warnUnused(conditions, selections, problems);
  takeUses(conditions, selections, detection.place, reading, problems);
  return {
    ...header,
    size: reading.budget.present,
    kind: 'event',
    logsource,
    selections,
    condition,
    levels,
    summary,
    tests,
    filters: [],
    generate: reader.boolean('generate'),
  };
}

function parseEventLevels(reader: FieldReader, selections: readonly NamedSelection[]): EventLevel[] {
  const { problems } = reader;
  const list = reader.listOf('levels');
  const levels: EventLevel[] = [];
  for (const item of list?.items ?? []) {
    if (item.kind !== 'map') {
      problems.error(item.place, 'LEVELS.SYNTAX', 'An entry of "levels" is a map with condition and level');
      continue;
    }
    const entry = new FieldReader(item, problems, 'levels.');
    const text = entry.get('condition');
    const level = parseLevel(entry, 'level');
    if (text?.kind !== 'text' || level === undefined) {
      problems.error(
        item.place,
        'LEVELS.SYNTAX',
        'An entry of "levels" needs "condition" (text) and "level"',
      );
      continue;
    }
    const condition = parseCondition(text.value, text.place, problems);
    if (condition === undefined) continue;
    checkNames(
      condition,
      selections.map(({ name }) => name),
      problems,
    );
    levels.push({ condition, level });
  }
  return levels;
}

function parseFilter(document: YamlDocument, reader: FieldReader, reading: Reading): FilterRule | undefined {
  const { problems } = reader;
  const header = parseHeader(document, reader);
  const logsource = parseLogSource(reader, false);
  const filter = reader.mapOf('filter');
  if (filter === undefined) return undefined;
  const { selections, condition } = parseSelections(filter, 'filter', reading, problems);
  const texts = new FieldReader(filter, problems, 'filter.').texts('rules');
  if (texts === undefined || texts.length === 0) {
    problems.error(filter.place, 'RULE.MISSING_KEY', '"filter.rules" is missing: a list of rules, or any');
    return undefined;
  }
  if (condition === undefined) return undefined;
  warnUnused([condition], selections, problems);
  takeUses([condition], selections, filter.place, reading, problems);
  const targets: 'any' | RuleReference[] =
    texts.length === 1 && texts[0]!.text === 'any' ? 'any' : texts.map((each) => ({ ...each, id: '' }));
  return {
    ...header,
    size: reading.budget.present,
    kind: 'filter',
    logsource,
    targets,
    selections,
    condition,
  };
}
