import { FieldPath } from './field-path.js';
import { FieldValues } from './field-values.js';
import { Spending } from './spending.js';

/** Most texts of one event that keywords are searched in. */
const MAX_TEXTS = 20_000;
/** Most parts that are looked at for texts; a record that holds itself would have no end. */
const MAX_PARTS = 500_000;

/** Gives every field name that rules use a number, so that looking it up again is an array access. */
export class FieldSlots {
  private readonly numbers = new Map<string, number>();
  readonly paths: FieldPath[] = [];

  slot(name: string): number {
    let slot = this.numbers.get(name);
    if (slot === undefined) {
      slot = this.paths.length;
      this.paths.push(new FieldPath(name));
      this.numbers.set(name, slot);
    }
    return slot;
  }
}

/** The present event as rules see it: each field is looked up at most once. */
export class RecordView {
  private record: object = {};
  /** Changes with every event. */
  generation = 0;
  /** What comparing its texts costs. */
  readonly spending = new Spending();
  private readonly values: FieldValues[] = [];
  private readonly keywordValues = new FieldValues();

  constructor(private readonly slots: FieldSlots) {}

  reset(data: object): void {
    this.record = data;
    this.generation += 1;
    this.spending.nextEvent();
  }

  get data(): object {
    return this.record;
  }

  field(slot: number): FieldValues {
    const values = this.values[slot] ?? this.room(slot);
    if (values.generation === this.generation) return values;
    values.clear();
    values.generation = this.generation;
    values.present = this.slots.paths[slot]!.collect(this.record, values);
    return values;
  }

  /** Every text, number and boolean of the event, at any depth; names of fields are not among them. */
  keywords(): FieldValues {
    const values = this.keywordValues;
    if (values.generation !== this.generation) {
      values.clear();
      values.generation = this.generation;
      values.present = true;
      collectScalars(this.record, values);
    }
    return values;
  }

  private room(slot: number): FieldValues {
    for (let i = this.values.length; i <= slot; i += 1) this.values.push(new FieldValues());
    return this.values[slot]!;
  }
}

/** Walks without recursion, so that a deeply nested event cannot exhaust the stack. */
function collectScalars(data: object, values: FieldValues): void {
  const stack: unknown[] = [data];
  for (let parts = 0; stack.length > 0 && values.count < MAX_TEXTS && parts < MAX_PARTS; parts += 1) {
    const value = stack.pop();
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      values.push(value);
    } else if (Array.isArray(value)) {
      for (let i = Math.min(value.length, MAX_TEXTS) - 1; i >= 0; i -= 1) stack.push(value[i]);
    } else if (typeof value === 'object' && value !== null) {
      if (value instanceof Date) {
        if (!Number.isNaN(value.getTime())) values.push(value.toISOString());
        continue;
      }
      const children = Object.values(value);
      for (let i = Math.min(children.length, MAX_TEXTS) - 1; i >= 0; i -= 1) stack.push(children[i]);
    }
  }
}
