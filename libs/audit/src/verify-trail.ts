import type { AuditReader } from './audit-reader.js';
import type { Checkpoint } from './checkpoint.js';
import { TrailCheck, type TrailReport } from './trail-check.js';

/**
 * Reads the whole trail and checks it against itself and against checkpoints. Works page by page, so that others get their
 * turn between two pages.
 *
 * @param key the one that signed the checkpoints
 * @throws AppError `unavailable` while the database cannot be reached
 */
export async function verifyTrail(
  reader: AuditReader,
  key: { name: string },
  checkpoints: readonly Checkpoint[],
): Promise<TrailReport> {
  const { size } = await reader.head();
  const check = new TrailCheck(key, checkpoints);
  await takeEntries(reader, check, size);
  return check.report(size);
}

/**
 * Has a check take the entries behind those that it has taken, up to the number `size`; not beyond the first one that is not
 * in order. Others get their turn between two pages.
 *
 * @throws AppError `unavailable` while the database cannot be reached
 */
export async function takeEntries(reader: AuditReader, check: TrailCheck, size: number): Promise<void> {
  for await (const page of reader.pages(check.size, size)) {
    if (!page.every((entry) => check.add(entry))) return;
  }
}
