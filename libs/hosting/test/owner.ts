import pg from 'pg';
import { EmbeddedPostgres } from '../src/embedded-postgres/embedded-postgres.js';

// A process that owns an embedded server, for tests that end such a process in bad ways. Prints one line of JSON when
// the server answers; on SIGINT asks the server once more, prints what it said, and stops in order.
const server = new EmbeddedPostgres();
const { url } = await server.start({
  dataDir: process.argv[2]!,
  durable: process.argv[3] === 'durable',
  onEvent: () => undefined,
});
process.on('SIGINT', () => {
  void (async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ answer: string }>("SELECT 'still here' AS answer");
    await client.end();
    process.stdout.write(`${rows[0]!.answer}\n`);
    await server.stop();
    process.exit(0);
  })();
});
process.stdout.write(`${JSON.stringify({ url, pid: server.pid })}\n`);
