import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

interface Fixture {
  title: string;
  file: string;
  code: string;
  /** What the linter must say; null when the import is allowed. */
  refused: RegExp | null;
}

const uses = (name: string, from: string) => `import { ${name} } from '${from}';\nconsole.log(${name});\n`;

const FIXTURES: readonly Fixture[] = [
  {
    title: 'a service does not import another service',
    file: 'services/gateway/src/forbidden.ts',
    code: uses('IngestionModule', '@mcm/ingestion'),
    refused: /type:service/,
  },
  {
    title: 'a service does not reach into the folder of another service',
    file: 'services/gateway/src/forbidden.ts',
    code: uses('IngestionModule', '../../ingestion/src/index.js'),
    refused: /Projects cannot be imported by a relative|type:service/,
  },
  {
    title: 'a service does not choose a driver',
    file: 'services/ingestion/src/forbidden.ts',
    code: uses('EmbeddedEventBus', '@mcm/messaging/drivers/embedded'),
    refused: /Only a host chooses drivers/,
  },
  {
    title: 'a service does not store rows as tests do',
    file: 'services/gateway/src/forbidden.ts',
    code: uses('insertRows', '@mcm/persistence/testing'),
    refused: /Only tests store rows/,
  },
  {
    title: 'the tests of a service do',
    file: 'services/gateway/src/allowed.spec.ts',
    code: uses('insertRows', '@mcm/persistence/testing'),
    refused: null,
  },
  {
    title: 'the rules service does not choose a driver either',
    file: 'services/rules/src/forbidden.ts',
    code: uses('PostgresJobQueue', '@mcm/queue/drivers/postgres'),
    refused: /Only a host chooses drivers/,
  },
  {
    title: 'a service does not use the parts of a host',
    file: 'services/rules/src/forbidden.ts',
    code: uses('EmbeddedPostgres', '@mcm/hosting'),
    refused: /type:service/,
  },
  {
    title: 'the kernel imports nothing of the workspace',
    file: 'libs/kernel/src/forbidden.ts',
    code: uses('SEVERITIES', '@mcm/contracts'),
    refused: /type:kernel|[Cc]ircular/,
  },
  {
    title: 'contracts import the kernel alone',
    file: 'libs/contracts/src/forbidden.ts',
    // Of a library that imports contracts itself, the circle would be reported and not the rule.
    code: uses('parseRules', '@mcm/detection'),
    refused: /type:contracts/,
  },
  {
    title: 'the engine does not import contracts',
    file: 'libs/detection/src/forbidden.ts',
    code: uses('SEVERITIES', '@mcm/contracts'),
    refused: /type:detection/,
  },
  {
    title: 'sources import nothing that does input or output',
    file: 'libs/sources/src/forbidden.ts',
    code: uses('createLogger', '@mcm/platform'),
    refused: /type:sources/,
  },
  {
    title: 'the engine does not know sources',
    file: 'libs/detection/src/forbidden.ts',
    code: uses('SOURCES', '@mcm/sources'),
    refused: /type:detection/,
  },
  {
    title: 'persistence does not import the bus',
    file: 'libs/persistence/src/forbidden.ts',
    code: uses('EVENT_BUS', '@mcm/messaging'),
    refused: /type:persistence/,
  },
  {
    title: 'the gateway does not evaluate rules',
    file: 'services/gateway/src/forbidden.ts',
    code: uses('compileRules', '@mcm/detection'),
    refused: /Only the rules service evaluates rules/,
  },
  {
    title: 'the dashboard imports no server library',
    file: 'web/src/forbidden.ts',
    code: uses('SEVERITIES', '@mcm/contracts'),
    refused: /type:web/,
  },
  {
    title: 'bullmq stays in the queue',
    file: 'services/ai-worker/src/forbidden.ts',
    code: uses('Queue', 'bullmq'),
    refused: /bullmq/,
  },
  {
    title: 'pg stays in persistence and in the queue',
    file: 'services/ingestion/src/forbidden.ts',
    code: uses('Client', 'pg'),
    refused: /"pg"|'pg'/,
  },
  {
    title: 'a service imports the bus through its index',
    file: 'services/ingestion/src/allowed.ts',
    code: uses('EVENT_BUS', '@mcm/messaging'),
    refused: null,
  },
  {
    title: 'a service reads what sources are described as',
    file: 'services/ai-worker/src/allowed.ts',
    code: uses('SOURCES', '@mcm/sources'),
    refused: null,
  },
  {
    title: 'the rules service uses the engine',
    file: 'services/rules/src/allowed.ts',
    code: uses('detection', '@mcm/detection'),
    refused: null,
  },
  {
    title: 'the host of a process chooses drivers',
    file: 'libs/hosting/src/allowed.ts',
    code: uses('EmbeddedEventBus', '@mcm/messaging/drivers/embedded'),
    refused: null,
  },
];

describe('the linter', () => {
  let found: { rule: string; message: string }[][];

  beforeAll(async () => {
    const linter = spawn(
      process.execPath,
      [fileURLToPath(new URL('lint-virtual-files.mjs', import.meta.url))],
      { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } },
    );
    const output = Promise.all([json(linter.stdout).catch(() => null), text(linter.stderr)]);
    linter.stdin.end(JSON.stringify(FIXTURES.map(({ file, code }) => ({ file, code }))));
    const [code] = (await once(linter, 'close')) as [number | null];
    const [results, complaints] = await output;
    if (code !== 0) throw new Error(`The linter did not run:\n${complaints}`);
    found = results as typeof found;
  }, 240_000);

  it.each(FIXTURES.map((fixture, index) => ({ ...fixture, index })))('$title', ({ index, refused }) => {
    const messages = found[index]!.map(({ message }) => message).join('\n');
    if (refused === null) expect(messages).toBe('');
    else expect(messages).toMatch(refused);
  });
});
