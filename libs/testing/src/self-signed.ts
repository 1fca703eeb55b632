import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate for 127.0.0.1 and localhost that vouches for itself, and its key; both in PEM, both good for two days. */
export interface SelfSigned {
  certificate: string;
  key: string;
}

const DAY_MS = 24 * 3_600_000;

/** Makes another one each time, so that no key lies in the repository. RFC 5280 says what is in it. */
export function selfSigned(): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(set(sequence(objectId(0x55, 0x04, 0x03), utf8('test server'))));
  const names = sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  const constraints = sequence(tagged(0x01, Buffer.from([0xff])));
  const content = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(extension(0x11, names), extension(0x13, constraints))),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)]);
  return {
    certificate: pem('CERTIFICATE', sequence(content, ECDSA_WITH_SHA256, tagged(0x03, signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** Distinguished encoding (X.690): a tag, the length, the content. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts);
const set = (...parts: Buffer[]): Buffer => tagged(0x31, ...parts);
const objectId = (...bytes: number[]): Buffer => tagged(0x06, Buffer.from(bytes));
const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text));
const time = (milliseconds: number): Buffer =>
  tagged(
    0x17,
    Buffer.from(
      new Date(milliseconds)
        .toISOString()
        .slice(2)
        .replace(/[-:T]|\.\d+/g, ''),
    ),
  );
/** An extension of a certificate, by the last number of its name (2.5.29.x). */
const extension = (number: number, content: Buffer): Buffer =>
  sequence(objectId(0x55, 0x1d, number), tagged(0x04, content));
const ECDSA_WITH_SHA256 = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
