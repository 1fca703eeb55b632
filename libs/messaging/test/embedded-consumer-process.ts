// argv is the database URL, the schema, the lock in ms.
import { CONTRACT_TOPOLOGY } from '../src/contract-suite/event-bus-store.js';
import { EmbeddedEventBus } from '../src/drivers/embedded/index.js';
import { consumeForEver, noDeadLetters } from './consumer-process.js';

const [connectionString, schema, lockDurationMs] = process.argv.slice(2);
const bus = await EmbeddedEventBus.open({
  connection: { connectionString: connectionString! },
  schema: schema!,
  lockDurationMs: Number(lockDurationMs),
  topology: CONTRACT_TOPOLOGY,
  deadLetters: noDeadLetters,
  log: console,
});
await consumeForEver(bus);
