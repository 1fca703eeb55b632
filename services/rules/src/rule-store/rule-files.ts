import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError, messageOf } from '@mcm/kernel';
import { readPlaceholders } from './placeholder-file.js';

/** A rule file as it lies on disk; `path` is relative to the working directory where that is shorter. */
export interface RuleFile {
  path: string;
  text: string;
}

/** Rule files and what else decides what they mean. */
export interface RuleSources {
  files: readonly RuleFile[];
  /** The values of `%name%`. */
  placeholders: Readonly<Record<string, readonly string[]>>;
}

/** Links too: in a volume that Kubernetes makes of a ConfigMap every file is one. */
const isRuleFile = (entry: Dirent) =>
  (entry.isFile() || entry.isSymbolicLink()) && /\.ya?ml$/i.test(entry.name);

/** Below a folder such as .github, where YAML files are no rules. */
const isHidden = (path: string) => path.split(sep).some((part) => part.startsWith('.'));

async function pathsBelow(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter(isRuleFile)
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((found) => !isHidden(relative(path, found)));
}

/**
 * Reads the rule files below the given files and folders, sorted by path.
 *
 * @throws AppError `RULES.UNREADABLE` that names the path
 */
export async function readRuleFiles(paths: readonly string[]): Promise<RuleFile[]> {
  const files = new Map<string, RuleFile>();
  for (const path of paths) {
    try {
      for (const found of await pathsBelow(path)) {
        const shown = relative(process.cwd(), found);
        files.set(found, {
          path: shown.startsWith('..') ? found : shown,
          text: await readFile(found, 'utf8'),
        });
      }
    } catch (error) {
      throw new AppError(
        'invalid',
        'RULES.UNREADABLE',
        `The rules at ${path} cannot be read: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Everything on disk that decides what the rules are; `placeholders` is the file that gives these their values. */
export async function readRuleSources(path: string, placeholders: string | undefined): Promise<RuleSources> {
  return { files: await readRuleFiles([path]), placeholders: await readPlaceholders(placeholders) };
}

/** The same for the same files and placeholders, on every machine. */
export function fingerprintOf({ files, placeholders }: RuleSources): string {
  const parts = [files.map(({ path, text }) => [path, text]), Object.entries(placeholders).sort()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
