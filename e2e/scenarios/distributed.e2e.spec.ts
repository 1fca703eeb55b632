import { describeWith } from '@mcm/testing';
import { DistributedSystem } from '../support/distributed-system.js';
import { scenariosOnOneSystem } from './one-system/scenarios.js';
import { startOwnServers } from '../support/own-servers.js';

describeWith({ nats: 'own', redis: 'own' }, 'The distributed profile', () => {
  scenariosOnOneSystem(async (env) => {
    const servers = await startOwnServers();
    const system = await DistributedSystem.start({ ...servers.addresses, env });
    return { system, end: () => servers.stop() };
  });
});
