import fc from 'fast-check';
import { utf8Of } from './utf8.js';

const text = fc.oneof(
  fc.string({ unit: 'binary-ascii' }),
  fc.string({ unit: 'binary' }),
  // Half of a surrogate pair, alone and where the other half is in the next text.
  fc.constantFrom('\ud83d', '\ude00', 'a\ud83d', '\u0000', 'ÿ', 'é'),
);

describe('utf8Of', () => {
  it('gives the bytes that joining would give', () => {
    fc.assert(
      fc.property(
        fc.array(text),
        fc.constantFrom(',', '\n'),
        fc.constantFrom('', '['),
        fc.constantFrom('', ']', '\n'),
        (texts, separator, open, close) => {
          expect(utf8Of(texts, separator, open, close)).toEqual(
            Buffer.from(open + texts.join(separator) + close),
          );
        },
      ),
    );
  });
});
