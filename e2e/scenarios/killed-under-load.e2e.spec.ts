import { survivesKills } from '../support/killed-under-load.js';

describe('A process killed with -9 under three thousand events', () => {
  survivesKills(3_000, [3]);
});
