/** A text with placeholders `{…}`: pieces in order. */
export interface SummaryTemplate {
  readonly source: string;
  readonly pieces: readonly SummaryPiece[];
  /** Event fields the template asks for, each once. */
  readonly fields: readonly string[];
}
export type SummaryPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly field: string }
  | { readonly kind: 'fact'; readonly fact: SummaryFact };

/** Placeholders that are not fields of the event. */
export const SUMMARY_FACTS = ['count', 'timespan', 'first_seen', 'last_seen'] as const;
export type SummaryFact = (typeof SUMMARY_FACTS)[number];

/** Longest text one placeholder may become. */
const VALUE_LENGTH = 200;

/** Reads a template; answers the fault as text when a brace is left open. */
export function parseSummary(source: string): SummaryTemplate | string {
  const pieces: SummaryPiece[] = [];
  const fields = new Set<string>();
  let position = 0;
  while (position < source.length) {
    const open = source.indexOf('{', position);
    if (open < 0) {
      pieces.push({ kind: 'text', text: source.slice(position) });
      break;
    }
    if (open > position) pieces.push({ kind: 'text', text: source.slice(position, open) });
    const close = source.indexOf('}', open);
    if (close < 0) return `The placeholder "${source.slice(open, open + 40)}" is not closed`;
    const name = source.slice(open + 1, close).trim();
    if (name === '') return 'A placeholder is empty';
    const fact = SUMMARY_FACTS.find((known) => known === name);
    if (fact !== undefined) {
      pieces.push({ kind: 'fact', fact });
    } else {
      fields.add(name);
      pieces.push({ kind: 'field', field: name });
    }
    position = close + 1;
  }
  return { source, pieces, fields: [...fields] };
}

/** Fills a template; a field without a value reads "unknown". */
export function renderSummary(
  template: SummaryTemplate,
  field: (name: string) => string | undefined,
  fact: (name: SummaryFact) => string,
): string {
  let text = '';
  for (const piece of template.pieces) {
    switch (piece.kind) {
      case 'text':
        text += piece.text;
        break;
      case 'field':
        text += field(piece.field) ?? 'unknown';
        break;
      case 'fact':
        text += fact(piece.fact);
        break;
    }
  }
  return text;
}

/** Values of one field as text for a person: joined, without control characters, at most 200 characters. */
export function summaryText(values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  let joined = values[0]!;
  for (let i = 1; i < values.length && joined.length <= VALUE_LENGTH; i += 1) joined += `, ${values[i]!}`;
  // Control and direction-changing characters could make a log line or a terminal show something else.
  const clean = joined.slice(0, VALUE_LENGTH * 2).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
  const characters = [...clean];
  return characters.length > VALUE_LENGTH ? `${characters.slice(0, VALUE_LENGTH - 1).join('')}…` : clean;
}
