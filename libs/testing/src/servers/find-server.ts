import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf } from '@mcm/kernel';
import type { ServerKind } from './server-kind.js';

/** Where a server for tests comes from; `none` says why there is none. */
export type ServerMeans =
  | { from: 'url'; url: string }
  | { from: 'program'; path: string }
  | { from: 'container' }
  | { from: 'none'; why: string };

/** `any`: one that others use too will do. `own`: the test kills it, or needs settings of its own. */
export type ServerDemand = 'any' | 'own';

/** Folders with servers that the PATH of an ordinary user often lacks. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * Looks for a server in this order: the URL in the environment (not for `own`), a program on the PATH, a container
 * engine. TEST_SERVERS=program or TEST_SERVERS=container allows that way alone.
 */
export async function findServer(
  kind: ServerKind,
  demand: ServerDemand,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ServerMeans> {
  const only = environment.TEST_SERVERS || null;
  const url = environment[kind.urlSetting];
  if (url && demand === 'any' && only === null) return { from: 'url', url };
  const path = only === 'container' ? null : findProgram(kind.program, environment);
  if (path) return { from: 'program', path };
  const noContainer = only === 'program' ? null : await whyNoContainer(kind);
  if (noContainer === null && only !== 'program') return { from: 'container' };
  const ways = [`install ${kind.program}`, 'start a container engine'];
  if (demand === 'any') ways.push(`set ${kind.urlSetting}`);
  const which =
    demand === 'own' && url ? ` that tests may kill (${kind.urlSetting} names one they may not)` : '';
  return {
    from: 'none',
    why: [`There is no ${kind.name} server${which} on this machine: ${ways.join(', or ')}.`, noContainer]
      .filter(Boolean)
      .join(' '),
  };
}

function findProgram(name: string, environment: NodeJS.ProcessEnv): string | null {
  const folders = [...(environment.PATH ?? '').split(delimiter), ...SERVER_FOLDERS].filter(Boolean);
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return folders.map((folder) => join(folder, file)).find(isExecutable) ?? null;
}

/** Null when an engine answers and has the image, which it pulls if need be. Empty when no engine answers. */
async function whyNoContainer(kind: ServerKind): Promise<string | null> {
  const { getContainerRuntimeClient, ImageName } = await import('testcontainers');
  const engine = await getContainerRuntimeClient().catch(() => null);
  if (!engine) return '';
  const image = ImageName.fromString(kind.image);
  try {
    if (!(await engine.image.exists(image))) await engine.image.pull(image);
    return null;
  } catch (error) {
    return `A container engine answers, but has no ${kind.image}: ${messageOf(error)}`;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
