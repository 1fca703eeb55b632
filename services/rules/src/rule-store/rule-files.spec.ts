import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRuleFiles } from './rule-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rule-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('reads each file of a ConfigMap once, laid out as Kubernetes mounts it', async () => {
  mkdirSync(join(folder, '..2026_11_23_10_00_00.1'));
  writeFileSync(join(folder, '..2026_11_23_10_00_00.1', 'contractor.yml'), 'title: Contractor');
  symlinkSync('..2026_11_23_10_00_00.1', join(folder, '..data'));
  symlinkSync(join('..data', 'contractor.yml'), join(folder, 'contractor.yml'));
  expect(await readRuleFiles([folder])).toEqual([
    { path: join(folder, 'contractor.yml'), text: 'title: Contractor' },
  ]);
});

it('names a link that leads nowhere', async () => {
  symlinkSync('gone.yml', join(folder, 'rule.yml'));
  await expect(readRuleFiles([folder])).rejects.toMatchObject({
    code: 'RULES.UNREADABLE',
    message: expect.stringContaining('rule.yml') as string,
  });
});
