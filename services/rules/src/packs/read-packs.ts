import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, messageOf } from '@mcm/kernel';
import type { RuleSource } from '@mcm/detection';

/** What `pack.json` in a folder of rules says; the rules of such a folder have to meet the demands of a pack. */
export interface RulePack {
  /** The source whose events the rules watch, as events name it: `github`. */
  source: string;
  /** How the names of the rules begin; empty when they may begin with anything. */
  prefix: string;
}

/** The packs by folder, as the paths of their rules name it. */
export type RulePacks = Readonly<Record<string, RulePack>>;

/**
 * Reads `pack.json` of each folder that holds one of the files. A folder without one is no pack.
 *
 * @throws AppError `RULES.PACK` that names the file
 */
export async function readPacks(files: readonly RuleSource[]): Promise<RulePacks> {
  const packs: Record<string, RulePack> = {};
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    const pack = await readPack(join(folder, 'pack.json'));
    if (pack !== null) packs[folder] = pack;
  }
  return packs;
}

async function readPack(path: string): Promise<RulePack | null> {
  try {
    return parsePack(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('invalid', 'RULES.PACK', `The pack at ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function parsePack(text: string): RulePack {
  const { source, prefix, ...others } = JSON.parse(text) as Record<string, unknown>;
  if (typeof source !== 'string' || source === '') throw new Error('"source" must name a source of events');
  if (typeof prefix !== 'string') throw new Error('"prefix" must be text');
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`"${other}" means nothing here`);
  return { source, prefix };
}
