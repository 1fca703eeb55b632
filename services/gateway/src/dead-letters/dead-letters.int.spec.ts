import type { DeadLetter, EventEnvelope } from '@mcm/contracts';
import { DeadLetters } from '@mcm/persistence';
import { anEnvelope, eventually } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

interface List {
  items: { id: number; code: string; message: string; redriven_at: string | null }[];
  total: number;
}
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.database.query('delete from dead_letters'));

const letter = (overrides: Partial<DeadLetter>): DeadLetter => ({
  origin: 'ingest',
  subject: 'events',
  consumer: 'accept-events',
  code: 'EVENTS.INVALID',
  reason: 'user is missing',
  message: '{"event_type":"x"}',
  truncated: false,
  tries: 1,
  failed_at: '2026-01-15T12:00:00.000Z',
  ...overrides,
});
async function list(query = ''): Promise<List> {
  const response = await gateway.get(`/dead-letters${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as List;
}
/** Keeps a letter and gives its id. */
async function keep(overrides: Partial<DeadLetter> = {}): Promise<number> {
  await new DeadLetters(gateway.database).add([letter(overrides)]);
  const { items } = await list('?limit=500');
  return Math.max(...items.map((item) => item.id));
}

it('lists dead letters newest first, by origin and by page', async () => {
  await keep({ code: 'A.A', failed_at: '2026-01-01T00:00:00.000Z' });
  await keep({
    code: 'B.B',
    failed_at: '2026-01-03T00:00:00.000Z',
    origin: 'bus',
    consumer: 'record-events',
  });
  await keep({ code: 'C.C', failed_at: '2026-01-02T00:00:00.000Z' });
  const codes = async (query: string) => (await list(query)).items.map((item) => item.code);
  expect(await codes('')).toEqual(['B.B', 'C.C', 'A.A']);
  expect(await codes('?origin=ingest')).toEqual(['C.C', 'A.A']);
  expect(await list('/?limit=1&offset=1')).toMatchObject({
    total: 3,
    limit: 1,
    offset: 1,
    items: [letter({ code: 'C.C', failed_at: '2026-01-02T00:00:00.000Z' })],
  });
  expect((await gateway.get('/dead-letters?origin=elsewhere')).status).toBe(400);
});

it('hands a message of the bus to the consumer that gave up, once', async () => {
  const envelope = anEnvelope();
  const id = await keep({
    origin: 'bus',
    subject: 'events.accepted',
    consumer: 'record-events',
    message: JSON.stringify(envelope),
  });
  const taken: EventEnvelope[] = [];
  const consumer = await gateway.bus.consume('record-events', 'events.accepted', async (batch) => {
    taken.push(...batch.map((delivery) => delivery.payload));
  });
  const response = await gateway.post(`/dead-letters/${id}/redrive`);
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ id, redriven_at: expect.any(String), receipt: null });
  await eventually(() => taken.length > 0);
  expect(taken).toEqual([envelope]);
  expect((await list()).items[0]?.redriven_at).not.toBeNull();

  const again = await gateway.post(`/dead-letters/${id}/redrive`);
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ code: 'DEAD_LETTERS.REDRIVEN' });
  await consumer.close();
});

it('has a refused item taken again by ingestion, which knows what its sender had proved', async () => {
  const id = await keep({
    subject: 'github',
    verified: true,
    headers: { 'x-github-event': 'push' },
    message: '{"ref":"ü"}',
  });
  expect((await list()).items).toMatchObject([{ verified: true, headers: { 'x-github-event': 'push' } }]);
  const response = await gateway.post(`/dead-letters/${id}/redrive`);
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ id, receipt: { accepted: 1 } });
  expect(gateway.intake.redriven.at(-1)).toBe(id);
});

it('says so when ingestion refuses the item again, and it can be tried later', async () => {
  const id = await keep();
  const fine = gateway.intake.receipt;
  gateway.intake.receipt = {
    ...fine,
    accepted: 0,
    rejected_total: 1,
    rejected: [{ index: 0, event_id: null, code: 'EVENTS.INVALID', reason: 'user is missing', errors: [] }],
  };
  const response = await gateway.post(`/dead-letters/${id}/redrive`);
  gateway.intake.receipt = fine;
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code: 'EVENTS.REJECTED' });
  expect((await list()).items[0]?.redriven_at).toBeNull();
  expect((await gateway.post(`/dead-letters/${id}/redrive`)).status).toBe(202);
});

it.each<[string, Partial<DeadLetter>, string]>([
  ['of which only a part is left', { truncated: true }, 'DEAD_LETTERS.TRUNCATED'],
  ['whose consumer is gone', { origin: 'bus', consumer: 'toString' }, 'DEAD_LETTERS.CONSUMER_GONE'],
  ['that is no JSON', { origin: 'bus', consumer: 'record-events', message: '{' }, 'DEAD_LETTERS.NOT_JSON'],
])('cannot hand over a message %s', async (_what, overrides, code) => {
  const response = await gateway.post(`/dead-letters/${await keep(overrides)}/redrive`);
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ code });
});

it('knows no other ids', async () => {
  expect((await gateway.post('/dead-letters/99999/redrive')).status).toBe(404);
  expect((await gateway.post('/dead-letters/x/redrive')).status).toBe(400);
});
