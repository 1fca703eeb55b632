import { AppError } from '@mcm/kernel';

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

function checked(url: string, from: string): string {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new AppError('invalid', 'API.ADDRESS', `${from} must be an http or https address, not "${url}"`);
}
