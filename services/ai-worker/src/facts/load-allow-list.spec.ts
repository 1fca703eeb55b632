import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAllowList } from './load-allow-list.js';

describe('loadAllowList', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcm-allow-list-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const load = (text: string) => {
    const path = join(folder, 'fields.yml');
    writeFileSync(path, text);
    return loadAllowList(path);
  };

  it('adds event types, and lets them take the place of built-in ones', () => {
    const list = load(
      'event_types:\n  login_failed: { word: [location] }\n  acme.*:\n    name: [device.model]\n    user: [by]\n',
    );
    expect(list.fieldsOf('login_failed', 'api')).toEqual([{ path: 'location', treatment: 'word' }]);
    expect(list.fieldsOf('acme.door', 'api')).toEqual([
      { path: 'device.model', treatment: 'name' },
      { path: 'by', treatment: 'user' },
    ]);
    expect(list.fieldsOf('login_success', 'api').map(({ path }) => path)).toContain('ip');
    expect(list.fieldsOf('other', 'api')).toEqual([]);
  });

  it('has the built-in types without a file', () => {
    expect(loadAllowList('').fieldsOf('cloudtrail.iam.CreateUser', 'cloudtrail').length).toBeGreaterThan(30);
  });

  it.each([
    ['door: [a]', 'line 1', 'event_types'],
    ['event_types:\n  a b: { word: [x] }', 'line 2', 'event type'],
    ['event_types:\n  door: [x]', 'line 2', 'lists of fields'],
    ['event_types:\n  door:\n    secret: [x]', 'line 3', 'none of word'],
    ['event_types:\n  door:\n    word: x', 'line 3', 'a list of fields'],
    ['event_types:\n  door:\n    word: ["a b"]', 'line 3', 'a list of fields'],
    ['event_types:\n  door: {', 'line 2', ''],
    ['event_types:\n  door: {word: [x]}\n  door: {word: [y]}', 'line 3', 'unique'],
  ])('refuses %j and names the line', (text, pointer, detail) => {
    expect(() => load(text)).toThrow(
      expect.objectContaining({
        code: 'CONFIG.INVALID',
        errors: expect.arrayContaining([
          { pointer, detail: expect.stringContaining(detail) as unknown },
        ]) as unknown,
      }) as Error,
    );
  });

  it('says that the file is not there', () => {
    expect(() => loadAllowList(join(folder, 'nowhere.yml'))).toThrow('AI_FIELDS_PATH');
  });
});
