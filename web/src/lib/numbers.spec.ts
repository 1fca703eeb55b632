import { countOf } from './numbers';

it.each([
  [1, 'finding', '1 finding'],
  [0, 'finding', '0 findings'],
  [1234, 'entry', '1,234 entries'],
  [2, 'key', '2 keys'],
  [1, 'person', '1 person'],
  [3, 'new person', '3 new people'],
])('%i and %s is %s', (count, noun, text) => expect(countOf(count, noun)).toBe(text));
