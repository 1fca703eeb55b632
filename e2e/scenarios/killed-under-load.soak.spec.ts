import { survivesKills } from '../support/killed-under-load.js';

describe('A process killed three times with -9 under twenty thousand events', () => {
  survivesKills(20_000, [7, 18, 29]);
});
