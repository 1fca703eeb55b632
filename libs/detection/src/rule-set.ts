import type {
  CorrelationRule,
  EventRule,
  FilterRule,
  Level,
  RuleDocument,
} from './document/rule-document.js';

/** What a caller may know of a loaded rule. */
export interface RuleInfo {
  /** The document's `id`; without one its `name`, else an identifier made from path and title. */
  id: string;
  /** The document's `name`; without one its title. */
  name: string;
  title: string;
  kind: RuleDocument['kind'];
  level: Level;
  description: string | undefined;
  status: string | undefined;
  tags: readonly string[];
  path: string;
  /** Where the document begins, from 1. */
  line: number;
  /** SHA-256 (hex) of the document's text. */
  contentHash: string;
  /** All keys Sigma does not know (`compliance`, `runbook`, `summary`, `tests` …). */
  custom: Readonly<Record<string, unknown>>;
  /** Author, date, references, falsepositives … */
  metadata: Readonly<Record<string, unknown>>;
  /** Milliseconds a correlation looks back; 0 for other kinds. */
  timespan: number;
  /** Whether it raises no detections of its own because only correlations use it. */
  silent: boolean;
  /** Number of tests in the document. */
  tests: number;
}

/** Rules that were loaded without an error, ready for {@link createDetector}. Immutable. */
export class RuleSet {
  /** Every loaded document, filters included, in the order of the sources. */
  readonly rules: readonly RuleInfo[];
  private readonly byId: ReadonlyMap<string, RuleInfo>;
  private readonly silent: ReadonlySet<string>;

  /** @internal Use `loadRules`. */
  constructor(
    /** @internal */
    readonly documents: readonly RuleDocument[],
  ) {
    this.silent = silentRules(documents);
    this.rules = documents.map((document) => describe(document, this.silent.has(document.id)));
    this.byId = new Map(this.rules.map((rule) => [rule.id, rule]));
  }

  get size(): number {
    return this.rules.length;
  }

  /** The rule with this id. */
  get(id: string): RuleInfo | undefined {
    return this.byId.get(id);
  }

  /** @internal */
  isSilent(id: string): boolean {
    return this.silent.has(id);
  }

  /** @internal */
  eventRules(): EventRule[] {
    return this.documents.filter((document) => document.kind === 'event');
  }

  /** @internal Referred correlations come before those that refer to them. */
  correlations(): CorrelationRule[] {
    const waiting = new Map<string, CorrelationRule>();
    for (const document of this.documents)
      if (document.kind === 'correlation') waiting.set(document.id, document);
    const ordered: CorrelationRule[] = [];
    while (waiting.size > 0) {
      for (const rule of [...waiting.values()]) {
        if (rule.references.some(({ id }) => waiting.has(id))) continue;
        waiting.delete(rule.id);
        ordered.push(rule);
      }
    }
    return ordered;
  }

  /** @internal */
  filters(): FilterRule[] {
    return this.documents.filter((document) => document.kind === 'filter');
  }
}

function describe(document: RuleDocument, silent: boolean): RuleInfo {
  return {
    id: document.id,
    name: document.name ?? document.title,
    title: document.title,
    kind: document.kind,
    level: document.level ?? DEFAULT_LEVEL,
    description: document.description,
    status: document.status,
    tags: document.tags,
    path: document.path,
    line: document.place.line,
    contentHash: document.contentHash,
    custom: document.custom,
    metadata: document.metadata,
    timespan: document.kind === 'correlation' ? document.timespan : 0,
    silent,
    tests: document.kind === 'filter' ? 0 : document.tests.length,
  };
}

/** The level of a rule that names none. */
export const DEFAULT_LEVEL: Level = 'medium';

/** Rules that only correlations use: referred to, and neither they nor a correlation says `generate: true`. */
export function silentRules(documents: readonly RuleDocument[]): Set<string> {
  const silent = new Set<string>();
  const loud = new Set<string>();
  for (const document of documents) {
    if (document.kind === 'filter') continue;
    if (document.kind === 'event' && document.generate === true) loud.add(document.id);
    if (document.kind !== 'correlation') continue;
    for (const { id, text } of document.references) {
      // Before references are resolved there is only what is written: an id or a name.
      (document.generateReferences ? loud : silent).add(id === '' ? text : id);
    }
  }
  for (const id of loud) silent.delete(id);
  return silent;
}
