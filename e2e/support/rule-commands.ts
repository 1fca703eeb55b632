import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './program.js';
import { get, type System } from './system.js';

const CLI = join(ROOT, 'services/rules/dist/cli.js');

/** A folder of rules with the core pack, which a test may change. */
export async function rulesFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcm-rules-'));
  await chmod(folder, 0o755);
  await cp(join(ROOT, 'rules/core'), join(folder, 'core'), { recursive: true });
  return folder;
}

/** A failed sign-in at this moment, in milliseconds since 1970. */
export const failedLogin = (user: string, moment: number) => ({
  event_type: 'login_failed',
  event_id: `${user}-${moment}`,
  user,
  timestamp: new Date(moment).toISOString(),
  raw_data: { ip: '203.0.113.7', location: 'Berlin', success: false },
});

/** A rule that matches events of this type. */
export const eventRule = (name: string, type: string) => `title: ${name}
name: ${name}
logsource: { product: mcm, service: activity }
detection:
  selection:
    event_type: ${type}
  condition: selection
level: high
`;

/** Runs `npm run rules -- …` as a user does. */
export async function rules(
  system: System,
  ...args: string[]
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [CLI, ...args, '--url', system.api], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The names of all rules in force. */
export async function namesInForce(system: System): Promise<string[]> {
  const { items } = await get<{ items: { name: string }[] }>(`${system.api}/rules?page_size=500`);
  return items.map(({ name }) => name).sort();
}
