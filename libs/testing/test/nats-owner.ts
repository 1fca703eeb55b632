import { startOwnNats } from '../src/servers/index.js';

// Starts a server, says where, and lives on until it is killed.
const server = await startOwnNats();
console.log(server.port);
setInterval(() => undefined, 1000);
