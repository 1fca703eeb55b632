import { eventually } from '@mcm/testing';
import { stories } from '@mcm/simulator';
import { allFindings, send, type System } from '../../support/system.js';

export function tellStories(system: () => System): void {
  it.each(stories.map((story) => [story.name, story] as const))(
    '%s leads to its findings',
    async (_, story) => {
      const events = story.events(new Date(Date.now() - 3600_000));
      const { status } = await send(`${system().api}/events`, events);
      expect(status).toBe(202);
      const users = new Set(events.map((event) => event.user));
      await eventually(
        async () => {
          const found = (await allFindings(system().api)).filter((finding) => users.has(finding.user));
          return story.expected.every((rule) => found.some((finding) => finding.rule_name === rule));
        },
        { timeoutMs: 10_000 },
      );
    },
  );
}
