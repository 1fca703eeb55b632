import { CandidateIndex } from '../compile/candidate-index.js';
import { JumpCode } from '../compile/jump-code.js';
import { PredicateTable } from '../compile/predicate-table.js';
import { compileCondition, compileRule, type Node } from '../compile/program.js';
import { deriveWitnesses } from '../compile/witness.js';
import type { EventLogSource, EventReasons } from '../detection.js';
import type { EventRule, Level } from '../document/rule-document.js';
import { DEFAULT_LEVEL } from '../rule-set.js';
import { explain } from './explain.js';
import { FieldSlots, RecordView } from './record-view.js';
import { Router } from './router.js';

interface CompiledRule {
  readonly rule: EventRule;
  readonly node: Node;
  /** Where the code of the condition begins. */
  readonly code: number;
  readonly levels: readonly { readonly code: number; readonly level: Level }[];
}

/** Finds the rules over single events that hold for an event. Rules are numbers in the order they were given in. */
export class EventMatcher {
  readonly slots = new FieldSlots();
  /** The present event. */
  readonly view = new RecordView(this.slots);
  /** Rules that were evaluated, over all events. */
  evaluations = 0;
  private readonly predicates = new PredicateTable(this.slots);
  private readonly code = new JumpCode(this.predicates);
  private readonly compiled: readonly CompiledRule[];
  private readonly router: Router<CandidateIndex>;
  private readonly indexAll: () => CandidateIndex;
  /** The index over all rules; made when the first event without a log source asks for it. */
  private everything: CandidateIndex | undefined;
  private readonly matched: number[] = [];
  /** Rules that were left out for the present event because they cost too much (`EVALUATION_LIMITS`). */
  readonly skipped: number[] = [];

  /** `indexed` false evaluates rule by rule. */
  constructor(rules: readonly EventRule[], indexed: boolean) {
    this.compiled = rules.map((rule) => this.compile(rule));
    this.code.seal();
    this.predicates.seal();
    this.view.spending.divide(this.predicates.expressions);
    const { witnesses, statistics } = deriveWitnesses(
      this.compiled.map(({ node }) => node),
      this.predicates,
    );
    const index = (numbers: readonly number[]): CandidateIndex =>
      new CandidateIndex(
        numbers.map((number) => ({ number, witnesses: indexed ? witnesses[number] : undefined })),
        rules.length,
        this.slots,
        statistics,
      );
    this.indexAll = () => index([...rules.keys()]);
    this.router = new Router(
      rules.map(({ logsource }) => logsource),
      index,
    );
  }

  /** Makes an event the present one. */
  look(data: object): void {
    this.view.reset(data);
    this.predicates.nextEvent();
  }

  /**
   * The rules that hold for the present event, of those for its log source; without one, of all. Valid until the next
   * call.
   */
  match(source: EventLogSource | readonly EventLogSource[] | undefined): readonly number[] {
    const { matched, skipped, view, code, compiled } = this;
    const { spending } = view;
    const index = source === undefined ? (this.everything ??= this.indexAll()) : this.router.route(source);
    const count = index.search(view);
    this.evaluations += count;
    // Setting the length to 0 would give the room back that the next event needs again.
    while (matched.length > 0) matched.pop();
    while (skipped.length > 0) skipped.pop();
    for (let i = 0; i < count; i += 1) {
      const number = index.found[i]!;
      const { refusals } = spending;
      const holds = code.run(compiled[number]!.code, view);
      if (spending.refusals !== refusals) skipped.push(number);
      else if (holds) matched.push(number);
    }
    return matched;
  }

  /** The level that a rule gives to the present event. */
  level(number: number): Level {
    const { rule, levels } = this.compiled[number]!;
    for (const { code, level } of levels) if (this.code.run(code, this.view)) return level;
    return rule.level ?? DEFAULT_LEVEL;
  }

  /** Why a rule holds for the present event. */
  reasons(number: number): EventReasons {
    const { node } = this.compiled[number]!;
    return { kind: 'event', condition: explain(node, this.predicates, this.view) };
  }

  private compile(rule: EventRule): CompiledRule {
    const node = compileRule(rule, this.predicates);
    const levels = rule.levels.map(({ condition, level }) => ({
      code: this.code.add(compileCondition(condition, rule.selections, this.predicates)),
      level,
    }));
    return { rule, node, code: this.code.add(node), levels };
  }
}
