import { type RunningIntake, startIntake } from '../../../test/running-intake.js';
import { describeSource } from '../../../test/source-suite.js';
import { googleWorkspaceCandidates, googleWorkspaceSource } from './google-workspace.source.js';

const id = {
  uniqueQualifier: '-7001',
  time: '2026-11-23T10:00:00.123Z',
  applicationName: 'admin',
  customerId: 'C01',
};
const record = { id, events: [{ type: 'NOVEL', name: 'DO_SOMETHING_NEW' }] };

describeSource({
  source: googleWorkspaceSource,
  fixture: 'google-workspace.ndjson',
  wrap: (items) => ({ kind: 'admin#reports#activities', nextPageToken: 'x', items }),
  unknownType: { record, event_type: 'google_workspace.admin.DO_SOMETHING_NEW' },
  refused: [
    { record: { ...record, id: {} }, pointer: '/id/applicationName', code: 'GOOGLE_WORKSPACE.INVALID' },
    { record: { events: [] }, pointer: '/id/applicationName', code: 'GOOGLE_WORKSPACE.INVALID' },
    { record: { ...record, events: [7] }, pointer: '/events/0', code: 'GOOGLE_WORKSPACE.INVALID' },
    { record: { ...record, id: { ...id, time: 'yesterday' } }, pointer: '/timestamp', code: 'EVENT.INVALID' },
  ],
});

describe('activities of the Reports API', () => {
  let intake: RunningIntake;
  beforeEach(() => {
    intake = startIntake();
  });
  afterEach(() => intake.close());

  const activity = {
    kind: 'admin#reports#activity',
    id,
    etag: '"x"',
    actor: { email: 'admin@example.com', profileId: '1' },
    ipAddress: '203.0.113.7',
    networkInfo: { regionCode: 'RU' },
    events: [
      {
        type: 'USER_SETTINGS',
        name: 'CHANGE_PASSWORD',
        parameters: [{ name: 'USER_EMAIL', value: 'bob@example.com' }],
      },
      {
        type: 'DELEGATED_ADMIN_SETTINGS',
        name: 'ASSIGN_ROLE',
        parameters: [
          { name: 'USER_EMAIL', value: 'bob@example.com' },
          { name: 'ROLE_NAME', value: '_SEED_ADMIN_ROLE' },
        ],
      },
    ],
  };

  it('make one event of each of their events, with the activity around it', async () => {
    const receipt = await intake.submit('google-workspace', { items: [activity] });
    expect(receipt).toMatchObject({ received: 2, accepted: 2 });
    const { events: _events, ...around } = activity;
    expect(intake.published).toMatchObject([
      {
        event_id: 'C01/admin/2026-11-23T10:00:00.123Z/-7001/0',
        event_type: 'google_workspace.admin.CHANGE_PASSWORD',
        user: 'admin@example.com',
        raw_data: {
          ...around,
          events: [activity.events[0]],
          type: 'USER_SETTINGS',
          name: 'CHANGE_PASSWORD',
          parameters: { USER_EMAIL: 'bob@example.com' },
          eventService: 'admin.googleapis.com',
          eventName: 'CHANGE_PASSWORD',
        },
      },
      {
        event_id: 'C01/admin/2026-11-23T10:00:00.123Z/-7001/1',
        event_type: 'permission_changed',
        user: 'bob@example.com',
        raw_data: { new_role: 'admin', changed_by: 'admin@example.com', name: 'ASSIGN_ROLE' },
      },
    ]);
  });

  it('give parameters of every kind by name', () => {
    const parameters = [
      { name: 'text', value: 'a' },
      { name: 'texts', multiValue: ['a', 'b'] },
      { name: 'number', intValue: '7' },
      { name: 'yes', boolValue: true },
      { name: 'message', messageValue: { parameter: [{ name: 'inner', value: 'b' }] } },
      { name: 'messages', multiMessageValue: [{ parameter: [{ name: 'inner', boolValue: false }] }] },
      { value: 'nameless' },
    ];
    const [read] = googleWorkspaceCandidates({ ...record, events: [{ name: 'x', parameters }] });
    expect(read!.result).toMatchObject({
      raw_data: {
        parameters: {
          text: 'a',
          texts: ['a', 'b'],
          number: '7',
          yes: true,
          message: { inner: 'b' },
          messages: [{ inner: false }],
        },
      },
    });
  });

  const login = (name: string, parameters: object[] = []) =>
    googleWorkspaceCandidates({
      ...activity,
      id: { ...id, applicationName: 'login' },
      events: [{ type: 'login', name, parameters }],
    })[0]!.result;
  const place = { ip: '203.0.113.7', location: 'Russia' };

  it.each([
    ['login_success', [], 'login_success', { ...place, success: true }],
    ['login_failure', [], 'login_failed', { ...place, success: false }],
    [
      'login_challenge',
      [
        { name: 'login_challenge_status', value: 'Challenge Failed' },
        { name: 'login_challenge_method', multiValue: ['google_prompt'] },
      ],
      'mfa_failed',
      { method: 'google_prompt', success: false },
    ],
    [
      'login_verification',
      [{ name: 'login_challenge_status', value: 'passed' }],
      'mfa_success',
      { success: true },
    ],
    ['login_challenge', [], 'mfa_challenge', place],
    ['suspicious_login ', [], 'google_workspace.login.suspicious_login', {}],
    ['logout', [], 'google_workspace.login.logout', {}],
  ])('the sign-in event %j %j is a %s', (name, parameters, event_type, fields) => {
    expect(login(name, parameters)).toMatchObject({
      event_type,
      user: 'admin@example.com',
      raw_data: fields,
    });
  });

  it('do not become more than is bearable when an activity with much around it holds many events', async () => {
    const huge = {
      id,
      padding: 'x'.repeat(900_000),
      events: Array.from({ length: 100 }, () => ({ name: 'x' })),
    };
    const receipt = await intake.submit('google-workspace', [huge, { ...huge, events: [{ name: 'x' }] }]);
    expect(receipt).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, code: 'GOOGLE_WORKSPACE.TOO_MANY_EVENTS', errors: [{ pointer: '/events' }] }],
    });
    expect(intake.published).toHaveLength(1);
  });
});
