import type { ReloadRulesResult } from '@mcm/contracts';
import { type Problem, shownProblems } from '@mcm/detection';
import { HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { RulesConfig } from '../rules.config.js';
import { catalogueRules } from './catalogue-rule.js';
import { type LoadRequest, RuleCatalogue } from './rule-catalogue.js';
import { fingerprintOf, readRuleSources } from './rule-files.js';
import { type LoadedRules, loadSources, RulesInForce } from './rules-in-force.js';
import { OverrideReader } from './override-reader.js';
import { Overrides } from './overrides.js';

/**
 * The rules of this process. They come from the catalogue in the database, the same for all processes; the files on
 * disk go there at the start and when a reload is requested.
 */
@Injectable()
export class RuleStore implements OnModuleInit {
  private present: RulesInForce | undefined;
  /** Read last, in whatever way: the same files need not be read again. */
  private lastLoaded: LoadedRules | undefined;

  constructor(
    private readonly config: RulesConfig,
    private readonly catalogue: RuleCatalogue,
    private readonly overrides: OverrideReader,
    @Inject(LOGGER) private readonly logger: Logger,
    health: HealthRegistry,
    metrics: MetricsRegistry,
  ) {
    metrics.gauge('mcm_rules_loaded', 'Rules in force', [], (gauge) =>
      gauge.set(this.present?.loaded.rules.size ?? 0),
    );
    metrics.gauge('mcm_rules_refused', 'Rule documents with an error', [], (gauge) =>
      gauge.set(this.refused().length),
    );
    metrics.gauge('mcm_rules_disabled', 'Disabled rules', [], (gauge) =>
      gauge.set(this.present?.overrides.all.filter(({ enabled }) => !enabled).length ?? 0),
    );
    metrics.gauge('mcm_rules_revision', 'Revision of the rules that this process read last', [], (gauge) =>
      gauge.set(this.present?.revision ?? 0),
    );
    health.register('rules', async () => {
      const refused = this.refused();
      return refused.length === 0
        ? undefined
        : `${refused.length} refused, first: ${problemLine(refused[0]!)}`;
    });
  }

  /**
   * Reads the files on disk and puts them into force, unless they are already. There may be nothing to fall back on, so
   * a faulty document is left out here and the others work.
   *
   * @throws AppError `RULES.UNREADABLE` when the folder cannot be read, `RULES.PLACEHOLDERS` when their file is faulty
   */
  async onModuleInit(): Promise<void> {
    await this.load({ requested_by: null, reason: 'start' }, true);
    await this.refresh();
    for (const problem of this.refused())
      this.logger.error({ code: problem.code }, `Rule refused: ${problemLine(problem)}`);
    const { revision, loaded } = this.inForce;
    this.logger.info(
      { rules: loaded.rules.size, refused: this.refused().length, revision, path: this.config.path },
      'Rules loaded',
    );
  }

  /** What is in force, as this process read it last; nothing before the module was initialised. */
  get inForce(): RulesInForce {
    if (this.present === undefined) throw new Error('The rules have not been loaded yet');
    return this.present;
  }

  /**
   * Reads the files on disk and puts them into force. When a document has an error nothing changes, unless
   * `skipFaulty` says to leave it out. All processes follow by themselves.
   *
   * @throws AppError `RULES.UNREADABLE` when the folder cannot be read, `RULES.PLACEHOLDERS` when their file is faulty
   */
  async load(request: LoadRequest, skipFaulty: boolean): Promise<ReloadRulesResult> {
    let loaded: LoadedRules | undefined;
    let outcome = 'unchanged' as ReloadRulesResult['outcome'];
    const { revision, changes } = await this.catalogue.replace(request, async (state) => {
      // Read while no other process can replace the rules: of two reloads the later one has the later files.
      loaded = await this.read();
      const { fingerprint, sources, rules, problems } = loaded;
      if (state.revision > 0 && state.fingerprint === fingerprint) return { outcome: 'keep' };
      if (!skipFaulty && problems.some(({ severity }) => severity === 'error')) {
        outcome = 'refused';
        return { outcome: 'refuse', rules: rules.size, problems: shownProblems(problems) };
      }
      outcome = 'replaced';
      return {
        outcome: 'replace',
        catalogue: {
          fingerprint,
          sources,
          rules: catalogueRules(rules, problems, this.config.path),
          problems: shownProblems(problems),
        },
      };
    });
    const problems = [...loaded!.problems].sort(
      (a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'),
    );
    return {
      outcome,
      revision,
      rules: outcome === 'refused' ? (this.present?.loaded.rules.size ?? 0) : loaded!.rules.size,
      ...changes,
      problems: shownProblems(problems),
    };
  }

  /** Reads what is in force again where it has changed; answers whether it has. */
  async refresh(): Promise<boolean> {
    const { present } = this;
    const revisions = await this.catalogue.revisions();
    if (present?.revision === revisions.rules && present.overrides.revision === revisions.overrides)
      return false;
    let revision = present?.revision;
    let loaded = present?.loaded;
    if (loaded === undefined || revision !== revisions.rules) {
      const catalogue = await this.catalogue.inForce();
      revision = catalogue.revision;
      if (this.lastLoaded?.fingerprint !== catalogue.fingerprint) {
        this.lastLoaded = loadSources(catalogue.sources);
      }
      loaded = this.lastLoaded!;
    }
    let overrides = present?.overrides;
    if (overrides?.revision !== revisions.overrides) {
      const all = await this.overrides.all();
      overrides = new Overrides(all.revision, all.overrides);
    }
    this.present = new RulesInForce(revision!, loaded, overrides!);
    return true;
  }

  private async read(): Promise<LoadedRules> {
    const sources = await readRuleSources(this.config.path, this.config.placeholders);
    if (this.lastLoaded?.fingerprint !== fingerprintOf(sources)) this.lastLoaded = loadSources(sources);
    return this.lastLoaded!;
  }

  private refused(): Problem[] {
    return this.present?.loaded.problems.filter(({ severity }) => severity === 'error') ?? [];
  }
}

/** `file:line:column: message`, as compilers print it. */
export function problemLine(problem: Problem): string {
  return `${problem.path}:${problem.line}:${problem.column}: ${problem.message}`;
}
