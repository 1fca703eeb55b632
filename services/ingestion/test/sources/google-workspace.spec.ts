import { type RunningIntake, startIntake } from '../running-intake.js';

const id = {
  uniqueQualifier: '-7001',
  time: '2026-11-23T10:00:00.123Z',
  applicationName: 'admin',
  customerId: 'C01',
};

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
