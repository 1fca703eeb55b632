import { createGunzip } from 'node:zlib';
import { AppError, isGzip } from '@mcm/kernel';

/** Bytes that are handed on at a time. */
const CHUNK_BYTES = 256 * 1024;
const SMALL_CHUNK_BYTES = 32 * 1024;
const SMALL_BODY_BYTES = 4 * 1024;

/**
 * Refuses encodings that are not read. Gzip itself is told by its first bytes, since log files are uploaded as they lie
 * on disk, whatever the headers say.
 *
 * @returns whether the header says gzip
 * @throws AppError `INTAKE.ENCODING_UNSUPPORTED`, `INTAKE.GZIP_BROKEN`
 */
export function checkEncoding(body: Uint8Array, contentEncoding: string | undefined): boolean {
  const encoding = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (!['', 'identity', 'gzip', 'x-gzip'].includes(encoding)) {
    throw new AppError(
      'unsupported',
      'INTAKE.ENCODING_UNSUPPORTED',
      `The content encoding ${JSON.stringify(encoding)} is not supported; send gzip or no encoding.`,
    );
  }
  if (encoding.endsWith('gzip') && !isGzip(body)) {
    throw new AppError(
      'invalid',
      'INTAKE.GZIP_BROKEN',
      'The body is said to be gzip, but does not begin like one.',
    );
  }
  return encoding.endsWith('gzip');
}

/**
 * Inflates a gzip of one or several members bit by bit, outside of the event loop. A reader that stops ends it.
 *
 * @throws AppError `INTAKE.TOO_LARGE` beyond the limit, `INTAKE.GZIP_BROKEN`
 */
export async function* inflated(body: Uint8Array, limitBytes: number): AsyncGenerator<Buffer> {
  // A chunk is allocated before anything is known of what is in the body.
  const gunzip = createGunzip({
    chunkSize: body.length < SMALL_BODY_BYTES ? SMALL_CHUNK_BYTES : CHUNK_BYTES,
  });
  gunzip.end(body);
  let length = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      if (length === 0 && isGzip(chunk)) {
        throw new AppError(
          'invalid',
          'INTAKE.GZIP_TWICE',
          'The gzip body holds gzip again; compress it once.',
        );
      }
      length += chunk.length;
      if (length > limitBytes) {
        throw new AppError(
          'too-large',
          'INTAKE.TOO_LARGE',
          `The body is larger than ${limitBytes} bytes once decompressed (INGEST_DECOMPRESSED_LIMIT_BYTES).`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError('invalid', 'INTAKE.GZIP_BROKEN', `The gzip body cannot be decompressed: ${why}.`, {
      cause: error,
    });
  }
}
