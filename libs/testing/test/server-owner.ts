// A process that starts a server as its child, says on which port it answers, and lives on until it is killed.
import { freePort } from '@mcm/kernel';
import { eventually } from '../src/eventually.js';
import { ProcessPlace } from '../src/servers/process-place.js';
import { isReady, NATS } from '../src/servers/server-kind.js';

const port = await freePort();
const SERVER = `require('node:net')
  .createServer((socket) => socket.on('error', () => undefined).write('INFO {"jetstream":true}\\n'))
  .listen(${port}, '127.0.0.1')`;
const place = new ProcessPlace(
  { ...NATS, readConfiguration: () => ['-e', SERVER] },
  process.execPath,
  port,
  {},
);
await place.launch();
await eventually(() => isReady(NATS, '127.0.0.1', port));
console.log(port);
setInterval(() => undefined, 1000);
