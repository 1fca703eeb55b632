import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOY_SOURCES } from './testing/index.js';

/** The recipe in docs/sources.md is the toy source that every suite about sources runs on, so that what it shows works. */
describe('the recipe for a new source', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/sources.md'), 'utf8');
  const recipe = docs.slice(docs.indexOf('## A new source'));
  const fixture = (file: string) => readFileSync(join(TOY_SOURCES, 'doors', file), 'utf8');

  it('shows the descriptor of the toy source', () => {
    // The fixture lies one folder deeper than a source.
    expect(recipe).toContain(`\`\`\`ts\n${fixture('doors.source.ts').replaceAll("'../../", "'../")}\`\`\``);
  });

  it('shows its cases', () => {
    expect(recipe).toContain(`\`\`\`json\n${fixture('cases.ndjson')}\`\`\``);
  });

  it('shows the list of sources with one more in it', () => {
    const list = readFileSync(join(import.meta.dirname, 'sources.ts'), 'utf8');
    expect(recipe).toContain(list.slice(list.indexOf('export const')).replace(']', ', doors]'));
  });
});
