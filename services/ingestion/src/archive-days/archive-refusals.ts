import { AppError } from '@mcm/kernel';

/** The refusal of a text that is no day. */
export function invalidDay(text: string): AppError {
  return new AppError('invalid', 'ARCHIVE.INVALID_DAY', `A day is written as 2026-01-15, not "${text}".`);
}

/** The refusal where no archive is configured. */
export function noArchive(): AppError {
  return new AppError('invalid', 'ARCHIVE.NONE', 'There is no archive: set ARCHIVE_DIR or ARCHIVE_S3_URL.');
}
