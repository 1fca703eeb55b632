import { JobSpy } from './job-spy.js';
import type { JobTransition } from './job-transition.js';

const transition = (id: string, state: JobTransition['state'], finding_id = 1): JobTransition => ({
  name: 'enrich-finding',
  id,
  state,
  payload: { finding_id },
});

describe('JobSpy', () => {
  it('waits for what has yet to happen', async () => {
    const spy = new JobSpy();
    const waiting = spy.waitFor('enrich-finding', 'completed', { id: 'b' });
    spy.record(transition('a', 'completed'));
    spy.record(transition('b', 'active'));
    spy.record(transition('b', 'completed'));
    expect(await waiting).toEqual(transition('b', 'completed'));
  });

  it('finds what has happened already, by payload too', async () => {
    const spy = new JobSpy();
    spy.record(transition('a', 'failed', 7));
    const found = await spy.waitFor('enrich-finding', 'failed', {
      payload: ({ finding_id }) => finding_id === 7,
    });
    expect(found.id).toBe('a');
  });

  it('says what it saw instead', async () => {
    const spy = new JobSpy();
    spy.record(transition('a', 'active'));
    await expect(spy.waitFor('enrich-finding', 'completed', { id: 'a' }, 1)).rejects.toMatchObject({
      code: 'JOBS.NOT_SEEN',
      message: 'No enrich-finding a became completed within 1 ms; seen: enrich-finding a active',
    });
  });

  it('forgets on demand', async () => {
    const spy = new JobSpy();
    spy.record(transition('a', 'active'));
    spy.clear();
    expect(spy.transitions).toEqual([]);
    await expect(spy.waitFor('enrich-finding', 'active', {}, 1)).rejects.toMatchObject({
      code: 'JOBS.NOT_SEEN',
    });
  });
});
