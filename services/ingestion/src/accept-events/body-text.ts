import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '@mcm/kernel';

const unzip = promisify(gunzip);

/** The first two bytes of every gzip stream (RFC 1952, section 2.3.1). */
function isGzip(body: Uint8Array): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}

/**
 * The text of a request body: decompressed when it is gzip (told by its first bytes, since log files are uploaded as
 * they lie on disk, whatever the headers say), and decoded as UTF-8 with or without a byte order mark.
 *
 * @throws AppError `INTAKE.GZIP_BROKEN`, `INTAKE.TOO_LARGE`, `INTAKE.ENCODING_UNSUPPORTED`, `INTAKE.NOT_UTF8`
 */
export async function bodyText(
  body: Uint8Array,
  contentEncoding: string | undefined,
  decompressedLimitBytes: number,
): Promise<string> {
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
  let bytes = body;
  if (isGzip(body)) {
    try {
      bytes = await unzip(body, { maxOutputLength: decompressedLimitBytes });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        throw new AppError(
          'too-large',
          'INTAKE.TOO_LARGE',
          `The body is larger than ${decompressedLimitBytes} bytes once decompressed (INGEST_DECOMPRESSED_LIMIT_BYTES).`,
          { cause: error },
        );
      }
      const why = error instanceof Error ? error.message : String(error);
      throw new AppError('invalid', 'INTAKE.GZIP_BROKEN', `The gzip body cannot be decompressed: ${why}.`, {
        cause: error,
      });
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError(
      'invalid',
      'INTAKE.NOT_UTF8',
      bytes[0] === 0xff || bytes[0] === 0xfe
        ? 'The body is not UTF-8; it looks like UTF-16. Convert it to UTF-8.'
        : 'The body is not valid UTF-8.',
      { cause: error },
    );
  }
}
