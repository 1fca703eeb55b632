// A process that consumes `record-events` and never ends a batch, to be killed: argv is the database URL, the schema,
// the lock in ms. Says `ready` and then the size of each batch that it begins, a line each.
import { CONTRACT_TOPOLOGY } from '../src/contract-suite/event-bus-store.js';
import { EmbeddedEventBus } from '../src/drivers/embedded/index.js';

const [connectionString, schema, lockDurationMs] = process.argv.slice(2);
const bus = await EmbeddedEventBus.open({
  connection: { connectionString: connectionString! },
  schema: schema!,
  lockDurationMs: Number(lockDurationMs),
  topology: CONTRACT_TOPOLOGY,
  deadLetters: { add: () => Promise.reject(new Error('This process gives nothing up')) },
  log: console,
});
await bus.consume('record-events', 'events.accepted', (batch) => {
  process.stdout.write(`${batch.length}\n`);
  return new Promise(() => undefined);
});
process.stdout.write('ready\n');
