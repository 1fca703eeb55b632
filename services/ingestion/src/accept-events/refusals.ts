import type { DeadLetter, RejectedItem } from '@mcm/contracts';
import { isObject, type ItemFault, type ItemWarning } from '@mcm/sources';
import type { IntakeItem } from '../read-body/intake-item.js';
import type { Sender } from './senders.js';

/** Refused items, and warnings, that an answer names. */
const NAMED_MAX = 100;
/** Dead letters of one request: so many, and with so many bytes; one more counts the rest. */
export const LETTERS_MAX = 1_000;
const LETTERS_BYTES = 8 * 1024 * 1024;
/** What is kept of one item, in UTF-16 units. */
const KEPT_LENGTH = 64 * 1024;
/** Refused items whose beginning the letter about the rest shows. */
const SAMPLE_MAX = 5;
const SAMPLE_LENGTH = 1_000;

/** Where events in this system's own form, and CloudEvents, have their id. */
const NATIVE_IDS = ['event_id', 'id'];

/** What is to be told and kept of the items of a request that are refused. It stays small, however many there are. */
export class Refusals {
  readonly named: RejectedItem[] = [];
  readonly warnings: (ItemWarning & { index: number })[] = [];
  total = 0;
  warningsTotal = 0;
  private letters: DeadLetter[] = [];
  private lettersCount = 0;
  private lettersBytes = 0;
  private readonly rest = new Map<string, number>();
  private restCount = 0;
  private readonly sample: unknown[] = [];

  constructor(
    private readonly endpoint: string,
    private readonly sender: Sender,
    /** Where the source's records have their id, see `Source`. */
    private readonly idField: string | null,
    private readonly failedAt: string,
  ) {}

  refuse(item: IntakeItem, fault: ItemFault): void {
    this.total += 1;
    if (this.named.length < NAMED_MAX) {
      this.named.push({ index: item.index, event_id: this.eventIdOf(item.original), ...fault });
    }
    if (this.lettersCount >= LETTERS_MAX || this.lettersBytes >= LETTERS_BYTES) {
      this.restCount += 1;
      this.rest.set(fault.code, (this.rest.get(fault.code) ?? 0) + 1);
      if (this.sample.length < SAMPLE_MAX) {
        const message = messageText(item.original).slice(0, SAMPLE_LENGTH);
        this.sample.push({ index: item.index, code: fault.code, reason: fault.reason, message });
      }
      return;
    }
    const text = messageText(item.original);
    const message = text.slice(0, KEPT_LENGTH);
    const truncated = message.length < text.length || ('cut' in item && item.cut === true);
    this.lettersCount += 1;
    this.lettersBytes += message.length;
    this.letters.push(this.letter(fault.code, fault.reason, message, truncated));
  }

  warn(warning: ItemWarning & { index: number }): void {
    this.warningsTotal += 1;
    if (this.warnings.length < NAMED_MAX) this.warnings.push(warning);
  }

  /** The dead letters since the last call. */
  takeLetters(): DeadLetter[] {
    const taken = this.letters;
    this.letters = [];
    return taken;
  }

  /** The letter about the items that have none; null when all have. */
  letterAboutRest(): DeadLetter | null {
    if (this.restCount === 0) return null;
    const codes = [...this.rest].map(([code, count]) => `${count} × ${code}`).join(', ');
    const reason = `${this.restCount} further items of the request were refused and are not kept (${codes}).`;
    const message = JSON.stringify({ refused: this.restCount, sample: this.sample });
    // It cannot be tried again: it is no event.
    return this.letter('INTAKE.MORE_REJECTED', reason, message, true);
  }

  private eventIdOf(original: unknown): string | null {
    if (!isObject(original)) return null;
    const names = this.idField === null ? NATIVE_IDS : [...NATIVE_IDS, this.idField];
    const id = names.map((name) => original[name]).find((value) => typeof value === 'string');
    return typeof id === 'string' ? id.slice(0, 256) : null;
  }

  private letter(code: string, reason: string, message: string, truncated: boolean): DeadLetter {
    return {
      origin: 'ingest',
      subject: this.endpoint,
      consumer: 'accept-events',
      code,
      reason,
      message,
      truncated,
      tries: 1,
      failed_at: this.failedAt,
      verified: this.sender.verified,
      headers: this.sender.itemHeaders,
    };
  }
}

/** JSON where it can be written; something nested too deeply for that is described instead. */
function messageText(original: unknown): string {
  if (typeof original === 'string') return original;
  try {
    return JSON.stringify(original) ?? '';
  } catch (error) {
    if (error instanceof RangeError) return '"(nests too deeply to be shown)"';
    throw error;
  }
}
