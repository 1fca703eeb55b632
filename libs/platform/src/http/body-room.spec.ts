import { BodyRoom } from './body-room.js';

const MiB = 1024 * 1024;

describe('BodyRoom', () => {
  it('keeps room for small bodies while large ones take all of theirs', () => {
    const room = new BodyRoom(16 * MiB, 'A_SETTING');
    const large = room.claim();
    large.grow(10 * MiB);
    const second = room.claim();
    second.grow(MiB);
    expect(() => second.grow(2 * MiB)).toThrow(/A_SETTING/);
    const small = Array.from({ length: 6 }, () => room.claim());
    for (const claim of small) claim.grow(MiB);
    expect(room.bytes).toBe(16 * MiB);
    expect(() => room.claim().grow(1)).toThrow(expect.objectContaining({ code: 'REQUEST.BUSY' }));
    for (const claim of [...small, large, large]) claim.release();
    expect(room.bytes).toBe(0);
  });

  it('always has room for one large body, and for small ones beside it', () => {
    const room = new BodyRoom(2 * MiB, 'A_SETTING');
    const large = room.claim();
    for (let n = 0; n < 30; n += 1) large.grow(MiB);
    room.claim().grow(MiB / 2);
    expect(() => room.claim().grow(2 * MiB)).toThrow(/A_SETTING/);
    expect(room.bytes).toBe(30.5 * MiB);
  });
});
