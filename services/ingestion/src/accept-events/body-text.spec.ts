import { gzipSync } from 'node:zlib';
import { AppError } from '@mcm/kernel';
import { bodyText } from './body-text.js';

const LIMIT = 1_000_000;
const utf8 = (text: string) => new TextEncoder().encode(text);

async function refusal(body: Uint8Array, encoding?: string): Promise<AppError> {
  try {
    await bodyText(body, encoding, LIMIT);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected the body to be refused');
}

describe('bodyText', () => {
  it('reads plain text, with or without a byte order mark', async () => {
    expect(await bodyText(utf8('{"ü":1}'), undefined, LIMIT)).toBe('{"ü":1}');
    expect(await bodyText(utf8('\uFEFF[]'), undefined, LIMIT)).toBe('[]');
  });

  it('reads gzip, whether a header announces it or not, in one part or several', async () => {
    const zipped = gzipSync('[1,2]');
    expect(await bodyText(zipped, 'gzip', LIMIT)).toBe('[1,2]');
    expect(await bodyText(zipped, undefined, LIMIT)).toBe('[1,2]');
    expect(await bodyText(Buffer.concat([gzipSync('[1,'), gzipSync('2]')]), undefined, LIMIT)).toBe('[1,2]');
  });

  it('says that a gzip ends early', async () => {
    const zipped = gzipSync(JSON.stringify([...Array(1000).keys()]));
    expect((await refusal(zipped.subarray(0, 100))).code).toBe('INTAKE.GZIP_BROKEN');
  });

  it('says that a body is not the gzip it claims to be', async () => {
    expect((await refusal(utf8('[]'), 'gzip')).code).toBe('INTAKE.GZIP_BROKEN');
  });

  it('does not unpack a bomb', async () => {
    const error = await refusal(gzipSync(Buffer.alloc(20_000_000)));
    expect(error.kind).toBe('too-large');
    expect(error.message).toContain(String(LIMIT));
  });

  it('names the encodings that it does not know', async () => {
    const error = await refusal(utf8('[]'), 'br');
    expect(error.kind).toBe('unsupported');
    expect(error.message).toContain('br');
  });

  it('refuses what is not UTF-8', async () => {
    expect((await refusal(new Uint8Array([0x22, 0xe4, 0x22]))).code).toBe('INTAKE.NOT_UTF8');
    expect((await refusal(Buffer.from('\uFEFF[]', 'utf16le'))).message).toContain('UTF-16');
  });
});
