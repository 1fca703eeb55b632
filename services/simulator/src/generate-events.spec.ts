import { generateEvents } from './generate-events.js';
import type { ProducedEvent } from './produced-event.js';
import { stories } from './stories/stories.js';

const DAY = 86_400_000;
const to = Date.UTC(2026, 10, 23, 12);
const from = to - 30 * DAY;

type Kind = 'text' | 'boolean' | 'number' | 'texts';
/** Every event type of the catalogue with its fields; `?` marks those that may be null. */
const SHAPES: Record<string, Record<string, Kind | `${Kind}?`>> = {
  login_success: { ip: 'text', user_agent: 'text', location: 'text', success: 'boolean' },
  login_failed: { ip: 'text', user_agent: 'text', location: 'text', success: 'boolean' },
  ...Object.fromEntries(
    ['mfa_challenge', 'mfa_failed', 'mfa_success'].map((type) => [
      type,
      {
        ip: 'text',
        location: 'text',
        method: 'text',
        device_trusted: 'boolean',
        success: 'boolean?',
      } as const,
    ]),
  ),
  ...Object.fromEntries(
    ['pull_request_opened', 'pull_request_merged'].map((type) => [
      type,
      { repo: 'text', branch: 'text', lines_changed: 'number', approved_by: 'text?' } as const,
    ]),
  ),
  permission_changed: { old_role: 'text', new_role: 'text', approved_by: 'text?' },
  api_token_created: {
    token_id: 'text',
    scopes: 'texts',
    created_by: 'text',
    has_expiry: 'boolean',
    expires_at: 'text?',
  },
  api_token_revoked: { token_id: 'text', revoked_by: 'text' },
  ...Object.fromEntries(
    ['deployment_started', 'deployment_succeeded', 'deployment_failed'].map((type) => [
      type,
      { service: 'text', environment: 'text', version: 'text', initiated_by: 'text' } as const,
    ]),
  ),
  storage_bucket_created: { bucket_name: 'text', public: 'boolean', region: 'text' },
  storage_bucket_permission_changed: { bucket_name: 'text', public: 'boolean', changed_by: 'text' },
};

function faultsOf({ event_type, raw_data }: ProducedEvent): string[] {
  const shape = SHAPES[event_type];
  if (!shape) return [`${event_type} is not in the catalogue`];
  const faults = Object.keys(raw_data)
    .filter((field) => !(field in shape))
    .map((field) => `${event_type}.${field} is not in the catalogue`);
  for (const [field, kind] of Object.entries(shape)) {
    const value = raw_data[field];
    const fits =
      (kind.endsWith('?') && value === null) ||
      {
        text: typeof value === 'string' && value !== '',
        boolean: typeof value === 'boolean',
        number: Number.isInteger(value),
        texts: Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string'),
      }[kind.replace('?', '') as Kind];
    if (!fits) faults.push(`${event_type}.${field} is ${JSON.stringify(value)}`);
  }
  return faults;
}

describe('generateEvents', () => {
  it('gives the same events for the same options', () => {
    const options = { count: 300, from, to, seed: 5 };
    expect(generateEvents(options)).toEqual(
      generateEvents({ ...options, from: new Date(from), to: new Date(to) }),
    );
    expect(generateEvents(options)).not.toEqual(generateEvents({ ...options, seed: 6 }));
  });

  it.each([0, 1, 7, 59, 200, 2000])('gives exactly %i events, in order, within the span', (count) => {
    const events = generateEvents({ count, from, to, seed: 1 });
    expect(events).toHaveLength(count);
    const times = events.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(from);
      expect(time).toBeLessThanOrEqual(to);
    }
  });

  it('fits into a span of a minute, and into none at all', () => {
    for (const span of [60_000, 0]) {
      const events = generateEvents({ count: 200, from: to - span, to, seed: 2 });
      expect(events).toHaveLength(200);
      for (const { timestamp } of events) {
        expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(to - span);
        expect(Date.parse(timestamp)).toBeLessThanOrEqual(to);
      }
    }
  });

  it('draws every event type of the catalogue, each with exactly its fields', () => {
    const events = generateEvents({ count: 5000, from, to, seed: 3 });
    expect(new Set(events.map(({ event_type }) => event_type))).toEqual(new Set(Object.keys(SHAPES)));
    expect(events.flatMap(faultsOf)).toEqual([]);
    for (const { event_type, raw_data } of events) {
      if (!event_type.startsWith('pull_request')) continue;
      expect(raw_data['lines_changed']).toBeGreaterThanOrEqual(5);
      expect(raw_data['lines_changed']).toBeLessThanOrEqual(500);
    }
  });

  it('gives each event an identifier of its own, also across runs', () => {
    const runs = [
      generateEvents({ count: 2000, from, to, seed: 1 }),
      generateEvents({ count: 2000, from, to, seed: 2 }),
      generateEvents({ count: 2000, from: from + 1, to: to + 1, seed: 1 }),
    ].flat();
    const ids = new Set(runs.map(({ event_id }) => event_id));
    expect(ids.size).toBe(6000);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is mostly unremarkable', () => {
    const events = generateEvents({ count: 5000, from, to, seed: 4, stories: false });
    const share = (...types: string[]) =>
      events.filter(({ event_type }) => types.includes(event_type)).length / events.length;
    expect(share('login_failed', 'mfa_failed', 'deployment_failed', 'permission_changed')).toBeLessThan(0.08);
    expect(share('login_success', 'mfa_challenge', 'mfa_success')).toBeGreaterThan(0.4);
    expect(events.filter(({ raw_data }) => raw_data['public'] === true)).toEqual([]);
    const abroad = events.filter(({ raw_data }) =>
      ['Russia', 'China', 'Other'].includes(String(raw_data['location'])),
    );
    expect(abroad).toEqual([]);
  });

  it('weaves in every story once when they make up at most half of the events', () => {
    const types = (events: readonly ProducedEvent[], type: string) =>
      events.filter(({ event_type, raw_data }) => event_type === type && raw_data['public'] !== false);
    const events = generateEvents({ count: 200, from, to, seed: 1 });
    expect(types(events, 'storage_bucket_permission_changed')).toHaveLength(1);
    expect(events.filter(({ raw_data }) => raw_data['user_agent'] === 'python-requests/2.32.3')).toHaveLength(
      9,
    );
    const few = generateEvents({ count: 10, from, to, seed: 1 });
    const shortest = Math.min(...stories.map((story) => story.events(0).length));
    expect(few.filter(({ raw_data }) => raw_data['user_agent'] === 'python-requests/2.32.3')).toHaveLength(0);
    expect(shortest).toBeGreaterThan(1);
  });

  it('refuses a count or a span that makes no sense', () => {
    expect(() => generateEvents({ count: -1, from, to, seed: 1 })).toThrow('whole number');
    expect(() => generateEvents({ count: 1.5, from, to, seed: 1 })).toThrow('whole number');
    expect(() => generateEvents({ count: 1, from: to, to: from, seed: 1 })).toThrow('end after it begins');
    expect(() => generateEvents({ count: 1, from: new Date('nonsense'), to, seed: 1 })).toThrow('span');
  });
});
