import { SourceList } from './source-list.js';
import { SOURCES } from './sources.js';
import { doors } from './testing/index.js';

describe('SourceList', () => {
  const sources = new SourceList([...SOURCES, doors]);

  it('names what it knows where it is asked for something else', () => {
    expect(sources.named('doors')).toBe(doors);
    for (const name of ['windows', 'Doors', 'constructor', '']) {
      expect(() => sources.named(name)).toThrow(
        expect.objectContaining({
          code: 'SOURCE.UNKNOWN',
          message: expect.stringContaining('cloudtrail, github, okta, google-workspace, doors') as string,
        }) as Error,
      );
    }
  });

  it('reserves names, and what looks like them', () => {
    for (const name of ['doors', 'Doors', ' doors ', 'd\u200boors']) {
      expect(sources.reserving(name)).toBe(doors);
    }
    for (const name of ['door', 'constructor', 'api']) expect(sources.reserving(name)).toBeUndefined();
  });

  it('gives the events of a source its log sources, and all events those of activity', () => {
    const activity = { product: 'mcm', service: 'activity' };
    expect(sources.logSourcesOf('doors')).toEqual([{ product: 'acme', service: 'doors' }, activity]);
    expect(sources.logSourcesOf('api')).toEqual([activity]);
    expect(sources.logSourcesOf('constructor')).toEqual([activity]);
  });
});
