import { fold } from '../compile/fold.js';
import { FieldPath, scalarText, type Scalar } from './field-path.js';

/** Most texts of one event that keywords are searched in. */
const MAX_TEXTS = 20_000;

/** The values one field has in the present event; texts are made and folded once, when first asked for. */
export class FieldValues {
  present = false;
  readonly scalars: Scalar[] = [];
  private readonly texts: (string | undefined)[] = [];
  private readonly folds: (string | undefined)[] = [];

  get count(): number {
    return this.scalars.length;
  }

  /** The text of a value as it stands in the event; undefined for null. */
  text(index: number): string | undefined {
    return (this.texts[index] ??= scalarText(this.scalars[index]!));
  }

  /** The text of a value without regard to case; undefined for null. */
  folded(index: number): string | undefined {
    const known = this.folds[index];
    if (known !== undefined) return known;
    const text = this.text(index);
    return text === undefined ? undefined : (this.folds[index] = fold(text));
  }

  /** @internal */
  clear(): void {
    if (this.scalars.length > 0) {
      this.scalars.length = 0;
      this.texts.length = 0;
      this.folds.length = 0;
    }
    this.present = false;
  }
}

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
  private data: object = {};
  /** Changes with every event. */
  generation = 0;
  private readonly seen: number[] = [];
  private readonly values: FieldValues[] = [];
  private keywordsGeneration = -1;
  private readonly keywordValues = new FieldValues();

  constructor(private readonly slots: FieldSlots) {}

  reset(data: object): void {
    this.data = data;
    this.generation += 1;
  }

  field(slot: number): FieldValues {
    let values = this.values[slot];
    if (values === undefined) {
      for (let i = this.values.length; i <= slot; i += 1) {
        this.values.push(new FieldValues());
        this.seen.push(-1);
      }
      values = this.values[slot]!;
    }
    if (this.seen[slot] !== this.generation) {
      this.seen[slot] = this.generation;
      values.clear();
      values.present = this.slots.paths[slot]!.collect(this.data, values.scalars);
    }
    return values;
  }

  /** Every text, number and boolean of the event, at any depth; names of fields are not among them. */
  keywords(): FieldValues {
    if (this.keywordsGeneration !== this.generation) {
      this.keywordsGeneration = this.generation;
      this.keywordValues.clear();
      this.keywordValues.present = true;
      collectScalars(this.data, this.keywordValues.scalars);
    }
    return this.keywordValues;
  }
}

/** Walks without recursion, so that a deeply nested event cannot exhaust the stack. */
function collectScalars(data: object, scalars: Scalar[]): void {
  const stack: unknown[] = [data];
  while (stack.length > 0 && scalars.length < MAX_TEXTS) {
    const value = stack.pop();
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      scalars.push(value);
    } else if (Array.isArray(value)) {
      for (let i = Math.min(value.length, MAX_TEXTS) - 1; i >= 0; i -= 1) stack.push(value[i]);
    } else if (typeof value === 'object' && value !== null) {
      if (value instanceof Date) {
        if (!Number.isNaN(value.getTime())) scalars.push(value.toISOString());
        continue;
      }
      const children = Object.values(value);
      for (let i = Math.min(children.length, MAX_TEXTS) - 1; i >= 0; i -= 1) stack.push(children[i]);
    }
  }
}
