import { AppError, isUnstorable } from '@mcm/kernel';
import { queryFault } from './query-fault.js';
import { COMPARISONS, type FieldTest, type Query, QUERY_LIMITS } from './query.js';
import { fieldPath, parts, plainText, scanTerm, type Term } from './scan-term.js';
import type { SearchTarget } from './search-target.js';
import { checkTest } from './check-test.js';
import { beginningOfWords, wordsOf } from './words.js';

/**
 * Reads a query. docs/search.md describes the language.
 *
 * @param target what is searched: it says which fields there are
 * @throws AppError `SEARCH.INVALID_QUERY` (`invalid`, naming `q`) with the column and what to write instead
 */
export function parseQuery(text: string, target: SearchTarget): Query {
  if (text.length > QUERY_LIMITS.length) {
    throw queryFault(
      QUERY_LIMITS.length,
      `a query has at most ${QUERY_LIMITS.length} characters and ${QUERY_LIMITS.terms} terms; this one has ${text.length} characters`,
    );
  }
  if (isUnstorable(text)) throw queryFault(0, 'no event holds U+0000 or half of a surrogate pair');
  return new Parser(text, target).query();
}

/**
 * Reads the name of a field as it is written in a query, such as `raw_data."source.ip"`.
 *
 * @throws AppError `SEARCH.INVALID_FIELD` (`invalid`, naming `field`)
 */
export function parseFieldName(text: string, target: SearchTarget): readonly string[] {
  try {
    const term = scanTerm(text, 0, true);
    if (term.end < text.length) {
      throw queryFault(term.end, 'quote a name that has blanks, colons or parentheses in it');
    }
    const path = fieldPath(term);
    target.check(path, (sentence) => queryFault(0, sentence));
    return path;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const detail = error.message.replace(/^q,/, 'field,');
    throw new AppError('invalid', 'SEARCH.INVALID_FIELD', detail, { errors: [{ pointer: 'field', detail }] });
  }
}

/** One function per line of the grammar: `any` is made of `all`, `all` of `one`, `one` of terms and parentheses. */
class Parser {
  private at = 0;
  private terms = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly target: SearchTarget,
  ) {}

  query(): Query {
    this.skipBlanks();
    if (this.at === this.text.length) return { kind: 'everything' };
    const query = this.any(null);
    if (this.at < this.text.length) throw queryFault(this.at, 'there is no ( for this )');
    return query;
  }

  /** @param field the field of the parentheses around: `ip:(a or b)` */
  private any(field: readonly string[] | null): Query {
    const of = [this.all(field)];
    while (this.takeOperator('or')) of.push(this.all(field));
    return of.length === 1 ? of[0]! : { kind: 'any', of };
  }

  private all(field: readonly string[] | null): Query {
    const of = [this.one(field)];
    for (;;) {
      const and = this.takeOperator('and');
      if (!and && (this.at === this.text.length || this.text[this.at] === ')' || this.isOperator('or')))
        break;
      of.push(this.one(field));
    }
    return of.length === 1 ? of[0]! : { kind: 'all', of };
  }

  private one(field: readonly string[] | null): Query {
    this.skipBlanks();
    const at = this.at;
    if (at === this.text.length) throw queryFault(at, 'a term is missing at the end');
    if (this.takeOperator('not')) return this.inside(at, () => ({ kind: 'not', of: this.one(field) }));
    switch (this.text[at]) {
      case '-':
        this.at++;
        if (/^[\s)]?$/.test(this.text[this.at] ?? ''))
          throw queryFault(at, 'a term has to follow right after -');
        return this.inside(at, () => ({ kind: 'not', of: this.one(field) }));
      case '(':
        return this.inside(at, () => this.parentheses(field));
      case ')':
        throw queryFault(at, 'a term is missing before this )');
      default:
        if (this.isOperator('and') || this.isOperator('or')) {
          throw queryFault(at, 'a term is missing before this operator; quote the word to search for it');
        }
        return this.term(field);
    }
  }

  private parentheses(field: readonly string[] | null): Query {
    const open = this.at++;
    const query = this.any(field);
    if (this.text[this.at] !== ')') throw queryFault(open, 'this ( is not closed');
    this.at++;
    this.skipBlanks();
    return query;
  }

  private term(field: readonly string[] | null): Query {
    if (++this.terms > QUERY_LIMITS.terms) {
      throw queryFault(this.at, `a query has at most ${QUERY_LIMITS.terms} terms`);
    }
    if (field !== null) return this.fieldTerm(field, this.at);
    const term = scanTerm(this.text, this.at, true);
    if (this.text[term.end] !== ':') return this.words(term);
    this.at = term.end + 1;
    if (plainText(term) === '*' && plainText(scanTerm(this.text, this.at, false)) === '*') {
      this.take(scanTerm(this.text, this.at, false));
      return { kind: 'everything' };
    }
    const path = fieldPath(term);
    this.target.check(path, (sentence) => queryFault(term.at, sentence));
    if (this.text[this.at] === '(') return this.inside(this.at, () => this.parentheses(path));
    return this.fieldTerm(path, term.at);
  }

  private fieldTerm(path: readonly string[], start: number): Query {
    const at = this.at;
    const operator = COMPARISONS.find((comparison) => this.text.startsWith(comparison, at));
    const term = scanTerm(this.text, at + (operator?.length ?? 0), false);
    if (term.pieces.length === 0) {
      throw queryFault(
        term.at,
        'a value has to follow without a blank; :* asks whether the field is there, and :"" for an empty text',
      );
    }
    this.refuseForeign(term);
    this.take(term);
    const test = fieldTest(term, operator);
    checkTest(test, this.target.field(path), (sentence) => queryFault(start, sentence));
    return { kind: 'field', path, test };
  }

  private words(term: Term): Query {
    this.refuseForeign(term);
    this.take(term);
    if (plainText(term) === '*') return { kind: 'everything' };
    const [text = '', ...more] = parts(term);
    if (more.length > 1 || (more[0] ?? '') !== '') {
      throw queryFault(
        term.at,
        'a word takes * at its end alone; a field takes it everywhere, as in name:*part*',
      );
    }
    const prefix = more.length === 1;
    const words = prefix ? beginningOfWords(text) : wordsOf(text);
    if (words.length === 0) {
      throw queryFault(term.at, 'there is no letter or digit to search for; operators are and, or, not');
    }
    return { kind: 'words', words: words.join(' '), prefix };
  }

  /** What other languages have at this place, so that it is not taken for a text. */
  private refuseForeign(term: Term): void {
    const written = this.text.slice(term.at, term.end);
    if (/^\/.+\/[a-z]*$/s.test(written)) {
      throw queryFault(
        term.at,
        'regular expressions are not searched for; use *, and quote a text such as "/etc/"',
      );
    }
    if (/^[[{]/.test(written)) {
      throw queryFault(
        term.at,
        'ranges are written field:>=1 field:<=5; quote a text that begins with [ or {',
      );
    }
  }

  private take(term: Term): void {
    this.at = term.end;
    this.skipBlanks();
  }

  private isOperator(word: 'and' | 'or' | 'not'): boolean {
    const found = this.text.slice(this.at, this.at + word.length).toLowerCase();
    return found === word && /^[\s()]?$/.test(this.text[this.at + word.length] ?? '');
  }

  private takeOperator(word: 'and' | 'or' | 'not'): boolean {
    if (!this.isOperator(word)) return false;
    this.at += word.length;
    this.skipBlanks();
    return true;
  }

  private inside(at: number, read: () => Query): Query {
    if (++this.depth > QUERY_LIMITS.depth) {
      throw queryFault(at, `parentheses and negations nest at most ${QUERY_LIMITS.depth} deep`);
    }
    const query = read();
    this.depth--;
    return query;
  }

  private skipBlanks(): void {
    while (this.at < this.text.length && /\s/.test(this.text[this.at]!)) this.at++;
  }
}

function fieldTest(term: Term, operator: (typeof COMPARISONS)[number] | undefined): FieldTest {
  const values = parts(term);
  if (operator !== undefined) {
    if (values.length > 1) throw queryFault(term.at, `${operator} takes no *; quote it where it is meant`);
    return { kind: 'compare', operator, value: values[0]! };
  }
  if (values.length > 1 && values.every((part) => part === '')) return { kind: 'exists' };
  return { kind: 'equals', parts: values };
}
