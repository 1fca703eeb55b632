import type {
  CorrelationRule,
  EventRule,
  FilterRule,
  RuleDocument,
  RuleReference,
} from '../document/rule-document.js';
import type { ParsedDocument } from '../parse/parse-rules.js';
import { usesOf } from '../parse/parse-selections.js';
import type { Place, ProblemList } from '../problems/problem.js';
import { SIZE_UNITS, type SizeBudget, TooLarge } from '../rule-size.js';

interface Entry {
  rule: RuleDocument;
  problems: ProblemList;
}

/**
 * What can only be said when all documents are known, whatever order they came in: identifiers and names are unique,
 * references lead somewhere, correlations do not refer to themselves in a circle, filters find their rules. Answers
 * the documents without an error, references resolved and filters attached; a document that needs a refused one is
 * refused too.
 */
export function resolveRules(parsed: readonly ParsedDocument[], budget: SizeBudget): RuleDocument[] {
  const entries: Entry[] = [];
  for (const { rule, problems } of parsed) if (rule !== undefined) entries.push({ rule, problems });
  refuseDuplicates(entries);
  const index = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.problems.failed || entry.rule.kind === 'filter') continue;
    index.set(entry.rule.id, entry);
    if (entry.rule.name !== undefined && !index.has(entry.rule.name)) index.set(entry.rule.name, entry);
  }
  for (const entry of entries) {
    if (!entry.problems.failed && entry.rule.kind === 'correlation') {
      entry.rule = resolveCorrelation(entry.rule, index, entry.problems);
    }
  }
  refuseCircles(entries);
  refuseOrphans(entries, index);
  const alive = entries.filter((entry) => !entry.problems.failed);
  attachFilters(alive, index, budget);
  return alive.filter((entry) => !entry.problems.failed).map((entry) => entry.rule);
}

function refuseDuplicates(entries: readonly Entry[]): void {
  const ids = new Map<string, RuleDocument>();
  const names = new Map<string, RuleDocument>();
  for (const { rule, problems } of entries) {
    const sameId = ids.get(rule.id);
    if (sameId !== undefined) {
      problems.error(rule.place, 'RULE.DUPLICATE_ID', `The id "${rule.id}" is taken by ${where(sameId)}`);
    } else {
      ids.set(rule.id, rule);
    }
    if (rule.name === undefined) continue;
    const sameName = names.get(rule.name);
    if (sameName !== undefined) {
      problems.error(
        rule.place,
        'RULE.DUPLICATE_NAME',
        `The name "${rule.name}" is taken by ${where(sameName)}`,
      );
    } else {
      names.set(rule.name, rule);
    }
  }
}

function where(rule: RuleDocument): string {
  return `"${rule.title}" (${rule.path}:${rule.place.line})`;
}

function resolveCorrelation(
  rule: CorrelationRule,
  index: ReadonlyMap<string, Entry>,
  problems: ProblemList,
): CorrelationRule {
  const references: RuleReference[] = [];
  for (const reference of rule.references) {
    const target = index.get(reference.text);
    if (target === undefined) {
      unknown(reference.text, reference.place, problems);
    } else if (references.some(({ id }) => id === target.rule.id)) {
      problems.error(reference.place, 'CORRELATION.RULES', `"${reference.text}" is listed twice`);
    } else if (isAbsence(target.rule) || (isAbsence(rule) && target.rule.kind === 'correlation')) {
      problems.error(
        reference.place,
        'CORRELATION.ABSENCE',
        `"${reference.text}": an absence refers to rules over single events only, and no correlation refers to it`,
      );
    } else {
      references.push({ ...reference, id: target.rule.id });
    }
  }
  return { ...rule, references, aliases: resolveAliases(rule, references, index, problems) };
}

/** Aliases by the rules as `rules` writes them; an alias may name a rule by its name where `rules` has its id, or the reverse. */
function resolveAliases(
  rule: CorrelationRule,
  references: readonly RuleReference[],
  index: ReadonlyMap<string, Entry>,
  problems: ProblemList,
): CorrelationRule['aliases'] {
  const aliases = new Map<string, Map<string, string>>();
  for (const alias of rule.aliases.keys()) aliases.set(alias, new Map());
  for (const { alias, text, place } of rule.aliased) {
    const id = index.get(text)?.rule.id;
    const reference = references.find((each) => each.text === text || each.id === id);
    if (reference !== undefined) {
      // A rule that was resolved before has its fields under the references already.
      const fields = rule.aliases.get(alias)!;
      aliases.get(alias)!.set(reference.text, (fields.get(text) ?? fields.get(reference.text))!);
    } else if (!rule.references.some((each) => each.text === text)) {
      problems.error(
        place,
        'CORRELATION.ALIAS',
        `The alias "${alias}" names "${text}", which "correlation.rules" does not list`,
      );
    }
  }
  return aliases;
}

function unknown(text: string, place: Place, problems: ProblemList): void {
  problems.error(
    place,
    'CORRELATION.UNKNOWN_RULE',
    `"${text}" is neither the id nor the name of a rule that could be loaded`,
  );
}

function refuseCircles(entries: readonly Entry[]): void {
  const byId = new Map(entries.map((entry) => [entry.rule.id, entry]));
  const state = new Map<string, 'open' | 'done'>();
  for (const start of entries) {
    if (state.has(start.rule.id)) continue;
    const path: { entry: Entry; next: number }[] = [{ entry: start, next: 0 }];
    state.set(start.rule.id, 'open');
    while (path.length > 0) {
      const top = path.at(-1)!;
      const rule = top.entry.rule;
      const reference = rule.kind === 'correlation' ? rule.references[top.next] : undefined;
      if (reference === undefined) {
        state.set(rule.id, 'done');
        path.pop();
        continue;
      }
      top.next += 1;
      const target = byId.get(reference.id);
      if (target === undefined || state.get(reference.id) === 'done') continue;
      if (state.get(reference.id) === 'open') {
        top.entry.problems.error(
          reference.place,
          'CORRELATION.CIRCLE',
          `"${reference.text}" leads back to this rule: ${path.map((step) => step.entry.rule.title).join(' → ')}`,
        );
        continue;
      }
      state.set(reference.id, 'open');
      path.push({ entry: target, next: 0 });
    }
  }
}

/** A correlation over a refused correlation cannot work either; repeats until nothing changes. */
function refuseOrphans(entries: readonly Entry[], index: ReadonlyMap<string, Entry>): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const { rule, problems } of entries) {
      if (rule.kind !== 'correlation' || problems.failed) continue;
      for (const reference of rule.references) {
        if (index.get(reference.id)?.problems.failed === true) {
          unknown(reference.text, reference.place, problems);
          changed = true;
        }
      }
    }
  }
}

function attachFilters(
  entries: readonly Entry[],
  index: ReadonlyMap<string, Entry>,
  budget: SizeBudget,
): void {
  const attached = new Map<Entry, FilterRule[]>();
  for (const entry of entries) {
    const { rule: filter, problems } = entry;
    if (filter.kind !== 'filter') continue;
    const targets: { target: Entry; reference?: RuleReference }[] = [];
    if (filter.targets === 'any') {
      for (const target of entries) {
        if (target.rule.kind === 'event' && fits(filter, target.rule)) targets.push({ target });
      }
    } else {
      for (const reference of filter.targets) {
        const target = index.get(reference.text);
        if (target === undefined || target.problems.failed) {
          problems.warning(
            reference.place,
            'FILTER.UNKNOWN_RULE',
            `"${reference.text}" is neither the id nor the name of a rule that could be loaded`,
          );
        } else if (target.rule.kind !== 'event') {
          problems.error(
            reference.place,
            'FILTER.TARGET',
            `"${reference.text}" is a correlation; filter its rules`,
          );
        } else if (!fits(filter, target.rule)) {
          problems.warning(
            reference.place,
            'FILTER.LOGSOURCE',
            `The log source of the filter does not fit "${target.rule.title}"; it has no effect there`,
          );
        } else {
          targets.push({ target, reference: { ...reference, id: target.rule.id } });
        }
      }
    }
    if (problems.failed) continue;
    if (filter.targets !== 'any') {
      entry.rule = { ...filter, targets: targets.flatMap(({ reference }) => reference ?? []) };
    }
    if (!takeAttached(filter, targets.length, budget, problems)) continue;
    for (const { target } of targets) {
      const filters = attached.get(target);
      if (filters === undefined) attached.set(target, [filter]);
      else filters.push(filter);
    }
  }
  for (const [entry, filters] of attached) {
    if (entry.rule.kind === 'event') entry.rule = { ...entry.rule, filters } satisfies EventRule;
  }
}

/** Counts what a filter adds to the rules that it applies to; false when that is too much, and it is refused. */
function takeAttached(
  filter: FilterRule,
  targets: number,
  budget: SizeBudget,
  problems: ProblemList,
): boolean {
  budget.begin();
  try {
    budget.take(SIZE_UNITS.use * usesOf([filter.condition], filter.selections) * targets);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    problems.error(filter.place, error.code, `${error.message} (by applying to ${targets} rules)`);
  }
  budget.end(problems.failed);
  return !problems.failed;
}

/** Whether every dimension the filter names is named alike by the rule. */
function fits(filter: FilterRule, rule: EventRule): boolean {
  return (['product', 'category', 'service'] as const).every(
    (key) => filter.logsource[key] === undefined || filter.logsource[key] === rule.logsource[key],
  );
}

function isAbsence(rule: RuleDocument): boolean {
  return rule.kind === 'correlation' && rule.type === 'absence';
}
