import type {
  FindingExplanation,
  JobProgress,
  PreviewRulePayload,
  PreviewRuleResult,
  RuleLevel,
} from '@mcm/contracts';
import type { Detection, Problem, TestReport } from '@mcm/detection';
import type { ErrorKind } from '@mcm/kernel';
import type { StoredFindingDetail } from '@mcm/persistence';
import type { FindingEvent } from '../evaluate-events/finding-draft.js';
import type { RulePacks } from '../packs/read-packs.js';
import type { EventPages, TimeRange } from '../replay/stored-events.js';
import type { RuleOverride } from '../rule-store/override-reader.js';
import type { RuleCatalogue } from '../rule-store/rule-catalogue.js';
import type { RuleSources } from '../rule-store/rule-files.js';

/** The rules in force, as they are sent to another process. */
export interface SentRules {
  revision: number;
  fingerprint: string;
  sources: RuleSources;
  overridesRevision: number;
  overrides: readonly RuleOverride[];
}

/** What a page of stored events led to, as it is sent to another process. */
export interface TakenPage {
  detections: readonly Detection[];
  /** Those that the detections may name, by uid. */
  events: ReadonlyMap<string, FindingEvent>;
  count: number;
  warnings: readonly string[];
}

/** What a task may ask of the process that started it. */
export interface SandboxHost extends EventPages {
  /** The text of a rule as it was at some time. */
  ruleVersion(id: string, hash: string): ReturnType<RuleCatalogue['version']>;
  progress(progress: JobProgress): Promise<void>;
  /** Takes what a page of stored events led to; resolves when it is written. */
  take(page: TakenPage): Promise<void>;
}

/** What can run apart: what it is given, and what it gives back. */
export interface SandboxTasks {
  preview: { input: PreviewInput; result: PreviewRuleResult };
  explain: { input: ExplainInput; result: FindingExplanation };
  replay: { input: ReplayInput; result: null };
  check: { input: RuleSources & { packs: RulePacks }; result: CheckResult };
  test: { input: RuleSources; result: CheckResult & { report: TestReport } };
}
export type SandboxTask = keyof SandboxTasks;

export interface PreviewInput extends PreviewRulePayload {
  rules: SentRules;
  /** Seconds after which it stops with what it has. */
  seconds: number;
  /** Milliseconds. */
  lateness: number;
  /** The present, in milliseconds since 1970. */
  now: number;
}
export interface ExplainInput {
  rules: SentRules;
  finding: StoredFindingDetail;
  /** Levels that people set in place of the rule's own. */
  levelsSet: readonly RuleLevel[];
  /** Milliseconds. */
  lateness: number;
}
export interface ReplayInput {
  rules: SentRules;
  range: TimeRange;
  /** Milliseconds. */
  lateness: number;
  /** The present, in milliseconds since 1970. */
  now: number;
}
/** What rule files say. */
export interface CheckResult {
  rules: number;
  errors: number;
  warnings: number;
  /** As many as are shown. */
  problems: Problem[];
}

/** To the process that runs tasks. */
export type ToSandbox =
  | { kind: 'run'; task: SandboxTask; input: SandboxTasks[SandboxTask]['input'] }
  | { kind: 'answer'; call: number; value: unknown }
  | { kind: 'refusal'; call: number; message: string };

/** From the process that runs tasks. `alive` comes every second that its event loop turns. */
export type FromSandbox =
  | { kind: 'ready' }
  | { kind: 'alive' }
  | { kind: 'call'; call: number; name: keyof SandboxHost; args: readonly unknown[] }
  | { kind: 'done'; result: SandboxTasks[SandboxTask]['result'] }
  | { kind: 'failed'; error: { kind: ErrorKind; code: string } | null; message: string };
