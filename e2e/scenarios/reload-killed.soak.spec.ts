import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase, eventually, type TestDatabase } from '@mcm/testing';
import { eventRule, failedLogin, namesInForce, rules, rulesFolder } from '../support/rule-commands.js';
import { allFindings, get, send, settled, startSystem, type StandaloneSystem } from '../support/system.js';

/** A threshold over the failed logins of the core pack. */
const threshold = (name: string, count: number) => `title: ${name}
name: ${name}
correlation:
  type: event_count
  rules: [base_login_failed]
  group-by: [user]
  timespan: 1h
  condition: { gte: ${count} }
level: high
`;

describe('Rules that are reloaded', () => {
  let database: TestDatabase;
  let folder: string;
  let system: StandaloneSystem;
  const start = () =>
    startSystem({ databaseUrl: database.url, env: { RULES_PATH: folder, RULES_LATENESS_SECONDS: '3600' } });

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await rulesFolder();
    system = await start();
  });
  afterAll(async () => {
    await system?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  // Later and later in the reload: after so many answers to another question.
  it.each([1, 8])(
    'a process killed while a reload runs (%d) has one set of rules after the restart, and the windows of it',
    async (answers) => {
      const before = await namesInForce(system);
      const user = `user-${answers}`;
      const now = Date.now();
      const first = [1, 2, 3].map((minute) => failedLogin(user, now - 30 * 60_000 + minute * 60_000));
      expect((await send(`${system.api}/events`, first)).status).toBe(202);
      await settled(system.api);
      // Many documents, so that one can be between the first and the last of them.
      const added = Array.from({ length: 40 }, (_, n) => `set_${answers}_${n}`);
      const four = `four_of_${answers}`;
      await writeFile(
        join(folder, 'core', `set-${answers}.yml`),
        [...added.map((name) => eventRule(name, 'nothing_like_it')), threshold(four, 4)].join('---\n'),
      );

      const reload = rules(system, 'reload');
      for (let answer = 0; answer < answers; answer += 1) await get(`${system.api}/rules/problems`);
      await system.kill();
      await reload;

      system = await start();
      expect(await namesInForce(system)).toEqual([...before, ...added, four].sort());
      await send(`${system.api}/events`, failedLogin(user, now - 60_000));
      const counts = () =>
        allFindings(system.api, `&user=${user}`).then((findings) =>
          findings
            .filter(({ rule_name }) => rule_name === four || rule_name === 'multiple_failed_logins')
            .map(({ rule_name, event_count }) => `${rule_name} ${event_count}`)
            .sort(),
        );
      await eventually(async () => (await counts()).length === 2, { timeoutMs: 30_000 });
      await settled(system.api);
      expect(await counts()).toEqual([`${four} 4`, 'multiple_failed_logins 4']);
    },
  );
});
