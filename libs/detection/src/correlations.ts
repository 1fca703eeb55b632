import { createHash } from 'node:crypto';
import { CorrelationDetection, type RuleLabel } from './correlation-detection.js';
import type { Detection } from './detection.js';
import type { Level } from './document/rule-document.js';
import type { FieldSlots } from './evaluate/record-view.js';
import { DEFAULT_LEVEL, type RuleSet } from './rule-set.js';
import { meetsThreshold } from './windows/aggregates/threshold.js';
import { planCorrelations, planFamilies, type CorrelationPlan } from './windows/correlation-plan.js';
import { CorrelationWindows } from './windows/correlation-windows.js';
import { snapshotEpisode } from './windows/episodes/episode-snapshot.js';
import type { Group } from './windows/episodes/group.js';
import { seededGroup, seedEpisode, type OpenEpisode } from './windows/episodes/seed-episode.js';
import { FactsReaders, type FactsReader } from './matches/facts-reader.js';
import { GroupKey } from './windows/groups/event-facts.js';
import { GroupStore } from './windows/groups/group-store.js';
import type { NamedWindows } from './matches/match-codec.js';
import type { WindowClock } from './windows/window-clock.js';
import type { WindowLimits } from './windows/window-limits.js';
import { windowSignatures } from './windows/window-signature.js';

/** Characters of a name of windows: 72 bits. */
const NAME_LENGTH = 12;

/** Where the matches of a rule over single events go: one correlation (or several that share windows) that refers to it. */
export interface Feed {
  readonly windows: CorrelationWindows;
  readonly bit: number;
  readonly facts: FactsReader;
}

/** All correlations of a detector: takes matches in, reports episodes, and keeps to the limits. */
export class Correlations {
  /** Milliseconds: how far back the longest one looks; 0 without any. */
  readonly longestTimespan: number;
  /** Groups and entries forgotten because a limit was reached. */
  evictions = 0;
  private readonly windows: readonly CorrelationWindows[];
  private readonly feeds = new Map<string, Feed[]>();
  /** The rules that a correlation refers to; of correlations that raise detections of their own. */
  private readonly labels = new Map<CorrelationPlan, readonly RuleLabel[]>();
  private readonly signatures: ReadonlyMap<string, string>;
  /** For windows of others that are taken over, the windows here that go on with them. */
  private heirs: { windows: CorrelationWindows; of: CorrelationWindows }[] = [];
  private names: NamedWindows | undefined;

  /** `replaced`: correlations whose windows are taken over where nothing about them changed. */
  constructor(
    rules: RuleSet,
    slots: FieldSlots,
    private readonly limits: WindowLimits,
    readonly clock: WindowClock,
    private replaced: Correlations | undefined,
    /** What else decides what the rules mean. */
    private readonly meaning = '',
  ) {
    this.signatures = windowSignatures(rules);
    const plans = planCorrelations(rules.correlations());
    this.longestTimespan = plans.reduce((longest, plan) => Math.max(longest, plan.reach.timespan), 0);
    const readers = new FactsReaders(slots);
    this.windows = buildWindows(plans, clock, readers);
    this.findHeirs();
    for (const plan of plans) {
      if (rules.isSilent(plan.rule.id)) continue;
      this.labels.set(
        plan,
        plan.rule.references.map(({ id }) => label(rules, id)),
      );
    }
    for (const windows of this.windows) {
      const plan = windows.plans[0]!;
      for (const [bit, { id }] of plan.rule.references.entries()) {
        const feeds = this.feeds.get(id) ?? [];
        feeds.push({ windows, bit, facts: readers.reader(plan, bit) });
        this.feeds.set(id, feeds);
      }
    }
  }

  /** Where the matches of a rule go. */
  feedsOf(ruleId: string): readonly Feed[] {
    return this.feeds.get(ruleId) ?? [];
  }

  /**
   * Finds what the events since the last call led to. Adds the episodes that it touched to `detections`, each once; without
   * them nothing is named. `since` is the earliest arrival of these events.
   */
  evaluate(detections: Detection[] | undefined, since: number): void {
    // Referred correlations stand first: their hits reach those that refer to them before these are evaluated.
    for (const windows of this.windows) {
      windows.evaluate((plan, group, episode) => {
        const labels = this.labels.get(plan);
        if (detections === undefined || labels === undefined) return;
        const snapshot = snapshotEpisode(plan, group, episode);
        detections.push(new CorrelationDetection(plan, levelOf(plan, snapshot.count), snapshot, labels));
      }, since);
    }
    this.tidy();
  }

  /** The arrival time that must pass before something can be found missing; Infinity when nothing waits. */
  due(): number {
    return this.windows.reduce((first, windows) => Math.min(first, windows.due), Infinity);
  }

  /** How far back in arrival time the windows that are not taken over have to be filled; 0 when there are none. */
  get horizon(): number {
    return this.windows.reduce(
      (longest, windows) => (windows.isWaiting ? longest : Math.max(longest, windows.reach)),
      0,
    );
  }

  /** The windows that take something in, by names that are the same wherever the same correlations mean the same. */
  named(): NamedWindows {
    return (this.names ??= new Map(
      this.windows
        .filter(({ isWaiting }) => !isWaiting)
        .map((windows) => [
          createHash('sha256')
            .update(JSON.stringify([this.signatureOf(windows), this.meaning]))
            .digest('base64url')
            .slice(0, NAME_LENGTH),
          windows,
        ]),
    ));
  }

  /** Takes the windows over that are waited for. */
  takeOver(): void {
    const { replaced } = this;
    if (replaced === undefined) return;
    this.clock.now = Math.max(this.clock.now, replaced.clock.now);
    for (const { windows, of } of this.heirs) windows.takeOver(of);
    this.evictions += replaced.evictions;
    this.clock.lateSkipped += replaced.clock.lateSkipped;
    this.names = undefined;
    // Nothing of it is needed any more.
    this.replaced = undefined;
    this.heirs = [];
  }

  /** Makes an episode known that began before what is in the windows. One of a rule that is gone or changed is ignored. */
  seed(open: OpenEpisode): void {
    for (const windows of this.windows) {
      const number = windows.plans.findIndex(({ rule }) => rule.id === open.ruleId);
      if (number < 0 || windows.isWaiting) continue;
      const plan = windows.plans[number]!;
      const values = seededGroup(plan, open.groupKey);
      if (values !== undefined) seedEpisode(plan, number, windows.group(GroupKey.of(values)), open);
    }
  }

  private findHeirs(): void {
    const { replaced } = this;
    if (replaced === undefined) return;
    const present = new Map(replaced.windows.map((windows) => [replaced.signatureOf(windows), windows]));
    for (const windows of this.windows) {
      const of = present.get(this.signatureOf(windows));
      if (of === undefined) continue;
      windows.awaitOthers();
      this.heirs.push({ windows, of });
    }
  }

  private signatureOf({ plans }: CorrelationWindows): string {
    return plans.map(({ rule }) => this.signatures.get(rule.id)!).join('\n');
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

function buildWindows(
  plans: readonly CorrelationPlan[],
  clock: WindowClock,
  readers: FactsReaders,
): CorrelationWindows[] {
  const all: CorrelationWindows[] = [];
  const built = new Map<CorrelationPlan, CorrelationWindows>();
  // A plan's dependents have greater numbers: build from the end.
  for (const family of planFamilies(plans).reverse()) {
    const dependents = family[0]!.dependents.map(({ plan: outer }) => built.get(outer)!);
    const store = new GroupStore<Group>(readers.directory(family[0]!));
    const windows = new CorrelationWindows(family, clock, dependents, store);
    for (const plan of family) built.set(plan, windows);
    all.unshift(windows);
  }
  return all;
}

function label(rules: RuleSet, id: string): RuleLabel {
  const { name, title, contentHash } = rules.get(id)!;
  return { id, name, title, contentHash };
}

function levelOf({ rule }: CorrelationPlan, count: number): Level {
  for (const { threshold, level } of rule.levels) if (meetsThreshold(threshold, count)) return level;
  return rule.level ?? DEFAULT_LEVEL;
}
