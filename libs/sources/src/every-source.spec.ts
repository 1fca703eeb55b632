import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretVariable } from './source.js';
import { sourceTable } from './source-table.js';
import { SOURCES } from './sources.js';
import { sourceCases } from './testing/source-cases.js';

const ROOT = join(import.meta.dirname, '../../..');
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe.each([...SOURCES])('the source $name', (source) => {
  const { name, title, verification } = source;

  it('has a name that can be part of a path and of a setting, and lower-case names of headers', () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    const { headers, handshake, contentType } = source;
    const named = [handshake?.header, contentType?.ignoredWith, contentType?.form?.header];
    for (const header of [...headers, ...named])
      if (header !== undefined) expect(header).toMatch(/^[a-z0-9-]+$/);
  });

  it('has cases of records that are taken and of some that are refused', () => {
    const { taken, refused } = sourceCases(name);
    expect(taken.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
  });

  it('is described in a README.md of its own', () => {
    expect(text(`libs/sources/src/${name}/README.md`)).toMatch(new RegExp(`^# ${title}\n\n\\S`));
  });

  it('names fields for models, each once', () => {
    const fields = Object.values(source.modelFields).flat();
    expect(fields.length).toBeGreaterThan(0);
    expect(new Set(fields).size).toBe(fields.length);
    for (const field of fields) expect(field).toMatch(/^[^\s.]+(\.[^\s.]+)*$/);
  });

  if (verification !== null) {
    it('can be given its secret by .env and docker compose', () => {
      const variable = secretVariable(name);
      expect(text('.env.example')).toContain(`\n#${variable}=\n`);
      expect(text('docker-compose.yml')).toContain(`\n      ${variable}: \${${variable}:-}\n`);
    });
  }
});

it('every folder with a source is in the list of sources', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !['kit', 'testing'].includes(entry.name),
  );
  expect([...SOURCES].map(({ name }) => name).sort()).toEqual(folders.map(({ name }) => name).sort());
});

it('docs/sources.md has the table of the sources (npm run generate)', () => {
  expect(text('docs/sources.md')).toContain(`\n${sourceTable(SOURCES)}\n`);
});
