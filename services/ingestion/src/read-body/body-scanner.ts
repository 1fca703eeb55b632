import type { ItemRanges } from './item-ranges.js';

/** Finds where the items of a body stand while its bytes come in; nothing is parsed. */
export interface BodyScanner {
  readonly ranges: ItemRanges;
  /** @throws AppError at the first limit, {@link MalformedJson} */
  push(chunk: Buffer): void;
  /** There is no more. */
  end(): void;
}

/** The bytes stop being JSON at a position of the body. */
export class MalformedJson extends Error {
  constructor(
    readonly position: number,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/** For a body that is one item of whatever form: only its length counts. */
export class LengthScanner implements BodyScanner {
  private bytes = 0;

  constructor(readonly ranges: ItemRanges) {}

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.ranges.checkLength(this.bytes);
  }

  end(): void {}
}
