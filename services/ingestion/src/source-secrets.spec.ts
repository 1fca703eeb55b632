import { SourceList, SOURCES } from '@mcm/sources';
import { doors } from '@mcm/sources/testing';
import { SourceSecrets } from './source-secrets.js';

describe('SourceSecrets', () => {
  const sources = new SourceList([...SOURCES, doors]);

  it('are read for every source that can be verified', () => {
    const secrets = SourceSecrets.load(sources, {
      SOURCE_DOORS_SECRET: 'open sesame',
      SOURCE_OKTA_SECRET: '',
      SOURCE_CLOUDTRAIL_SECRET: 'ignored',
    });
    expect(['doors', 'okta', 'cloudtrail', 'constructor'].map((name) => secrets.of(name))).toEqual([
      'open sesame',
      '',
      '',
      '',
    ]);
  });

  it('are refused by name when they are too long, and never shown', () => {
    const secret = 'x'.repeat(1025);
    const load = () => SourceSecrets.load(sources, { SOURCE_GITHUB_SECRET: secret });
    expect(load).toThrow('SOURCE_GITHUB_SECRET must be at most 1024 characters long');
    expect(load).not.toThrow(secret);
  });
});
