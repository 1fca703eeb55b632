import { type Duck, quoted } from './duck.js';
import { LEAF, LINE_COLUMNS } from './event-row.js';
import type { TextPart } from './text-parts.js';

/** Events that a reader can skip together, by their time. */
const ROW_GROUP = 50_000;

/** Turns lines of events into a Parquet file in the same order. */
export async function writeParquet(duck: Duck, part: TextPart, path: string): Promise<void> {
  // The reader takes twice as much memory for each thread, so it is no more than the longest line needs.
  const lineLimit = Math.max(1024 * 1024, part.longestLine + 1024);
  await duck.run(`
    copy (
      select * from read_json(${quoted(part.path)}, format = 'newline_delimited', compression = 'uncompressed',
        columns = ${LINE_COLUMNS}, maximum_object_size = ${lineLimit})
    ) to ${quoted(path)} (format parquet, compression zstd, row_group_size ${ROW_GROUP})`);
}

/** What a file holds. */
export interface FileContent {
  rows: number;
  firstTime: string | null;
  lastTime: string | null;
}

/** Reads a whole file. `onLeaf` is given the hash of each event, in order. */
export async function readContent(
  duck: Duck,
  path: string,
  onLeaf: (leaf: Buffer) => void,
): Promise<FileContent> {
  const from = `from read_parquet(${quoted(path)})`;
  let rows = 0;
  for await (const leaves of duck.rows(`select ${LEAF} ${from}`)) {
    for (const [leaf] of leaves) onLeaf(Buffer.from(leaf!, 'hex'));
    rows += leaves.length;
  }
  const content: FileContent = { rows, firstTime: null, lastTime: null };
  const bounds = `select epoch_ms(min("timestamp"))::varchar, epoch_ms(max("timestamp"))::varchar ${from}`;
  for await (const [[first, last] = []] of duck.rows(bounds)) {
    if (first != null) content.firstTime = new Date(Number(first)).toISOString();
    if (last != null) content.lastTime = new Date(Number(last)).toISOString();
  }
  return content;
}
