import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@mcm/contracts';

/** The folder of the toy source. */
export const TOY_SOURCES = import.meta.dirname;

/** A record, and the events that it holds. */
export interface TakenCase {
  event_types: string[];
  user: string;
  /** ISO 8601, as it is stored; null where the record has no time. */
  timestamp: string | null;
  record: JsonObject;
}

/** A record that cannot be read, and the place that the refusal names. */
export interface RefusedCase {
  refused: { pointer: string; code: string };
  record: JsonObject;
}

/**
 * The cases of a source, one per line of `cases.ndjson` in its folder.
 *
 * @param folder of the sources; the one beside this file by default
 */
export function sourceCases(
  name: string,
  folder = join(import.meta.dirname, '..'),
): { taken: TakenCase[]; refused: RefusedCase[] } {
  const cases = readFileSync(join(folder, name, 'cases.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TakenCase | RefusedCase);
  return {
    taken: cases.filter((each): each is TakenCase => !('refused' in each)),
    refused: cases.filter((each): each is RefusedCase => 'refused' in each),
  };
}
