import { countOf, formatBytes } from './numbers';

it.each([
  [1, 'finding', '1 finding'],
  [0, 'finding', '0 findings'],
  [1234, 'entry', '1,234 entries'],
  [2, 'key', '2 keys'],
  [1, 'person', '1 person'],
  [3, 'new person', '3 new people'],
])('%i and %s is %s', (count, noun, text) => expect(countOf(count, noun)).toBe(text));

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.00 kB'],
  [12_430_000, '12.4 MB'],
  [2_530_000_000, '2.53 GB'],
])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
