import { AppError, messageOf } from '@mcm/kernel';
import type { ArchiveStore } from './archive-store.js';

/** The refusal for a name that is not in the archive. */
export function fileMissing(name: string, { location }: Pick<ArchiveStore, 'location'>): AppError {
  return new AppError('not-found', 'ARCHIVE.FILE_MISSING', `${name} is missing in the archive ${location}.`);
}

/** @param archive names it: `The archive in /srv/archive` */
export function unusable(archive: string, why: string, cause?: unknown): AppError {
  return new AppError('unavailable', 'ARCHIVE.UNAVAILABLE', `${archive} cannot be used: ${why}`, { cause });
}

/** Does `work` with the place of an archive; what goes wrong there means that the archive is {@link unusable} now. */
export async function reaching<T>(archive: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? error : unusable(archive, messageOf(error), error);
  }
}
