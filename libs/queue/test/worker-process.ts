// A process that takes one job and never ends it, to be killed: argv is the driver and, as JSON, how to open it.
// Says `ready` and then the id of the job, a line each.
import type { JobQueue } from '../src/index.js';
import { PostgresJobQueue, type PostgresJobQueueOptions } from '../src/drivers/postgres/index.js';
import { RedisJobQueue, type RedisJobQueueOptions } from '../src/drivers/redis/index.js';

const [driver, text] = process.argv.slice(2);
const queue: JobQueue =
  driver === 'redis'
    ? await RedisJobQueue.open({ ...(JSON.parse(text!) as RedisJobQueueOptions), log: console })
    : await PostgresJobQueue.open({ ...(JSON.parse(text!) as PostgresJobQueueOptions), log: console });
await queue.work('enrich-finding', (job) => {
  process.stdout.write(`${job.id}\n`);
  return new Promise(() => undefined);
});
process.stdout.write('ready\n');
