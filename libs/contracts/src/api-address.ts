import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '@mcm/kernel';

/** Addresses that mean every interface of a machine; there is nothing to connect to. */
const ANY_INTERFACE: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);
const DEFAULT_PORT = '8000';

/**
 * Where the API of the running system is, for every command: what `--url` says, else `API_URL`, else the port `API_PORT`
 * (8000) at `HOST` on this machine, as the system itself reads these settings.
 *
 * @param option what `--url` of the command says
 * @param env the environment, with the lines of `.env`
 * @throws AppError `API.ADDRESS` (kind `invalid`) when it is no http address; the message names where it comes from
 */
export function apiAddress(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const { API_URL, HOST, API_PORT } = env;
  if (option !== undefined) return checked(option, '--url');
  if (API_URL) return checked(API_URL, 'API_URL');
  const host = !HOST || ANY_INTERFACE.has(HOST) ? 'localhost' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return checked(`http://${host}:${API_PORT || DEFAULT_PORT}`, 'HOST and API_PORT');
}

/**
 * The header with the API key of a command: `API_KEY`, or the content of the file that `API_KEY_FILE` names. Empty without
 * one, as open mode has it.
 *
 * @throws AppError `API.KEY` (kind `invalid`) when the file cannot be read, or there is no key in it; never with the key
 */
export function apiKeyHeader(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { API_KEY, API_KEY_FILE } = env;
  if (!API_KEY && !API_KEY_FILE) return {};
  const key = API_KEY ? API_KEY : keyIn(API_KEY_FILE!);
  if (/^mcm_[a-z0-9]{12}_[\w-]{43}$/.test(key)) return { authorization: `Bearer ${key}` };
  throw new AppError(
    'invalid',
    'API.KEY',
    `${API_KEY ? 'API_KEY' : 'API_KEY_FILE'} holds no API key (mcm_<id>_<secret>)`,
  );
}

function keyIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new AppError('invalid', 'API.KEY', `API_KEY_FILE cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function checked(url: string, from: string): string {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new AppError('invalid', 'API.ADDRESS', `${from} must be an http or https address, not "${url}"`);
}
