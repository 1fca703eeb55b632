import { once } from 'node:events';
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
