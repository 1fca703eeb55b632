import { type ModelFields, type SourceList, SOURCES, type Treatment, TREATMENTS } from '@mcm/sources';
import { ACTIVITY_FIELDS, type AllowedFields } from './allowed/activity.js';

/** One field that may be sent. */
export interface AllowedField {
  path: string;
  treatment: Treatment;
}

/**
 * Which fields of which events may be sent to a model. What is not listed here is never sent: an event of an unknown type
 * goes without a single field.
 */
export class AllowList {
  private readonly known = new Map<string, readonly AllowedField[]>();

  /** @param own further event types, which take the place of built-in ones of the same name */
  constructor(
    private readonly own: readonly AllowedFields[] = [],
    private readonly sources: SourceList = SOURCES,
  ) {}

  /** The allowed fields of an event by its type and source, in a fixed order. */
  fieldsOf(eventType: string, source: string): readonly AllowedField[] {
    const key = `${source}\n${eventType}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const own = this.own.find((entry) => matches(entry.event_type, eventType));
    const lists: (ModelFields | undefined)[] =
      own !== undefined
        ? [own.fields]
        : [
            ACTIVITY_FIELDS.find((entry) => entry.event_type === eventType)?.fields,
            this.sources.find(source)?.modelFields,
          ];
    const fields = new Map<string, Treatment>();
    for (const list of lists) {
      for (const treatment of TREATMENTS) {
        for (const path of list?.[treatment] ?? []) if (!fields.has(path)) fields.set(path, treatment);
      }
    }
    const allowed = [...fields].map(([path, treatment]) => ({ path, treatment }));
    // Producers choose the names of their types: without a limit a hostile one could fill the memory.
    if (this.known.size < 10_000) this.known.set(key, allowed);
    return allowed;
  }
}

function matches(pattern: string, eventType: string): boolean {
  return pattern.endsWith('*') ? eventType.startsWith(pattern.slice(0, -1)) : pattern === eventType;
}
