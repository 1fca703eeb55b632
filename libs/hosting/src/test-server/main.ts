import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { createTemplate } from './template.js';

// Serves a PostgreSQL for tests, the one that TEST_DATABASE_URL names or a throwaway one: prints its URL and the name of a
// database to copy as JSON, and takes back what it has made when its input ends. Run by the test setup as a process of
// its own.
const terminated = Promise.race([
  text(process.stdin),
  new Promise((resolve) => process.once('SIGTERM', resolve)),
]);
if (process.env.TEST_DATABASE_URL) {
  await offer(process.env.TEST_DATABASE_URL);
} else {
  const folder = await mkdtemp(join(tmpdir(), 'mcm-test-'));
  // mkdtemp closes the folder to all other accounts, also to the one that PostgreSQL runs under when this is root.
  await chmod(folder, 0o755);
  const server = new EmbeddedPostgres();
  try {
    const dataDir = join(folder, 'data');
    const { url } = await server.start({ dataDir, durable: false, maxConnections: 300 });
    await offer(url);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function offer(url: string): Promise<void> {
  const template = await createTemplate(url);
  try {
    process.stdout.write(`${JSON.stringify({ url, template: template.name })}\n`);
    await terminated;
    process.stdin.destroy();
  } finally {
    await template.drop();
  }
}
