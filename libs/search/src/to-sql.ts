import { fold, SEPARATORS_SQL } from './words.js';
import { actorParts, instant, instants, isPlainNumber, PLAIN_NUMBER_SQL } from './check-test.js';
import type { FieldTest, Query, WordsQuery } from './query.js';
import type { AddParameter, ColumnField, JsonField, SearchTarget } from './search-target.js';

/**
 * The query as a condition over a row. It is never null, and no text of the query is part of it: values and paths are
 * parameters.
 */
export function toSql(query: Query, target: SearchTarget, parameter: AddParameter): string {
  switch (query.kind) {
    case 'everything':
      return 'true';
    case 'all':
    case 'any': {
      const parts = query.of.map((each) => toSql(each, target, parameter));
      return `(${parts.join(query.kind === 'all' ? ' and ' : ' or ')})`;
    }
    case 'not':
      return `(not ${toSql(query.of, target, parameter)})`;
    case 'words':
      return wordsSql(query, target, parameter);
    case 'field': {
      const field = target.field(query.path);
      return field.kind === 'json'
        ? jsonSql(query.test, field, parameter)
        : `coalesce(${columnSql(query.test, field, parameter)}, false)`;
    }
  }
}

const FOLDED = (text: string) => `lower((${text}) collate "C")`;

/** First whether the words are there at all, which costs little, then whether they stand next to each other. */
function wordsSql({ words, prefix }: WordsQuery, target: SearchTarget, parameter: AddParameter): string {
  const each = parameter(words.split(' ').map((word) => `%${likeText(word)}%`));
  const together = parameter(`% ${likeText(words)}${prefix ? '' : ' '}%`);
  const separators = parameter(SEPARATORS_SQL);
  const normal = `regexp_replace(' ' || ${FOLDED('t')} || ' ', ${separators}::text, ' ', 'g')`;
  return `(${FOLDED(target.words.anySql)} like all (${each}::text[])
    and exists (select from (${target.words.textsSql}) texts (t) where ${normal} like ${together}::text))`;
}

function columnSql(test: FieldTest, { kind, sql }: ColumnField, parameter: AddParameter): string {
  if (test.kind === 'exists') return `(${sql}) is not null`;
  switch (kind) {
    case 'text':
    case 'actor': {
      const written = test.kind === 'equals' ? test.parts : [test.value];
      const parts = kind === 'actor' ? actorParts(written) : written.map(fold);
      return textSql(kind === 'actor' ? sql : FOLDED(sql), parts, parameter);
    }
    case 'uuid':
      return `${sql} = ${parameter(valueOf(test))}::uuid`;
    case 'number':
      return `${sql} ${operatorOf(test)} ${parameter(valueOf(test))}::numeric`;
    case 'time': {
      if (test.kind === 'compare') {
        return `${sql} ${test.operator} ${parameter(new Date(instant(test.value) ?? 0).toISOString())}::timestamptz`;
      }
      const { from, to } = instants(valueOf(test));
      return `${sql} between ${parameter(from)}::timestamptz and ${parameter(to)}::timestamptz`;
    }
  }
}

/** A condition over each value `v` of the field. Numbers are compared as numbers, everything else as text. */
function jsonSql(test: FieldTest, field: JsonField, parameter: AddParameter): string {
  const values = field.sql(parameter);
  const some = (condition: string) => `exists (select from ${values} v where ${condition})`;
  if (test.kind === 'exists') return some(`jsonb_typeof(v) <> 'null'`);
  const text = FOLDED(`v #>> '{}'`);
  const byType = (number: string, string: string) =>
    some(`case jsonb_typeof(v) when 'number' then ${number} when 'string' then ${string}
      when 'boolean' then ${string} else false end`);
  if (test.kind === 'equals') {
    const asText = textSql(text, test.parts.map(fold), parameter);
    const number = test.parts.length === 1 && isPlainNumber(test.parts[0]!) ? test.parts[0] : null;
    return byType(number === null ? asText : `(v #>> '{}')::numeric = ${parameter(number)}::numeric`, asText);
  }
  const { operator, value } = test;
  if (!isPlainNumber(value)) {
    const asText = `${text} ${operator} ${parameter(fold(value))}::text collate "C"`;
    return byType('false', asText);
  }
  const asNumber = `(v #>> '{}')::numeric ${operator} ${parameter(value)}::numeric`;
  return byType(asNumber, `(case when (v #>> '{}') ~ '${PLAIN_NUMBER_SQL}' then ${asNumber} else false end)`);
}

/** Whether a folded text is made of these folded parts, with anything between them. */
function textSql(sql: string, parts: readonly string[], parameter: AddParameter): string {
  return parts.length === 1
    ? `${sql} = ${parameter(parts[0])}::text`
    : `${sql} like ${parameter(parts.map(likeText).join('%'))}::text`;
}

/** A text that stands for itself in a pattern of LIKE. */
function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function valueOf(test: FieldTest): string {
  return test.kind === 'equals' ? test.parts.join('*') : test.kind === 'compare' ? test.value : '';
}

function operatorOf(test: FieldTest): string {
  return test.kind === 'compare' ? test.operator : '=';
}
