/**
 * Where archived files are kept. Names have slashes between folders. Every method throws an `AppError`: `unavailable` when the
 * place cannot be reached now.
 */
export interface ArchiveStore {
  /** Where it is, for people; never a secret. */
  readonly location: string;
  /** An existing folder in which files are made before they are stored. */
  workFolder(): Promise<string>;
  /** Stores a file durably, in the place of one with the same name. The file is taken over: it is no longer where it was. */
  put(name: string, file: string): Promise<void>;
  /**
   * Gives `work` a file on this machine with the content: the stored one itself, or a copy in `folder` that is deleted afterwards.
   *
   * @throws AppError `ARCHIVE.FILE_MISSING`; what `work` throws
   */
  read<T>(name: string, folder: string, work: (path: string) => Promise<T>): Promise<T>;
  /** All names that begin so. */
  names(prefix: string): Promise<string[]>;
  /** Deletes a file; nothing happens when there is none. */
  remove(name: string): Promise<void>;
}
