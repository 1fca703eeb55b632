import { canonicalName, isActorField } from '@mcm/kernel';
import type { Scalar } from '../evaluate/field-path.js';
import type { FieldValues } from '../evaluate/field-values.js';
import type { FieldSlots, RecordView } from '../evaluate/record-view.js';
import { numberOfText } from '../evaluate/number-of-text.js';
import { fieldSummary } from '../evaluate/field-summary.js';
import { boundedText } from './bounded-text.js';
import type { CorrelationPlan } from '../windows/correlation-plan.js';
import type { Group } from '../windows/episodes/group.js';
import { type EntryValue, type EventFacts } from '../windows/groups/event-facts.js';
import { GroupDirectory } from '../windows/groups/group-directory.js';
import type { GroupKey } from '../windows/groups/event-facts.js';

/** Most groups one event may belong to when group fields are lists. */
const MAX_GROUPS = 64;
/** Most values one event may bring to a value correlation. */
const MAX_VALUES = 256;

/** Reads from an event what one correlation needs to know of it. */
export interface FactsReader {
  /** Undefined when the event takes no part: a group field or the counted field is absent. */
  read(view: RecordView): EventFacts | undefined;
}

/** Makes readers; those that group by the same fields share what they find out about an event. */
export class FactsReaders {
  private readonly directories = new Map<string, GroupDirectory<Group>>();
  private readonly groupReaders = new Map<string, GroupReader>();

  constructor(private readonly slots: FieldSlots) {}

  /** Where the groups of a correlation are found, and those of all others that group by the same fields. */
  directory({ rule }: CorrelationPlan): GroupDirectory<Group> {
    const key = JSON.stringify(rule.groupBy);
    let directory = this.directories.get(key);
    if (directory === undefined) this.directories.set(key, (directory = new GroupDirectory()));
    return directory;
  }

  /** The reader for events that arrive in a correlation through its referred rule of this number. */
  reader(plan: CorrelationPlan, reference: number): FactsReader {
    const { rule } = plan;
    const written = rule.references[reference]!.text;
    const groups = this.groups(
      plan,
      rule.groupBy.map((field) => rule.aliases.get(field)?.get(written) ?? field),
    );
    const valueTexts = rule.valueFields.map((field) =>
      this.fieldTexts(plan, field, rule.aliases.get(field)?.get(written) ?? field),
    );
    const textSlots = plan.summaryFields.map((field) => this.slots.slot(field));
    const onward = plan.dependents.map(({ plan: outer, bit }) => this.reader(outer, bit));
    const numeric = rule.type !== 'value_count';
    if (valueTexts.length === 0 && textSlots.length === 0 && onward.length === 0) {
      return { read: (view) => groups.facts(view) };
    }
    return {
      read(view) {
        const facts = groups.facts(view);
        if (facts === undefined) return undefined;
        let value: EntryValue | undefined;
        if (valueTexts.length > 0) {
          value = readValue(valueTexts, numeric, view);
          if (value === undefined) return undefined;
        }
        return {
          groups: facts.groups,
          value,
          texts: textSlots.length === 0 ? undefined : textSlots.map((slot) => fieldSummary(view.field(slot))),
          onward: onward.length === 0 ? undefined : onward.map((reader) => reader.read(view)),
        };
      },
    };
  }

  private groups(plan: CorrelationPlan, fields: readonly string[]): GroupReader {
    const texts = plan.rule.groupBy.map((field, i) => this.fieldTexts(plan, field, fields[i]!));
    const key = JSON.stringify([plan.rule.groupBy, fields, texts.map(({ actor }) => actor)]);
    let reader = this.groupReaders.get(key);
    if (reader === undefined) {
      reader = new GroupReader(texts, this.directory(plan));
      this.groupReaders.set(key, reader);
    }
    return reader;
  }

  /** @param field as group-by or the condition names it, `read` as the events of one referred rule do */
  private fieldTexts({ rule }: CorrelationPlan, field: string, read: string): FieldTexts {
    // An alias that names an actor in one rule does so in all: their events meet in one group.
    const names = [field, ...(rule.aliases.get(field)?.values() ?? [])];
    return new FieldTexts(this.slots.slot(read), names.some(isActorField));
  }
}

/** The texts of one field as groups and counts tell them apart: an actor is known by its canonical name. */
class FieldTexts {
  constructor(
    readonly slot: number,
    readonly actor: boolean,
  ) {}

  /** Undefined for null. */
  text(values: FieldValues, index: number): string | undefined {
    const text = values.text(index);
    if (text === undefined) return undefined;
    return boundedText(this.actor ? canonicalName(text) : text);
  }

  distinct(view: RecordView, most: number): string[] {
    const values = view.field(this.slot);
    const texts = new Set<string>();
    for (let i = 0; i < values.count && texts.size < most; i += 1) {
      const text = this.text(values, i);
      if (text !== undefined) texts.add(text);
    }
    return [...texts];
  }
}

/** Finds the groups of an event for one list of fields; once per event, however many correlations ask. */
class GroupReader {
  private generation = -1;
  private present: EventFacts | undefined;

  constructor(
    private readonly fields: readonly FieldTexts[],
    private readonly directory: GroupDirectory<Group>,
  ) {}

  facts(view: RecordView): EventFacts | undefined {
    if (this.generation !== view.generation) {
      this.generation = view.generation;
      this.present = this.read(view);
    }
    return this.present;
  }

  private read(view: RecordView): EventFacts | undefined {
    const { fields, directory } = this;
    if (fields.length === 0) return directory.keyOfAll([]).facts;
    if (fields.length === 1) {
      const values = view.field(fields[0]!.slot);
      if (values.count === 1) {
        const text = fields[0]!.text(values, 0);
        return text === undefined ? undefined : directory.keyOf(text).facts;
      }
    }
    let combinations: string[][] = [[]];
    for (const field of fields) {
      const texts = field.distinct(view, MAX_GROUPS);
      combinations = combinations
        .flatMap((before) => texts.map((text) => [...before, text]))
        .slice(0, MAX_GROUPS);
    }
    if (combinations.length === 0) return undefined;
    const groups: GroupKey[] = combinations.map((values) => directory.keyOfAll(values));
    return { groups, value: undefined, texts: undefined, onward: undefined };
  }
}

function readValue(
  fields: readonly FieldTexts[],
  numeric: boolean,
  view: RecordView,
): EntryValue | undefined {
  const values = view.field(fields[0]!.slot);
  if (fields.length === 1 && values.count <= 1) {
    // The usual case.
    if (values.count === 0) return undefined;
    return numeric ? finiteNumber(values.scalar(0)) : fields[0]!.text(values, 0);
  }
  if (numeric) {
    const numbers: number[] = [];
    for (let i = 0; i < values.count && numbers.length < MAX_VALUES; i += 1) {
      const number = finiteNumber(values.scalar(i));
      if (number !== undefined) numbers.push(number);
    }
    return numbers.length <= 1 ? numbers[0] : numbers;
  }
  if (fields.length === 1) {
    const texts = fields[0]!.distinct(view, MAX_VALUES);
    return texts.length <= 1 ? texts[0] : texts;
  }
  const parts: string[] = [];
  for (const field of fields) {
    const texts = field.distinct(view, MAX_VALUES);
    if (texts.length === 0) return undefined;
    parts.push(JSON.stringify(texts));
  }
  return boundedText(parts.join());
}

function finiteNumber(scalar: Scalar): number | undefined {
  const number = typeof scalar === 'string' ? numberOfText(scalar) : scalar;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
