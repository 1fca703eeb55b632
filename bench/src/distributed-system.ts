import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@mcm/hosting';
import { BenchSystem, NODE_ARGUMENTS, ROOT, untilReady } from './bench-system.js';

/** The services as processes of their own; how many of rules. */
export async function startDistributed(
  servers: { databaseUrl: string; natsUrl: string; redisUrl: string },
  rules: number,
): Promise<BenchSystem> {
  const [apiPort, intakePort] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    PROFILE: 'distributed',
    DATABASE_URL: servers.databaseUrl,
    NATS_URL: servers.natsUrl,
    REDIS_URL: servers.redisUrl,
    API_PORT: String(apiPort),
    INTAKE_PORT: String(intakePort),
    INGESTION_URL: `http://127.0.0.1:${intakePort}`,
    LOG_LEVEL: 'warn',
  };
  const run = (path: string, more: NodeJS.ProcessEnv = {}): ChildProcess =>
    spawn(process.execPath, [...NODE_ARGUMENTS, join(ROOT, path)], {
      cwd: ROOT,
      env: { ...env, ...more },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const [code] = (await once(run('libs/hosting/dist/migrate/main.js'), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The migration ended with ${code}`);

  const children: ChildProcess[] = [];
  const system = new BenchSystem(`http://127.0.0.1:${apiPort}`, servers.databaseUrl, children);
  try {
    const services = ['gateway', 'ingestion', 'ai-worker', ...Array.from({ length: rules }, () => 'rules')];
    for (const service of services) {
      const port = await freePort();
      const child = run(`services/${service}/dist/main.js`, { MANAGEMENT_PORT: String(port) });
      children.push(child);
      if (service !== 'gateway') await untilReady(child, `http://127.0.0.1:${port}`);
    }
    await untilReady(children[0]!, system.api);
    return system;
  } catch (error) {
    await system.stop();
    throw error;
  }
}
