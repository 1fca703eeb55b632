import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Phrases that readers stumble over, and what to write instead. */
const PHRASES: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [
    /\b(no|some|every|any)body('s)?\b/i,
    'the actor: "a user", "the producer", "each replica", or the passive',
  ],
  [/\b(every|any|some)one\b(?! of\b)/i, 'the actor: "all users", "any client", "a person"'],
  [/\bwho(so)?ever\b/i, 'the actor: "the process that", "the sender"'],
  [/\bat once\b/i, '"immediately", "together" or "at the same time"'],
  [/\b(what|which) (became|becomes) of\b/i, '"the result of", "the outcome of"'],
  [/\banew\b/i, '"again"'],
  [/\b(stand(s|ing)?|stood) (in )?for\b|\bstand-ins?\b/i, '"represents", "means", "replaces"'],
  [/\b(most|some|many|one|both|each|those|all|any) of these[.,;:)]/i, 'the noun after "these"'],
];

/** Texts in which a phrase is a name. */
const NAMES = [/`nobody`/g];

const filesIn = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

const FILES = [
  'README.md',
  'CONTRIBUTING.md',
  '.env.example',
  'docker-compose.yml',
  'services/gateway/openapi.json',
  ...filesIn('docs', '.md'),
  ...filesIn('rules', '.yml'),
  ...filesIn('deploy', ''),
];

/** `file:line: "phrase": write …` for each phrase of a text, also one that goes on in the next line. */
function findings(file: string, text: string): string[] {
  const prose = NAMES.reduce((rest, name) => rest.replace(name, (match) => ' '.repeat(match.length)), text);
  // A line break with its indentation counts as one blank, and keeps its length.
  const flat = prose.replace(/\n[ #*]*/g, (gap) => ' '.repeat(gap.length));
  return PHRASES.flatMap(([phrase, instead]) =>
    [...flat.matchAll(new RegExp(phrase.source.replaceAll(' ', ' +'), 'gi'))].map(({ 0: match, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line}: "${match.replace(/ +/g, ' ')}": write ${instead}`;
    }),
  );
}

describe('Plain words', () => {
  it.each(FILES)('in %s', (file) => {
    expect(findings(file, readFileSync(join(ROOT, file), 'utf8'))).toEqual([]);
  });

  it('are demanded with file, line and what to write', () => {
    expect(findings('a.md', 'One.\nAsk nobody, stop at\n  once.\n')).toEqual([
      'a.md:2: "nobody": write the actor: "a user", "the producer", "each replica", or the passive',
      'a.md:2: "at once": write "immediately", "together" or "at the same time"',
    ]);
    expect(findings('a.md', 'It runs as `nobody`. Everyone of them.')).toEqual([]);
  });
});
