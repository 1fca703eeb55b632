import type { Condition } from '../document/condition.js';
import { RULE_LIMITS } from '../limits.js';
import type { Place, ProblemList } from '../problems/problem.js';

interface Token {
  readonly text: string;
  readonly offset: number;
}

const LEGACY = /\|\s*(count|min|max|avg|sum|near)\b/;

class ConditionError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/**
 * Reads a condition: `or` binds weakest, then `and`, `not`, `x of`, parentheses. Reports a problem and answers
 * undefined when the text is not a condition. `place` is where the text begins.
 */
export function parseCondition(text: string, place: Place, problems: ProblemList): Condition | undefined {
  if (text.length > RULE_LIMITS.conditionLength) {
    problems.error(place, 'CONDITION.TOO_LONG', `Longer than ${RULE_LIMITS.conditionLength} characters`);
    return undefined;
  }
  if (LEGACY.test(text)) {
    problems.error(
      place,
      'CONDITION.AGGREGATION',
      'Aggregations in a condition ("| count() …", "| near …") are Sigma version 1; write a correlation instead',
    );
    return undefined;
  }
  try {
    return new Parser(tokenize(text), place).parse();
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    problems.error(
      { line: place.line, column: place.column + (text.includes('\n') ? 0 : error.offset) },
      'CONDITION.SYNTAX',
      `${error.message} in the condition "${shorten(text)}"`,
    );
    return undefined;
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/[()]|[^\s()]+/gu)) tokens.push({ text: match[0], offset: match.index });
  return tokens;
}

class Parser {
  private position = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly place: Place,
  ) {}

  parse(): Condition {
    if (this.tokens.length === 0) throw new ConditionError('Nothing is written', 0);
    const condition = this.or();
    const rest = this.tokens[this.position];
    if (rest !== undefined) throw new ConditionError(`"${rest.text}" is not expected here`, rest.offset);
    return condition;
  }

  private or(): Condition {
    const operands = [this.and()];
    while (this.take('or')) operands.push(this.and());
    return operands.length === 1 ? operands[0]! : { kind: 'or', operands };
  }

  private and(): Condition {
    const operands = [this.not()];
    while (this.take('and')) operands.push(this.not());
    return operands.length === 1 ? operands[0]! : { kind: 'and', operands };
  }

  private not(): Condition {
    let negations = 0;
    while (this.take('not')) negations += 1;
    const operand = this.atom();
    return negations % 2 === 1 ? { kind: 'not', operand } : operand;
  }

  private atom(): Condition {
    const token = this.next('A name');
    if (token.text === '(') {
      this.depth += 1;
      if (this.depth > RULE_LIMITS.conditionDepth) {
        throw new ConditionError(`More than ${RULE_LIMITS.conditionDepth} nested parentheses`, token.offset);
      }
      const inner = this.or();
      this.depth -= 1;
      const close = this.next('")"');
      if (close.text !== ')') throw new ConditionError(`")" is expected, not "${close.text}"`, close.offset);
      return inner;
    }
    if (this.tokens[this.position]?.text === 'of') {
      if (token.text === '1' || token.text === 'any' || token.text === 'all') {
        this.position += 1;
        const target = this.next('"them" or a name');
        this.requireWord(target);
        return {
          kind: 'of',
          quantifier: token.text === 'all' ? 'all' : 'one',
          pattern: target.text,
          place: this.placeOf(target),
        };
      }
      throw new ConditionError(
        `Only "1 of", "any of" and "all of" exist, not "${token.text} of"`,
        token.offset,
      );
    }
    this.requireWord(token);
    if (token.text.includes('*')) {
      throw new ConditionError(`"${token.text}" needs "1 of" or "all of" before it`, token.offset);
    }
    return { kind: 'identifier', name: token.text, place: this.placeOf(token) };
  }

  private requireWord(token: Token): void {
    if (['and', 'or', 'not', 'of', ')', '('].includes(token.text)) {
      throw new ConditionError(`A name is expected, not "${token.text}"`, token.offset);
    }
  }

  private take(word: string): boolean {
    if (this.tokens[this.position]?.text !== word) return false;
    this.position += 1;
    return true;
  }

  private next(expected: string): Token {
    const token = this.tokens[this.position];
    if (token === undefined) {
      const last = this.tokens.at(-1)!;
      throw new ConditionError(`${expected} is missing at the end`, last.offset + last.text.length);
    }
    this.position += 1;
    return token;
  }

  private placeOf(token: Token): Place {
    return { line: this.place.line, column: this.place.column + token.offset };
  }
}
