import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installDebianPackage } from './debian-package.mjs';
import { ROOT } from './root.mjs';
import { StepFailed } from './step-failed.mjs';

/** The second is for distributions that do not have the first. */
const DEBIAN_PACKAGES = ['chromium-headless-shell', 'chromium'];

/**
 * Makes sure of a Chromium for the tests of the dashboard: one that is on the machine, else the distribution's package
 * where that can be installed. Its path goes to the tests in CHROMIUM_PATH. Returns null, or a sentence on why there is
 * none.
 */
export async function ensureChromium() {
  const testing = await import(pathToFileURL(join(ROOT, 'libs/testing/dist/chromium.js')).href);
  const findChromium = () => {
    try {
      return testing.findChromium();
    } catch (error) {
      throw new StepFailed(error.message);
    }
  };
  for (const name of DEBIAN_PACKAGES) {
    if (!findChromium()) await installDebianPackage(name, `${name} for the tests of the dashboard`);
  }
  const path = findChromium();
  if (!path) return 'There is no Chromium on this machine: install one, or set CHROMIUM_PATH.';
  process.env.CHROMIUM_PATH = path;
  return null;
}
