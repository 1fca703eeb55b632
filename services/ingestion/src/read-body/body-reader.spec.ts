import { gzipSync } from 'node:zlib';
import { AppError, parseJson } from '@mcm/kernel';
import { type Delivery, one, ROOT } from '@mcm/sources';
import fc from 'fast-check';
import { IngestionConfig } from '../ingestion.config.js';
import { BodyReader } from './body-reader.js';
import { Turns } from './turns.js';

const keep = one((value) => ({ raw_data: value }));
const LIST: Delivery = {
  form: 'json',
  lists: [ROOT, ['Records'], ['data', 'events']].map((path) => ({ path, expand: keep })),
  whole: (record) => ({ record }),
  expand: keep,
};
const LINES: Delivery = { ...LIST, form: 'lines' };

const readerWith = (config: Partial<IngestionConfig> = {}) =>
  new BodyReader(Object.assign(new IngestionConfig(), config), new Turns());

async function read(
  body: string | Uint8Array,
  delivery: Delivery = LIST,
  config: Partial<IngestionConfig> = {},
  encoding?: string,
) {
  const opened = await readerWith(config).open(
    typeof body === 'string' ? Buffer.from(body) : body,
    encoding,
    delivery,
  );
  try {
    const items = [];
    for await (const portion of opened.portions()) items.push(...portion.items);
    return items;
  } finally {
    opened.close();
  }
}
const originals = async (...parameters: Parameters<typeof read>) =>
  (await read(...parameters)).map(({ original }) => original);

async function refusal(...parameters: Parameters<typeof read>): Promise<AppError> {
  try {
    await read(...parameters);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected the body to be refused');
}

describe('BodyReader', () => {
  it('reads plain text, with or without a byte order mark', async () => {
    expect(await originals('[{"ü":1}]')).toEqual([{ ü: 1 }]);
    expect(await originals('\uFEFF[7]')).toEqual([7]);
    expect(await originals('\uFEFF{"Records": [7]}')).toEqual([7]);
  });

  it('reads gzip, whether a header announces it or not, in one part or several', async () => {
    const zipped = gzipSync('[1,2]');
    expect(await originals(zipped, LIST, {}, 'gzip')).toEqual([1, 2]);
    expect(await originals(zipped)).toEqual([1, 2]);
    expect(await originals(Buffer.concat([gzipSync('[1,'), gzipSync('2]')]))).toEqual([1, 2]);
  });

  it.each([
    ['{"Records": [1, 2]}', [1, 2]],
    ['{"a": [0], "data": {"b": {"events": [0]}, "events": [{"c": [1, 2]}]}, "z": "]"}', [{ c: [1, 2] }]],
    ['{"\\u0052ecords": [1]}', [1]],
    ['{"Records": []}', []],
    [' [ ] ', []],
    ['{"records": [1]}', [{ records: [1] }]],
    ['[{"Records": [1]}]', [{ Records: [1] }]],
    ['"[1,2]"', ['[1,2]']],
    ['7', [7]],
  ])('finds the items of %s', async (body, expected) => {
    expect(await originals(body)).toEqual(expected);
  });

  it('finds the same items as a parser of the whole, wherever pieces of a body end', async () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { maxLength: 40 }),
        fc.constantFrom<(text: string) => string>(
          (text) => text,
          (text) => `{"x":"}][{\\"","Records":${text},"y":[{}]}`,
          (text) => `{"data":{"x":[[1]],"events":${text}}}`,
        ),
        async (values, wrap) => {
          const body = wrap(JSON.stringify(values, null, values.length % 2));
          const expected = parseJson(JSON.stringify(values));
          expect(await originals(body)).toEqual(expected);
          // Members of a few bytes: as many pieces.
          const bytes = Buffer.from(body);
          const members = [];
          for (let at = 0; at < bytes.length; at += 7) members.push(gzipSync(bytes.subarray(at, at + 7)));
          expect(await originals(Buffer.concat(members))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses as a whole whatever a parser of the whole would refuse', async () => {
    const piece = fc.constantFrom('[', ']', '{', '}', ',', ':', '"', '\\', '1', '"a"', '{}', ' ', '\n');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        for (const body of [pieces.join(''), `[${pieces.join('')}]`, `{"Records":[${pieces.join('')}]}`]) {
          let valid = true;
          try {
            JSON.parse(body);
          } catch {
            valid = false;
          }
          if (valid) await read(body);
          else expect((await refusal(body)).code).toBe('INTAKE.MALFORMED_JSON');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('names line and column of a fault, also far into a large body', async () => {
    const lines = Array.from({ length: 9_000 }, (_, n) => `  {"n": ${n}, "text": "${'x'.repeat(100)}"}`);
    lines[7_000] = '  {"n": }';
    const error = await refusal(`[\n${lines.join(',\n')}\n]`);
    expect(error.code).toBe('INTAKE.MALFORMED_JSON');
    expect(error.message).toContain('line 7002, column 9');
  });

  it('keeps the good lines beside a bad one, and numbers them', async () => {
    const items = await read('{"a":1}\r\n\n{"a":\n \t\n{"a":3}', LINES);
    expect(items.map(({ index }) => index)).toEqual([0, 2, 4]);
    expect(items[1]).toMatchObject({ fault: { code: 'INTAKE.MALFORMED_JSON' }, original: '{"a":' });
    expect(items[2]).toMatchObject({ original: { a: 3 } });
    expect(await read('', LINES)).toEqual([]);
  });

  it('reads a large body portion by portion', async () => {
    const values = Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(80) }));
    const opened = await readerWith().open(gzipSync(JSON.stringify(values)), undefined, LIST);
    const portions = [];
    for await (const { items } of opened.portions()) portions.push(items.length);
    opened.close();
    expect(portions.length).toBeGreaterThan(5);
    expect(portions.reduce((sum, count) => sum + count)).toBe(20_000);
  });

  it('reads a delivery within another one, compressed or not', async () => {
    const nesting: Delivery = {
      ...LIST,
      whole: (body) => {
        const { text, zipped } = body as { text?: string; zipped?: string };
        if (text !== undefined) return { nested: text };
        return zipped === undefined ? { record: body } : { nested: Buffer.from(zipped, 'base64') };
      },
    };
    const zipped = gzipSync('{"Records":[1,2]}').toString('base64');
    expect(await originals(JSON.stringify({ text: JSON.stringify({ zipped }) }), nesting)).toEqual([1, 2]);
    let endless = '{"a": 1}';
    for (let n = 0; n < 5; n += 1) endless = JSON.stringify({ text: endless });
    expect((await refusal(endless, nesting)).code).toBe('INTAKE.NESTED');
    const bomb = gzipSync('[' + '1,'.repeat(500_000) + '1]').toString('base64');
    expect((await refusal(JSON.stringify({ zipped: bomb }), nesting)).code).toBe('INTAKE.TOO_MANY_ITEMS');
  });

  it.each([
    [
      'a gzip that ends early',
      gzipSync(JSON.stringify([...Array(9999).keys()])).subarray(0, 100),
      undefined,
      'INTAKE.GZIP_BROKEN',
    ],
    ['no gzip where one is announced', Buffer.from('[]'), 'gzip', 'INTAKE.GZIP_BROKEN'],
    ['gzip in gzip', gzipSync(gzipSync('[]')), undefined, 'INTAKE.GZIP_TWICE'],
    ['an encoding that is not known', Buffer.from('[]'), 'br', 'INTAKE.ENCODING_UNSUPPORTED'],
    ['what is not UTF-8', Buffer.from([0x22, 0xe4, 0x22]), undefined, 'INTAKE.NOT_UTF8'],
    ['UTF-16', Buffer.from('\uFEFF[]', 'utf16le'), undefined, 'INTAKE.NOT_UTF8'],
    [
      'two lists of records',
      Buffer.from('{"Records":[1],"data":{"events":[2]}}'),
      undefined,
      'INTAKE.TWO_LISTS',
    ],
    ['nothing', Buffer.alloc(0), undefined, 'INTAKE.MALFORMED_JSON'],
  ])('refuses %s', async (_, body, encoding, code) => {
    expect((await refusal(body, LIST, {}, encoding)).code).toBe(code);
  });
});

describe('BodyReader and bodies with too much in them', () => {
  const MB = 1_000_000;
  const times = (text: string, count: number) => Buffer.alloc(text.length * count, text);
  const wrapped = (open: string, inner: Buffer, close: string) =>
    Buffer.concat([Buffer.from(open), inner, Buffer.from(close)]);

  it.each<[string, Delivery, Buffer, string]>([
    ['lines', LINES, times('1\n', 3 * MB), 'INTAKE.TOO_MANY_ITEMS'],
    ['lines that are not JSON', LINES, times('x\n', 3 * MB), 'INTAKE.TOO_MANY_ITEMS'],
    ['elements', LIST, wrapped('[', times('1,', 3 * MB), '1]'), 'INTAKE.TOO_MANY_ITEMS'],
    ['empty objects', LIST, wrapped('[', times('{},', 3 * MB), '1]'), 'INTAKE.TOO_MANY_ITEMS'],
    ['a wrapped list', LIST, wrapped('{"Records":[', times('{},', 3 * MB), '1]}'), 'INTAKE.TOO_MANY_ITEMS'],
    [
      'a list that is wrapped twice',
      LIST,
      wrapped('{"data":{"events":[', times('1,', 3 * MB), '1]}}'),
      'INTAKE.TOO_MANY_ITEMS',
    ],
    ['objects in a row', LIST, times('{}', 3 * MB), 'INTAKE.MALFORMED_JSON'],
    ['nesting', LIST, times('[', 18 * MB), 'INTAKE.ITEM_TOO_LARGE'],
    ['nesting in a line', LINES, times('{"a":', 4 * MB), 'INTAKE.ITEM_TOO_LARGE'],
    ['one text', LIST, wrapped('"', times('a', 18 * MB), '"'), 'INTAKE.ITEM_TOO_LARGE'],
    ['one text in a list', LIST, wrapped('["', times('a', 18 * MB), '"]'), 'INTAKE.ITEM_TOO_LARGE'],
    [
      'one object with many fields',
      LIST,
      wrapped('{', times('"a":1,', 3 * MB), '"b":1}'),
      'INTAKE.ITEM_TOO_LARGE',
    ],
    [
      'much around a list',
      LIST,
      wrapped('{"Records":[],"x":[', times('1,', 3 * MB), '1]}'),
      'INTAKE.ITEM_TOO_LARGE',
    ],
    ['space', LIST, times(' ', 18 * MB), 'INTAKE.ITEM_TOO_LARGE'],
  ])('stops at the first limit: %s', async (_, delivery, body, code) => {
    const zipped = gzipSync(body, { level: 1 });
    // Read to their ends these take gigabytes, and hold everything up for minutes.
    const began = performance.now();
    const blocked = await longestPause(async () => {
      expect((await refusal(zipped, delivery)).code).toBe(code);
    });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(blocked).toBeLessThan(3_000);
  });

  it('stops where a body is larger than may be once it is inflated', async () => {
    const body = gzipSync(times(`"${'a'.repeat(998)}"\n`, 4_000), { level: 1 });
    const error = await refusal(body, LINES, { decompressedLimitBytes: 3 * MB });
    expect(error).toMatchObject({ kind: 'too-large', code: 'INTAKE.TOO_LARGE' });
    expect(error.message).toContain('INGEST_DECOMPRESSED_LIMIT_BYTES');
  });

  it('refuses an item that is too large or nests too deeply, unread, and takes those beside it', async () => {
    const large = `{"a":"${'x'.repeat(3 * MB)}"}`;
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
    for (const [body, delivery] of [
      [`[1,${large},2,${deep},3]`, LIST],
      [`{"Records":[1,${large},2,${deep},3]}`, LIST],
      [`1\n${large}\n2\n${deep}\n3`, LINES],
    ] as const) {
      const items = await read(body, delivery);
      expect(items.map((item) => ('fault' in item ? item.fault.code : item.original))).toEqual([
        1,
        'EVENT.INVALID',
        2,
        'EVENT.INVALID',
        3,
      ]);
      expect(items[1]).toMatchObject({
        cut: true,
        fault: { reason: expect.stringContaining('INGEST_EVENT_LIMIT_BYTES') },
      });
      expect(items[3]).toMatchObject({
        cut: true,
        fault: { reason: expect.stringContaining('INGEST_DEPTH_LIMIT') },
      });
      expect(String(items[1]?.original).length).toBeLessThan(100_000);
    }
  });

  it('reads one large body after the other, and says so when too many wait', async () => {
    const reader = readerWith();
    const body = gzipSync(JSON.stringify(Array.from({ length: 30_000 }, () => 'x'.repeat(60))));
    const opened: Awaited<ReturnType<BodyReader['open']>>[] = [];
    const refused: unknown[] = [];
    const all = Array.from({ length: 12 }, () =>
      reader.open(body, undefined, LIST).then(
        (each) => opened.push(each),
        (error: unknown) => refused.push(error),
      ),
    );
    // Nine have a place, and one of them is read.
    while (refused.length < 3 || opened.length < 1) await new Promise(setImmediate);
    expect(opened).toHaveLength(1);
    expect(refused).toMatchObject([1, 2, 3].map(() => ({ kind: 'unavailable', code: 'INTAKE.BUSY' })));
    expect(await reader.open(Buffer.from('[1]'), undefined, LIST)).toMatchObject({ bytes: 3 });
    for (let closed = 0; closed < 9; closed += 1) {
      while (opened.length <= closed) await new Promise(setImmediate);
      opened[closed]!.close();
    }
    await Promise.all(all);
    expect(opened).toHaveLength(9);
  });
});

/** The longest time in which nothing else could run, in milliseconds. */
async function longestPause(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(longest, performance.now() - last);
}
