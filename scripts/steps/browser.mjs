import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runToEnd } from './child.mjs';
import { ROOT } from './root.mjs';

/**
 * Makes sure of a Chromium for the tests of the dashboard: one that is on the machine, else the distribution's package
 * where that can be installed. Returns null, or a sentence on why there is none.
 */
export async function ensureChromium() {
  const { findChromium } = await import(pathToFileURL(join(ROOT, 'libs/testing/dist/chromium.js')).href);
  if (findChromium()) return null;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    return 'There is no Chromium on this machine: install one, or set CHROMIUM_PATH.';
  }
  console.log('· Installing Chromium for the tests of the dashboard');
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  await runToEnd('apt-get', ['-qq', 'update'], quiet);
  await runToEnd('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'chromium'], quiet);
  return findChromium() ? null : 'There is no Chromium on this machine, and apt-get could not install it.';
}
