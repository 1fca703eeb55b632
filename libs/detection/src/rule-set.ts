import { isDecidedLate } from './document/decided-late.js';
import type {
  CorrelationRule,
  CorrelationType,
  EventRule,
  FilterRule,
  Level,
  LogSource,
  RuleDocument,
  Threshold,
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
  /** The document as it stands in its file. */
  source: string;
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
  /** What events it is for; undefined for a correlation, which takes what its rules see. */
  logsource: LogSource | undefined;
  /** What a correlation counts; undefined for other kinds. */
  correlation: CorrelationInfo | undefined;
  /** Ids of the rules that a correlation is over, or that a filter applies to; a filter for `any` has none. */
  references: readonly string[];
}

/** What a caller may know of a correlation. */
export interface CorrelationInfo {
  type: CorrelationType;
  threshold: Threshold;
  groupBy: readonly string[];
  /** Milliseconds. */
  timespan: number;
  /** The fields whose values are counted or calculated with. */
  fields: readonly string[];
  /** What it finds is decided only when no late event can change it any more. */
  isDecidedLate: boolean;
}

/** Rules that were loaded without an error, ready for {@link createDetector}. Immutable. */
export class RuleSet {
  /** Every loaded document, filters included, in the order of the sources. */
  readonly rules: readonly RuleInfo[];
  private readonly byId: ReadonlyMap<string, RuleInfo>;
  private readonly byName: ReadonlyMap<string, RuleInfo>;
  private readonly silent: ReadonlySet<string>;

  /** @internal Use `loadRules`. */
  constructor(
    /** @internal */
    readonly documents: readonly RuleDocument[],
  ) {
    this.silent = silentRules(documents);
    this.rules = documents.map((document) => describe(document, this.silent.has(document.id)));
    this.byId = new Map(this.rules.map((rule) => [rule.id, rule]));
    this.byName = new Map(this.rules.map((rule) => [rule.name, rule]));
  }

  get size(): number {
    return this.rules.length;
  }

  /** How large the rules are, in units of about 50 bytes of memory; they may have `RULE_LIMITS.totalSize`. */
  get weight(): number {
    return this.documents.reduce((sum, { size }) => sum + size, 0);
  }

  /** The rule with this id. */
  get(id: string): RuleInfo | undefined {
    return this.byId.get(id);
  }

  /** The rule with this id, else the one with this name. */
  find(idOrName: string): RuleInfo | undefined {
    return this.byId.get(idOrName) ?? this.byName.get(idOrName);
  }

  /** The rules with these ids and those they are over, with the filters that apply to them; unknown ids are left out. */
  only(ids: Iterable<string>): RuleSet {
    const byId = new Map(this.documents.map((document) => [document.id, document]));
    const kept = new Map<string, RuleDocument>();
    const add = (id: string) => {
      const document = byId.get(id);
      if (document !== undefined) kept.set(id, document);
    };
    for (const id of ids) add(id);
    for (const document of kept.values()) {
      if (document.kind === 'correlation') for (const { id } of document.references) add(id);
    }
    return new RuleSet([...kept.values()]);
  }

  /** All rules but those with these ids. What needs one of them goes too, and a filter no longer applies. */
  without(ids: ReadonlySet<string>): RuleSet {
    const gone = new Set(ids);
    for (let size = -1; size !== gone.size;) {
      size = gone.size;
      for (const document of this.documents) {
        if (document.kind !== 'correlation') continue;
        if (document.references.some(({ id }) => gone.has(id))) gone.add(document.id);
      }
    }
    return new RuleSet(
      this.documents
        .filter(({ id }) => !gone.has(id))
        .map((document) =>
          document.kind === 'event' && document.filters.some(({ id }) => gone.has(id))
            ? { ...document, filters: document.filters.filter(({ id }) => !gone.has(id)) }
            : document,
        ),
    );
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
    source: document.source,
    contentHash: document.contentHash,
    custom: document.custom,
    metadata: document.metadata,
    timespan: document.kind === 'correlation' ? document.timespan : 0,
    silent,
    tests: document.kind === 'filter' ? 0 : document.tests.length,
    logsource: document.kind === 'correlation' ? undefined : document.logsource,
    correlation:
      document.kind === 'correlation'
        ? {
            type: document.type,
            threshold: document.threshold,
            groupBy: document.groupBy,
            timespan: document.timespan,
            fields: document.valueFields,
            isDecidedLate: isDecidedLate(document),
          }
        : undefined,
    references: referencesOf(document),
  };
}

function referencesOf(document: RuleDocument): string[] {
  if (document.kind === 'event') return [];
  const targets = document.kind === 'filter' ? document.targets : document.references;
  return targets === 'any' ? [] : targets.map(({ id }) => id);
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
