/** What the build was configured with. */
export interface Env {
  /** Where the API answers, without a trailing slash: a path of this origin or an absolute URL. */
  apiBaseUrl: string;
}

/** Thrown when the build's settings make no sense; names every fault. */
export class EnvError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The dashboard is misconfigured: ${faults.join(' ')}`);
    this.name = 'EnvError';
  }
}

/**
 * Reads the settings of the build (`VITE_*`).
 * @throws EnvError when one of them is unusable
 */
export function readEnv(source: Record<string, unknown>): Env {
  const faults: string[] = [];
  const given = source.VITE_API_BASE_URL;
  let apiBaseUrl = '/api';
  if (typeof given === 'string' && given.trim() !== '') {
    apiBaseUrl = given.trim().replace(/\/+$/, '');
    if (!isUsableBase(apiBaseUrl)) {
      faults.push('VITE_API_BASE_URL must be an http(s) URL or a path that starts with "/".');
    }
  }
  if (faults.length > 0) throw new EnvError(faults);
  return { apiBaseUrl };
}

function isUsableBase(value: string): boolean {
  if (value.startsWith('/')) return !value.startsWith('//');
  try {
    return ['http:', 'https:'].includes(new URL(value).protocol);
  } catch {
    return false;
  }
}

/** The absolute form of the API's address, for text that is copied out of the page. */
export function absoluteApiUrl(env: Env, origin: string): string {
  return env.apiBaseUrl.startsWith('/') ? origin + env.apiBaseUrl : env.apiBaseUrl;
}
