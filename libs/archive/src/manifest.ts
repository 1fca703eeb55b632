import { hash } from 'node:crypto';
import { AppError, parseJson } from '@mcm/kernel';
import { z } from 'zod';
import { isDay } from './event-row.js';

/** The version of what a manifest and its files look like. */
export const FORMAT = 1;
/** Most bytes of a manifest: some ten thousand files. */
export const MANIFEST_LIMIT = 8 * 1024 * 1024;

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');
const time = z.iso.datetime();

const ArchivedFile = z.object({
  name: z.string().regex(/^\d{4,}\.parquet$/, 'must be a number and .parquet'),
  rows: count.positive(),
  bytes: count.positive(),
  sha256,
  first_time: time,
  last_time: time,
});

const Manifest = z.object({
  format: z.literal(FORMAT, `must be ${FORMAT}`),
  day: z.string().refine(isDay, 'must be a day'),
  /** From 1. Each further run of a day holds the events that came after the runs before it. */
  run: z.int().positive(),
  /** The run holds the events of the day with ids above this … */
  after_id: count,
  /** … up to this. */
  through_id: count,
  rows: count,
  first_time: time.nullable(),
  last_time: time.nullable(),
  /** Root of the tree of RFC 6962 over the hashes of all events in the order of the files. */
  root: sha256,
  files: z.array(ArchivedFile).max(100_000),
  archived_at: time,
});

/** One file of a run. */
export type ArchivedFile = z.infer<typeof ArchivedFile>;
/** What a run of the archive holds. */
export type Manifest = z.infer<typeof Manifest>;

/** A manifest as the text that is stored, and its hash, which the audit trail holds. */
export function manifestText(manifest: Manifest): { text: string; sha256: string } {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  return { text, sha256: hash('sha256', text, 'hex') };
}

/**
 * Reads a manifest.
 *
 * @param place names it in errors
 * @throws AppError `ARCHIVE.MANIFEST_INVALID` that names the field
 */
export function readManifest(text: string, place: string): Manifest {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw invalid(`${place} is no JSON.`, error);
  }
  const { data, error } = Manifest.safeParse(value);
  if (error) {
    const [fault] = error.issues;
    throw invalid(`${place}: ${fault!.path.join('.') || 'the manifest'} ${fault!.message}.`);
  }
  const rows = data.files.reduce((sum, file) => sum + file.rows, 0);
  if (rows !== data.rows)
    throw invalid(`${place}: rows is ${data.rows}, while its files have ${rows} together.`);
  if (new Set(data.files.map(({ name }) => name)).size < data.files.length)
    throw invalid(`${place}: files has a name twice.`);
  return data;
}

function invalid(message: string, cause?: unknown): AppError {
  return new AppError('invalid', 'ARCHIVE.MANIFEST_INVALID', message, { cause });
}
