/** How large a regular expression becomes, estimated from its text. */
export interface RegexSize {
  /** Instructions of its program, rather too many than too few. */
  readonly instructions: number;
  /** Ranges of characters in its classes; repetitions share them. */
  readonly ranges: number;
}

/** Ranges of a class of Unicode, such as `\pL`: the largest have some hundreds. */
const UNICODE_RANGES = 300;

interface Group {
  /** What stands before the last atom, earlier alternatives included. */
  before: number;
  /** The last atom, which a repetition multiplies. */
  last: number;
}

/**
 * Estimates the size of a regular expression (RE2 syntax) without building it, so that one that is too large is never
 * built: `(?:[a-z]{1000}x){900}` is 22 characters and a million instructions. What is no valid expression gets some
 * estimate, too.
 */
export function regexSize(source: string): RegexSize {
  const outer: Group[] = [];
  let group: Group = { before: 3, last: 0 };
  let ranges = 0;
  const atom = (size: number): void => {
    group.before += group.last;
    group.last = size;
  };
  for (let i = 0; i < source.length; i += 1) {
    switch (source[i]) {
      case '(': {
        outer.push(group);
        group = { before: 1, last: 0 };
        const flags = /^\?(?:P?<\w*>|[a-zA-Z-]*:?)/.exec(source.slice(i + 1, i + 300));
        if (flags !== null) i += flags[0].length;
        break;
      }
      case ')': {
        const inner = group.before + group.last + 2;
        group = outer.pop() ?? { before: 3, last: 0 };
        atom(inner);
        break;
      }
      case '|':
        atom(2);
        break;
      case '*':
      case '+':
      case '?':
        group.last += 1;
        break;
      case '{': {
        const counts = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(source.slice(i, i + 20));
        if (counts === null) {
          atom(1);
          break;
        }
        const least = Number(counts[1]);
        const most = counts[3] === undefined || counts[3] === '' ? least : Number(counts[3]);
        group.last = Math.max(1, most) * group.last + Math.max(0, most - least) + 2;
        i += counts[0].length - 1;
        break;
      }
      case '[': {
        const end = endOfClass(source, i);
        const text = source.slice(i, end);
        ranges += text.length + UNICODE_RANGES * (text.match(/\\[pP]/g)?.length ?? 0);
        atom(1);
        i = end - 1;
        break;
      }
      case '\\': {
        const escape = /^\\(?:Q[^]*?(?:\\E|$)|[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[^])/u.exec(
          source.slice(i),
        );
        const text = escape?.[0] ?? '\\';
        if (/^\\[pP]/.test(text)) ranges += UNICODE_RANGES;
        if (text.startsWith('\\Q')) {
          group.before += text.length;
        }
        atom(1);
        i += text.length - 1;
        break;
      }
      default:
        atom(1);
    }
  }
  // Groups that were never closed: the expression is faulty, its parts were read all the same.
  let instructions = group.before + group.last;
  for (const { before, last } of outer) instructions += before + last;
  return { instructions, ranges };
}

/** Position behind the class that begins at a position; the end of the text when it is never closed. */
function endOfClass(source: string, start: number): number {
  let i = start + 1;
  if (source[i] === '^') i += 1;
  if (source[i] === ']') i += 1;
  for (; i < source.length; i += 1) {
    if (source[i] === '\\') i += 1;
    else if (source.startsWith('[:', i)) i = Math.max(i, source.indexOf(':]', i) + 1);
    else if (source[i] === ']') return i + 1;
  }
  return source.length;
}
