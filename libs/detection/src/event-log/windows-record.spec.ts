import { windowsRecord } from './windows-record.js';

const event = (
  channel: string,
  eventId: unknown,
  data: Record<string, unknown>,
  part: Record<string, unknown> = { EventData: data },
): unknown => ({
  Event: {
    System: {
      Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon' } },
      EventID: eventId,
      Channel: channel,
      TimeCreated: { '#attributes': { SystemTime: '2025-11-27T07:40:10.165324Z' } },
    },
    ...part,
  },
});
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

describe('Windows events', () => {
  it('become flat records', () => {
    expect(windowsRecord(event(SYSMON, 13, { TargetObject: 'HKLM\\x', 'Threat Name': 'y' })).data).toEqual({
      Provider_Name: 'Microsoft-Windows-Sysmon',
      EventID: 13,
      Channel: SYSMON,
      TimeCreated_SystemTime: '2025-11-27T07:40:10.165324Z',
      TargetObject: 'HKLM\\x',
      ThreatName: 'y',
    });
  });

  it('have the service of their channel and every category their id fits', () => {
    expect(windowsRecord(event(SYSMON.toLowerCase(), 13, {})).logsource).toEqual([
      { product: 'windows', service: 'sysmon' },
      { product: 'windows', category: 'registry_event', service: 'sysmon' },
      { product: 'windows', category: 'registry_set', service: 'sysmon' },
    ]);
  });

  it('are told apart by their type where one id reports several kinds', () => {
    const categories = (eventType: string) =>
      windowsRecord(event(SYSMON, 12, { EventType: eventType })).logsource.map(({ category }) => category);
    expect(categories('CreateKey')).toEqual([undefined, 'registry_event', 'registry_add']);
    expect(categories('DeleteValue')).toEqual([undefined, 'registry_event', 'registry_delete']);
  });

  it('have the fields of their category under the names rules use, without losing their own', () => {
    const { data, logsource } = windowsRecord(
      event('Security', 4688, { NewProcessName: 'C:\\a.exe', CommandLine: 'a' }),
    );
    expect(logsource).toContainEqual({
      product: 'windows',
      category: 'process_creation',
      service: 'security',
    });
    expect(data).toMatchObject({ Image: 'C:\\a.exe', NewProcessName: 'C:\\a.exe', CommandLine: 'a' });
    expect(data).not.toHaveProperty('ParentImage');
  });

  it('are read from UserData, and with an id that has attributes', () => {
    const userData = { Operation: { Query: 'SELECT 1', ['__proto__']: 'kept' } };
    const { data, logsource } = windowsRecord(
      event(
        'Windows PowerShell',
        { '#text': 400, '#attributes': { Qualifiers: 0 } },
        {},
        {
          UserData: userData,
        },
      ),
    );
    expect(data).toMatchObject({ EventID: 400, EventID_Qualifiers: 0, Query: 'SELECT 1' });
    expect(Object.hasOwn(data, '__proto__')).toBe(true);
    expect(logsource).toContainEqual({
      product: 'windows',
      category: 'ps_classic_start',
      service: 'powershell-classic',
    });
  });

  it.each([
    undefined,
    null,
    7,
    'text',
    {},
    { Event: null },
    { Event: { System: [] } },
    event('Nowhere', 1, {}),
  ])('have no log source when nothing is known of them: %j', (broken) => {
    expect(windowsRecord(broken).logsource).toEqual([]);
  });
});
