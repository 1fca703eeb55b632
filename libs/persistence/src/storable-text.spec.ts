import fc from 'fast-check';
import { cutText, storableText } from './storable-text.js';

describe('storableText', () => {
  it('replaces what PostgreSQL cannot hold and nothing else', () => {
    expect(storableText('a\u0000b\uD83Dc\uDE00d😀')).toBe('a\uFFFDb\uFFFDc\uFFFDd😀');
  });
});

describe('cutText', () => {
  it('cuts between characters', () => {
    expect(cutText('aü', 2)).toEqual({ text: 'a', truncated: true });
    expect(cutText('aü', 3)).toEqual({ text: 'aü', truncated: false });
    expect(cutText('😀😀', 7)).toEqual({ text: '😀', truncated: true });
    expect(cutText('', 0)).toEqual({ text: '', truncated: false });
  });

  it('gives a beginning of the storable text, as long as the limit allows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 4, max: 40 }), (text, limit) => {
        const cut = cutText(text, limit);
        const bytes = Buffer.byteLength(cut.text);
        expect(bytes).toBeLessThanOrEqual(limit);
        expect(storableText(text).startsWith(cut.text)).toBe(true);
        expect(cut.truncated).toBe(cut.text !== storableText(text));
        if (cut.truncated) expect(bytes).toBeGreaterThan(limit - 4);
      }),
    );
  });
});
