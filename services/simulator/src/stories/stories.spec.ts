import { stories } from './stories.js';

const START = Date.UTC(2026, 2, 2, 9);
const actor = { name: 'test-user', location: 'Germany', ip: '203.0.113.77', userAgent: 'test' };

describe('stories', () => {
  it('have names of their own and expect something', () => {
    expect(new Set(stories.map(({ name }) => name)).size).toBe(stories.length);
    for (const { expected } of stories) expect(expected.length).toBeGreaterThan(0);
  });

  it.each(stories.map((story) => [story.name, story] as const))(
    '%s is told in order, within an hour',
    (_, story) => {
      const events = story.events(new Date(START), { actor, seed: 1 });
      const times = events.map(({ timestamp }) => Date.parse(timestamp));
      expect(times[0]).toBe(START);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[times.length - 1]! - START).toBeLessThan(3_600_000);
      expect(events[0]!.user).toBe('test-user');
    },
  );

  it.each(stories.map((story) => [story.name, story] as const))(
    '%s is the same for the same seed',
    (_, story) => {
      expect(story.events(START, { seed: 1 })).toEqual(story.events(new Date(START), { seed: 1 }));
      const ids = [
        ...story.events(START, { seed: 1 }),
        ...story.events(START, { seed: 2 }),
        ...story.events(START + 1),
      ].map(({ event_id }) => event_id);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );
});
