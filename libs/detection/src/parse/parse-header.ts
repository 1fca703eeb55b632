import { nameBasedId } from '@mcm/kernel';
import { LEVELS, type DocumentHeader, type Level, type LogSource } from '../document/rule-document.js';
import { RULE_LIMITS } from '../limits.js';
import { parseSummary, type SummaryTemplate } from '../document/summary-template.js';
import type { Place, ProblemList } from '../problems/problem.js';
import type { FieldReader } from './field-reader.js';
import { plain } from './tree.js';
import type { YamlDocument } from './yaml-documents.js';

/** Names rules that have neither id nor name, so that they keep one identifier as long as path and title stay. */
const UNNAMED_RULES = '5b0d6c0c-5a0e-5d9a-9f43-0c2b2d0f7a11';

/** Keys of Sigma that describe a document without changing what it matches. */
const METADATA = [
  'author',
  'date',
  'modified',
  'references',
  'related',
  'license',
  'taxonomy',
  'falsepositives',
  'fields',
  'scope',
];
const KNOWN: ReadonlySet<string> = new Set([
  ...METADATA,
  'title',
  'id',
  'name',
  'status',
  'description',
  'level',
  'tags',
  'logsource',
  'detection',
  'correlation',
  'filter',
  'generate',
]);
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

/** Reads what every document kind has in common. */
export function parseHeader(document: YamlDocument, reader: FieldReader): DocumentHeader {
  const { problems } = reader;
  const title = reader.requiredText('title') ?? '';
  if (title.length > 256) {
    problems.warning(reader.placeOf('title'), 'RULE.TITLE_LENGTH', 'The title is longer than 256 characters');
  }
  const ownId = identifier(reader, 'id');
  const name = identifier(reader, 'name');
  const metadata: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const { key, value } of reader.map.entries) {
    if (METADATA.includes(key)) metadata[key] = plain(value);
    else if (!KNOWN.has(key)) {
      Object.defineProperty(custom, key, {
        value: plain(value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  const status = reader.text('status');
  if (status !== undefined && !STATUSES.includes(status)) {
    problems.warning(
      reader.placeOf('status'),
      'RULE.STATUS',
      `"${status}" is not one of ${STATUSES.join(', ')}`,
    );
  }
  return {
    path: document.path,
    place: document.place,
    source: document.source,
    contentHash: document.contentHash,
    id: ownId ?? name ?? nameBasedId(UNNAMED_RULES, `${document.path}\n${title}`),
    name,
    title,
    description: reader.text('description'),
    status,
    level: parseLevel(reader, 'level'),
    tags: reader.texts('tags')?.map(({ text }) => text) ?? [],
    metadata,
    custom,
    identified: ownId !== undefined,
    size: 0,
  };
}

/** Reads what others refer to the document by; it has to fit into an index. */
function identifier(reader: FieldReader, key: 'id' | 'name'): string | undefined {
  const text = reader.text(key);
  if (text !== undefined && text.length > RULE_LIMITS.identifierLength) {
    reader.problems.error(
      reader.placeOf(key),
      'RULE.IDENTIFIER_LENGTH',
      `"${key}" is longer than ${RULE_LIMITS.identifierLength} characters`,
    );
  }
  return text;
}

/** Reads a severity level; reports one that Sigma does not have. */
export function parseLevel(reader: FieldReader, key: string): Level | undefined {
  const text = reader.text(key);
  if (text === undefined) return undefined;
  const level = LEVELS.find((known) => known === text);
  if (level === undefined) {
    reader.problems.error(reader.placeOf(key), 'RULE.LEVEL', `"${text}" is not one of ${LEVELS.join(', ')}`);
  }
  return level;
}

/** Reads `logsource`; category, product and service are compared in lower case. */
export function parseLogSource(reader: FieldReader, required: boolean): LogSource {
  const { problems } = reader;
  const map = reader.mapOf('logsource');
  if (map === undefined) {
    if (required && reader.get('logsource') === undefined) {
      problems.error(reader.map.place, 'RULE.MISSING_KEY', '"logsource" is missing');
    }
    return {};
  }
  const logsource: LogSource = {};
  for (const key of ['product', 'category', 'service'] as const) {
    const entry = map.entries.find((each) => each.key === key);
    if (entry === undefined || entry.value.kind === 'null') continue;
    if (entry.value.kind === 'text') logsource[key] = entry.value.value.toLowerCase();
    else problems.error(entry.value.place, 'RULE.TYPE', `"logsource.${key}" must be text`);
  }
  if (required && Object.keys(logsource).length === 0) {
    problems.error(
      map.place,
      'LOGSOURCE.EMPTY',
      '"logsource" names none of category, product and service; without one the rule could not be routed',
    );
  }
  return logsource;
}

/** Reads our `summary` key. */
export function parseSummaryKey(reader: FieldReader): SummaryTemplate | undefined {
  const source = reader.text('summary');
  if (source === undefined) return undefined;
  const template = parseSummary(source);
  if (typeof template !== 'string') return template;
  reader.problems.error(reader.placeOf('summary'), 'SUMMARY.SYNTAX', template);
  return undefined;
}

/** Reports a key that stands where it has no effect. */
export function warnUnknownKeys(
  keys: readonly { key: string; keyPlace: Place }[],
  known: ReadonlySet<string>,
  where: string,
  problems: ProblemList,
): void {
  for (const { key, keyPlace } of keys) {
    if (!known.has(key)) problems.warning(keyPlace, 'RULE.UNKNOWN_KEY', `"${key}" is not a key of ${where}`);
  }
}
