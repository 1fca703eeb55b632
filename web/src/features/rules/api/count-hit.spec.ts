import { QueryClient } from '@tanstack/react-query';
import { countHit } from './count-hit';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const rule = (name: string, hits: number) => ({ name, hits, last_hit: null });

describe('a finding of the stream', () => {
  it.each([
    ['new', 1, 4],
    ['grown', 2, 3],
  ])('that is %s shows in its rule alone, in list and detail', (_what, revision, hits) => {
    const client = new QueryClient();
    const list = ['rules', 'list', { page: 1 }];
    client.setQueryData(list, { items: [rule('a', 9), rule('b', 3)], total: 2 });
    client.setQueryData(['rules', 'detail', 'b'], rule('b', 3));
    client.setQueryData(['rules', 'problems'], { problems: [] });
    countHit(client, { rule_name: 'b', revision }, NOW);
    const counted = { name: 'b', hits, last_hit: '2026-11-23T10:00:00.000Z' };
    expect(client.getQueryData(list)).toEqual({ items: [rule('a', 9), counted], total: 2 });
    expect(client.getQueryData(['rules', 'detail', 'b'])).toEqual(counted);
    expect(client.getQueryData(['rules', 'problems'])).toEqual({ problems: [] });
  });
});
