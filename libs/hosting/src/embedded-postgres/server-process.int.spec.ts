import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openFolder } from '../../test/open-folder.js';
import { ensureCluster } from './cluster.js';
import { placeBinaries, placeData } from './data-placement.js';
import { ServerProcess } from './server-process.js';

it('says that a port is taken, so that another can be tried', async () => {
  const folder = await openFolder();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  try {
    const placement = await placeData(join(folder.path, 'data'), {
      sharedFolder: join(folder.path, 'shared'),
      onMove: () => undefined,
    });
    const binaries = await placeBinaries(placement);
    const settings = { durable: false, maxConnections: 10 };
    await ensureCluster(placement, binaries, settings, () => undefined);
    const { port } = taken.address() as AddressInfo;
    await expect(
      ServerProcess.launch({ ...placement, binaries, port, settings, startTimeoutMs: 20_000 }),
    ).rejects.toMatchObject({ name: 'TransientStartError', reason: 'port-taken' });
  } finally {
    taken.close();
    await folder.remove();
  }
});

it('notices a server that ends immediately', async () => {
  const folder = await openFolder();
  const end = join(folder.path, 'end');
  await writeFile(end, '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  try {
    // Whether it ends before or after the launch has closed the log is a matter of luck.
    for (let i = 0; i < 20; i += 1) {
      await expect(
        ServerProcess.launch({
          binaries: { root: folder.path, postgres: end, pgCtl: end, initdb: end },
          account: null,
          clusterDir: folder.path,
          logFile: join(folder.path, 'server.log'),
          port: 1,
          settings: { durable: false, maxConnections: 10 },
          startTimeoutMs: 20_000,
        }),
      ).rejects.toMatchObject({
        code: 'HOST.DATABASE_FAILED',
        message: expect.stringContaining('ended while starting (exit code 3)') as unknown,
      });
    }
  } finally {
    await folder.remove();
  }
});
