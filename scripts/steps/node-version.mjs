const OLDEST = [20, 19];

/** A sentence when this version of Node (`v20.18.1`) is too old, else null. Written for old versions of Node, too. */
export function nodeProblem(version) {
  const parts = version.replace('v', '').split('.').map(Number);
  const isOld = parts[0] < OLDEST[0] || (parts[0] === OLDEST[0] && parts[1] < OLDEST[1]);
  return isOld
    ? `Node ${OLDEST.join('.')} or newer is needed; this is ${version}. Install it from https://nodejs.org and try again.`
    : null;
}
