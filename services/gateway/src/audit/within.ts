/** What a promise resolves with, or null when that takes longer. The work goes on then. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), milliseconds)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
