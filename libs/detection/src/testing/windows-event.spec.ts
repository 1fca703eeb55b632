import { windowsLogSources, windowsRecord } from './windows-event.js';

const EVENT = {
  Event: {
    System: {
      Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon' } },
      EventID: 13,
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      TimeCreated: { '#attributes': { SystemTime: '2025-11-27T07:40:10.165324Z' } },
    },
    EventData: { TargetObject: 'HKLM\\Software\\x', 'Threat Name': 'y' },
  },
};
const MAPPING = {
  logsources: {
    sysmon: {
      product: 'windows',
      service: 'sysmon',
      sources: ['WinEventLog:Microsoft-Windows-Sysmon/Operational'],
    },
    set: {
      product: 'windows',
      category: 'registry_set',
      conditions: { EventID: 13 },
      rewrite: { product: 'windows', service: 'sysmon' },
    },
    any: {
      product: 'windows',
      category: 'registry_event',
      conditions: { EventID: [12, 13, 14] },
      rewrite: { product: 'windows', service: 'sysmon' },
    },
    other: {
      product: 'windows',
      category: 'process_creation',
      conditions: { EventID: 1 },
      rewrite: { product: 'windows', service: 'sysmon' },
    },
    security: { product: 'windows', service: 'security', sources: ['WinEventLog:Security'] },
  },
};

describe('Windows events', () => {
  it('become flat records', () => {
    expect(windowsRecord(EVENT)).toEqual({
      channel: 'Microsoft-Windows-Sysmon/Operational',
      eventId: 13,
      data: {
        Provider_Name: 'Microsoft-Windows-Sysmon',
        EventID: 13,
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        TimeCreated_SystemTime: '2025-11-27T07:40:10.165324Z',
        TargetObject: 'HKLM\\Software\\x',
        ThreatName: 'y',
      },
    });
  });

  it('have the service of their channel and every category their id fits', () => {
    const sources = windowsLogSources(MAPPING)(windowsRecord(EVENT));
    expect(sources).toContainEqual({ product: 'windows', service: 'sysmon' });
    expect(sources).toContainEqual({ product: 'windows', category: 'registry_set' });
    expect(sources).toContainEqual({ product: 'windows', category: 'registry_event' });
    expect(
      sources.some(({ category, service }) => category === 'process_creation' || service === 'security'),
    ).toBe(false);
  });
});
