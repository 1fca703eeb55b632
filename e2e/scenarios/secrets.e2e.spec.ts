import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createTestDatabase, eventually, freePort, type TestDatabase } from '@mcm/testing';
import { startProgram } from '../support/program.js';
import { send, startSystem } from '../support/system.js';

/** A secret that is found wherever it shows up. */
const canary = (name: string) => `canary-of-${name}-7f3a91c4e2`;
const API_KEY = canary('model');
const GITHUB = canary('github');
const OKTA = canary('okta');
const TRACES = canary('traces');
const DATABASE = canary('database');
const SECRETS = [API_KEY, GITHUB, OKTA, TRACES, DATABASE, canary('nats'), canary('redis'), canary('intake')];

/** In no text, neither as it is nor in the encodings that it travels in. */
function expectNone(texts: Readonly<Record<string, string>>): void {
  for (const [place, text] of Object.entries(texts)) {
    const found = SECRETS.filter((secret) =>
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, -4)].some((form) =>
        text.includes(form),
      ),
    );
    expect([place, found]).toEqual([place, []]);
  }
}

describe('Secrets of the environment', () => {
  let database: TestDatabase;
  let folder: string;
  /** A receiver of traces, and a model that refuses the key and repeats it. */
  let server: Server;
  const received: string[] = [];
  const shown = new Set<string>();
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'mcm-canary-'));
    server = createServer((request, response) => {
      void buffer(request).then((body) => {
        received.push(body.toString('latin1'));
        const { authorization = '' } = request.headers;
        shown.add(authorization);
        if (request.url === '/v1/traces') response.end();
        else {
          const error = {
            message: `Incorrect API key provided: ${authorization}`,
            type: 'invalid_request_error',
          };
          response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
    await database.drop();
  });

  it('appear in no log, answer, metric or trace of a process that serves requests', async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, `${API_KEY}\n`);
    const system = await startSystem({
      databaseUrl: database.url,
      dataPath: folder,
      env: {
        DATABASE_APP_PASSWORD: DATABASE,
        OPENAI_API_KEY_FILE: keyFile,
        OPENAI_BASE_URL: `${address}/v1`,
        OPENAI_MODEL: 'a-model',
        SOURCE_GITHUB_SECRET: GITHUB,
        SOURCE_OKTA_SECRET: OKTA,
        OTEL_EXPORTER_OTLP_ENDPOINT: address,
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=${TRACES}`,
        OTEL_BSP_SCHEDULE_DELAY: '100',
        LOG_LEVEL: 'trace',
      },
    });
    const answers: Record<string, string> = {};
    try {
      const ask = async (path: string, body?: unknown, headers?: Record<string, string>) => {
        answers[path] = body
          ? JSON.stringify(await send(`${system.api}${path}`, body, headers))
          : await (await fetch(`${system.api}${path}`)).text();
        return answers[path];
      };
      const bucket = { bucket_name: 'payroll', public: true, changed_by: 'alice' };
      await ask('/events', {
        event_type: 'storage_bucket_permission_changed',
        user: 'alice',
        raw_data: bucket,
      });
      const json = { 'content-type': 'application/json' };
      const forged = { ...json, 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
      expect(await ask('/sources/github', { zen: 'x' }, forged)).toContain('SOURCE.WRONG_SIGNATURE');
      expect(await ask('/sources/okta', { data: {} }, { ...json, authorization: 'forged' })).toMatch(
        /SOURCE\./,
      );
      await eventually(async () => (await ask('/findings')).includes('public_bucket'), { timeoutMs: 60_000 });
      await ask('/enrichments', {});
      await eventually(async () => /"risk_score":\d/.test(await ask('/findings')), { timeoutMs: 60_000 });
      const [, id] = /"id":(\d+)/.exec(answers['/findings']!)!;
      for (const path of [
        `/findings/${id}`,
        '/ai/status',
        '/metrics',
        '/health/ready',
        '/dead-letters',
        '/nothing',
      ])
        await ask(path);
      // The secrets were really used.
      await eventually(() => shown.has(TRACES) && shown.has(`Bearer ${API_KEY}`));
    } finally {
      await system.stop();
    }
    expectNone({
      ...answers,
      output: system.output(),
      log: readFileSync(join(folder, 'logs/standalone.log'), 'utf8'),
      'what was sent to traces and model': received.join('\n'),
    });
  });

  it('appear in no output of a process that fails to start', async () => {
    const port = await freePort();
    const [nats, redis] = [canary('nats'), canary('redis')];
    const refused = new URL(database.url);
    refused.password = DATABASE;
    const servers = {
      PROFILE: 'distributed',
      LOG_LEVEL: 'trace',
      STARTUP_WAIT_SECONDS: '1',
      MANAGEMENT_PORT: String(await freePort()),
      NATS_URL: `nats://mcm:${nats}@127.0.0.1:${port}`,
      REDIS_URL: `redis://mcm:${redis}@127.0.0.1:${port}`,
    };
    const [migrate, ingestion] = ['libs/hosting/dist/migrate/main.js', 'services/ingestion/dist/main.js'];
    const starts = [
      [migrate, { DATABASE_URL: refused.href }],
      [
        migrate,
        { DATABASE_URL: `postgres://mcm:${DATABASE}@127.0.0.1:${port}/mcm`, STARTUP_WAIT_SECONDS: '0' },
      ],
      [migrate, { DATABASE_URL: `postgres://mcm:${DATABASE}@a@b/mcm` }],
      [migrate, { DATABASE_URL: database.url, DATABASE_APP_PASSWORD: `${DATABASE}-ä` }],
      [ingestion, { ...servers, DATABASE_URL: refused.href }],
      [ingestion, { ...servers, DATABASE_URL: database.url }],
      [ingestion, { ...servers, DATABASE_URL: database.url, REDIS_URL: `http://${redis}` }],
      [
        ingestion,
        { ...servers, DATABASE_URL: database.url, NATS_PASSWORD: nats, NATS_PASSWORD_FILE: folder },
      ],
      ['services/standalone/dist/main.js', { DATA_PATH: folder, DATABASE_URL: `postgres://${DATABASE}` }],
    ] as const;
    const programs = await Promise.all(
      starts.map(async ([program, env]) => {
        const started = startProgram(program, env);
        return { code: await started.ended(), output: started.output() };
      }),
    );
    for (const { code, output } of programs)
      expect([code, output.trim()]).toEqual([1, expect.stringMatching(/\w/)]);
    expectNone(Object.fromEntries(programs.map(({ output }, index) => [`start ${index}`, output])));
  });
});
