export { loadRules } from './load-rules.js';
export type { LoadOptions, LoadResult, RuleSource } from './load-rules.js';
export { loadPlaceholders } from './load-placeholders.js';
export type { Placeholders } from './modifiers/placeholders.js';
export { readYaml } from './parse/read-yaml.js';
export type { Problem, ProblemSeverity } from './problems/problem.js';
export { MORE_PROBLEMS, PROBLEMS_SHOWN, shownProblems } from './problems/shown-problems.js';
export { RuleSet } from './rule-set.js';
export type { CorrelationInfo, RuleInfo } from './rule-set.js';
export { editRule } from './edit-rule.js';
export type { RuleEdit } from './edit-rule.js';
export { detectionJson } from './detection-json.js';
export { createDetector } from './detector.js';
export type { AppliedMatches, Detector, DetectorOptions, DetectorStats, MatchedEvents } from './detector.js';
export { Turn } from './turn.js';
export { EVALUATION_LIMITS, RULE_LIMITS } from './limits.js';
export type { OpenEpisode } from './windows/episodes/seed-episode.js';
export type {
  CorrelationReasons,
  Detection,
  DetectorEvent,
  EventLogSource,
  EventReasons,
  Reasons,
} from './detection.js';
export type { ConditionReason } from './evaluate/explain.js';
export type { CorrelationType, Level, LogSource, Threshold } from './document/rule-document.js';
export { testRules } from './testing/test-rules.js';
export type { TestReport, TestResult } from './testing/test-rules.js';
export { windowsRecord } from './event-log/windows-record.js';
export type { WindowsRecord } from './event-log/windows-record.js';
export { windowsRecords } from './event-log/windows-records.js';
