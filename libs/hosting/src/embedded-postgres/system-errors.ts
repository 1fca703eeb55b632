/** The system's code of an error (`ENOENT`, `EACCES`, …), undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  // Asked by shape: an error of another realm (a vm context) is no instance of our Error.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** True when the system refused to write because of rights or a read-only file system. */
export function isNotWritable(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '');
}
