import { fold } from './fold.js';

/** What is certain about every text that a regular expression matches. */
export interface RegexFacts {
  /** Characters at least. */
  readonly length: number;
  /** Folded literals of which it holds one; undefined when none is certain. */
  readonly literals: readonly string[] | undefined;
}

/** Alternatives worth telling apart. */
const MAX_ALTERNATIVES = 32;
const NOTHING_KNOWN: RegexFacts = { length: 0, literals: undefined };

/**
 * Finds out what every text that a regular expression (RE2 syntax) matches must have. Reads only what it fully
 * understands; for the rest nothing is claimed.
 */
export function regexFacts(source: string, flags: string): RegexFacts {
  // Inline flags may stand anywhere: one that ignores case counts for all.
  const loose = flags.includes('i') || /\(\?[a-zA-Z]*i/.test(source);
  const reader = new RegexReader(source, loose);
  const known = reader.alternatives();
  if (known === undefined || !reader.atEnd) return NOTHING_KNOWN;
  return { length: known.length, literals: sought(known)?.map(fold) };
}

/** What is known of a part of an expression. */
interface Part {
  readonly length: number;
  /** All texts the part matches; undefined when there are many. */
  readonly exact: readonly string[] | undefined;
  /** Literals of which a match holds one. */
  readonly needed: readonly string[] | undefined;
}

const EMPTY: Part = { length: 0, exact: [''], needed: undefined };
const ANY_CHARACTER: Part = { length: 1, exact: undefined, needed: undefined };

/** The literals to look for: the best that are known. */
function sought({ exact, needed }: Part): readonly string[] | undefined {
  return better(exact !== undefined && exact.every((text) => text !== '') ? exact : undefined, needed);
}

function better(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const worth = (texts: readonly string[]): number =>
    Math.min(...texts.map((text) => text.length)) - Math.log2(texts.length) / 4;
  return worth(b) > worth(a) ? b : a;
}

class RegexReader {
  private position = 0;
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly loose: boolean,
  ) {}

  get atEnd(): boolean {
    return this.position === this.source.length;
  }

  /** `a|b|c`; undefined when something is not understood. */
  alternatives(): Part | undefined {
    let all: Part | undefined;
    do {
      const branch = this.sequence();
      if (branch === undefined) return undefined;
      all = all === undefined ? branch : either(all, branch);
    } while (this.take('|'));
    return all;
  }

  private sequence(): Part | undefined {
    let length = 0;
    let needed: readonly string[] | undefined;
    /** Texts of the parts since the last one with many alternatives. */
    let run: readonly string[] = [''];
    let exact = true;
    while (!this.atEnd && this.source[this.position] !== '|' && this.source[this.position] !== ')') {
      const part = this.repeated();
      if (part === undefined) return undefined;
      length += part.length;
      const joined = part.exact === undefined ? undefined : product(run, part.exact);
      if (joined !== undefined) {
        run = joined;
        continue;
      }
      exact = false;
      needed = better(needed, sought({ length: 0, exact: run, needed: part.needed }));
      run = part.exact ?? [''];
    }
    if (exact) return { length, exact: run, needed: undefined };
    return { length, exact: undefined, needed: sought({ length: 0, exact: run, needed }) };
  }

  /** One thing with what says how often. */
  private repeated(): Part | undefined {
    let part = this.single();
    for (let times = 0; part !== undefined; times += 1) {
      const range = this.repetition();
      if (range === 'none') return part;
      if (range === undefined || times > 0) return undefined;
      this.take('?');
      part = repeat(part, range.least, range.most);
    }
    return undefined;
  }

  /** How often the thing before may stand; `none` when nothing is said, undefined when it is not understood. */
  private repetition(): { least: number; most: number } | 'none' | undefined {
    if (this.take('*')) return { least: 0, most: Infinity };
    if (this.take('+')) return { least: 1, most: Infinity };
    if (this.take('?')) return { least: 0, most: 1 };
    if (this.source[this.position] !== '{') return 'none';
    const match = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(
      this.source.slice(this.position, this.position + 12),
    );
    if (match === null) return undefined;
    this.position += match[0].length;
    const least = Number(match[1]);
    if (match[2] === undefined) return { least, most: least };
    return { least, most: match[3] === '' ? Infinity : Number(match[3]) };
  }

  private single(): Part | undefined {
    const character = String.fromCodePoint(this.source.codePointAt(this.position)!);
    this.position += character.length;
    switch (character) {
      case '(':
        return this.group();
      case '[':
        return this.characterClass();
      case '\\':
        return this.escape();
      case '.':
        return ANY_CHARACTER;
      case '^':
      case '$':
        return EMPTY;
      case '*':
      case '+':
      case '?':
      case '{':
        return undefined;
      default:
        return this.literal(character);
    }
  }

  private group(): Part | undefined {
    this.depth += 1;
    if (this.depth > 100) return undefined;
    if (this.take('?')) {
      const head = /^(?:P?<\w+>|[a-zA-Z]*-?[a-zA-Z]*(:|\)))/.exec(
        this.source.slice(this.position, this.position + 100),
      );
      if (head === null) return undefined;
      this.position += head[0].length;
      // Flags for what follows, as in `(?i)`.
      if (head[1] === ')') return EMPTY;
    }
    const inner = this.alternatives();
    this.depth -= 1;
    return this.take(')') ? inner : undefined;
  }

  /** Matches any one character. */
  private characterClass(): Part | undefined {
    const { source } = this;
    let i = this.position;
    if (source[i] === '^') i += 1;
    if (source[i] === ']') i += 1;
    for (; i < source.length; i += 1) {
      if (source[i] === '\\') {
        // A quotation inside a class could hold its end.
        if (source[i + 1] === 'Q') return undefined;
        i += 1;
      } else if (source[i] === '[' && source[i + 1] === ':') {
        return undefined;
      } else if (source[i] === ']') {
        this.position = i + 1;
        return ANY_CHARACTER;
      }
    }
    return undefined;
  }

  private escape(): Part | undefined {
    const next = this.source[this.position];
    if (next === undefined) return undefined;
    this.position += 1;
    if (/[dswDSW]/.test(next)) return ANY_CHARACTER;
    if (/[bBAz]/.test(next)) return EMPTY;
    const control = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v', a: '\u0007' }[next];
    if (control !== undefined) return this.literal(control);
    // Letters and digits have further meanings: \x41, \pL, \Q…\E, \1.
    return /[\p{L}\p{N}]/u.test(next) || next.charCodeAt(0) > 0x7f ? undefined : this.literal(next);
  }

  private literal(character: string): Part {
    // Without regard to case, these match characters with a different lower case.
    const certain = !this.loose || (character.charCodeAt(0) < 0x80 && !/[sk]/i.test(character));
    return certain ? { length: 1, exact: [character], needed: undefined } : ANY_CHARACTER;
  }

  private take(character: string): boolean {
    if (this.source[this.position] !== character) return false;
    this.position += 1;
    return true;
  }
}

function either(a: Part, b: Part): Part {
  const length = Math.min(a.length, b.length);
  if (a.exact !== undefined && b.exact !== undefined && a.exact.length + b.exact.length <= MAX_ALTERNATIVES)
    return { length, exact: [...a.exact, ...b.exact], needed: undefined };
  const one = sought(a);
  const other = sought(b);
  const all = one === undefined || other === undefined ? undefined : [...one, ...other];
  return {
    length,
    exact: undefined,
    needed: all === undefined || all.length > MAX_ALTERNATIVES ? undefined : all,
  };
}

function repeat(part: Part, least: number, most: number): Part {
  const length = part.length * least;
  if (most === 1 && least === 0 && part.exact !== undefined && part.exact.length < MAX_ALTERNATIVES)
    return { length, exact: [...part.exact, ''], needed: undefined };
  if (least === 0) return { length, exact: undefined, needed: undefined };
  if (least === 1 && most === 1) return part;
  if (least === most && least <= 8 && part.exact?.length === 1)
    return { length, exact: [part.exact[0]!.repeat(least)], needed: undefined };
  return { length, exact: undefined, needed: sought(part) };
}

function product(a: readonly string[], b: readonly string[]): readonly string[] | undefined {
  if (a.length * b.length > MAX_ALTERNATIVES) return undefined;
  return a.flatMap((start) => b.map((end) => start + end));
}
