import { monitorEventLoopDelay } from 'node:perf_hooks';
import { AppError } from '@mcm/kernel';
import { MetricsRegistry } from '@mcm/platform';
import { eventRule } from '../../test/running-rules.js';
import { RulesConfig } from '../rules.config.js';
import { RuleSandbox } from './rule-sandbox.js';

const sandboxes: RuleSandbox[] = [];
function sandbox(settings: Partial<RulesConfig> = {}) {
  const made = new RuleSandbox(Object.assign(new RulesConfig(), settings), new MetricsRegistry());
  sandboxes.push(made);
  return made;
}
afterEach(() => {
  for (const each of sandboxes.splice(0)) each.close();
});

const sources = (...texts: string[]) => ({
  files: texts.map((text, i) => ({ path: `${i}.yml`, text })),
  placeholders: {},
  packs: {},
});
const good = eventRule('good');
/** As many expressions as one document may have: about 40 MB once they are compiled. */
const large = (name: string) =>
  eventRule(name).replace(
    `event_type: ${name}`,
    () => `x|re: [${Array.from({ length: 7_500 }, (_, i) => `'a${i}.*b'`).join(', ')}]`,
  );

it('gives back what a task gives, and what it throws', async () => {
  const apart = sandbox();
  expect(await apart.run('check', sources(good, 'title: x'))).toMatchObject({
    rules: 1,
    errors: 1,
    warnings: 0,
    problems: [{ path: '1.yml', line: 1, severity: 'error', code: 'RULE.KIND' }],
  });
  expect(await apart.run('test', sources(good))).toMatchObject({
    rules: 1,
    report: { passed: 0, failed: 0 },
  });
  const nothing = apart.run('explain', { rules: null, finding: null } as never);
  await expect(nothing).rejects.toThrow('null');
  expect(await apart.run('check', sources(good))).toMatchObject({ rules: 1, errors: 0 });
});

it('survives rules that need too much memory, and says so; its event loop goes on', async () => {
  const apart = sandbox({ sandboxMemoryMb: 64 });
  const before = process.memoryUsage.rss();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  await expect(apart.run('check', sources(...[1, 2, 3].map((i) => large(`r${i}`))))).rejects.toMatchObject({
    kind: 'invalid',
    code: 'RULES.OUT_OF_MEMORY',
  });
  delay.disable();
  expect(delay.max / 1e6).toBeLessThan(1_000);
  expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  expect(await apart.run('check', sources(good))).toMatchObject({ rules: 1 });
});

it('kills what is silent for too long', async () => {
  const apart = sandbox({ sandboxSeconds: 1, sandboxMemoryMb: 1024 });
  const files = sources(...Array.from({ length: 40 }, (_, i) => large(`r${i}`)));
  await expect(apart.run('check', files)).rejects.toMatchObject({ kind: 'invalid', code: 'RULES.TIMED_OUT' });
});

it('ends a task whose signal is aborted', async () => {
  const apart = sandbox();
  const stop = new AbortController();
  const task = apart.run('check', sources(large('r')), { signal: stop.signal });
  stop.abort(new AppError('conflict', 'JOBS.CANCELLED', 'The job was cancelled'));
  await expect(task).rejects.toMatchObject({ code: 'JOBS.CANCELLED' });
  await expect(apart.run('check', sources(good), { signal: stop.signal })).rejects.toMatchObject({
    code: 'JOBS.CANCELLED',
  });
});

it('lets a task ask for nothing but what it was given', async () => {
  const asked: unknown[] = [];
  const rules = { revision: 1, fingerprint: '', sources: sources(good), overridesRevision: 0, overrides: [] };
  const replay = (host: object) =>
    sandbox().run('replay', { rules, range: { to: '2026-01-01T00:00:00Z' }, lateness: 0, now: 0 }, { host });
  await expect(replay({})).rejects.toThrow('may not ask for pageByTime');
  const pageByTime = (...args: unknown[]) => {
    asked.push(args);
    return Promise.resolve({ events: [], next: null });
  };
  expect(await replay({ pageByTime })).toBeNull();
  expect(asked).toEqual([[{ to: '2026-01-01T00:00:00Z' }, null, 50]]);
});

it('names a hundred problems and the number of the others', async () => {
  const files = sources(...Array.from({ length: 300 }, () => 'title: x\n---\ntitle: y\nlevel: [severe]\n'));
  const { errors, problems } = await sandbox().run('check', files);
  expect(errors).toBeGreaterThan(600);
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)).toMatchObject({
    severity: 'error',
    code: 'RULES.MORE_PROBLEMS',
    message: `From here on ${errors - 100} more errors and 0 more warnings are not named`,
  });
});
