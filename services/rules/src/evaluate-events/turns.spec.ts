import { Turns } from './turns.js';

describe('Turns', () => {
  it('begins a piece of work when the one before has ended, also when that failed', async () => {
    const turns = new Turns();
    const said: string[] = [];
    let end = (): void => undefined;
    const first = turns.take(async () => {
      said.push('first begins');
      await new Promise<void>((resolve) => (end = resolve));
      said.push('first ends');
      throw new Error('first fails');
    });
    const second = turns.take(async () => {
      said.push('second');
      return 2;
    });
    const third = turns.take(async () => said.push('third'));
    await Promise.resolve();
    expect(said).toEqual(['first begins']);
    end();
    await expect(first).rejects.toThrow('first fails');
    await expect(second).resolves.toBe(2);
    await third;
    expect(said).toEqual(['first begins', 'first ends', 'second', 'third']);
  });
});
