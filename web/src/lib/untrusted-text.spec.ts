import { revealInvisible } from './untrusted-text';

describe('revealInvisible', () => {
  it('spells out what cannot be seen', () => {
    expect(revealInvisible('a\u202eb\u200bc\u0000d\u2066')).toBe('a\\u202eb\\u200bc\\u0000d\\u2066');
    expect(revealInvisible('a\u00adb\u{e0061}')).toBe('a\\u00adb\\u{e0061}');
  });

  it('leaves ordinary text of any script alone', () => {
    const text = 'Ünïcode שלום 你好 👍 tab\tline\nend';
    expect(revealInvisible(text)).toBe(text);
  });
});
