import { offerTestServer } from './test-server.mjs';

/** Before all tests: offers a PostgreSQL, the one that TEST_DATABASE_URL names or one that is started on demand. */
export default async function globalSetup() {
  const server = await offerTestServer();
  process.env.TEST_DATABASE_BROKER = server.address;
  return () => server.close();
}
