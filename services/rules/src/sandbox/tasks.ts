import { loadRules, shownProblems, testRules } from '@mcm/detection';
import type { RuleSources } from '@mcm/persistence';
import { explainFinding } from '../explain-finding/explain-finding.js';
import { previewRule } from '../preview-rule/preview-rule.js';
import { replayStored } from '../replay/replay-stored.js';
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
  check: (sources) => read(sources).result,
  test: (sources) => {
    const { loaded, result } = read(sources);
    return { ...result, report: testRules(loaded.rules) };
  },
};

function read({ files, placeholders }: RuleSources): {
  loaded: ReturnType<typeof loadRules>;
  result: CheckResult;
} {
  const loaded = loadRules(files, { placeholders });
  const { rules, errors, warnings, problems } = loaded;
  return { loaded, result: { rules: rules.size, errors, warnings, problems: shownProblems(problems) } };
}
