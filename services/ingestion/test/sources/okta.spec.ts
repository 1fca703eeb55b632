import { type RunningIntake, startIntake } from '../running-intake.js';

const SECRET = 'correct horse ü battery';
const RECORD = {
  uuid: '00000000-0000-4000-8000-000000000001',
  eventType: 'user.session.start',
  published: '2026-11-23T10:00:00.123Z',
};
/** A header as Node reads it: one character for each byte. */
const sent = (secret: string) => Buffer.from(secret, 'utf8').toString('latin1');

describe("the secret of Okta's event hooks", () => {
  let intake: RunningIntake;
  beforeEach(() => {
    intake = startIntake({ secrets: { okta: SECRET } });
  });
  afterEach(() => intake.close());

  it('lets hooks and records of the System Log in', async () => {
    const headers = { authorization: sent(SECRET) };
    expect(await intake.submit('okta', { data: { events: [RECORD] } }, headers)).toMatchObject({
      accepted: 1,
    });
    expect(await intake.submit('okta', [RECORD], headers)).toMatchObject({ accepted: 1 });
  });

  it.each([
    ['none', undefined, 'SOURCE.NO_SECRET'],
    ['an empty one', '', 'SOURCE.NO_SECRET'],
    ['another', sent(`${SECRET}!`), 'SOURCE.WRONG_SECRET'],
    ['a part of it', sent(SECRET.slice(0, -1)), 'SOURCE.WRONG_SECRET'],
    ['it in other letters', sent(SECRET.toUpperCase()), 'SOURCE.WRONG_SECRET'],
    ['it behind a scheme', sent(`Bearer ${SECRET}`), 'SOURCE.WRONG_SECRET'],
  ])('refuses %s before the body is read', async (_what, authorization, code) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    await expect(intake.submit('okta', 'not JSON', headers)).rejects.toMatchObject({
      kind: 'unauthenticated',
      code,
    });
    expect(intake.deadLetters).toEqual([]);
  });

  it('is not asked for while none is set, nor of other sources', async () => {
    const open = startIntake();
    expect(await open.submit('okta', [RECORD])).toMatchObject({ accepted: 1 });
    await open.close();
    const github = { action: 'repo.create', actor: 'alice', '@timestamp': 1_795_428_000_000 };
    expect(await intake.submit('github', [github])).toMatchObject({ accepted: 1 });
  });
});

describe('event hooks of Okta', () => {
  it('are answered without a body, unlike records of the System Log', async () => {
    const intake = startIntake();
    const hook = (events: unknown[]) => ({ eventType: 'com.okta.event_hook', data: { events } });
    for (const body of [hook([RECORD]), hook([])]) {
      expect(await intake.submit('okta', body)).toMatchObject({ rejected: [], empty_answer: true });
    }
    for (const body of [[RECORD], RECORD]) {
      expect(await intake.submit('okta', body)).not.toHaveProperty('empty_answer');
    }
    await intake.close();
  });
});
