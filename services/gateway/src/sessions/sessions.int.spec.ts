import { type Person, Session } from '@mcm/persistence';
import { rawRequest } from '../../test/raw-request.js';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { DASHBOARD, storedPerson, TestBrowser } from '../../test/signed-in.js';

let gateway: RunningGateway;
let admin: Person;
beforeAll(async () => {
  gateway = await startGateway({ AUTH_MODE: 'local' });
  admin = await storedPerson(gateway, { role: 'admin' });
});
afterAll(() => gateway.close());

const browser = () => new TestBrowser(gateway);

describe('a session', () => {
  it('cannot be fixed beforehand: signing in gives another token, and the old one is worth nothing', async () => {
    const victim = await browser().signIn(admin.email);
    const before = victim.cookie!;
    await victim.signIn(admin.email);
    expect(victim.cookie).not.toBe(before);
    expect((await gateway.get('/me', { headers: { cookie: before } })).status).toBe(401);
    const chosen = new TestBrowser(gateway);
    chosen.cookie = `mcm=${'A'.repeat(43)}`;
    await chosen.signIn(admin.email);
    expect(chosen.cookie).not.toContain('AAAA');
  });

  it('ends by itself, by hand, and everywhere', async () => {
    const person = await storedPerson(gateway, { role: 'analyst' });
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => browser().signIn(person.email)));
    const list = (await (await one!.get('/sessions')).json()) as {
      items: { id: string; current: boolean }[];
    };
    expect(list.items.map(({ current }) => current).sort()).toEqual([false, false, true]);

    const other = list.items.find(({ current }) => !current)!;
    expect((await one!.ask('DELETE', `/sessions/${other.id}`)).status).toBe(204);
    expect((await one!.ask('DELETE', `/sessions/${other.id}`)).status).toBe(404);
    const alive = await Promise.all([two!, three!].map(async (each) => (await each.get('/me')).status));
    expect(alive.sort()).toEqual([200, 401]);

    expect(await (await one!.post('/auth/sign-out')).json()).toEqual({ continue_at: null });
    expect(one!.cookie).toBeNull();
    const again = await browser().signIn(person.email);
    const idle = await browser().signIn(person.email);
    await gateway.database.query(
      `update sessions set last_seen_at = now() - interval '9 hours' where id = (select id from sessions where person_id = $1 order by created_at desc limit 1)`,
      [person.id],
    );
    expect((await idle.get('/me')).status).toBe(401);
    expect((await again.post('/auth/sign-out-everywhere')).status).toBe(204);
    expect(await gateway.database.manager.countBy(Session, { person_id: person.id })).toBe(0);
  });

  it('of others cannot be ended', async () => {
    const other = await browser().signIn(admin.email);
    const person = await storedPerson(gateway, { role: 'viewer' });
    await browser().signIn(person.email);
    const { id } = await gateway.database.manager.findOneByOrFail(Session, { person_id: person.id });
    expect((await other.ask('DELETE', `/sessions/${id}`)).status).toBe(404);
  });

  it('changes nothing for another page, whatever the content type', async () => {
    const { cookie } = await browser().signIn(admin.email);
    for (const type of [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
    ]) {
      for (const origin of [undefined, 'https://evil.example']) {
        const response = await gateway.post('/keys', {
          headers: { cookie: cookie!, 'content-type': type, ...(origin === undefined ? {} : { origin }) },
          body: JSON.stringify({ name: 'stolen', scopes: ['admin'] }),
        });
        expect([type, origin, response.status]).toEqual([type, origin, 403]);
      }
    }
  });

  it('changes nothing for a page on another port of this machine, which the browser calls the same site', async () => {
    const { cookie } = await browser().signIn(admin.email);
    const asked = async (site: string) => {
      const answer = await rawRequest(
        gateway,
        `POST /auth/sign-out-everywhere HTTP/1.1\r\nhost: localhost\r\norigin: ${DASHBOARD}\r\n` +
          `cookie: ${cookie!}\r\nsec-fetch-site: ${site}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      );
      return answer.split(' ')[1];
    };
    expect(await asked('same-site')).toBe('403');
    expect(await asked('same-origin')).toBe('204');
  });
});
