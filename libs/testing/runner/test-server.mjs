// One PostgreSQL for a whole test run, made ready when the first test asks for it. Workers ask over HTTP, because only
// this process lives as long as the run.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** Starts nothing yet; `close` stops what was started. */
export async function offerTestServer() {
  let starting = null;
  const token = `/${randomUUID()}`;
  const broker = createServer(async (request, response) => {
    // A connection kept for the next test file may be closed by this side just when that file uses it.
    response.setHeader('connection', 'close');
    if (request.url !== token) {
      response.writeHead(404).end();
      return;
    }
    try {
      const { offer } = await (starting ??= startServer());
      response.writeHead(200, { 'content-type': 'application/json' }).end(offer);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error.message);
    }
  });
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  broker.unref();
  return {
    address: `http://127.0.0.1:${broker.address().port}${token}`,
    async close() {
      broker.closeAllConnections();
      broker.close();
      const server = await starting?.catch(() => null);
      await server?.stop();
    },
  };
}

async function startServer() {
  const child = spawn(
    process.execPath,
    [
      '--conditions=mcm-source',
      '--import',
      new URL('./typescript-sources.mjs', import.meta.url).href,
      path('../../hosting/src/test-server/main.ts'),
    ],
    // Its own session, so that a Ctrl-C lets the tests end before their database does.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const offer = await Promise.race([once(lines, 'line').then(([line]) => line), exited.then(() => null)]);
  if (offer === null) throw new Error(`The PostgreSQL for tests did not start.\n${complaints}`);
  return {
    offer,
    async stop() {
      // The end of its input is the signal to stop; it also comes when this process is killed.
      child.stdin.end();
      await exited;
    },
  };
}
