import type { LogSource } from '@mcm/contracts';
import { AppError, canonicalName } from '@mcm/kernel';
import type { Source } from './source.js';

/** Every event, wherever it came from, is activity that the rules of this system's own event types may watch. */
const ACTIVITY: LogSource = { product: 'mcm', service: 'activity' };

/** The sources that a system accepts, by their names. */
export class SourceList implements Iterable<Source> {
  private readonly sources: ReadonlyMap<string, Source>;
  private readonly logsources: ReadonlyMap<string, readonly LogSource[]>;

  constructor(sources: Iterable<Source>) {
    this.sources = new Map([...sources].map((source) => [source.name, source]));
    this.logsources = new Map(
      [...this.sources].map(([name, source]) => [name, [...source.logsources, ACTIVITY]]),
    );
  }

  [Symbol.iterator](): Iterator<Source> {
    return this.sources.values();
  }

  find(name: string): Source | undefined {
    return this.sources.get(name);
  }

  /** @throws AppError `SOURCE.UNKNOWN` that lists the known sources */
  named(name: string): Source {
    const source = this.sources.get(name);
    if (source !== undefined) return source;
    const known = [...this.sources.keys()].join(', ');
    throw new AppError(
      'not-found',
      'SOURCE.UNKNOWN',
      `There is no source ${name}; the known ones are: ${known}.`,
    );
  }

  /**
   * The source whose records alone may have this name as their `source`, because its name is this one or looks like it;
   * undefined for names that any producer may use.
   */
  reserving(name: string): Source | undefined {
    return this.sources.get(canonicalName(name));
  }

  /** The log sources of an event by its `source`. */
  logSourcesOf(name: string): readonly LogSource[] {
    return this.logsources.get(name) ?? [ACTIVITY];
  }
}
