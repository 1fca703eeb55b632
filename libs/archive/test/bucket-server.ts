import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { eventually, freePort } from '@mcm/testing';

/** A server of its own process that speaks the protocol of S3, with one bucket. */
export interface BucketServer {
  /** Address of the bucket. */
  url: string;
  accessKeyId: string;
  secretAccessKey: string;
  start(): Promise<void>;
  /** Ends the process with SIGKILL. */
  kill(): Promise<void>;
}

const PROGRAM = createRequire(import.meta.url).resolve('s3rver/bin/s3rver.js');
/** The only login that the server knows. */
const LOGIN = 'S3RVER';

/** @param folder where the server keeps its objects */
export async function startBucketServer(folder: string): Promise<BucketServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/events-archive`;
  let server: ChildProcess | null = null;
  const own: BucketServer = {
    url,
    accessKeyId: LOGIN,
    secretAccessKey: LOGIN,
    start: async () => {
      const args = ['--directory', folder, '--address', '127.0.0.1', '--port', String(port), '--silent'];
      server = spawn(process.execPath, [PROGRAM, ...args, '--configure-bucket', 'events-archive'], {
        stdio: 'ignore',
      });
      await eventually(async () => (await fetch(url, { method: 'HEAD' })).ok);
    },
    kill: async () => {
      if (server === null) return;
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      server = null;
    },
  };
  await own.start();
  return own;
}
