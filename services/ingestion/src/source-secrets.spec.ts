import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('may be in a file', () => {
    const file = join(tmpdir(), `mcm-source-secret-${process.pid}`);
    writeFileSync(file, 'open sesame\n');
    try {
      expect(SourceSecrets.load(sources, { SOURCE_DOORS_SECRET_FILE: file }).of('doors')).toBe('open sesame');
      expect(() =>
        SourceSecrets.load(sources, { SOURCE_OKTA_SECRET: 'x', SOURCE_OKTA_SECRET_FILE: file }),
      ).toThrow('SOURCE_OKTA_SECRET is set, and so is SOURCE_OKTA_SECRET_FILE');
    } finally {
      rmSync(file);
    }
  });

  it('are refused by name when they are too long, and never shown', () => {
    const secret = 'x'.repeat(1025);
    const load = () => SourceSecrets.load(sources, { SOURCE_GITHUB_SECRET: secret });
    expect(load).toThrow('SOURCE_GITHUB_SECRET must be at most 1024 characters long');
    expect(load).not.toThrow(secret);
  });
});
