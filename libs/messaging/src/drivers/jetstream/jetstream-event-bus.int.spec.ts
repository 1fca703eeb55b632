import { describeWith, startOwnNats, type OwnTestServer } from '@mcm/testing';
import { removeNamespace } from '../../../test/remove-namespace.js';
import { startConsumerProcess } from '../../../test/start-consumer-process.js';
import { eventBusContract } from '../../contract-suite/index.js';
import type { ConsumerProcess } from '../../contract-suite/event-bus-store.js';
import { JetStreamEventBus } from './index.js';

// Short, so that a killed consumer is noticed soon.
const ACK_WAIT_MS = 1_000;

describeWith({ nats: 'own' }, 'on a NATS server', () => {
  let server: OwnTestServer;
  let namespaces = 0;
  beforeAll(async () => {
    server = await startOwnNats();
  });
  afterAll(() => server.stop());

  const features = { persistent: true, sharedConsumers: true, sharedListeners: true };
  eventBusContract('jetstream', features, async () => {
    namespaces += 1;
    const namespace = `test${namespaces}`;
    const children: ConsumerProcess[] = [];
    return {
      open: ({ maxLag, ...options }) =>
        JetStreamEventBus.open({
          nats: { servers: [server.url] },
          namespace,
          ackWaitMs: ACK_WAIT_MS,
          ...(maxLag !== undefined && { limits: { messages: maxLag } }),
          ...options,
        }),
      startConsumerProcess: async () => {
        const args = [server.url, namespace, String(ACK_WAIT_MS)];
        const child = await startConsumerProcess('./jetstream-consumer-process.ts', args);
        children.push(child);
        return child;
      },
      crash: async () => {
        await server.kill();
        await server.restart();
      },
      remove: async () => {
        await Promise.all(children.map((child) => child.kill()));
        await removeNamespace(server.url, namespace);
      },
    };
  });
});
