import { Turns } from './turns.js';

const never = new AbortController().signal;

describe('Turns', () => {
  it('gives out so many at a time, in order', async () => {
    const turns = new Turns(2);
    const order: string[] = [];
    const take = (name: string) =>
      turns.next(never).then((end) => {
        order.push(name);
        return end;
      });
    const first = await take('a');
    const second = await take('b');
    const waiting = [take('c'), take('d')] as const;
    first();
    // Ending twice frees one place only.
    first();
    const third = await waiting[0];
    expect(order).toEqual(['a', 'b', 'c']);
    third();
    (await waiting[1])();
    second();
    await Promise.all([take('e'), take('f')]);
    expect(order).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('lets go of those who give up', async () => {
    const turns = new Turns(1);
    const end = await turns.next(never);
    const gone = new AbortController();
    const waiting = turns.next(gone.signal);
    const other = turns.next(never);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(turns.next(gone.signal)).rejects.toThrow('gone');
    end();
    (await other)();
    await turns.next(never);
  });
});
