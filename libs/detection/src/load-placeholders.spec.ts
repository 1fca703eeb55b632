import { loadPlaceholders, loadRules } from './index.js';

const read = (text: string) => loadPlaceholders({ path: 'placeholders.yml', text });

describe('a file of placeholders', () => {
  it('maps names to one value or several, in YAML or JSON', () => {
    const wanted = { admins: ['root', 'adm*'], port: ['0443'], flag: ['true'] };
    expect(read('admins: [root, adm*]\nport: 0443\nflag: true\n')).toEqual({
      placeholders: wanted,
      problems: [],
    });
    expect(read('{"admins": ["root", "adm*"], "port": "0443", "flag": true}').placeholders).toEqual(wanted);
    expect(read('')).toEqual({ placeholders: {}, problems: [] });
  });

  it('keeps names that every object inherits', () => {
    const { placeholders } = read('__proto__: a\nconstructor: b');
    expect(Object.entries(placeholders)).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
    ]);
  });

  it.each([
    ['- a', 1, 1, 'PLACEHOLDER.SYNTAX'],
    ['ok: a\nempty: []', 2, 8, 'PLACEHOLDER.EMPTY'],
    ['nothing:', 1, 9, 'PLACEHOLDER.SYNTAX'],
    ['nested: {a: b}', 1, 9, 'PLACEHOLDER.SYNTAX'],
    ['list: [a, [b]]', 1, 11, 'PLACEHOLDER.SYNTAX'],
    ['a: 1\na: 2', 2, 1, 'YAML.DUPLICATE_KEY'],
    ['a: 1\n---\na: 2', 3, 1, 'PLACEHOLDER.DUPLICATE'],
    ['a: [', 1, 5, 'YAML.SYNTAX'],
  ])('gives nothing when it has a fault: %j', (text, line, column, code) => {
    const { placeholders, problems } = read(text);
    expect(placeholders).toEqual({});
    expect(problems).toMatchObject([{ path: 'placeholders.yml', line, column, severity: 'error', code }]);
  });

  it('lets rules with "expand" load', () => {
    const rule = (name: string) =>
      `title: x\nlogsource: {product: p}\ndetection:\n  s: {f|expand: '${name}'}\n  condition: s\nlevel: low\ndescription: d\n`;
    const { placeholders } = read('admins: [root, adm]');
    expect(loadRules([{ path: 'a.yml', text: rule('%admins%') }], { placeholders }).problems).toEqual([]);
    expect(loadRules([{ path: 'a.yml', text: rule('%Admins%') }], { placeholders }).problems).toMatchObject([
      { line: 4, column: 7, code: 'MODIFIER.PLACEHOLDER' },
    ]);
    const asked: string[] = [];
    const { rules } = loadRules([{ path: 'a.yml', text: rule('%one%/%two%') }], {
      placeholders: (name) => {
        asked.push(name);
        return [`<${name}>`];
      },
    });
    expect([rules.size, asked]).toEqual([1, ['one', 'two']]);
  });
});
