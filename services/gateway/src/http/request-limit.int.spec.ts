import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

describe('requests of one address', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    // 20 in ten seconds.
    gateway = await startGateway({ API_REQUESTS_PER_SECOND: '2', TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(() => gateway.close());

  const from = (address: string, path = '/findings?page_size=1') =>
    gateway.get(path, { headers: { 'x-forwarded-for': address, origin: 'http://localhost:8080' } });

  /** Statuses of so many requests from an address, one after the other. */
  async function statuses(address: string, count: number): Promise<number[]> {
    const answers: number[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      const answer = await from(address);
      await answer.body?.cancel();
      answers.push(answer.status);
    }
    return answers;
  }

  it('are refused beyond the limit, with the time to wait; those of others are not', async () => {
    expect(await statuses('198.51.100.7', 20)).toEqual(Array.from({ length: 20 }, () => 200));
    const refused = await from('198.51.100.7');
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(10);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.headers.get('access-control-allow-origin')).toBe('http://localhost:8080');
    expect(await refused.json()).toMatchObject({
      code: 'REQUEST.TOO_MANY',
      status: 429,
      detail: expect.stringContaining('API_REQUESTS_PER_SECOND'),
      request_id: expect.any(String),
    });
    for (const path of ['/events', '/nothing', '/docs', '/metrics']) {
      const answer = await from('198.51.100.7', path);
      await answer.body?.cancel();
      expect([path, answer.status]).toEqual([path, 429]);
    }
    expect((await from('198.51.100.7', '/health/live')).status).toBe(200);
    expect((await from('198.51.100.8')).status).toBe(200);
    expect(await (await gateway.get('/metrics')).text()).toContain('mcm_gateway_requests_limited_total 5');
  });

  it('count together for a network of IPv6 that one machine has', async () => {
    const first = await statuses('2001:db8:0:1::1', 10);
    const second = await statuses('2001:db8:0:1:ffff::2', 11);
    expect([...first, ...second].filter((status) => status === 429)).toHaveLength(1);
    expect((await from('2001:db8:0:2::1')).status).toBe(200);
  });
});

it('goes by the connection where no proxy is trusted', async () => {
  const gateway = await startGateway({ API_REQUESTS_PER_SECOND: '1' });
  try {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        gateway.get('/findings', { headers: { 'x-forwarded-for': `198.51.100.${at}` } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  } finally {
    await gateway.close();
  }
});
