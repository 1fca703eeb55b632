import { toSafeInteger } from './safe-integer.js';

describe('toSafeInteger', () => {
  it('takes integers that a number holds exactly', () => {
    expect(['0', '-5', '9007199254740991', 7].map(toSafeInteger)).toEqual([0, -5, 9007199254740991, 7]);
  });

  it.each(['9007199254740992', '9223372036854775807', '1.5', 'x', Number.NaN])('refuses %s', (value) => {
    expect(() => toSafeInteger(value)).toThrow(
      expect.objectContaining({ code: 'PERSISTENCE.UNSAFE_INTEGER' }),
    );
  });
});
