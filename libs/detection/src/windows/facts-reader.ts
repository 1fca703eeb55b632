import type { Scalar } from '../evaluate/field-path.js';
import type { FieldValues } from '../evaluate/field-values.js';
import type { FieldSlots, RecordView } from '../evaluate/record-view.js';
import { numberOfText } from '../evaluate/number-of-text.js';
import { fieldSummary } from '../evaluate/field-summary.js';
import { boundedText } from './bounded-text.js';
import type { CorrelationPlan } from './correlation-plan.js';
import type { EntryValue } from './entry-columns.js';
import type { EventFacts, GroupKey } from './event-facts.js';
import { GroupDirectory } from './group-directory.js';

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
  private readonly directories = new Map<string, GroupDirectory>();
  private readonly groupReaders = new Map<string, GroupReader>();

  constructor(private readonly slots: FieldSlots) {}

  /** Where the groups of a correlation are found, and those of all others that group by the same fields. */
  directory({ rule }: CorrelationPlan): GroupDirectory {
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
    const valueSlots = rule.valueFields.map((field) =>
      this.slots.slot(rule.aliases.get(field)?.get(written) ?? field),
    );
    const textSlots = plan.summaryFields.map((field) => this.slots.slot(field));
    const onward = plan.dependents.map(({ plan: outer, bit }) => this.reader(outer, bit));
    const numeric = rule.type !== 'value_count';
    if (valueSlots.length === 0 && textSlots.length === 0 && onward.length === 0) {
      return { read: (view) => groups.facts(view) };
    }
    return {
      read(view) {
        const facts = groups.facts(view);
        if (facts === undefined) return undefined;
        let value: EntryValue | undefined;
        if (valueSlots.length > 0) {
          value = readValue(valueSlots, numeric, view);
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
    const key = JSON.stringify([plan.rule.groupBy, fields]);
    let reader = this.groupReaders.get(key);
    if (reader === undefined) {
      reader = new GroupReader(
        fields.map((field) => this.slots.slot(field)),
        this.directory(plan),
      );
      this.groupReaders.set(key, reader);
    }
    return reader;
  }
}

/** Finds the groups of an event for one list of fields; once per event, however many correlations ask. */
class GroupReader {
  private generation = -1;
  private present: EventFacts | undefined;

  constructor(
    private readonly slots: readonly number[],
    private readonly directory: GroupDirectory,
  ) {}

  facts(view: RecordView): EventFacts | undefined {
    if (this.generation !== view.generation) {
      this.generation = view.generation;
      this.present = this.read(view);
    }
    return this.present;
  }

  private read(view: RecordView): EventFacts | undefined {
    const { slots, directory } = this;
    if (slots.length === 0) return directory.keyOfAll([]).facts;
    if (slots.length === 1) {
      const values = view.field(slots[0]!);
      if (values.count === 1) {
        const text = values.text(0);
        return text === undefined ? undefined : directory.keyOf(boundedText(text)).facts;
      }
    }
    let combinations: string[][] = [[]];
    for (const slot of slots) {
      const texts = distinctTexts(view.field(slot), MAX_GROUPS);
      combinations = combinations
        .flatMap((before) => texts.map((text) => [...before, text]))
        .slice(0, MAX_GROUPS);
    }
    if (combinations.length === 0) return undefined;
    const groups: GroupKey[] = combinations.map((values) => directory.keyOfAll(values));
    return { groups, value: undefined, texts: undefined, onward: undefined };
  }
}

function distinctTexts(values: FieldValues, most: number): string[] {
  const texts = new Set<string>();
  for (let i = 0; i < values.count && texts.size < most; i += 1) {
    const text = values.text(i);
    if (text !== undefined) texts.add(boundedText(text));
  }
  return [...texts];
}

function readValue(slots: readonly number[], numeric: boolean, view: RecordView): EntryValue | undefined {
  const values = view.field(slots[0]!);
  if (slots.length === 1 && values.count <= 1) {
    // The usual case.
    if (values.count === 0) return undefined;
    if (numeric) return finiteNumber(values.scalar(0));
    const text = values.text(0);
    return text === undefined ? undefined : boundedText(text);
  }
  if (numeric) {
    const numbers: number[] = [];
    for (let i = 0; i < values.count && numbers.length < MAX_VALUES; i += 1) {
      const number = finiteNumber(values.scalar(i));
      if (number !== undefined) numbers.push(number);
    }
    return numbers.length <= 1 ? numbers[0] : numbers;
  }
  if (slots.length === 1) {
    const texts = distinctTexts(values, MAX_VALUES);
    return texts.length <= 1 ? texts[0] : texts;
  }
  const parts: string[] = [];
  for (const slot of slots) {
    const texts = distinctTexts(view.field(slot), MAX_VALUES);
    if (texts.length === 0) return undefined;
    parts.push(JSON.stringify(texts));
  }
  return boundedText(parts.join());
}

function finiteNumber(scalar: Scalar): number | undefined {
  const number = typeof scalar === 'string' ? numberOfText(scalar) : scalar;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
