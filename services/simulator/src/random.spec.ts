import { Random } from './random.js';

describe('Random', () => {
  it('gives the same sequence for the same seed and another one for another seed', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 50 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('stays within its bounds and reaches both ends', () => {
    const random = new Random(1);
    const drawn = new Set(Array.from({ length: 500 }, () => random.integer(3, 5)));
    expect([...drawn].sort()).toEqual([3, 4, 5]);
  });

  it('picks by weight', () => {
    const random = new Random(1);
    let heavy = 0;
    for (let i = 0; i < 10_000; i += 1)
      if (
        random.weighted([
          [9, true],
          [1, false],
        ])
      )
        heavy += 1;
    expect(heavy).toBeGreaterThan(8800);
    expect(heavy).toBeLessThan(9200);
  });

  it('gives as many hexadecimal digits as asked for', () => {
    expect(new Random(1).hex(10)).toMatch(/^[0-9a-f]{10}$/);
  });
});
