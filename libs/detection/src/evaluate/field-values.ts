import { fold } from '../compile/fold.js';
import { scalarText, type Scalar } from './field-path.js';

/** Arrays longer than this are given back after the event, so that one large event does not keep memory for good. */
const KEPT_LENGTH = 64;

/** The values one field has in the present event; texts are made and folded once, when first asked for. */
export class FieldValues {
  /** The event they are of. */
  generation = -1;
  present = false;
  count = 0;
  private scalars: Scalar[] = [];
  private texts: (string | undefined)[] = [];
  private folds: (string | undefined)[] = [];

  push(scalar: Scalar): void {
    const index = this.count;
    this.scalars[index] = scalar;
    this.texts[index] = undefined;
    this.folds[index] = undefined;
    this.count = index + 1;
  }

  /** A value as the event has it. */
  scalar(index: number): Scalar {
    return this.scalars[index]!;
  }

  hasNull(): boolean {
    for (let i = 0; i < this.count; i += 1) if (this.scalars[i] === null) return true;
    return false;
  }

  /** The text of a value as it stands in the event; undefined for null. */
  text(index: number): string | undefined {
    const scalar = this.scalars[index]!;
    if (typeof scalar === 'string') return scalar;
    return (this.texts[index] ??= scalarText(scalar));
  }

  /** The text of a value without regard to case; undefined for null. */
  folded(index: number): string | undefined {
    const known = this.folds[index];
    if (known !== undefined) return known;
    const text = this.text(index);
    return text === undefined ? undefined : (this.folds[index] = fold(text));
  }

  clear(): void {
    this.present = false;
    this.count = 0;
    if (this.scalars.length > KEPT_LENGTH) {
      this.scalars = [];
      this.texts = [];
      this.folds = [];
    }
  }
}
