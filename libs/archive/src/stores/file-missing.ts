import { AppError } from '@mcm/kernel';
import type { ArchiveStore } from './archive-store.js';

/** The refusal for a name that is not in the archive. */
export function fileMissing(name: string, { location }: Pick<ArchiveStore, 'location'>): AppError {
  return new AppError('not-found', 'ARCHIVE.FILE_MISSING', `${name} is missing in the archive ${location}.`);
}
