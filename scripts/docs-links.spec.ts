import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const documents = [
  ...readdirSync(ROOT),
  ...['docs', 'deploy', 'rules'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  ),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => join(ROOT, path));

/** Text without code, in which brackets are no links. */
const prose = (path: string) =>
  readFileSync(path, 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));

/** The anchors that GitHub gives to headings. */
const anchors = (path: string) =>
  new Set(
    [...prose(path).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

describe('Links between documents', () => {
  it.each(documents.map((path) => [relative(ROOT, path), path]))('of %s lead somewhere', (_, path) => {
    const broken = [...prose(path!).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file, anchor] = target.split('#') as [string, string?];
        const to = file === '' ? path! : resolve(dirname(path!), file);
        return !existsSync(to) || (anchor !== undefined && !anchors(to).has(anchor));
      });
    expect(broken).toEqual([]);
  });

  it('leave no decision out of the index', () => {
    const index = readFileSync(join(ROOT, 'docs/adr/README.md'), 'utf8');
    const records = documents
      .map((path) => relative(join(ROOT, 'docs/adr'), path))
      .filter((path) => /^\d{4}-/.test(path));
    expect(records.filter((path) => !index.includes(`(${path})`))).toEqual([]);
    const numbers = records.map((path) => path.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
