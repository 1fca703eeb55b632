import { createHmac } from 'node:crypto';
import { type RunningIntake, startIntake } from '../running-intake.js';

const record = {
  _document_id: 'doc-1',
  '@timestamp': 1_700_000_000_123,
  action: 'novel.thing',
  actor: 'alice',
};

describe('records of the GitHub audit log', () => {
  it.each([
    ['missing', {}, '/@timestamp', 'is missing; the time of receipt was taken'],
    [
      'before 2000',
      { created_at: 1_700_000 },
      '/created_at',
      'lies before 2000; the time of receipt was taken',
    ],
  ])(
    'a time that is %s is the time of receipt, and the answer warns',
    async (_what, times, pointer, detail) => {
      const intake = startIntake();
      const receipt = await intake.submit('github', [{ action: 'git.clone', actor: 'alice', ...times }]);
      expect(receipt).toMatchObject({ accepted: 1, warnings: [{ index: 0, pointer, detail }] });
      expect(intake.published[0]?.timestamp).toBe(intake.published[0]?.received_at);
      await intake.close();
    },
  );
});

describe('webhooks of GitHub', () => {
  let intake: RunningIntake;
  beforeEach(() => {
    intake = startIntake();
  });
  afterEach(() => intake.close());

  const sender = { login: 'alice' };
  const repository = { name: 'billing', full_name: 'example/billing' };
  const deliver = (event: string, payload: unknown, delivery = 'd-1') =>
    intake.submit('github', payload, { 'x-github-event': event, 'x-github-delivery': delivery });
  const pull_request = {
    merged: true,
    merged_by: { login: 'olivia' },
    additions: 400,
    deletions: 30,
    head: { ref: 'feature/invoice' },
    created_at: '2026-11-23T09:00:00Z',
    closed_at: '2026-11-23T10:00:00Z',
  };

  it('become one event that keeps the payload and what the headers said', async () => {
    const payload = { action: 'created', key: { id: 1, read_only: false }, repository, sender };
    expect(await deliver('deploy_key', payload)).toMatchObject({ received: 1, accepted: 1 });
    expect(intake.published).toMatchObject([
      {
        event_id: 'd-1',
        event_type: 'github.deploy_key.created',
        user: 'alice',
        timestamp: '2026-11-23T12:00:00.000Z',
        raw_data: {
          ...payload,
          github_event: 'deploy_key',
          github_delivery: 'd-1',
          actor: 'alice',
          repo: 'example/billing',
        },
      },
    ]);
  });

  it.each([
    [
      'pull_request',
      { action: 'closed', pull_request },
      'pull_request_merged',
      'olivia',
      '2026-11-23T10:00:00.000Z',
    ],
    [
      'pull_request',
      { action: 'opened', pull_request },
      'pull_request_opened',
      'alice',
      '2026-11-23T09:00:00.000Z',
    ],
    [
      'pull_request',
      { action: 'closed', pull_request: { ...pull_request, merged: false } },
      'github.pull_request.closed',
      'alice',
      '2026-11-23T10:00:00.000Z',
    ],
    ['push', { ref: 'refs/heads/main' }, 'github.push', 'alice', '2026-11-23T12:00:00.000Z'],
    ['ping', { zen: 'Keep it logically awesome.' }, 'github.ping', 'alice', '2026-11-23T12:00:00.000Z'],
    ['deployment', { action: 'created' }, 'deployment_started', 'alice', '2026-11-23T12:00:00.000Z'],
    [
      'deployment_status',
      { deployment_status: { state: 'pending' } },
      'github.deployment_status',
      'alice',
      '2026-11-23T12:00:00.000Z',
    ],
  ])('%s %j', async (event, payload, event_type, user, timestamp) => {
    await deliver(event, { ...payload, repository, sender });
    expect(intake.published).toMatchObject([{ event_type, user, timestamp }]);
  });

  it('tell what a merged pull request and a failed deployment are about', async () => {
    await deliver('pull_request', { action: 'closed', pull_request, repository, sender });
    const deployment = { environment: 'Production', ref: 'v7', creator: { login: 'ci' } };
    const deployment_status = { state: 'failure', created_at: '2026-11-23T11:00:00Z' };
    await deliver('deployment_status', { deployment, deployment_status, repository, sender }, 'd-2');
    const permission = { from: 'write', to: 'admin' };
    await deliver(
      'member',
      { action: 'edited', changes: { permission }, member: { login: 'bob' }, sender },
      'd-3',
    );
    expect(intake.published).toMatchObject([
      { raw_data: { repo: 'example/billing', branch: 'feature/invoice', lines_changed: 430 } },
      {
        event_type: 'deployment_failed',
        timestamp: '2026-11-23T11:00:00.000Z',
        raw_data: { service: 'billing', environment: 'prod', version: 'v7', initiated_by: 'ci' },
      },
      {
        event_type: 'permission_changed',
        user: 'bob',
        raw_data: { old_role: 'developer', new_role: 'admin', changed_by: 'alice', user: 'bob' },
      },
    ]);
  });

  it('are one event however often a delivery is sent, and without a delivery id too', async () => {
    const payload = { action: 'publicized', repository, sender };
    await deliver('repository', payload);
    await deliver('repository', payload);
    await intake.submit('github', payload, { 'x-github-event': 'repository' });
    await intake.submit('github', payload, { 'x-github-event': 'repository' });
    const ids = intake.published.map(({ uid }) => uid);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['with all that GitHub sends', { action: 'publicized', repository, sender }, {}],
    ['of an event without an action', { ref: 'refs/heads/main', repository, sender }, {}],
    ['of which little is left', { action: 'publicized' }, {}],
    ['with the id of its delivery', [record], { 'x-github-delivery': 'd-1' }],
    ['with an empty header', { action: 'publicized', sender }, { 'x-github-event': '' }],
  ])(
    'are refused without their kind of event: one %s',
    async (_what, payload, headers: Record<string, string>) => {
      await expect(intake.submit('github', payload, headers)).rejects.toMatchObject({
        kind: 'invalid',
        code: 'GITHUB.NO_EVENT',
        message: expect.stringContaining('X-GitHub-Event'),
      });
      expect(intake.published).toEqual([]);
    },
  );

  it('are named among records of the audit log', async () => {
    const receipt = await intake.submit('github', [record, { action: 'publicized', repository, sender }]);
    expect(receipt).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'GITHUB.NO_EVENT' }] });
  });

  it('must be one object', async () => {
    await expect(deliver('push', [record])).rejects.toMatchObject({
      kind: 'invalid',
      code: 'GITHUB.INVALID',
    });
  });
});

describe("GitHub's signature", () => {
  let intake: RunningIntake;
  beforeEach(() => {
    intake = startIntake({ secrets: { github: "It's a Secret to Everybody" } });
  });
  afterEach(() => intake.close());

  const body = JSON.stringify([record]);
  const sign = (text: string, secret = "It's a Secret to Everybody") => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`,
  });

  it('is the one of the example that GitHub gives', async () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    const example = {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    };
    // The body is no JSON: that it gets as far as being read shows that the signature was taken.
    await expect(intake.submit('github', 'Hello, World!', example)).rejects.toMatchObject({
      code: 'INTAKE.MALFORMED_JSON',
    });
  });

  it('lets signed bodies pass, records and webhooks alike', async () => {
    expect(await intake.submit('github', body, sign(body))).toMatchObject({ accepted: 1 });
    const payload = JSON.stringify({ action: 'created', sender: { login: 'alice' } });
    const headers = { 'x-github-event': 'deploy_key', 'x-github-delivery': 'd-1', ...sign(payload) };
    expect(await intake.submit('github', payload, headers)).toMatchObject({ accepted: 1 });
  });

  it.each([
    ['none', {}, 'SOURCE.UNSIGNED'],
    ['an empty one', { 'x-hub-signature-256': '' }, 'SOURCE.UNSIGNED'],
    ['one of another secret', sign(body, 'guess'), 'SOURCE.WRONG_SIGNATURE'],
    ['one of another body', sign(`${body} `), 'SOURCE.WRONG_SIGNATURE'],
    ['one cut short', { 'x-hub-signature-256': 'sha256=00' }, 'SOURCE.WRONG_SIGNATURE'],
    [
      'one by an older algorithm',
      { 'x-hub-signature-256': `sha1=${'0'.repeat(64)}` },
      'SOURCE.WRONG_SIGNATURE',
    ],
    ['only the event of a webhook', { 'x-github-event': 'push' }, 'SOURCE.UNSIGNED'],
  ])('refuses %s', async (_what, headers: Record<string, string>, code) => {
    await expect(intake.submit('github', body, headers)).rejects.toMatchObject({ kind: 'invalid', code });
    expect(intake.published).toEqual([]);
    expect(intake.deadLetters).toEqual([]);
  });

  it('is not asked for while no secret is set, nor of other sources', async () => {
    const cloudTrail = {
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      eventTime: '2026-11-23T10:00:00Z',
    };
    expect(await intake.submit('cloudtrail', [cloudTrail])).toMatchObject({ accepted: 1 });
    const open = startIntake();
    expect(await open.submit('github', body)).toMatchObject({ accepted: 1 });
    await open.close();
  });
});
