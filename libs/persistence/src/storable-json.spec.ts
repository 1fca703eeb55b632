import { storableJson } from './storable-json.js';

it.each<[string, unknown, unknown]>([
  ['ordinary text', { a: ['b', 1, null] }, { a: ['b', 1, null] }],
  ['U+0000', 'a\u0000\u0000b', 'a\uFFFD\uFFFDb'],
  ['U+0000 in a key', { 'a\u0000': 1 }, { 'a\uFFFD': 1 }],
  ['halves of surrogate pairs', ['\uD83D', '\uDE00x', '😀'], ['\uFFFD', '\uFFFDx', '😀']],
  ['backslashes before it', '\\\u0000\\\\\uD83D', '\\\uFFFD\\\\\uFFFD'],
  ['what only looks like it', 'C:\\u0000 \\\\u0000 \\ud83d', 'C:\\u0000 \\\\u0000 \\ud83d'],
  ['other control characters', '\u0001\n', '\u0001\n'],
])('keeps %s storable', (_, value, expected) => {
  expect(JSON.parse(storableJson(value))).toEqual(expected);
});
