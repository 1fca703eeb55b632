import { loadRules, type Problem, type RuleSet } from '@mcm/detection';
import { HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { RulesConfig } from '../rules.config.js';
import { readRuleFiles } from './rule-files.js';

/** The rules that are in force, read from disk once. A faulty document is reported and left out; the others work. */
@Injectable()
export class RuleStore {
  private loaded: Promise<RuleSet> | undefined;

  constructor(
    private readonly config: RulesConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly metrics: MetricsRegistry,
  ) {}

  /** @throws AppError `RULES.UNREADABLE` when the folder cannot be read */
  rules(): Promise<RuleSet> {
    this.loaded ??= this.load();
    return this.loaded;
  }

  private async load(): Promise<RuleSet> {
    const { rules, problems } = loadRules(await readRuleFiles([this.config.path]));
    const refused = problems.filter((problem) => problem.severity === 'error');
    for (const problem of refused)
      this.logger.error({ code: problem.code }, `Rule refused: ${problemLine(problem)}`);
    this.metrics.gauge('mcm_rules_loaded', 'Rules in force').set(rules.rules.length);
    this.metrics.gauge('mcm_rules_refused', 'Rule documents with an error').set(refused.length);
    this.logger.info(
      { rules: rules.rules.length, refused: refused.length, path: this.config.path },
      'Rules loaded',
    );
    this.health.register('rules', async () =>
      refused.length === 0 ? undefined : `${refused.length} refused, first: ${problemLine(refused[0]!)}`,
    );
    return rules;
  }
}

/** `file:line:column: message`, as compilers print it. */
export function problemLine(problem: Problem): string {
  return `${problem.path}:${problem.line}:${problem.column}: ${problem.message}`;
}
