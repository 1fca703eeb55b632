import type { EventLogSource } from '../detection.js';
import { WINDOWS_CATEGORIES, WINDOWS_SERVICES, type WindowsCategory } from './windows-log-sources.data.js';

/** A Windows event as rules see it. */
export interface WindowsRecord {
  /** The fields of System and EventData (or UserData) side by side. */
  data: Record<string, unknown>;
  /** What the event is in Sigma's words; empty when its channel is not known. */
  logsource: EventLogSource[];
}

/**
 * Flattens a Windows event in the usual JSON form of EVTX files (`{Event: {System, EventData | UserData}}`) and names its
 * log sources. Where rules of a category know a field by another name than the log, it stands under both.
 */
export function windowsRecord(event: unknown): WindowsRecord {
  const data = flatten(record(record(event)['Event']));
  const service = SERVICES.get(String(data['Channel'] ?? '').toLowerCase());
  if (service === undefined) return { data, logsource: [] };
  const logsource: EventLogSource[] = [{ product: 'windows', service }];
  for (const each of WINDOWS_CATEGORIES) {
    if (each.service !== service || !isOfCategory(data, each)) continue;
    logsource.push({ product: 'windows', category: each.category, service });
    for (const [name, own] of Object.entries(each.fields ?? {})) {
      if (!Object.hasOwn(data, name) && Object.hasOwn(data, own)) put(data, name, data[own]);
    }
  }
  return { data, logsource };
}

const SERVICES: ReadonlyMap<string, string> = new Map(
  Object.entries(WINDOWS_SERVICES).map(([channel, service]) => [channel.toLowerCase(), service]),
);

function isOfCategory(data: Readonly<Record<string, unknown>>, category: WindowsCategory): boolean {
  return (
    category.eventIds.includes(Number(data['EventID'])) &&
    (category.eventType === undefined || category.eventType === data['EventType'])
  );
}

function flatten(root: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const system = record(root['System']);
  const data: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(system)) {
    const attributes = record(value)['#attributes'];
    if (attributes === undefined) put(data, key, scalarOf(value));
    else for (const [name, inner] of Object.entries(record(attributes))) put(data, `${key}_${name}`, inner);
  }
  // Old providers write the id with a qualifier: {"#text": 400, "#attributes": {"Qualifiers": 0}}.
  if (!Object.hasOwn(data, 'EventID') && Object.hasOwn(system, 'EventID')) {
    put(data, 'EventID', scalarOf(system['EventID']));
  }
  for (const part of [root['EventData'], ...Object.values(record(root['UserData']))]) {
    // Rules name fields without the spaces some providers write.
    for (const [key, value] of Object.entries(record(part))) put(data, key.replaceAll(' ', ''), value);
  }
  return data;
}

/** Stores a key whatever it is called; assigning to `__proto__` would not. */
function put(data: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(data, key, { value, enumerable: true, writable: true, configurable: true });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function scalarOf(value: unknown): unknown {
  return record(value)['#text'] ?? value;
}
