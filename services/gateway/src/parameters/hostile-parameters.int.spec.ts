import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

interface Operation {
  parameters?: { name: string; in: 'path' | 'query' | 'header' }[];
}

/** Text that is no text to PostgreSQL, no UTF-8, no character, or more than there may be; percent-encoded. */
const HOSTILE = [
  '%00',
  'a%00b',
  '%ED%A0%80',
  '%FF',
  '%EF%BF%BF',
  '%F0%9F%92%A9%E2%80%AE',
  "'%22%3B--",
  '..%2F..',
  'x'.repeat(1100),
];

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ API_JOB_WAIT_MS: '100' });
});
afterAll(() => gateway.close());

it('refuses what no parameter can be, at every route, without a word of the database', async () => {
  const document = (await (await gateway.get('/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const asked: string[] = [];
  const faults: string[] = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [verb, { parameters = [] }] of Object.entries(operations)) {
      for (const parameter of parameters.filter((each) => each.in !== 'header')) {
        const tries = HOSTILE.map(async (hostile) => {
          const place = `{${parameter.name}}`;
          const filled = path.replace(place, hostile).replace(/\{\w+\}/g, '1');
          const url = parameter.in === 'path' ? filled : `${filled}?${parameter.name}=${hostile}`;
          const method = verb.toUpperCase();
          const answer = await gateway.get(url, {
            method,
            ...(method === 'PATCH'
              ? { headers: { 'content-type': 'application/json' }, body: '{"enabled":true}' }
              : {}),
          });
          const body = await answer.text();
          asked.push(url);
          // 503: a job that no worker takes here.
          const bad =
            (answer.status >= 500 && answer.status !== 503) || /SQLSTATE|invalid byte|22021/i.test(body);
          const letIn = /%00|%ED|%FF/.test(hostile) && answer.status < 400;
          if (bad || letIn)
            faults.push(`${method} ${url.slice(0, 80)}: ${answer.status} ${body.slice(0, 200)}`);
        });
        await Promise.all(tries);
      }
    }
  }
  expect(faults).toEqual([]);
  expect(asked.length).toBeGreaterThan(300);
});

it('finds no rule under a name that no rule can have', async () => {
  const answer = await gateway.get('/rules/%00');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    code: 'REQUEST.INVALID',
    errors: [{ pointer: 'id', detail: expect.stringContaining('U+0000') }],
  });
});

it('changes nothing on GET where an effect is asked for with POST', async () => {
  for (const path of ['/findings/1/explain', '/ai/evaluation-set']) {
    const answer = await gateway.get(path);
    expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, 'OPTIONS, POST']);
  }
  for (const job of ['explain-finding', 'export-evaluation-set'] as const) {
    expect(await gateway.jobs.counts(job)).toMatchObject({ waiting: 0, active: 0 });
  }
});
