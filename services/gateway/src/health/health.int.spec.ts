import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

it('is alive', async () => {
  for (const path of ['/health', '/health/', '/health/live']) {
    expect(await (await gateway.get(path)).json()).toEqual({ status: 'ok' });
  }
});

it('is ready when every part is up, and names the one that is down', async () => {
  let bus: () => Promise<void | string> = () => Promise.resolve();
  gateway.health.register('bus', () => bus());
  const ready = await gateway.get('/health/ready');
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({
    status: 'ok',
    parts: { postgresql: { status: 'up' }, storage: { status: 'up' }, bus: { status: 'up' } },
  });

  bus = () => Promise.resolve('nearly full');
  const degraded = await gateway.get('/health/ready');
  expect(degraded.status).toBe(200);
  expect(await degraded.json()).toMatchObject({
    parts: { bus: { status: 'degraded', detail: 'nearly full' } },
  });

  bus = () => Promise.reject(new Error('no connection'));
  const down = await gateway.get('/health/ready');
  expect(down.status).toBe(503);
  expect(await down.json()).toEqual({
    status: 'down',
    parts: {
      postgresql: { status: 'up' },
      storage: { status: 'up' },
      bus: { status: 'down', detail: 'no connection' },
    },
  });
  expect((await gateway.get('/health/live')).status).toBe(200);
});

it('tells Prometheus how long answers take, by route and not by address', async () => {
  await gateway.get('/findings/123');
  await gateway.get('/nothing/here');
  const response = await gateway.get('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain');
  const figures = await response.text();
  expect(figures).toContain(
    'mcm_gateway_http_request_duration_seconds_count{method="GET",route="/findings/:id",status="404"} 1',
  );
  expect(figures).toContain('route="none",status="404"');
  expect(figures).not.toContain('/nothing/here');
  expect(figures).toContain('mcm_gateway_stream_clients 0');
});
