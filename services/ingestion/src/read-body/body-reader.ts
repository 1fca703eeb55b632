import { AppError, isGzip } from '@mcm/kernel';
import type { Delivery, RecordList } from '@mcm/sources';
import { malformedJson, parseJsonBody } from '../accept-events/parse-json.js';
import type { IngestionConfig } from '../ingestion.config.js';
import { BodyPages } from './body-pages.js';
import { type BodyScanner, LengthScanner, MalformedJson } from './body-scanner.js';
import { ByteGate } from './byte-gate.js';
import { checkEncoding, inflated } from './inflate.js';
import {
  type GroupedItems,
  groupsOf,
  type ItemPortion,
  LineItems,
  ListItems,
  portion,
  utf8,
} from './item-groups.js';
import { type ItemLimits, ItemRanges } from './item-ranges.js';
import { JsonScanner } from './json-scanner.js';
import { LineScanner } from './line-scanner.js';
import { expandedItems, unread } from './read-item.js';
import type { Turns } from './turns.js';

/** Bodies up to this size are read beside each other; of larger ones, one at a time. */
export const SMALL_BYTES = 1024 * 1024;
/** Large bodies that may wait for the one that is read. */
const LARGE_WAITING = 8;
const RETRY_AFTER_SECONDS = 2;
/** Bytes that are looked through at a time. */
const CHUNK_BYTES = 256 * 1024;
/** An item may take this many times what is kept of it: JSON may have been written with much space. */
const ITEM_SPACE = 2;
/** An item this many times too large ends the reading of its body. */
const STOP_FACTOR = 16;
/** Levels around `raw_data` in the forms that events have. */
const OUTER_LEVELS = 4;
/** Deliveries within deliveries. */
const NESTED_MAX = 3;

/** A body whose items have been found and counted. It may keep others out until it is closed. */
export interface OpenBody {
  /** Bytes once it is decompressed. */
  readonly bytes: number;
  /** The list that the items stand in; undefined where there is none. */
  readonly list: RecordList | undefined;
  /**
   * The items, parsed portion by portion.
   *
   * @throws AppError before the first portion when the body as a whole cannot be read
   */
  portions(): AsyncGenerator<ItemPortion>;
  close(): void;
}

interface ScannedBody {
  readonly pages: BodyPages;
  /** Where the text begins: behind a byte order mark. */
  readonly begin: number;
  readonly scanner: BodyScanner;
}

/** Reads bodies within bounds of time and memory: limits are met while a body is inflated, before anything is parsed. */
export class BodyReader {
  private readonly limits: ItemLimits;
  private readonly large = new ByteGate(1, LARGE_WAITING);

  constructor(
    private readonly config: IngestionConfig,
    private readonly turns: Turns,
  ) {
    this.limits = {
      items: config.itemLimit,
      itemBytes: ITEM_SPACE * config.eventLimitBytes,
      stopBytes: STOP_FACTOR * config.eventLimitBytes,
      depth: config.depthLimit + OUTER_LEVELS,
    };
  }

  /**
   * Inflates a body, told as gzip by its first bytes, and finds its items.
   *
   * @throws AppError `INTAKE.TOO_LARGE`, `INTAKE.TOO_MANY_ITEMS`, `INTAKE.ITEM_TOO_LARGE`, `INTAKE.GZIP_BROKEN`,
   *   `INTAKE.GZIP_TWICE`, `INTAKE.ENCODING_UNSUPPORTED`, `INTAKE.NOT_UTF8`, `INTAKE.MALFORMED_JSON`, `INTAKE.BUSY`
   */
  async open(body: Uint8Array, contentEncoding: string | undefined, delivery: Delivery): Promise<OpenBody> {
    const zipped = checkEncoding(body, contentEncoding);
    const place = new LargePlace(this.large);
    try {
      // Where any bytes may be what an event carries, gzip that no header announces is one of these.
      const inflate = zipped || (delivery.form !== 'bytes' && isGzip(body));
      const scanned = await this.scan(body, inflate, delivery, place);
      return {
        bytes: scanned.pages.length,
        list: listOf(scanned, delivery),
        portions: () => this.portions(scanned, delivery, place, 0),
        close: () => place.leave(),
      };
    } catch (error) {
      place.leave();
      throw error;
    }
  }

  private async scan(
    body: Uint8Array,
    inflate: boolean,
    delivery: Delivery,
    place: LargePlace,
  ): Promise<ScannedBody> {
    const pages = new BodyPages();
    const ranges = new ItemRanges(this.limits);
    let begin = 0;
    let scanner: BodyScanner | undefined;
    try {
      for await (const chunk of this.chunks(body, inflate)) {
        if (scanner === undefined && delivery.form !== 'bytes') begin = markBytes(chunk);
        scanner ??= scannerOf(delivery, ranges, begin);
        if (pages.length + chunk.length > SMALL_BYTES) await place.take();
        const text = pages.length === 0 ? chunk.subarray(begin) : chunk;
        if (this.turns.over()) await this.turns.next();
        pages.push(chunk);
        scanner.push(text);
      }
      scanner ??= scannerOf(delivery, ranges, begin);
      scanner.end();
    } catch (error) {
      if (error instanceof MalformedJson) throw malformedJson(error.detail, pages.lineAt(error.position));
      throw error;
    }
    return { pages, begin, scanner };
  }

  /** The bytes of a body in pieces. */
  private async *chunks(body: Uint8Array, inflate: boolean): AsyncGenerator<Buffer> {
    const limit = this.config.decompressedLimitBytes;
    if (inflate) {
      yield* inflated(body, limit);
      return;
    }
    if (body.byteLength > limit) {
      throw new AppError(
        'too-large',
        'INTAKE.TOO_LARGE',
        `The body is larger than ${limit} bytes (INGEST_DECOMPRESSED_LIMIT_BYTES).`,
      );
    }
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      yield bytes.subarray(at, at + CHUNK_BYTES);
    }
  }

  private async *portions(
    scanned: ScannedBody,
    delivery: Delivery,
    place: LargePlace,
    nesting: number,
  ): AsyncGenerator<ItemPortion> {
    const { pages, begin, scanner } = scanned;
    if (scanner instanceof LineScanner) {
      yield* this.grouped(new LineItems(pages, scanner.ranges, delivery.expand));
    } else if (scanner instanceof JsonScanner && scanner.list !== null) {
      yield* this.grouped(new ListItems(pages, scanner.ranges, begin, scanner.list, delivery));
    } else {
      const whole = wholeOf(scanned, delivery, this.limits);
      if ('items' in whole) {
        yield whole;
        return;
      }
      if (nesting >= NESTED_MAX) {
        throw new AppError('invalid', 'INTAKE.NESTED', 'The body holds too many deliveries in each other.');
      }
      const inner = await this.scan(whole.nested, isGzip(whole.nested), delivery, place);
      yield* this.portions(inner, delivery, place, nesting + 1);
    }
  }

  /** A body is read or refused as a whole: one of several portions is looked through before the first is handed out. */
  private async *grouped(items: GroupedItems): AsyncGenerator<ItemPortion> {
    const groups = [...groupsOf(items.ranges)];
    if (groups.length > 1) {
      for (const group of groups) {
        if (this.turns.over()) await this.turns.next();
        items.check(group);
      }
    }
    for (const group of groups) {
      if (this.turns.over()) await this.turns.next();
      yield items.read(group);
    }
  }
}

/** The place of a large body among all that are read: taken when it turns out to be one. */
class LargePlace {
  private release: (() => void) | undefined;

  constructor(private readonly gate: ByteGate) {}

  /** @throws AppError `INTAKE.BUSY` when too many wait already */
  async take(): Promise<void> {
    if (this.release !== undefined) return;
    if (this.gate.isFull) {
      throw new AppError('unavailable', 'INTAKE.BUSY', 'Too many large bodies are being read already.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    this.release = await this.gate.enter(1);
  }

  leave(): void {
    this.release?.();
    this.release = undefined;
  }
}

/** Which of the lists of a delivery a body holds. */
function listOf({ scanner }: ScannedBody, { lists }: Delivery): RecordList | undefined {
  const path = scanner instanceof JsonScanner ? scanner.list?.path : undefined;
  return lists.find((list) => list.path === path);
}

function scannerOf({ form, lists }: Delivery, ranges: ItemRanges, begin: number): BodyScanner {
  switch (form) {
    case 'bytes':
      return new LengthScanner(ranges);
    case 'lines':
      return new LineScanner(ranges, begin);
    case 'json':
      return new JsonScanner(
        ranges,
        begin,
        lists.map(({ path }) => path),
      );
  }
}

/**
 * Bytes of the byte order mark that a body begins with.
 *
 * @throws AppError `INTAKE.NOT_UTF8` for one of UTF-16
 */
function markBytes(chunk: Buffer): number {
  if ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)) {
    throw new AppError(
      'invalid',
      'INTAKE.NOT_UTF8',
      'The body is not UTF-8; it looks like UTF-16. Convert it to UTF-8.',
    );
  }
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
}

/** A body without a list of items: one item, or another delivery. */
function wholeOf(
  { pages, begin, scanner }: ScannedBody,
  delivery: Delivery,
  limits: ItemLimits,
): ItemPortion | { nested: Uint8Array } {
  const { length } = pages;
  const deep = scanner instanceof JsonScanner && scanner.tooDeep;
  if (length - begin > limits.itemBytes || deep) {
    return {
      items: [unread(pages, begin, length, 0, scanner.ranges)],
      bytes: length,
      lookForUnstorable: false,
    };
  }
  const bytes = pages.slice(begin, length);
  // Bytes that are no text are looked through as if they were one: it is about sequences of ASCII.
  const text = delivery.form === 'bytes' ? bytes.toString('latin1') : utf8(bytes);
  const whole = delivery.whole(delivery.form === 'bytes' ? bytes : parseJsonBody(text));
  if ('nested' in whole) {
    return { nested: typeof whole.nested === 'string' ? Buffer.from(whole.nested) : whole.nested };
  }
  if ('record' in whole) return portion(expandedItems(0, whole.record, delivery.expand), text, length);
  return { ...portion([], text, length), note: whole.note };
}
