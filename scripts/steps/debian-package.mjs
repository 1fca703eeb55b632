import { existsSync } from 'node:fs';
import { runToEnd } from './child.mjs';

const APT_GET = '/usr/bin/apt-get';

/** Installs a package of the distribution, saying what for, where that is possible: as root on Debian or its like. */
export async function installDebianPackage(name, purpose) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !existsSync(APT_GET)) return;
  console.log(`· Installing ${purpose}`);
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  await runToEnd(APT_GET, ['-qq', 'update'], quiet);
  await runToEnd(APT_GET, ['-qq', '-y', '--no-install-recommends', 'install', name], quiet);
}
