import { createHmac } from 'node:crypto';
import { type RunningIntake, startIntake } from '../../test/running-intake.js';

const SECRET = 'a long random secret';
const ANONYMOUS = { anonymous: true, allowedSources: null };
const BODY = JSON.stringify({ action: 'publicized', repository: { full_name: 'example/one' } });
const HEADERS = { 'x-github-event': 'repository', 'x-github-delivery': 'd-1' };
const SIGNED = {
  ...HEADERS,
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`,
};

describe('a sender without a key', () => {
  let intake: RunningIntake;
  afterEach(() => intake.close());

  it('is taken where the source proves itself', async () => {
    intake = startIntake({ secrets: { github: SECRET } });
    await expect(intake.submit('github', BODY, SIGNED, ANONYMOUS)).resolves.toMatchObject({ accepted: 1 });
    await expect(intake.submit('github', BODY, HEADERS, ANONYMOUS)).rejects.toMatchObject({
      code: 'SOURCE.UNSIGNED',
    });
  });

  it('is refused where no secret is set, and told which', async () => {
    intake = startIntake();
    await expect(intake.submit('github', BODY, SIGNED, ANONYMOUS)).rejects.toMatchObject({
      kind: 'unauthenticated',
      code: 'AUTH.REQUIRED',
      message: expect.stringContaining('SOURCE_GITHUB_SECRET'),
    });
    await expect(intake.submit('cloudtrail', '{"Records":[]}', {}, ANONYMOUS)).rejects.toMatchObject({
      code: 'AUTH.REQUIRED',
    });
    expect(intake.published).toEqual([]);
  });
});

it('takes the events of allowed sources and names each other one', async () => {
  const intake = startIntake();
  const event = { event_type: 'login_failed', user: 'alice' };
  const receipt = await intake.submit(
    'events',
    [{ ...event, source: 'vpn' }, { ...event, source: 'billing' }, event],
    {},
    { anonymous: false, allowedSources: ['vpn'] },
  );
  expect(receipt).toMatchObject({
    accepted: 1,
    rejected: [
      { index: 1, code: 'AUTH.SOURCE_NOT_ALLOWED', reason: expect.stringContaining('billing') },
      { index: 2, code: 'AUTH.SOURCE_NOT_ALLOWED' },
    ],
  });
  expect(intake.published.map(({ source }) => source)).toEqual(['vpn']);
  await intake.close();
});
