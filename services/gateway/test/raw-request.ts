import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends text over a bare connection as it is, what `fetch` would refuse or change, too; gives everything that comes back. */
export async function rawRequest({ port }: { port: number }, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request, 'latin1');
  return text(socket);
}
