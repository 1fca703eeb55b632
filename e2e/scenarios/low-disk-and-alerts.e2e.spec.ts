import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { ROOT } from '../support/program.js';
import { get, send, startSystem, type StandaloneSystem } from '../support/system.js';

interface AlertRule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; description?: string };
}

/** What a PromQL expression asks for, or where it is no PromQL: by the grammar of Prometheus' own web interface. */
function metricsOf(expression: string): string[] {
  const names: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new Error(`No PromQL at character ${from}: ${expression}`);
      if (type.name === 'Identifier') names.push(expression.slice(from, to));
    },
  });
  return names;
}

/** Placeholders for labels in a template of Prometheus. */
const labelsOf = (template: string) => [...template.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!);

let folder: string;
let system: StandaloneSystem;
// A reserve that no disk has is the same for the system as a disk that is nearly full, and needs no such disk.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcm-disk-'));
  const env = { DATA_DISK_RESERVE: '100%' };
  system = await startSystem({ dataPath: folder, env, startedPath: '/health' });
});
afterAll(async () => {
  await system?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('A disk with less than its reserve', () => {
  it.each(['events', 'sources/cloudtrail'])(
    'refuses what comes to /%s for now, and says why',
    async (endpoint) => {
      const answer = await fetch(`${system.api}/${endpoint}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ event_type: 'login_failed', user: 'alice' }]),
      });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('30');
      expect(await answer.json()).toMatchObject({
        code: 'STORAGE.LOW',
        detail: expect.stringContaining('DATA_DISK_RESERVE') as string,
      });
    },
  );

  it('goes on with everything else, and names the disk', async () => {
    expect(await get(`${system.api}/findings`)).toMatchObject({ total: 0 });
    const preview = await send(`${system.api}/enrichments`, { finding_ids: [1] });
    expect(preview.status).toBeLessThan(500);
    const ready = await fetch(`${system.api}/health/ready`);
    expect(ready.status).toBe(503);
    const { parts } = (await ready.json()) as { parts: Record<string, { status: string }> };
    expect(parts['disk']).toMatchObject({ status: 'down' });
    expect(parts['database']).toEqual({ status: 'up' });
  });
});

describe('deploy/alerts.yml', () => {
  let rules: AlertRule[];
  let scraped: string;
  beforeAll(async () => {
    const file = parse(await readFile(join(ROOT, 'deploy/alerts.yml'), 'utf8')) as {
      groups: { name: string; rules: AlertRule[] }[];
    };
    rules = file.groups.flatMap((group) => group.rules);
    scraped = await (await fetch(`${system.api}/metrics`)).text();
  });

  it('has rules of the form that Prometheus wants, each with its own name', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(Object.keys(rule).filter((key) => !/^(alert|expr|for|labels|annotations)$/.test(key))).toEqual(
        [],
      );
      expect(rule.alert).toMatch(/^Monitor[A-Za-z]+$/);
      expect(rule.for ?? '1m').toMatch(/^\d+[smh]$/);
      expect(rule.labels.severity).toMatch(/^(warning|critical)$/);
      expect(rule.annotations.summary).toBeTruthy();
    }
  });

  it('asks for metrics that a process shows', () => {
    const shown = new Set([...scraped.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!));
    const asked = new Set(rules.flatMap(({ expr }) => metricsOf(expr)));
    expect(asked.size).toBeGreaterThan(8);
    expect([...asked].filter((name) => !shown.has(name))).toEqual([]);
  });

  it('names labels that the result of its expression has', () => {
    for (const { expr, annotations } of rules) {
      const by = [...expr.matchAll(/by \((\w+)\)/g)].map(([, label]) => label!);
      const kept = by.length > 0 ? by : ['part', 'instance'];
      for (const label of labelsOf(annotations.summary)) expect(kept).toContain(label);
    }
  });

  it('would tell of this disk and of nothing else', () => {
    const figure = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(scraped)?.[1]);
    expect(figure('mcm_data_disk_free_bytes')).toBeLessThan(figure('mcm_data_disk_reserve_bytes'));
    expect(Math.abs(figure('mcm_clock_skew_seconds'))).toBeLessThan(60);
    const parts = [...scraped.matchAll(/^mcm_part_up\{part="([^"]+)"\} (\d)/gm)].map(([, part, up]) => [
      part,
      up,
    ]);
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.filter(([, up]) => up === '0')).toEqual([['disk', '0']]);
  });
});
