import { canonicalText, type Json } from './canonical-text.js';

/** The examples of RFC 8785: sections 3.2.2 and 3.2.3, and the numbers of appendix B. */
it('writes the example of RFC 8785, section 3.2.2', () => {
  const input = JSON.parse(`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
    "literals": [null, true, false]
  }`) as Json;
  expect(canonicalText(input)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

it('sorts members as RFC 8785, section 3.2.3, does', () => {
  const input = JSON.parse(
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",' +
      '"\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
  ) as Json;
  expect(Object.values(JSON.parse(canonicalText(input)) as object).sort()).toHaveLength(7);
  expect([...canonicalText(input).matchAll(/:"([^"]*)"/g)].map(([, value]) => value)).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

it.each([
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
])('writes the double %s as appendix B of RFC 8785 does', (bits, text) => {
  expect(canonicalText(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (number) => {
  expect(() => canonicalText(number)).toThrow(RangeError);
});

it('sorts names like 10 and 9 as texts, at each depth', () => {
  expect(canonicalText({ b: { 9: 1, 10: 2 }, a: [] })).toBe('{"a":[],"b":{"10":2,"9":1}}');
});
