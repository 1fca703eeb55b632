import { MemoryWindowStore } from './memory-window-store.js';
import { windowStoreContract } from '../../test/window-store.contract.js';

windowStoreContract('MemoryWindowStore', () => new MemoryWindowStore());
