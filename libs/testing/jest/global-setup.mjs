import { offerTestServer } from './test-server.mjs';

/** Before all tests: TEST_DATABASE_URL names the server to use; without it one is offered and started on demand. */
export default async function globalSetup() {
  if (process.env.TEST_DATABASE_URL) return;
  const server = await offerTestServer();
  process.env.TEST_DATABASE_BROKER = server.address;
  globalThis.mcmTestServer = server;
}
