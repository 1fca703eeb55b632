import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';

// Serves one throwaway PostgreSQL: prints its URL, and when the input ends stops it and deletes its data. Run by the
// test setup as a process of its own.
const folder = await mkdtemp(join(tmpdir(), 'mcm-test-'));
// mkdtemp closes the folder to all other accounts, also to the one that PostgreSQL runs under when this is root.
await chmod(folder, 0o755);
const server = new EmbeddedPostgres();
try {
  const { url } = await server.start({ dataDir: join(folder, 'data'), durable: false, maxConnections: 300 });
  process.stdout.write(`${url}\n`);
  const terminated = new Promise((resolve) => process.once('SIGTERM', resolve));
  await Promise.race([text(process.stdin), terminated]);
  process.stdin.destroy();
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
