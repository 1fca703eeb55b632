import { createTestDatabase, eventually, type TestDatabase } from '@mcm/testing';
import { get, send, settled, type StandaloneSystem, startSystem } from '../support/system.js';

interface Preview {
  id: string;
  state: string;
  progress: { done: number; total: number } | null;
  error: string | null;
}

/** On each of them the expression below takes 0.15 s: nearly its budget. */
const EVENTS = 200;
const SLOW = `title: slow
name: slow
logsource: { product: mcm, service: activity }
detection:
  selection: { text|re: 'a[ab]{900}[^ab]$' }
  condition: selection
level: high
`;

let state = 1;
function mixed(): string {
  let text = '';
  while (text.length < 4_300) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    text += (state >>> 16) & 1 ? 'a' : 'b';
  }
  return text;
}

describe('A system that is killed while a rule is tried', () => {
  let database: TestDatabase;
  const started: StandaloneSystem[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await Promise.all(started.map((system) => system.kill()));
    await database.drop();
  });

  it('answers meanwhile, starts as fast as always, and does not try the rule again', async () => {
    const start = async () => {
      const begun = performance.now();
      const system = await startSystem({ databaseUrl: database.url });
      started.push(system);
      return { system, seconds: (performance.now() - begun) / 1000 };
    };
    const first = await start();
    const events = Array.from({ length: EVENTS }, (_, i) => ({
      event_type: 'note',
      event_id: `note-${i}`,
      user: 'ann',
      raw_data: { text: mixed() },
    }));
    expect((await send(`${first.system.api}/events`, events)).status).toBe(202);
    await settled(first.system.api);

    const answer = await send<Preview>(`${first.system.api}/rules/preview`, { yaml: SLOW });
    expect(answer.status).toBe(202);
    const { id } = answer.body;
    const preview = (api: string) => get<Preview>(`${api}/rules/previews/${id}`);
    await eventually(async () => ((await preview(first.system.api)).progress?.done ?? 0) > 0);
    const asked = performance.now();
    await get(`${first.system.api}/health`);
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect((await preview(first.system.api)).state).toBe('active');
    await first.system.kill();

    const again = await start();
    expect(again.seconds).toBeLessThan(2 * first.seconds + 10);
    await eventually(async () => (await preview(again.system.api)).state === 'failed');
    expect((await preview(again.system.api)).error).toContain('JOBS.PROCESS_DIED');
    await again.system.stop();
  });
});
