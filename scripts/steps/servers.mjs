import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installDebianPackage } from './debian-package.mjs';
import { ROOT } from './root.mjs';

/**
 * Makes sure of the servers that tests run for real: what is there, else the distribution's package where that can be
 * installed. What cannot be had is told to the tests in variables, so that they are skipped; returns a sentence for each.
 */
export async function ensureServers() {
  const testing = await import(pathToFileURL(join(ROOT, 'libs/testing/dist/servers/index.js')).href);
  const sentences = [];
  for (const kind of Object.values(testing.SERVER_KINDS))
    sentences.push(...(await ensureServer(testing, kind)));
  return sentences;
}

async function ensureServer({ findServer, whyNotSetting }, kind) {
  // A server that a test may kill serves every test.
  let own = await findServer(kind, 'own');
  if (own.from === 'none' && process.env.TEST_SERVERS !== 'container') {
    await installDebianPackage(kind.debianPackage, `${kind.name} for the tests`);
    own = await findServer(kind, 'own');
  }
  if (own.from !== 'none') return [];
  process.env[whyNotSetting(kind, 'own')] = own.why;
  const any = await findServer(kind, 'any');
  if (any.from !== 'none') return [`The tests that kill a ${kind.name} server were not run. ${own.why}`];
  process.env[whyNotSetting(kind, 'any')] = any.why;
  return [`The tests that need a ${kind.name} server were not run. ${any.why}`];
}
