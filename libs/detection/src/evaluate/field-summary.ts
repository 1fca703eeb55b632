import { summaryText } from '../document/summary-template.js';
import type { FieldValues } from './field-values.js';

/** Values of one field that a summary shows. */
const MAX_VALUES = 20;

/** The values of a field as a summary shows them; undefined when it has none. */
export function fieldSummary(values: FieldValues): string | undefined {
  if (values.count === 1) {
    const text = values.text(0);
    return text === undefined ? undefined : summaryText([text]);
  }
  const texts: string[] = [];
  for (let i = 0; i < values.count && texts.length < MAX_VALUES; i += 1) {
    const text = values.text(i);
    if (text !== undefined) texts.push(text);
  }
  return summaryText(texts);
}
