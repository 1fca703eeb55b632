import { fold } from './fold.js';

/**
 * The longest literal (folded) that every text a regular expression matches must contain; '' when none is certain.
 * Reads only what it fully understands: groups, classes and alternatives are skipped, never guessed.
 */
export function regexLiteral(source: string, flags: string): string {
  // Without regard to case, `s` and `k` also stand for characters whose lower case is not themselves.
  const loose = flags.includes('i') || source.includes('(?');
  let longest = '';
  let run = '';
  const close = (): void => {
    if (run.length > longest.length) longest = run;
    run = '';
  };
  let depth = 0;
  for (let i = 0; i < source.length; i += 1) {
    const character = source[i]!;
    if (character === '[') {
      i = classEnd(source, i);
      if (i < 0) return '';
      if (depth === 0) close();
      continue;
    }
    if (character === '\\') {
      const next = source[i + 1];
      i += 1;
      if (
        next === undefined ||
        next === 'Q' ||
        next === 'p' ||
        next === 'P' ||
        next === 'x' ||
        /\d/.test(next)
      )
        return '';
      if (depth > 0) continue;
      if (/[A-Za-z]/.test(next)) close();
      else run += next;
      continue;
    }
    if (character === '(') {
      if (depth === 0) close();
      depth += 1;
    } else if (character === ')') {
      depth -= 1;
    } else if (depth > 0) {
      continue;
    } else if (character === '|') {
      return '';
    } else if (character === '?' || character === '*' || character === '{') {
      // What stands before may be missing.
      run = run.slice(0, -1);
      close();
      if (character === '{') {
        const end = source.indexOf('}', i);
        if (end < 0) return '';
        i = end;
      }
    } else if (character === '+' || character === '.' || character === '^' || character === '$') {
      close();
    } else if (loose && /[sk\u017f\u212a]/i.test(character)) {
      close();
    } else {
      run += character;
    }
  }
  close();
  return fold(longest);
}

/** Where a character class that begins at a position ends; -1 when that is not plain to see. */
function classEnd(source: string, start: number): number {
  let i = start + 1;
  if (source[i] === '^') i += 1;
  if (source[i] === ']') i += 1;
  for (; i < source.length; i += 1) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === '[' && source[i + 1] === ':') return -1;
    else if (source[i] === ']') return i;
  }
  return -1;
}
