import { request } from 'node:http';
import { countEvents, type FindingRaised } from '@mcm/contracts';
import { envelopesInARow, eventually } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

/** A client of the stream that can stop reading. */
class Listener {
  received = '';
  ended = false;
  readonly opened: Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>;
  private stop: () => void = () => undefined;
  private pauseReading: () => void = () => undefined;
  private resumeReading: () => void = () => undefined;

  constructor(gateway: RunningGateway, headers: Record<string, string> = {}) {
    this.opened = new Promise((resolve, reject) => {
      const outgoing = request(`${gateway.url}/stream`, { agent: false, headers });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          this.received += text;
        });
        response.on('close', () => {
          this.ended = true;
        });
        this.stop = () => outgoing.destroy();
        this.pauseReading = () => response.pause();
        this.resumeReading = () => response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
      outgoing.end();
    });
  }

  async ready(): Promise<this> {
    await this.opened;
    await eventually(() => this.received.includes(': connected'));
    return this;
  }

  /** The data of all messages of one kind. */
  of<T>(event: string): T[] {
    return [...this.received.matchAll(/^event: (.+)\ndata: (.+)$/gm)]
      .filter((match) => match[1] === event)
      .map((match) => JSON.parse(match[2] ?? '') as T);
  }

  pause = () => this.pauseReading();
  resume = () => this.resumeReading();
  close = () => this.stop();
}

const finding = (id: number, user = 'alice'): FindingRaised => ({
  id,
  rule_id: 'rule-1',
  rule_name: 'single_failed_login',
  severity: 'low',
  user,
  event_count: 1,
  revision: 1,
  event_received_at: '2026-01-15T12:00:00.000Z',
});

describe('the live stream', () => {
  let gateway: RunningGateway;
  const listeners: Listener[] = [];
  beforeAll(async () => {
    gateway = await startGateway({ API_STREAM_CLIENTS: '3', API_STREAM_HEARTBEAT_MS: '100' });
  });
  afterEach(async () => {
    for (const listener of listeners.splice(0)) listener.close();
    await eventually(async () =>
      (await (await gateway.get('/metrics')).text()).includes('mcm_gateway_stream_clients 0'),
    );
  });
  afterAll(() => gateway.close());

  const listen = (headers?: Record<string, string>) => {
    const listener = new Listener(gateway, headers);
    listeners.push(listener);
    return listener.ready();
  };

  it('opens immediately, in a form that proxies pass on and the dashboard may read', async () => {
    const listener = await listen({ origin: 'http://localhost:8080' });
    const { status, headers } = await listener.opened;
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': 'http://localhost:8080',
      'x-request-id': expect.any(String),
    });
    expect(headers['content-encoding']).toBeUndefined();
    expect(listener.received).toMatch(/^retry: \d+\n/);
  });

  it('tells every client of findings and scores, and gives signs of life', async () => {
    const both = [await listen(), await listen()];
    await gateway.bus.publish('findings.raised', [finding(1, 'line\nbreak'), finding(2)]);
    await gateway.bus.publish('findings.enriched', [{ id: 1, risk_score: 20 }]);
    for (const listener of both) {
      await eventually(() => listener.of('enriched').length > 0);
      expect(listener.of('finding')).toEqual([finding(1, 'line\nbreak'), finding(2)]);
      expect(listener.of('enriched')).toEqual([{ id: 1, risk_score: 20 }]);
      await eventually(() => listener.received.includes(': heartbeat\n\n'));
    }
  });

  it('tells how far a bulk enrichment is', async () => {
    const listener = await listen();
    const tally = {
      pending: 1,
      queued: 0,
      model: 2,
      cache: 0,
      heuristic: 0,
      missing: 0,
      failed: 0,
      cancelled: 0,
    };
    const progress = { id: 'bulk-1', state: 'active', total: 3, tally } as const;
    await gateway.bus.publish('enrichments.progressed', [progress]);
    await eventually(() => listener.of('enrichment').length > 0);
    expect(listener.of('enrichment')).toEqual([progress]);
  });

  it('sums up stored events instead of telling of each batch', async () => {
    const listener = await listen();
    const events = envelopesInARow(300, 1000);
    for (const event of events) await gateway.bus.publish('events.counted', [countEvents([event])]);
    type Digest = { stored: number; sample: { event_id: string; raw_data?: unknown }[] };
    const stored = () => listener.of<Digest>('events').reduce((sum, digest) => sum + digest.stored, 0);
    await eventually(() => stored() === 300);
    const digests = listener.of<Digest>('events');
    expect(digests.length).toBeLessThan(20);
    const last = digests.at(-1)?.sample ?? [];
    expect(last.length).toBeLessThanOrEqual(20);
    expect(last.at(-1)).toMatchObject({ event_id: events.at(-1)?.event_id, user: 'alice' });
    expect(last.at(-1)).not.toHaveProperty('raw_data');
  });

  it('turns clients away when every place is taken, and frees the place of one that left', async () => {
    const [first] = [await listen(), await listen(), await listen()];
    const response = await gateway.get('/stream');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).not.toBeNull();
    expect(await response.json()).toMatchObject({ code: 'LIVE.TOO_MANY_CLIENTS' });
    first?.close();
    await eventually(async () => (await gateway.get('/stream', { method: 'HEAD' })).status === 200);
  });

  it('lets go of a client that has stopped reading', async () => {
    const listener = await listen();
    listener.pause();
    await eventually(async () => {
      await publishMuch(gateway, 100);
      return (await (await gateway.get('/metrics')).text()).includes('mcm_gateway_stream_clients 0');
    });
  });
});

describe('the places of one address', () => {
  // Who makes room where a client has stopped reading: stream-places.spec.ts.
  it('are limited, and others are not concerned', async () => {
    const gateway = await startGateway({
      API_STREAM_CLIENTS_PER_ADDRESS: '2',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const from = (address: string) => new Listener(gateway, { 'x-forwarded-for': address }).ready();
    const mine = [await from('198.51.100.7'), await from('198.51.100.7')];
    const third = () => gateway.get('/stream', { headers: { 'x-forwarded-for': '198.51.100.7' } });
    const refused = await third();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await refused.json()).toMatchObject({ code: 'LIVE.TOO_MANY_CLIENTS_OF_CALLER' });
    const other = await from('198.51.100.8');
    mine[0]!.close();
    // The place is free again as soon as the connection is gone.
    await eventually(async () => {
      const answer = await third();
      await answer.body?.cancel();
      return answer.status === 200;
    });
    for (const listener of [...mine, other]) listener.close();
    await gateway.close();
  });
});

describe('a slow client', () => {
  it('is told of the gap, and what it misses is not kept', async () => {
    const gateway = await startGateway();
    const slow = await new Listener(gateway).ready();
    slow.pause();
    const before = process.memoryUsage().arrayBuffers;
    // More than the operating system takes off the hands of both ends.
    await publishMuch(gateway, 3_000);
    await eventually(async () =>
      /mcm_gateway_stream_gaps_total [1-9]/.test(await (await gateway.get('/metrics')).text()),
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30 * 1024 * 1024);

    slow.resume();
    await eventually(() => slow.received.includes('event: gap\ndata: {}\n\n'));
    expect(slow.of('finding').length).toBeLessThan(3_000);
    // It has caught up and is told of what happens from now on.
    await eventually(async () => {
      await gateway.bus.publish('findings.raised', [finding(9_999)]);
      return slow.received.includes('"id":9999');
    });
    slow.close();
    await gateway.close();
  });
});

/** Publishes so many findings of 10 KB each. */
async function publishMuch(gateway: RunningGateway, count: number): Promise<void> {
  const text = 'x'.repeat(10_000);
  for (let id = 1; id <= count; id += 1) await gateway.bus.publish('findings.raised', [finding(id, text)]);
}

describe('stopping', () => {
  it('ends the streams in order and does not wait for the clients', async () => {
    const gateway = await startGateway();
    const listener = await new Listener(gateway).ready();
    await gateway.bus.publish('findings.raised', [finding(1)]);
    await eventually(() => listener.of('finding').length === 1);

    await gateway.stop();
    await eventually(() => listener.ended);
    expect(listener.received.endsWith('\n\n')).toBe(true);
    // From now on messages reach no client here, and new clients are refused.
    await gateway.bus.publish('findings.raised', [finding(2)]);
    await expect(gateway.get('/stream')).rejects.toThrow('fetch failed');
    expect(listener.of('finding')).toHaveLength(1);
    await gateway.close();
  });
});
