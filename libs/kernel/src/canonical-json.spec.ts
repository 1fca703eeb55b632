import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

it('is the same for every order of fields, at every depth', () => {
  expect(canonicalJson({ b: [{ z: 1, y: null }], a: 'x' })).toBe('{"a":"x","b":[{"y":null,"z":1}]}');
  expect(canonicalJson({ a: 'x', b: [{ y: null, z: 1 }] })).toBe('{"a":"x","b":[{"y":null,"z":1}]}');
});

it('keeps the order of lists', () => {
  expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
});

it('tells apart whatever says something else', () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, inner]) => [name, shuffled(inner)]),
          )
        : value;
  fc.assert(
    fc.property(fc.json(), fc.json(), (one, other) => {
      const [a, b] = [JSON.parse(one) as unknown, JSON.parse(other) as unknown];
      expect(canonicalJson(shuffled(a))).toBe(canonicalJson(a));
      expect(JSON.parse(canonicalJson(a))).toEqual(a);
      if (canonicalJson(a) === canonicalJson(b)) expect(a).toEqual(b);
    }),
  );
});

it('keeps a field named __proto__', () => {
  expect(canonicalJson(JSON.parse('{"__proto__": {"b": 1, "a": 2}}'))).toBe('{"__proto__":{"a":2,"b":1}}');
});
