import { isUtf8 } from 'node:buffer';
import { AppError, parseJson } from '@mcm/kernel';
import type { Delivery, RecordExpansion } from '@mcm/sources';
import { jsonProblem, lineProblem, malformedJson, type Place } from '../accept-events/parse-json.js';
import { mayHoldUnstorableCharacters } from '../accept-events/raw-data.js';
import type { BodyPages } from './body-pages.js';
import type { IntakeItem } from './intake-item.js';
import { type ItemLimits, ItemRanges } from './item-ranges.js';
import { type FoundList, JsonScanner } from './json-scanner.js';
import { expandedItems, unreadItem } from './read-item.js';

/** Bytes and items that are parsed at a time: some milliseconds of work. */
const GROUP_BYTES = 256 * 1024;
const GROUP_ITEMS = 1_000;
/** So many refused lines of a body are told with the place of their fault, which takes a second look. */
const LOCATED_FAULTS = 1_000;
const SPACE = 0x20;
/** A line up to this length does no harm by its nesting. */
const SHALLOW_LENGTH = 64 * 1024;

/** Items that are parsed together, `from` up to before `to`; one that must not be parsed stands alone. */
export interface ItemGroup {
  readonly from: number;
  readonly to: number;
  readonly parsed: boolean;
  readonly bytes: number;
}

/** Divides items into groups. */
export function* groupsOf(ranges: ItemRanges): Generator<ItemGroup> {
  const barred = (item: number) => ranges.isTooDeep(item) || ranges.isTooLarge(item);
  for (let from = 0; from < ranges.count;) {
    const start = ranges.startOf(from);
    const parsed = !barred(from);
    let to = from + 1;
    while (
      parsed &&
      to < ranges.count &&
      to - from < GROUP_ITEMS &&
      ranges.endOf(to) - start <= GROUP_BYTES &&
      !barred(to)
    ) {
      to += 1;
    }
    yield { from, to, parsed, bytes: ranges.endOf(to - 1) - start };
    from = to;
  }
}

/** Some items of a body. */
export interface ItemPortion {
  readonly items: readonly IntakeItem[];
  /** Bytes of the body that hold them. */
  readonly bytes: number;
  /** False when there cannot be characters that cannot be stored, which saves looking for them. */
  readonly lookForUnstorable: boolean;
  /** What the body is, where it is something that holds no item. */
  readonly note?: string | undefined;
}

/** The items of a body, to be parsed group by group. */
export interface GroupedItems {
  readonly ranges: ItemRanges;
  /**
   * Looks whether a group can be read.
   *
   * @throws AppError that refuses the whole body
   */
  check(group: ItemGroup): void;
  /** Parses a group. Throws what {@link check} throws. */
  read(group: ItemGroup): ItemPortion;
}

/** Elements of a list: a body with one that is not JSON is not JSON. */
export class ListItems implements GroupedItems {
  private readonly expand: RecordExpansion;

  /** @throws AppError `INTAKE.MALFORMED_JSON` for what is around the list */
  constructor(
    private readonly pages: BodyPages,
    readonly ranges: ItemRanges,
    begin: number,
    list: FoundList,
    delivery: Delivery,
  ) {
    this.expand = delivery.lists.find(({ path }) => path.join('\0') === list.path.join('\0'))!.expand;
    const around = list.open - begin + pages.length - list.close;
    ranges.checkAround(around);
    const text = utf8(pages.slice(begin, list.open)) + utf8(pages.slice(list.close, pages.length));
    const place = (offset: number) => {
      const at = begin + Buffer.byteLength(text.slice(0, offset));
      return pages.lineAt(at < list.open ? at : at - list.open + list.close);
    };
    parsed(text, place);
  }

  check(group: ItemGroup): void {
    if (group.parsed) this.values(group, this.text(group));
  }

  read(group: ItemGroup): ItemPortion {
    const { ranges, expand } = this;
    if (!group.parsed) return unreadPortion(this.pages, ranges, group);
    const text = this.text(group);
    const items = this.values(group, text).flatMap((value, i) =>
      expandedItems(ranges.indexOf(group.from + i), value, expand),
    );
    return portion(items, text, group.bytes);
  }

  private text({ from, to }: ItemGroup): string {
    return `[${utf8(this.pages.slice(this.ranges.startOf(from), this.ranges.endOf(to - 1)))}]`;
  }

  private values({ from }: ItemGroup, text: string): unknown[] {
    const start = this.ranges.startOf(from);
    const place = (offset: number) => this.pages.lineAt(start + Buffer.byteLength(text.slice(1, offset)));
    return parsed(text, place) as unknown[];
  }
}

/** @throws AppError `INTAKE.MALFORMED_JSON` with the place in the whole body */
function parsed(text: string, placeOf: (offset: number) => Place | null): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const { what, offset } = jsonProblem(text, error);
    throw malformedJson(what, offset === null ? null : placeOf(offset), error);
  }
}

/** Lines: a bad one harms no other. */
export class LineItems implements GroupedItems {
  private faults = 0;

  constructor(
    private readonly pages: BodyPages,
    readonly ranges: ItemRanges,
    private readonly expand: RecordExpansion,
  ) {}

  check(group: ItemGroup): void {
    if (group.parsed) this.text(group);
  }

  read(group: ItemGroup): ItemPortion {
    if (!group.parsed) return unreadPortion(this.pages, this.ranges, group);
    const text = this.text(group);
    const lines = text.split('\n').filter(isNotBlank);
    const items = lines.flatMap((line, i) => this.item(group.from + i, line));
    return portion(items, text, group.bytes);
  }

  private item(item: number, line: string): readonly IntakeItem[] {
    const index = this.ranges.indexOf(item);
    if (line.length > SHALLOW_LENGTH && nestsTooDeeply(line, this.ranges.limits)) {
      return [unreadItem(this.pages, this.ranges, item)];
    }
    let value: unknown;
    try {
      value = parseJson(line);
    } catch (error) {
      this.faults += 1;
      const reason = this.faults > LOCATED_FAULTS ? 'The line is not JSON.' : lineProblem(line, error);
      const fault = { code: 'INTAKE.MALFORMED_JSON', reason, errors: [{ pointer: '', detail: reason }] };
      return [{ index, fault, original: line }];
    }
    return expandedItems(index, value, this.expand);
  }

  private text({ from, to }: ItemGroup): string {
    return utf8(this.pages.slice(this.ranges.startOf(from), this.ranges.endOf(to - 1)));
  }
}

function nestsTooDeeply(line: string, limits: ItemLimits): boolean {
  const scanner = new JsonScanner(new ItemRanges(limits), 0, []);
  try {
    scanner.push(Buffer.from(line));
  } catch {
    // The parser will say what is wrong with it.
    return false;
  }
  return scanner.tooDeep;
}

/** As the scanner sees it: a line with more than control characters and spaces. */
function isNotBlank(line: string): boolean {
  for (let i = 0; i < line.length; i += 1) if (line.charCodeAt(i) > SPACE) return true;
  return false;
}

function unreadPortion(pages: BodyPages, ranges: ItemRanges, { from, bytes }: ItemGroup): ItemPortion {
  return { items: [unreadItem(pages, ranges, from)], bytes, lookForUnstorable: false };
}

/** A portion of a body whose text is known. */
export function portion(items: readonly IntakeItem[], text: string, bytes: number): ItemPortion {
  return { items, bytes, lookForUnstorable: mayHoldUnstorableCharacters(text) };
}

/** @throws AppError `INTAKE.NOT_UTF8` */
export function utf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new AppError('invalid', 'INTAKE.NOT_UTF8', 'The body is not valid UTF-8.');
}
