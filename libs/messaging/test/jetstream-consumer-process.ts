// argv is the URL of the NATS server, the namespace, the wait for acknowledgements in ms.
import { CONTRACT_TOPOLOGY } from '../src/contract-suite/event-bus-store.js';
import { JetStreamEventBus } from '../src/drivers/jetstream/index.js';
import { consumeForEver, noDeadLetters } from './consumer-process.js';

const [url, namespace, ackWaitMs] = process.argv.slice(2);
const bus = await JetStreamEventBus.open({
  nats: { servers: [url!] },
  namespace: namespace!,
  ackWaitMs: Number(ackWaitMs),
  topology: CONTRACT_TOPOLOGY,
  deadLetters: noDeadLetters,
  log: console,
});
await consumeForEver(bus);
