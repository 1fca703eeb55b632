// A process that takes one job and never ends it, to be killed: argv is the database URL, the schema, the lock in ms.
// Says `ready` and then the id of the job, a line each.
import { PostgresJobQueue } from '../src/drivers/postgres/index.js';

const [connectionString, schema, lockDurationMs] = process.argv.slice(2);
const queue = await PostgresJobQueue.open({
  connection: { connectionString: connectionString! },
  schema: schema!,
  lockDurationMs: Number(lockDurationMs),
  log: console,
});
await queue.work('enrich-finding', (job) => {
  process.stdout.write(`${job.id}\n`);
  return new Promise(() => undefined);
});
process.stdout.write('ready\n');
