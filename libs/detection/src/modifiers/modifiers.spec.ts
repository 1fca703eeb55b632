import { eventRule, problemsOf, rulesOf } from '../../test/rules.js';
import { createDetector } from '../index.js';

function matches(item: string, data: object, placeholders?: Record<string, string[]>): boolean {
  const rules = rulesOf(eventRule('r', `selection:\n  ${item}\ncondition: selection`), placeholders);
  return createDetector(rules).process({ id: '1', data }).length > 0;
}

const b64 = (text: string): string => Buffer.from(text).toString('base64');

/** item, record, whether it matches */
const CASES: [string, object, boolean][] = [
  // plain values
  ['f: abc', { f: 'abc' }, true],
  ['f: ABC', { f: 'abc' }, true],
  ['f: abc', { f: 'abcd' }, false],
  ['f: abc', {}, false],
  ['f: abc', { f: null }, false],
  ['f: abc', { f: ['x', 'ABC'] }, true],
  ['f: [abc, def]', { f: 'def' }, true],
  ['f: 4625', { f: '4625' }, true],
  ['f: 4625', { f: 4625 }, true],
  ["f: '4625'", { f: 4625 }, true],
  ['f: 12345678901234567890', { f: '12345678901234567890' }, true],
  ['f: 12345678901234567890', { f: '12345678901234567891' }, false],
  ['f|gt: 5', { f: '12345678901234567890' }, true],
  ['f: true', { f: true }, true],
  ['f: true', { f: 'True' }, true],
  ['f: true', { f: 1 }, false],
  ['f: null', { f: null }, true],
  ['f: null', {}, true],
  ['f: null', { f: '' }, false],
  ["f: ''", { f: '' }, true],
  ["f: ''", {}, false],
  ["f: ''", { f: 'x' }, false],
  // wildcards and escapes
  ["f: 'a*c'", { f: 'abbc' }, true],
  ["f: 'a*c'", { f: 'ac' }, true],
  ["f: 'a*c'", { f: 'a\nb\nc' }, true],
  ["f: 'a?c'", { f: 'abc' }, true],
  ["f: 'a?c'", { f: 'ac' }, false],
  ["f: 'a?c'", { f: 'a😀c' }, true],
  ["f: '?'", { f: '😀' }, true],
  ["f: '??'", { f: '😀' }, false],
  ["f: '*'", { f: '' }, true],
  ["f: '*'", {}, false],
  ["f: '?*'", { f: '' }, false],
  ["f: '*a?*b'", { f: 'xxa1yyb' }, true],
  ["f: '*ab?'", { f: 'abab1' }, true],
  ["f: '?b*b?'", { f: 'abba' }, true],
  ["f: '?b*b?'", { f: 'aba' }, false],
  ["f: 'a*a'", { f: 'a' }, false],
  [String.raw`f: 'a\*c'`, { f: 'a*c' }, true],
  [String.raw`f: 'a\*c'`, { f: 'abc' }, false],
  [String.raw`f: 'a\?c'`, { f: 'a?c' }, true],
  [String.raw`f: 'a\\*'`, { f: 'a\\bc' }, true],
  [String.raw`f: 'a\\*'`, { f: 'a*' }, false],
  [String.raw`f: 'a\\\*'`, { f: 'a\\*' }, true],
  [String.raw`f: 'a\\\\b'`, { f: 'a\\\\b' }, true],
  [String.raw`f: 'C:\Windows\cmd.exe'`, { f: 'c:\\windows\\CMD.exe' }, true],
  [String.raw`f: 'a\\b'`, { f: 'a\\b' }, true],
  [String.raw`f: 'a\'`, { f: 'a\\' }, true],
  // case folding
  ["f|contains: 'ΟΔΟΣ'", { f: 'xοδοσx' }, true],
  ["f: 'ΟΔΟΣ'", { f: 'οδος' }, true],
  ["f: 'straße'", { f: 'STRASSE' }, false],
  // contains, startswith, endswith
  ['f|contains: bc', { f: 'ABCD' }, true],
  ['f|contains: [xx, cd]', { f: 'ABCD' }, true],
  ["f|contains: 'a*d'", { f: 'xABCDx' }, true],
  ['f|startswith: ab', { f: 'ABCD' }, true],
  ['f|startswith: bc', { f: 'ABCD' }, false],
  ['f|endswith: cd', { f: 'ABCD' }, true],
  ['f|endswith: bc', { f: 'ABCD' }, false],
  ['f|contains: 46', { f: 4625 }, true],
  // all
  ['f|contains|all: [a, c]', { f: 'abc' }, true],
  ['f|contains|all: [a, x]', { f: 'abc' }, false],
  ['f|all: [a, b]', { f: ['a', 'b', 'c'] }, true],
  // cased
  ['f|cased: ABC', { f: 'ABC' }, true],
  ['f|cased: ABC', { f: 'abc' }, false],
  ['f|contains|cased: BC', { f: 'ABCD' }, true],
  ['f|contains|cased: bc', { f: 'ABCD' }, false],
  // exists
  ['f|exists: true', { f: null }, true],
  ['f|exists: true', {}, false],
  ['f|exists: false', {}, true],
  ['f|exists: true', { f: {} }, true],
  ['f|exists: true', { f: [] }, true],
  ['f.g|exists: true', { f: [{ g: 1 }] }, true],
  // neq
  ['f|neq: a', { f: 'b' }, true],
  ['f|neq: a', { f: 'A' }, false],
  ['f|neq: [a, b]', { f: 'b' }, false],
  ['f|neq: a', {}, true],
  ['f|contains|neq: a', { f: 'bab' }, false],
  ['f|neq: a', { f: ['b', 'a'] }, false],
  ["f|re|neq: '^a'", { f: 'ba' }, true],
  // re
  ["f|re: 'a.c'", { f: 'xabcx' }, true],
  ["f|re: 'a.c'", { f: 'ABC' }, false],
  ["f|re|i: 'a.c'", { f: 'ABC' }, true],
  ["f|re: '(?i)a.c'", { f: 'ABC' }, true],
  ["f|re: '^b'", { f: 'a\nb' }, false],
  ["f|re|m: '^b'", { f: 'a\nb' }, true],
  ["f|re: 'a.b'", { f: 'a\nb' }, false],
  ["f|re|s: 'a.b'", { f: 'a\nb' }, true],
  ["f|re|ignorecase|dotall: 'A.b'", { f: 'a\nb' }, true],
  [String.raw`f|re: '\d{4}'`, { f: 4625 }, true],
  [String.raw`f|re: 'a\.c|xyz'`, { f: 'xyz' }, true],
  ["f|re: 'ab?c'", { f: 'ac' }, true],
  ["f|re: '(ab)?c'", { f: 'c' }, true],
  ["f|re: 'ab*c'", { f: 'ac' }, true],
  ["f|re: 'ab{0,2}c'", { f: 'ac' }, true],
  ["f|re: '[[:alpha:]]x]'", { f: 'ax]' }, true],
  ["f|re|i: 'task'", { f: 'ta\u017f\u212a' }, true],
  // cidr
  ['f|cidr: 10.0.0.0/8', { f: '10.20.30.40' }, true],
  ['f|cidr: 10.0.0.0/8', { f: '11.20.30.40' }, false],
  ['f|cidr: 192.168.1.128/25', { f: '192.168.1.127' }, false],
  ['f|cidr: 192.168.1.128/25', { f: '192.168.1.200' }, true],
  ['f|cidr: [10.0.0.0/8, fe80::/10]', { f: 'FE80::1' }, true],
  ['f|cidr: 10.0.0.0/8', { f: '::ffff:10.1.1.1' }, true],
  ['f|cidr: 10.0.0.0/8', { f: 'host' }, false],
  ['f|cidr: 10.0.0.0/8', { f: '10.1' }, false],
  ['f|cidr: 10.0.0.0/8', { f: '010.1.1.1' }, false],
  ['f|cidr: 0.0.0.0/0', { f: '1.2.3.4' }, true],
  ['f|cidr: 1.2.3.4', { f: '1.2.3.4' }, true],
  // order
  ['f|gt: 5', { f: 6 }, true],
  ['f|gt: 5', { f: 5 }, false],
  ['f|gte: 5', { f: '5.0' }, true],
  ['f|lt: 5', { f: -1 }, true],
  ['f|lte: 5', { f: 'five' }, false],
  ['f|lt: 5', {}, false],
  ['f|lt: 5', { f: true }, false],
  ['f|lt: 5', { f: '' }, false],
  // windash
  ["f|windash: '-enc'", { f: '/enc' }, true],
  ["f|windash|contains: ' -enc'", { f: 'x \u2013ENC y' }, true],
  ["f|contains|windash: ' /f'", { f: 'x -f' }, true],
  ["f|contains|windash: 'a-b'", { f: 'a/b' }, false],
  ["f|contains|windash: '-a -b'", { f: '/a \u2015b' }, true],
  ["f|windash|contains|all: ['-a', '-b']", { f: '/a -b' }, true],
  // encodings
  ['f|base64: hello', { f: b64('hello') }, true],
  ["f|base64|contains: 'http:/'", { f: `x${b64('http://abc')}` }, true],
  ['f|base64offset|contains: ttp', { f: b64('http') }, true],
  ['f|base64offset|contains: ttp', { f: b64('xhttp') }, true],
  ['f|base64offset|contains: ttp', { f: b64('xxhttpx') }, true],
  ['f|base64offset|contains: ttp', { f: b64('htxtp') }, false],
  ['f|wide|base64offset|contains: ping', { f: Buffer.from('a ping b', 'utf16le').toString('base64') }, true],
  ['f|utf16le|base64: ping', { f: Buffer.from('ping', 'utf16le').toString('base64') }, true],
  ['f|utf16be|base64: ab', { f: Buffer.from([0, 97, 0, 98]).toString('base64') }, true],
  ['f|utf16|base64: a', { f: Buffer.from([0xff, 0xfe, 97, 0]).toString('base64') }, true],
  // fieldref
  ['f|fieldref: g', { f: 'A', g: 'a' }, true],
  ['f|fieldref: g', { f: 'a', g: 'b' }, false],
  ['f|fieldref: g', { f: 'a' }, false],
  ['f|fieldref: g', { g: 'a' }, false],
  ['f|fieldref|neq: g', { f: 'a', g: 'b' }, true],
  ['f|fieldref|endswith: g', { f: 'cmd.exe', g: '.EXE' }, true],
  ['f|fieldref|startswith: g', { f: 'cmd.exe', g: 'CMD' }, true],
  ['f|fieldref|contains: g.h', { f: 'cmd.exe', g: { h: 'd.e' } }, true],
  // time parts
  ['f|hour: 3', { f: '2024-05-06T03:08:09Z' }, true],
  ['f|hour|gte: 22', { f: '2024-05-06T23:08:09+02:00' }, true],
  ['f|minute: 8', { f: '2024-05-06 03:08:09' }, true],
  ['f|day: 6', { f: '2024-05-06' }, true],
  ['f|month|lt: 6', { f: '2024-05-06' }, true],
  ['f|year: 2024', { f: '2024-05-06' }, true],
  ['f|week: 53', { f: '2021-01-03' }, true],
  ['f|week: 1', { f: '2024-12-30' }, true],
  ['f|hour: 0', { f: '2024-05-06' }, false],
  ['f|hour: 3', { f: 'noon' }, false],
  // field names
  ['a.b: x', { 'a.b': 'x' }, true],
  ['a.b: x', { a: { b: 'x' } }, true],
  ['a.b: x', { 'a.b': 'y', a: { b: 'x' } }, false],
  ['a.b.c: x', { a: { 'b.c': 'x' } }, true],
  ['a.b: x', { a: [{ b: 'y' }, { b: ['z', 'x'] }] }, true],
  ['A: x', { a: 'x' }, false],
  ['constructor|exists: true', {}, false],
  ['__proto__|exists: true', {}, false],
  ['toString.length|exists: true', { a: 1 }, false],
  ['length: 1', { length: 1 }, true],
  ['a.length|exists: true', { a: ['x'] }, false],
  ["'@f-1': x", { '@f-1': 'x' }, true],
];

describe('modifiers and values', () => {
  it.each(CASES)('%s on %j is %p', (item, data, expected) => {
    expect(matches(item, data)).toBe(expected);
  });

  it('expands placeholders, with wildcards in their values, and \\% as a percent sign', () => {
    const values = { users: ['adm_*', 'root'] };
    expect(matches("f|expand: '%users%'", { f: 'ADM_7' }, values)).toBe(true);
    expect(matches("f|expand: '%users%'", { f: 'root' }, values)).toBe(true);
    expect(matches("f|expand: '%users%'", { f: 'guest' }, values)).toBe(false);
    expect(matches("f|contains|expand: 'x%users%y'", { f: 'zxrootyz' }, values)).toBe(true);
    expect(matches(String.raw`f|expand: '100\%'`, { f: '100%' }, values)).toBe(true);
    expect(matches("f: '%users%'", { f: '%users%' }, values)).toBe(true);
  });

  it.each([
    ['f|nope: a', 'MODIFIER.UNKNOWN'],
    ['f|contains|re: a', 'MODIFIER.ORDER'],
    ['f|re|contains: a', 'MODIFIER.ORDER'],
    ['f|i: a', 'MODIFIER.ORDER'],
    ['f|contains|cidr: 10.0.0.0/8', 'MODIFIER.ORDER'],
    ['f|cidr|contains: 10.0.0.0/8', 'MODIFIER.ORDER'],
    ['f|cidr: 10.0.0.0/33', 'MODIFIER.VALUE'],
    ['f|cidr: example.org', 'MODIFIER.VALUE'],
    ['f|exists: maybe', 'MODIFIER.VALUE'],
    ['f|exists: [true, false]', 'MODIFIER.VALUE'],
    ['f|contains|exists: true', 'MODIFIER.ORDER'],
    ['f|gt: many', 'MODIFIER.VALUE'],
    ['f|contains|gt: 4', 'MODIFIER.ORDER'],
    ['f|gt|lt: 4', 'MODIFIER.ORDER'],
    ["f|base64: 'a*b'", 'MODIFIER.VALUE'],
    ["f|base64offset|contains: 'a?'", 'MODIFIER.VALUE'],
    ['f|contains: null', 'MODIFIER.VALUE'],
    ["f|re: '(?=x)'", 'MODIFIER.REGEX'],
    ["f|re: 'a{9999}'", 'RULE.TOO_LARGE'],
    ["f|re: '('", 'MODIFIER.REGEX'],
    ["f|fieldref: 'a*'", 'MODIFIER.VALUE'],
    ["f|expand: '%unknown%'", 'MODIFIER.PLACEHOLDER'],
    ["f|expand: '%constructor%'", 'MODIFIER.PLACEHOLDER'],
    ['f|hour: noon', 'MODIFIER.VALUE'],
    ['f|hour|contains: 3', 'MODIFIER.ORDER'],
    ['f: []', 'DETECTION.EMPTY'],
    ['f: [[a]]', 'DETECTION.NESTED'],
    ['f: { g: a }', 'DETECTION.NESTED'],
    ['"|exists": true', 'MODIFIER.FIELD'],
    ['"|cidr": 10.0.0.0/8', 'MODIFIER.FIELD'],
  ])('refuses %s with %s, naming line and column', (item, code) => {
    const problems = problemsOf(eventRule('r', `selection:\n  ${item}\ncondition: selection`));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([
      expect.objectContaining({ path: 'rules.yml', line: 8, code }),
    ]);
  });
});
