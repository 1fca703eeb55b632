import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const STATES = ['met', '**not met**', 'not applicable', 'not assessed'];

/** Lines of the table in docs/security.md: ids, what is demanded, state, proof or reason. */
const lines = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| V'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, ids, demand, state, proof]) => ({ ids: ids!.split(', '), demand, state: state!, proof: proof! }));

describe('The table of ASVS requirements', () => {
  it('has each requirement of levels 1 and 2 once', () => {
    const ids = lines.flatMap((line) => line.ids);
    expect(ids.filter((id, at) => !/^V\d+\.\d+\.\d+$/.test(id) || ids.indexOf(id) !== at)).toEqual([]);
    // ASVS 5.0.0 has 70 requirements of level 1 and 183 of level 2.
    expect(ids).toHaveLength(253);
  });

  it('counts them as its introduction does', () => {
    const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8').replace(/\s+/g, ' ');
    const count = (state: string) =>
      lines.filter((line) => line.state === state).reduce((sum, { ids }) => sum + ids.length, 0);
    const [met, not, none, open] = STATES.map(count);
    expect(text).toContain(
      `**${met} are met, ${not} are not met, ${none} do not apply, ${open} were not assessed.**`,
    );
  });

  it('names a proof that exists for what is met, and a reason for what is not', () => {
    const faulty = lines.filter(({ state, proof }) => {
      if (state === 'met') return !existsSync(join(ROOT, /^`([^`]+)`$/.exec(proof)?.[1] ?? 'no proof'));
      return !STATES.includes(state) || (state !== 'not assessed' && proof === '');
    });
    expect(faulty).toEqual([]);
  });
});
