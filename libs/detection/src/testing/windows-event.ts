import type { EventLogSource } from '../detection.js';

/** A Windows event as rules see it: the fields of System and EventData side by side. */
export interface WindowsRecord {
  data: Record<string, unknown>;
  channel: string;
  eventId: number;
}

/** Flattens a Windows event in the usual JSON form of EVTX files (`{Event: {System, EventData | UserData}}`). */
export function windowsRecord(event: unknown): WindowsRecord {
  const root = record(record(event)['Event']);
  const system = record(root['System']);
  const data: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(system)) {
    const attributes = record(value)['#attributes'];
    if (attributes === undefined) data[key] = scalarOf(value);
    else for (const [name, inner] of Object.entries(record(attributes))) data[`${key}_${name}`] = inner;
  }
  data['Provider_Name'] ??= record(record(system['Provider'])['#attributes'])['Name'];
  for (const part of [root['EventData'], ...Object.values(record(root['UserData']))]) {
    // Rules name fields without the spaces some providers write.
    for (const [key, value] of Object.entries(record(part))) data[key.replaceAll(' ', '')] = value;
  }
  return { data, channel: String(data['Channel'] ?? ''), eventId: Number(data['EventID']) };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function scalarOf(value: unknown): unknown {
  return record(value)['#text'] ?? value;
}

/** What a log source of the mapping asks for: channels, and events with these ids. */
export interface LogSourceMapping {
  logsources: Record<
    string,
    {
      product?: string;
      category?: string;
      service?: string;
      /** Channels, as `WinEventLog:<channel>`. */
      sources?: readonly string[];
      conditions?: Record<string, unknown>;
      rewrite?: { product?: string; service?: string };
    }
  >;
}

/**
 * Makes a function that names the log sources of a Windows event, from a mapping of channels to services and of
 * services and event ids to categories (as published with the public Sigma rules).
 */
export function windowsLogSources(mapping: LogSourceMapping): (event: WindowsRecord) => EventLogSource[] {
  const mappings = Object.values(mapping.logsources);
  return (event) => {
    const found: EventLogSource[] = [];
    for (const { product, service, category, sources } of mappings) {
      if (category !== undefined || service === undefined || product !== 'windows') continue;
      const channels = listOf(sources).map((each) =>
        String(each)
          .replace(/^WinEventLog:/, '')
          .toLowerCase(),
      );
      if (channels.some((each) => each === event.channel.toLowerCase())) found.push({ product, service });
    }
    const services = new Set(found.map(({ service }) => service));
    for (const { product, category, conditions, rewrite } of mappings) {
      if (category === undefined || product !== 'windows' || !services.has(rewrite?.service)) continue;
      if (!meets(event.data, conditions ?? {})) continue;
      found.push({ product, category }, { product, category, service: rewrite?.service });
    }
    return found;
  };
}

function meets(data: Record<string, unknown>, conditions: Record<string, unknown>): boolean {
  return Object.entries(conditions).every(([field, wanted]) =>
    listOf(wanted).some((each) => String(each).toLowerCase() === String(data[field]).toLowerCase()),
  );
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
