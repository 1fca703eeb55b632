import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '@mcm/kernel';
import type { RedisOptions } from 'ioredis';

/** Where a Redis is and how to get in. */
export interface RedisAddress {
  /** `redis://user:password@host:6379/0`, or `rediss://…` for TLS. User, password, port and number are optional. */
  url: string;
  /** File with the certificates (PEM) to trust for TLS, beside those that Node trusts already. */
  caFile?: string;
}

const SCHEMES = ['redis:', 'rediss:'];
const DEFAULT_PORT = 6379;

/** What a client needs to know of an address. Throws `REDIS.BAD_URL`, which never repeats the URL: it holds a password. */
export function addressOptions({ url, caFile }: RedisAddress): RedisOptions {
  const parsed = parse(url);
  const database = parsed.pathname.replace(/^\//, '');
  if (!/^\d*$/.test(database)) throw badUrl('the part after the host must be the number of a database');
  if (parsed.search !== '') throw badUrl('parameters after "?" are not supported');
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port),
    // Both kinds of IP address, in the order in which the system names them.
    family: 0,
    db: Number(database),
    ...(parsed.username !== '' && { username: decode(parsed.username) }),
    ...(parsed.password !== '' && { password: decode(parsed.password) }),
    ...(parsed.protocol === 'rediss:' && { tls: caFile ? { ca: readCertificates(caFile) } : {} }),
  };
}

function parse(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw badUrl('it is not a URL');
  }
  if (!SCHEMES.includes(parsed.protocol)) throw badUrl('it must begin with redis:// or rediss://');
  if (parsed.hostname === '') throw badUrl('it names no host');
  return parsed;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badUrl('user and password must be percent-encoded');
  }
}

function readCertificates(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new AppError(
      'invalid',
      'REDIS.BAD_CA_FILE',
      `The certificates for Redis cannot be read: ${messageOf(error)}`,
    );
  }
}

function badUrl(why: string): AppError {
  return new AppError(
    'invalid',
    'REDIS.BAD_URL',
    `The address of Redis must look like redis://user:password@host:6379/0: ${why}`,
  );
}
