import { gzipSync } from 'node:zlib';
import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import { type StandaloneSystem, settled, startSystem } from '../support/system.js';

/** What is promised, and what a busy machine with two cores is allowed. */
const ANSWER_MS = 10_000;
const HEALTH_MS = 3_000;
const MORE_BYTES = 250 * 1024 * 1024;
const EVENTS_PER_SECOND = 200;

const MB = 1_000_000;
const times = (text: string, count: number) => Buffer.alloc(text.length * count, text);
const around = (open: string, inner: Buffer, close: string) =>
  gzipSync(Buffer.concat([Buffer.from(open), inner, Buffer.from(close)]), { level: 9 });

const JSON_TYPE = 'application/json';
const LINES = 'application/x-ndjson';

/** Small bodies that are much: as lines, elements, wrapped lists, texts, nesting. */
const BOMBS: Readonly<Record<string, { type: string; body: Uint8Array }>> = {
  lines: { type: LINES, body: around('', times('1\n', 60 * MB), '') },
  'lines that are not JSON': { type: LINES, body: around('', times('x\n', 20 * MB), '') },
  elements: { type: JSON_TYPE, body: around('[', times('{},', 20 * MB), '{}]') },
  Records: { type: JSON_TYPE, body: around('{"Records":[', times('{},', 20 * MB), '{}]}') },
  items: { type: JSON_TYPE, body: around('{"items":[', times('{},', 20 * MB), '{}]}') },
  'data.events': { type: JSON_TYPE, body: around('{"data":{"events":[', times('1,', 30 * MB), '1]}}') },
  'a batch of CloudEvents': {
    type: 'application/cloudevents-batch+json',
    body: around('[', times('{},', 20 * MB), '{}]'),
  },
  'one text': { type: JSON_TYPE, body: around('"', times('a', 64 * MB), '"') },
  'one text in a list': { type: JSON_TYPE, body: around('["', times('a', 64 * MB), '"]') },
  nesting: { type: JSON_TYPE, body: around('', times('[', 64 * MB), '') },
  'many fields': { type: JSON_TYPE, body: around('{', times('"a":1,', 10 * MB), '"b":1}') },
  'more bytes than may be': { type: LINES, body: around('', times(`"${'a'.repeat(2_045)}"\n`, 70_000), '') },
};

const ENDPOINTS: readonly [path: string, bombs: readonly string[]][] = [
  [
    '/events',
    [
      'lines',
      'lines that are not JSON',
      'elements',
      'a batch of CloudEvents',
      'one text',
      'one text in a list',
      'nesting',
      'many fields',
      'more bytes than may be',
    ],
  ],
  ['/sources/cloudtrail', ['lines', 'Records', 'nesting', 'one text in a list']],
  ['/sources/github', ['lines', 'elements', 'many fields']],
  ['/sources/okta', ['lines', 'data.events']],
  ['/sources/google-workspace', ['lines', 'items']],
];

describe('Small bodies that are much', () => {
  let database: TestDatabase;
  let system: StandaloneSystem;
  beforeAll(async () => {
    database = await createTestDatabase();
    system = await startSystem({
      databaseUrl: database.url,
      env: { NODE_OPTIONS: '--max-old-space-size=512' },
    });
  });
  afterAll(async () => {
    await system?.stop();
    await database?.drop();
  });

  const post = (path: string, type: string, body: Uint8Array) =>
    fetch(`${system.api}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
  const drop = async (path: string, bomb: string) => {
    const { type, body } = BOMBS[bomb]!;
    const began = performance.now();
    const answer = await post(path, type, body);
    const problem = (await answer.json()) as { code: string };
    return { status: answer.status, code: problem.code, ms: performance.now() - began };
  };
  const memory = async () => {
    const metrics = await (await fetch(`${system.api}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
  };

  it('are refused while everything else goes on', async () => {
    const usual = new Ordinary(system.api);
    await usual.during(async () => {
      // What has been sent once has everything compiled and loaded that is needed.
      for (const type of [JSON_TYPE, LINES]) await (await post('/events', type, gzipSync('[1]'))).text();
    });
    await settled(system.api);
    const before = await memory();
    let most = before;

    await usual.during(async () => {
      for (const [path, bombs] of ENDPOINTS) {
        for (const bomb of bombs) {
          const { status, ms, code } = await drop(path, bomb);
          expect({ path, bomb, status, code }).toMatchObject({ status: 413 });
          expect({ path, bomb, late: ms > ANSWER_MS }).toMatchObject({ late: false });
          most = Math.max(most, await memory());
        }
      }
      // Many at a time: some are told to come back later.
      const together = ENDPOINTS.flatMap(([path, bombs]) => bombs.map((bomb) => drop(path, bomb)));
      const answers = Promise.all(together);
      let over = false;
      void answers.finally(() => (over = true));
      while (!over) most = Math.max(most, await memory());
      for (const { status } of await answers) expect([413, 503]).toContain(status);
    });

    expect(usual.refused).toEqual([]);
    expect(usual.slowestHealthMs).toBeLessThan(HEALTH_MS);
    expect(most - before).toBeLessThan(MORE_BYTES);
    await settled(system.api);
    const metrics = await (await fetch(`${system.api}/metrics`)).text();
    expect(Number(/^mcm_events_stored_total (\d+)/m.exec(metrics)?.[1])).toBe(usual.accepted);
  });
});

/** What goes on beside the bombs: a producer, and a supervisor that asks for the health. */
class Ordinary {
  readonly refused: number[] = [];
  accepted = 0;
  slowestHealthMs = 0;
  private batch = 0;

  constructor(private readonly api: string) {}

  async during(work: () => Promise<void>): Promise<void> {
    const waiting = new Set<Promise<void>>();
    const every = (ms: number, call: () => Promise<void>) =>
      setInterval(() => {
        const running = call().finally(() => waiting.delete(running));
        waiting.add(running);
      }, ms);
    const timers = [every(100, () => this.produce()), every(50, () => this.askHealth())];
    try {
      await work();
    } finally {
      timers.forEach(clearInterval);
      await Promise.all(waiting);
    }
  }

  private async produce(): Promise<void> {
    this.batch += 1;
    const events = Array.from({ length: EVENTS_PER_SECOND / 10 }, (_, n) => ({
      event_type: 'login_success',
      user: `user-${n}`,
      event_id: `ordinary-${this.batch}-${n}`,
    }));
    const answer = await fetch(`${this.api}/events`, {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE },
      body: JSON.stringify(events),
    });
    await answer.text();
    if (answer.status === 202) this.accepted += events.length;
    else this.refused.push(answer.status);
  }

  private async askHealth(): Promise<void> {
    const began = performance.now();
    await (await fetch(`${this.api}/health`)).text();
    this.slowestHealthMs = Math.max(this.slowestHealthMs, performance.now() - began);
  }
}
