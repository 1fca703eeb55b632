import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** Deletes the streams of a bus that is no longer used. */
export async function removeNamespace(url: string, namespace: string): Promise<void> {
  const connection = await connect({ servers: url });
  const { streams } = await jetstreamManager(connection);
  for await (const { config } of streams.list()) {
    if (config.name.startsWith(`${namespace}-`)) await streams.delete(config.name);
  }
  await connection.close();
}
