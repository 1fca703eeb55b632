import { open, rename, stat } from 'node:fs/promises';
import { codeOf } from './system-errors.js';

const ROTATE_AT_BYTES = 5 * 1024 * 1024;
const TAIL_BYTES = 8 * 1024;

/** Keeps one older log once the file has grown; call while no server writes to it. */
export async function rotateLog(file: string): Promise<void> {
  if ((await sizeOf(file)) > ROTATE_AT_BYTES) await rename(file, `${file}.1`);
}

/** Length of the file in bytes, 0 when there is none. */
export async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return 0;
      throw error;
    },
  );
}

/** The last lines that were written after `from` (bytes). */
export async function lastLines(file: string, from = 0, count = 12): Promise<string> {
  const size = await sizeOf(file);
  const start = Math.max(from, size - TAIL_BYTES, 0);
  if (size <= start) return '';
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-count).join('\n');
  } finally {
    await handle.close();
  }
}
