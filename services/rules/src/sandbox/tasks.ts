import { loadRules, type LoadResult, shownProblems, testRules } from '@mcm/detection';
import { explainFinding } from '../explain-finding/explain-finding.js';
import { withPackDemands } from '../packs/pack-demands.js';
import { previewRule } from '../preview-rule/preview-rule.js';
import { replayStored } from '../replay/replay-stored.js';
import type { RuleSources } from '../rule-store/rule-files.js';
import type { CheckResult, SandboxHost, SandboxTask, SandboxTasks } from './sandbox-messages.js';

/** What the process for foreign rules can do. */
export const TASKS: {
  [N in SandboxTask]: (
    input: SandboxTasks[N]['input'],
    host: SandboxHost,
  ) => Promise<SandboxTasks[N]['result']> | SandboxTasks[N]['result'];
} = {
  preview: previewRule,
  explain: explainFinding,
  replay: replayStored,
  check: ({ packs, ...sources }) => summary(withPackDemands(load(sources), packs)),
  test: (sources) => {
    const loaded = load(sources);
    return { ...summary(loaded), report: testRules(loaded.rules) };
  },
};

function load({ files, placeholders }: RuleSources): LoadResult {
  return loadRules(files, { placeholders });
}

function summary({ rules, errors, warnings, problems }: LoadResult): CheckResult {
  return { rules: rules.size, errors, warnings, problems: shownProblems(problems) };
}
