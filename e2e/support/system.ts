import type { ChildProcess } from 'node:child_process';
import { applicationRole, eventually, freePort } from '@mcm/testing';
import { startProgram, untilReady } from './program.js';

/** A running system, started as a user starts it: processes of their own, spoken to over HTTP. */
export interface System {
  api: string;
  /** Everything that it has printed. */
  output(): string;
  /** As Ctrl-C does; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** All services in one process. */
export interface StandaloneSystem extends System {
  web: string;
  process: ChildProcess;
  /** As the kernel does when memory runs out. */
  kill(): Promise<void>;
}

export interface SystemOptions {
  /** As the owner; the services log in as a role of their own. */
  databaseUrl?: string;
  dataPath?: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  ports?: { api: number; web: number };
  /** What answers 200 once it has started; where it is to start without being able to work, not `/health/ready`. */
  startedPath?: string;
}

/** Starts the built standalone process and waits until it is ready for requests. */
export async function startSystem(options: SystemOptions): Promise<StandaloneSystem> {
  const ports = options.ports ?? { api: await freePort(), web: await freePort() };
  const program = startProgram(
    'services/standalone/dist/main.js',
    {
      API_PORT: String(ports.api),
      WEB_PORT: String(ports.web),
      ...(options.databaseUrl !== undefined && {
        DATABASE_URL: options.databaseUrl,
        DATABASE_APP_USER: applicationRole(options.databaseUrl),
        DATABASE_APP_PASSWORD: 'of the services',
      }),
      ...(options.dataPath === undefined ? {} : { DATA_PATH: options.dataPath }),
      ...options.env,
    },
    options.args,
  );
  const api = `http://127.0.0.1:${ports.api}`;
  await untilReady(program, `${api}${options.startedPath ?? '/health/ready'}`);
  return { ...program, api, web: `http://127.0.0.1:${ports.web}` };
}

/** Sends JSON and returns status and body. */
export async function send<T = unknown>(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<{ status: number; body: T }> {
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** Fetches JSON and insists on a good status. */
export async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** A finding as the list of findings shows it. */
export interface ListedFinding {
  id: number;
  rule_name: string;
  description: string;
  severity: string;
  user: string;
  created_at: string;
  risk_score: number | null;
  ai_explanation: string | null;
  event_count: number;
  first_seen: string;
  last_seen: string;
}

/** Every finding of a system, page by page. */
export async function allFindings(api: string, filter = ''): Promise<ListedFinding[]> {
  const findings: ListedFinding[] = [];
  for (let page = 1; ; page += 1) {
    const { items, total } = await get<{ items: ListedFinding[]; total: number }>(
      `${api}/findings?page=${page}&page_size=100${filter}`,
    );
    findings.push(...items);
    if (findings.length >= total || items.length === 0) return findings;
  }
}

/** Waits until every durable consumer has acknowledged everything. */
export async function settled(api: string, timeoutMs = 120_000): Promise<void> {
  await eventually(
    async () => {
      const metrics = await (await fetch(`${api}/metrics`)).text();
      const lags = [...metrics.matchAll(/^mcm_bus_lag\{[^}]*\} (\d+)/gm)].map((match) => Number(match[1]));
      return lags.length > 0 && lags.every((lag) => lag === 0);
    },
    { timeoutMs },
  );
}
