import { googleWorkspaceCandidates } from './google-workspace-activities.js';

const id = {
  uniqueQualifier: '-7001',
  time: '2026-11-23T10:00:00.123Z',
  applicationName: 'admin',
  customerId: 'C01',
};
const record = { id, events: [{ type: 'NOVEL', name: 'DO_SOMETHING_NEW' }] };

describe('activities of the Reports API', () => {
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
      actor: { email: 'admin@example.com' },
      ipAddress: '203.0.113.7',
      networkInfo: { regionCode: 'RU' },
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
});
