import fc from 'fast-check';
import { parseJson } from './parse-json.js';

describe('parseJson', () => {
  it.each([
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['9007199254740993', '9007199254740993'],
    ['-12345678901234567890', '-12345678901234567890'],
    ['1e400', '1e400'],
    ['-1.5E+999', '-1.5E+999'],
    [`1${'0'.repeat(400)}.5`, `1${'0'.repeat(400)}.5`],
    ['1.10', 1.1],
    ['0.12345678901234567890', 0.12345678901234568],
    ['1234567890123456.7', 1234567890123456.8],
    ['1e22', 1e22],
    ['"9007199254740993"', '9007199254740993'],
  ])('reads %s', (text, expected) => {
    expect(parseJson(text)).toBe(expected);
    expect(parseJson(`{"a":[${text}, 1 ,{"b":${text}}]}`)).toEqual({ a: [expected, 1, { b: expected }] });
  });

  it('changes nothing in texts, whatever they look like', () => {
    const text = String.raw`{"a\\": "\\\\", ":9007199254740993": ",9007199254740993\",9007199254740993", "n": 9007199254740993}`;
    expect(parseJson(text)).toEqual({ ...(JSON.parse(text) as object), n: '9007199254740993' });
  });

  it('keeps every digit of every whole number, and every text', () => {
    const leaf = fc.oneof(
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
      fc.string({ unit: 'binary' }),
      fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.array(leaf)), (record) => {
        const written = (value: bigint | string | number) =>
          typeof value === 'bigint' ? String(value) : JSON.stringify(value);
        const text = `{${Object.entries(record)
          .map(([name, values]) => `${JSON.stringify(name)}:[${values.map(written).join()}]`)
          .join()}}`;
        const expected = Object.entries(record).map(([name, values]) => [
          name,
          values.map((value) =>
            typeof value === 'bigint'
              ? Number.isSafeInteger(Number(value))
                ? Number(value)
                : String(value)
              : (JSON.parse(JSON.stringify(value)) as unknown),
          ),
        ]);
        expect(Object.entries(parseJson(text) as object)).toEqual(expected);
      }),
    );
  });

  it.each([
    '{9007199254740993: 1}',
    '9007199254740993x',
    '09007199254740993',
    '[9007199254740993 9007199254740993]',
    '1e400.',
  ])('refuses %s as before', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('reads large texts beside a large number in little time', () => {
    const began = performance.now();
    for (const filler of ['\\n'.repeat(500_000), 'x'.repeat(1_000_000), '\\"'.repeat(500_000)]) {
      expect(parseJson(`["${filler}",9007199254740993]`)).toHaveProperty('1', '9007199254740993');
    }
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
