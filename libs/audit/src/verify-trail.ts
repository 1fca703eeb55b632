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
  for await (const page of reader.pages(0, size)) {
    if (!page.every((entry) => check.add(entry))) break;
  }
  return check.report(size);
}
