import { AppError } from '@mcm/kernel';
import { CandidateIndex } from './compile/candidate-index.js';
import { PredicateTable } from './compile/predicate.js';
import { compileCondition, compileRule, type Node } from './compile/program.js';
import { deriveWitnesses } from './compile/witness.js';
import { CorrelationDetection, type RuleLabel } from './correlation-detection.js';
import type { Detection, DetectorEvent } from './detection.js';
import type { EventRule, Level } from './document/rule-document.js';
import { renderSummary } from './document/summary-template.js';
import { evaluate } from './evaluate/evaluate.js';
import { explain } from './evaluate/explain.js';
import { FieldSlots, RecordView } from './evaluate/record-view.js';
import { Router } from './evaluate/router.js';
import { EventDetection } from './event-detection.js';
import { parseDuration } from './parse/duration.js';
import { DEFAULT_LEVEL, type RuleSet } from './rule-set.js';
import { planCorrelations, planFamilies, type CorrelationPlan } from './windows/correlation-plan.js';
import { CorrelationWindows, type WindowClock } from './windows/correlation-windows.js';
import { addFiring, episodeAt, EVIDENCE } from './windows/episode.js';
import { snapshotEpisode } from './windows/episode-snapshot.js';
import { groupKey, WHOLE } from './windows/event-facts.js';
import { fieldSummary, FactsReaders, type FactsReader } from './windows/facts-reader.js';
import { leafEvents } from './windows/leaf-events.js';
import { MemoryWindowStore } from './windows/memory-window-store.js';
import { meetsThreshold } from './windows/threshold.js';
import { windowSignatures } from './windows/window-signature.js';
import { DEFAULT_WINDOW_LIMITS, type WindowLimits } from './windows/window-limits.js';

export interface DetectorOptions extends Partial<WindowLimits> {
  /** Look candidate rules up by what they need. Default true; false evaluates rule by rule, to compare with. */
  index?: boolean;
  /** Try only the rules whose log source fits the event's; events without one are tried against all. Default true. */
  route?: boolean;
  /**
   * How much later than its neighbours an event may arrive and still count in their windows: milliseconds, or a text
   * such as `1h`. Default one hour.
   */
  lateness?: number | string;
  /**
   * The detector that this one will follow. Correlations that did not change get its windows with
   * {@link Detector.takeOver}; until then they take nothing in. Both must have the same placeholders.
   */
  replaces?: Detector;
}

/** An episode that began before what {@link Detector.absorb} was given. */
export interface OpenEpisode {
  ruleId: string;
  groupKey: string | null;
  firstSeen: Date | number;
  lastSeen: Date | number;
  count: number;
  eventIds: readonly string[];
}

export interface DetectorStats {
  /** Events looked at, absorbed ones included. */
  events: number;
  /** Rules over single events that were evaluated, over all events; the index keeps this small. */
  evaluations: number;
  /** Groups with a window now. */
  groups: number;
  /** Events in windows now. */
  entries: number;
  /** Groups and entries forgotten because a limit was reached. */
  evictions: number;
  /** Events that no window could take because they have no time. */
  untimed: number;
  /** Sentences for people about what is not as it should be; empty when all is well. */
  warnings: string[];
}

/** Takes events in, tells what the rules find. Synchronous; all state is in memory. */
export interface Detector {
  /** Evaluates one event. A correlation's detection names the episode the event belongs to, as it stands now. */
  process(event: DetectorEvent): Detection[];
  /**
   * Evaluates events together: the same findings, but each episode that they touch is named once, as it stands at the end;
   * in a batch that arrived over longer than the allowed lateness, once for each stretch of that length.
   */
  processBatch(events: readonly DetectorEvent[]): Detection[];
  /** Feeds events into the windows without naming anything: to have them back after a restart. */
  absorb(events: readonly DetectorEvent[]): void;
  /** Makes an episode known that began before what was absorbed; call it after {@link absorb}. */
  seedEpisode(episode: OpenEpisode): void;
  /**
   * Lets arrival time pass without an event; answers what is found missing by then (`absence`), and again what was found
   * missing at `since` or later (`now` unless given), in case that answer was lost.
   */
  advance(now: Date | number, since?: Date | number): Detection[];
  /** The arrival time that {@link advance} must pass before it can find something; Infinity when nothing waits. */
  due(): number;
  /**
   * Takes the windows of unchanged correlations from the detector that this one replaces, which must not be used any
   * more. Call it once, when {@link absorb} has filled the others.
   */
  takeOver(): void;
  stats(): DetectorStats;
  /** The latest arrival it knows of; milliseconds, -Infinity before the first event. */
  readonly now: number;
  /**
   * Milliseconds: how far back in arrival time {@link absorb} has to go to fill the windows that are not taken over; 0
   * when there are none.
   */
  readonly horizon: number;
  /** Milliseconds: how far back the longest correlation looks. 0 without correlations. */
  readonly longestTimespan: number;
}

interface CompiledRule {
  readonly rule: EventRule;
  readonly node: Node;
  readonly levels: readonly { readonly node: Node; readonly level: Level }[];
  /** Raises no detections of its own. */
  readonly silent: boolean;
  readonly feeds: {
    readonly windows: CorrelationWindows;
    readonly bit: number;
    readonly facts: FactsReader;
  }[];
}

/** Compiles rules into a detector with windows of its own. */
export function createDetector(rules: RuleSet, options: DetectorOptions = {}): Detector {
  return new MemoryDetector(rules, options);
}

const DEFAULT_LATENESS = 3_600_000;

class MemoryDetector implements Detector {
  readonly longestTimespan: number;
  private readonly slots = new FieldSlots();
  private readonly view = new RecordView(this.slots);
  private readonly predicates = new PredicateTable(this.slots);
  private readonly compiled: CompiledRule[] = [];
  private readonly plans: CorrelationPlan[];
  private readonly windows: CorrelationWindows[] = [];
  private readonly labels = new Map<string, RuleLabel>();
  private readonly loud = new Set<string>();
  private readonly indexAll: () => CandidateIndex;
  /** The index over all rules; made when the first event without a log source asks for it. */
  private everything: CandidateIndex | undefined;
  private readonly router: Router<CandidateIndex>;
  private readonly clock: WindowClock;
  private readonly signatures: ReadonlyMap<string, string>;
  /** The detector whose windows are taken over, and for each of these the windows here that go on with them. */
  private replaced: MemoryDetector | undefined;
  private heirs: { windows: CorrelationWindows; of: CorrelationWindows }[] = [];
  private readonly limits: WindowLimits;
  private readonly route: boolean;
  private readonly timestampSlots: number[];
  private events = 0;
  private evaluations = 0;
  private evictions = 0;
  private untimed = 0;

  constructor(rules: RuleSet, options: DetectorOptions) {
    this.route = options.route ?? true;
    this.limits = {
      maxGroups: options.maxGroups ?? DEFAULT_WINDOW_LIMITS.maxGroups,
      maxEntries: options.maxEntries ?? DEFAULT_WINDOW_LIMITS.maxEntries,
    };
    this.clock = { now: -Infinity, lateness: latenessOf(options.lateness), groups: 0, entries: 0 };
    this.signatures = windowSignatures(rules);
    if (options.replaces instanceof MemoryDetector) this.replaced = options.replaces;
    for (const { id, name, title, contentHash } of rules.rules) {
      this.labels.set(id, { id, name, title, contentHash });
    }
    this.plans = planCorrelations(rules.correlations());
    this.longestTimespan = this.plans.reduce((longest, plan) => Math.max(longest, plan.retention), 0);
    this.timestampSlots = ['timestamp', '@timestamp'].map((field) => this.slots.slot(field));
    this.buildWindows(rules);
    this.compileRules(rules);
    const { witnesses, statistics } = deriveWitnesses(
      this.compiled.map(({ node }) => node),
      this.predicates,
    );
    const index = (numbers: readonly number[]): CandidateIndex =>
      new CandidateIndex(
        numbers.map((number) => ({
          number,
          witnesses: options.index === false ? undefined : witnesses[number],
        })),
        this.compiled.length,
        statistics,
      );
    this.indexAll = () => index([...this.compiled.keys()]);
    this.router = new Router(
      this.compiled.map(({ rule }) => rule.logsource),
      index,
    );
  }

  process(event: DetectorEvent): Detection[] {
    const detections: Detection[] = [];
    const since = this.take(event, detections);
    this.judge(detections, since);
    this.tidy();
    return detections;
  }

  processBatch(events: readonly DetectorEvent[]): Detection[] {
    const detections: Detection[] = [];
    this.takeAll(events, detections);
    return detections;
  }

  absorb(events: readonly DetectorEvent[]): void {
    this.takeAll(events, undefined);
  }

  /**
   * Judging forgets what arrived too long ago. A batch that arrived over a longer time than what is allowed to be late (a
   * backlog, or stored events) is judged in stretches, or its own beginning would be forgotten before it was looked at.
   */
  private takeAll(events: readonly DetectorEvent[], detections: Detection[] | undefined): void {
    let since = Infinity;
    let begun = Infinity;
    for (const event of events) {
      if (event.receivedAt === undefined && event.time === undefined) this.view.reset(event.data);
      const arrival = Number(event.receivedAt ?? this.timeOf(event));
      if (arrival > begun + this.clock.lateness) {
        this.judge(detections, detections === undefined ? Infinity : since);
        this.tidy();
        since = Infinity;
        begun = Infinity;
      }
      since = Math.min(since, this.take(event, detections));
      begun = Math.min(begun, this.clock.now);
    }
    this.judge(detections, detections === undefined ? Infinity : since);
    this.tidy();
  }

  advance(now: Date | number, since?: Date | number): Detection[] {
    this.clock.now = Math.max(this.clock.now, Number(now));
    const detections: Detection[] = [];
    this.judge(detections, since === undefined ? this.clock.now : Number(since));
    this.tidy();
    return detections;
  }

  due(): number {
    return this.windows.reduce((first, windows) => Math.min(first, windows.due()), Infinity);
  }

  takeOver(): void {
    const { replaced } = this;
    if (replaced === undefined) return;
    this.clock.now = Math.max(this.clock.now, replaced.clock.now);
    for (const { windows, of } of this.heirs) windows.takeOver(of);
    // Nothing of it is needed any more.
    this.replaced = undefined;
    this.heirs = [];
    this.events += replaced.events;
    this.evaluations += replaced.evaluations;
    this.evictions += replaced.evictions;
    this.untimed += replaced.untimed;
  }

  get now(): number {
    return this.clock.now;
  }

  get horizon(): number {
    return this.windows.reduce(
      (longest, windows) => (windows.isWaiting ? longest : Math.max(longest, windows.reach)),
      0,
    );
  }

  seedEpisode(open: OpenEpisode): void {
    const windows = this.windows.find(({ plans }) => plans.some(({ rule }) => rule.id === open.ruleId));
    // The rule may have been removed or changed since the episode was recorded: then nothing can continue it.
    if (windows === undefined || windows.isWaiting) return;
    const number = windows.plans.findIndex(({ rule }) => rule.id === open.ruleId);
    const plan = windows.plans[number]!;
    const values = groupValues(plan, open.groupKey);
    if (values === undefined) return;
    const group = windows.group(values.length === 0 ? WHOLE : groupKey(values));
    const { episodes } = group.track(number);
    const first = Number(open.firstSeen);
    const last = Number(open.lastSeen);
    const known = episodeAt(episodes, last, plan.lookback);
    const value = known !== undefined && known.last >= last ? known.value : open.count;
    addFiring(episodes, last, value, plan.timespan);
    const episode = episodeAt(episodes, last, plan.lookback)!;
    episode.first = Math.min(episode.first, Math.min(first + plan.lookback, last));
    const { entries } = group;
    const present = plan.needs.firings
      ? leafEvents(
          group,
          { ...episode, first: first + plan.lookback, last, frozen: undefined },
          plan.lookback,
        ).length
      : entries.between(entries.lower(first), entries.upper(last));
    if (open.count <= present) return;
    const ids = entries.missing(open.eventIds).slice(0, EVIDENCE);
    episode.frozen = { start: first, count: open.count - present, ids, until: -Infinity };
  }

  stats(): DetectorStats {
    const warnings: string[] = [];
    if (this.evictions > 0) {
      warnings.push(
        `${this.evictions} groups or events were forgotten because the limit of ${this.limits.maxGroups} groups or ` +
          `${this.limits.maxEntries} events in windows was reached; correlations may miss something`,
      );
    }
    if (this.untimed > 0) warnings.push(`${this.untimed} events without a time took no part in correlations`);
    return {
      events: this.events,
      evaluations: this.evaluations,
      groups: this.clock.groups,
      entries: this.clock.entries,
      evictions: this.evictions,
      untimed: this.untimed,
      warnings,
    };
  }

  private buildWindows(rules: RuleSet): void {
    const { replaced } = this;
    const present = new Map(replaced?.windows.map((windows) => [replaced.signatureOf(windows), windows]));
    const built = new Map<CorrelationPlan, CorrelationWindows>();
    // A plan's dependents have greater numbers: build from the end.
    for (const family of planFamilies(this.plans).reverse()) {
      const dependents = family[0]!.dependents.map(({ plan: outer }) => built.get(outer)!);
      const windows = new CorrelationWindows(family, this.clock, dependents, new MemoryWindowStore());
      for (const plan of family) {
        built.set(plan, windows);
        if (!rules.isSilent(plan.rule.id)) this.loud.add(plan.rule.id);
      }
      this.windows.unshift(windows);
      const of = present.get(this.signatureOf(windows));
      if (of === undefined) continue;
      windows.awaitOthers();
      this.heirs.push({ windows, of });
    }
  }

  private signatureOf({ plans }: CorrelationWindows): string {
    return plans.map(({ rule }) => this.signatures.get(rule.id)!).join('\n');
  }

  private compileRules(rules: RuleSet): void {
    const readers = new FactsReaders(this.slots);
    const byId = new Map<string, CompiledRule>();
    for (const rule of rules.eventRules()) {
      const compiled: CompiledRule = {
        rule,
        node: compileRule(rule, this.predicates),
        levels: rule.levels.map(({ condition, level }) => ({
          node: compileCondition(condition, rule.selections, this.predicates),
          level,
        })),
        silent: rules.isSilent(rule.id),
        feeds: [],
      };
      byId.set(rule.id, compiled);
      this.compiled.push(compiled);
    }
    for (const windows of this.windows) {
      const plan = windows.plans[0]!;
      for (const [bit, { id }] of plan.rule.references.entries()) {
        byId.get(id)?.feeds.push({ windows, bit, facts: readers.reader(plan, bit) });
      }
    }
  }

  /** Evaluates an event and offers it to the windows; answers its arrival. */
  private take(event: DetectorEvent, detections: Detection[] | undefined): number {
    this.events += 1;
    this.view.reset(event.data);
    this.predicates.nextEvent();
    const time = this.timeOf(event);
    const received = event.receivedAt === undefined ? Number.NaN : Number(event.receivedAt);
    let arrival = received;
    if (Number.isNaN(received)) {
      if (time > this.clock.now) this.clock.now = time;
      arrival = this.clock.now;
    } else if (received > this.clock.now) {
      this.clock.now = received;
    }
    const index =
      this.route && event.logsource !== undefined
        ? this.router.route(event.logsource)
        : (this.everything ??= this.indexAll());
    const candidates = index.candidates(this.view);
    this.evaluations += candidates.length;
    let timed = true;
    for (let i = 0; i < candidates.length; i += 1) {
      const compiled = this.compiled[candidates[i]!]!;
      if (!evaluate(compiled.node, this.predicates, this.view)) continue;
      if (detections !== undefined && !compiled.silent) {
        detections.push(this.eventDetection(compiled, event, Number.isNaN(time) ? received : time));
      }
      if (compiled.feeds.length === 0) continue;
      if (Number.isNaN(time)) {
        timed = false;
        continue;
      }
      for (const { windows, bit, facts } of compiled.feeds) {
        const read = facts.read(this.view);
        if (read !== undefined) windows.offer(event.id, time, arrival, bit, read);
      }
    }
    if (!timed) this.untimed += 1;
    return arrival;
  }

  private timeOf(event: DetectorEvent): number {
    if (event.time !== undefined) return Number(event.time);
    for (const slot of this.timestampSlots) {
      const text = this.view.field(slot).scalars[0];
      if (typeof text === 'string') {
        const time = Date.parse(text);
        if (!Number.isNaN(time)) return time;
      }
    }
    return Number.NaN;
  }

  private eventDetection(compiled: CompiledRule, event: DetectorEvent, time: number): Detection {
    const { rule, node } = compiled;
    let level = rule.level ?? DEFAULT_LEVEL;
    for (const each of compiled.levels) {
      if (evaluate(each.node, this.predicates, this.view)) {
        level = each.level;
        break;
      }
    }
    const when = Number.isNaN(time) ? 0 : time;
    return new EventDetection(
      rule,
      level,
      event.id,
      when,
      () => {
        this.look(event);
        return { kind: 'event', condition: explain(node, this.predicates, this.view) };
      },
      () => {
        if (rule.summary === undefined) return rule.title;
        this.look(event);
        return renderSummary(
          rule.summary,
          (field) => fieldSummary(this.view.field(this.slots.slot(field))),
          (fact) => {
            switch (fact) {
              case 'count':
                return '1';
              case 'timespan':
                return '0s';
              case 'first_seen':
              case 'last_seen':
                return new Date(when).toISOString();
            }
          },
        );
      },
    );
  }

  /** Makes an event the present one again, for what is worked out later. */
  private look(event: DetectorEvent): void {
    this.view.reset(event.data);
    this.predicates.nextEvent();
  }

  private judge(detections: Detection[] | undefined, since: number): void {
    // Referred correlations stand first: their firings reach those that refer to them before these are judged.
    for (const windows of this.windows) {
      windows.judge((plan, group, episode) => {
        if (detections === undefined || !this.loud.has(plan.rule.id)) return;
        const snapshot = snapshotEpisode(plan, group, episode);
        let level = plan.rule.level ?? DEFAULT_LEVEL;
        for (const each of plan.rule.levels) {
          if (meetsThreshold(each.threshold, snapshot.count)) {
            level = each.level;
            break;
          }
        }
        const labels = plan.rule.references.map(({ id }) => this.labels.get(id)!);
        detections.push(new CorrelationDetection(plan, level, snapshot, labels));
      }, since);
    }
  }

  /** Forgets what is out of reach, and more when a limit is reached. */
  private tidy(): void {
    for (const windows of this.windows) windows.sweep();
    while (this.clock.groups > this.limits.maxGroups) {
      let stalest = this.windows[0]!;
      let oldest = Infinity;
      for (const windows of this.windows) {
        const arrival = windows.stalest();
        if (arrival < oldest) {
          oldest = arrival;
          stalest = windows;
        }
      }
      this.evictions += 1 + stalest.evictStalest();
    }
    if (this.clock.entries > this.limits.maxEntries) this.dropEntries();
  }

  /** Shortens how far back windows reach, half of the way again and again, until there is room. */
  private dropEntries(): void {
    const target = Math.floor(this.limits.maxEntries * 0.9);
    let reach = this.longestTimespan + this.clock.lateness;
    while (this.clock.entries > target) {
      reach = reach < 1 ? -1 : reach / 2;
      for (const windows of this.windows) this.evictions += windows.dropArrivedBefore(this.clock.now - reach);
      if (reach < 0) break;
    }
  }
}

function latenessOf(lateness: number | string | undefined): number {
  if (lateness === undefined) return DEFAULT_LATENESS;
  const milliseconds = typeof lateness === 'number' ? lateness : parseDuration(lateness);
  if (milliseconds === undefined || !(milliseconds >= 0)) {
    throw new AppError(
      'invalid',
      'DETECTION.LATENESS',
      `"${lateness}" is not a lateness: milliseconds, or a text such as 1h`,
    );
  }
  return milliseconds;
}

/** The values of a canonical group key in the order of group-by; undefined when it is of other fields. */
function groupValues(plan: CorrelationPlan, key: string | null): string[] | undefined {
  const fields = plan.rule.groupBy;
  let record: unknown;
  try {
    record = JSON.parse(key === null || key === '' ? '{}' : key);
  } catch {
    // Written by another version of the rule, or not by a detector at all: it names no group of this rule.
    return undefined;
  }
  if (typeof record !== 'object' || record === null || Object.keys(record).length !== fields.length)
    return undefined;
  const values: string[] = [];
  for (const field of fields) {
    const value: unknown = (record as Record<string, unknown>)[field];
    if (typeof value !== 'string') return undefined;
    values.push(value);
  }
  return values;
}
