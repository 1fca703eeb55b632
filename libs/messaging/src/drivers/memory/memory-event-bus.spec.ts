import { eventBusContract } from '../../contract-suite/index.js';
import { MemoryEventBus } from './index.js';

eventBusContract('memory', { persistent: false, sharedConsumers: false, sharedListeners: false }, () =>
  Promise.resolve({
    open: (options) => Promise.resolve(new MemoryEventBus(options)),
    remove: () => Promise.resolve(),
  }),
);
