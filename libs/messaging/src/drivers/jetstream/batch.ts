import type { StoredBatch } from '../../deliver-batch.js';
import type { ReceivedFrame } from './received-frame.js';

/** A batch gathered from frames of the same history. */
export class GatheredBatch implements StoredBatch {
  readonly size: number;
  readonly failures: number;
  readonly postponements: number;
  readonly deaths: number;

  constructor(readonly frames: readonly ReceivedFrame[]) {
    this.size = frames.reduce((sum, frame) => sum + frame.size, 0);
    const { failures, postponements, deaths } = frames[0]!.history;
    this.failures = failures;
    this.postponements = postponements;
    this.deaths = deaths;
  }

  messages(): unknown[] {
    return this.frames.length === 1
      ? this.frames[0]!.messages()
      : this.frames.flatMap((frame) => frame.messages());
  }

  /** The messages as JSON texts. */
  texts(): string[] {
    return this.messages().map((message) => JSON.stringify(message));
  }
}
