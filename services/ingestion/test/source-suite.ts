import { gzipSync } from 'node:zlib';
import type { EventEnvelope, Json, JsonObject } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { Source } from '@mcm/sources';
import { sourceCases } from '@mcm/sources/testing';
import { type RunningIntake, startIntake } from './running-intake.js';

/** Values that none of the fields is made for. */
const HOSTILE: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  'a\u0000b\ud800',
  'x'.repeat(5000),
  '__proto__',
  'constructor',
  [],
  {},
  [[[]]],
  [null, 1, 'x', { name: 7, value: {} }],
  { constructor: 1, toString: null, length: -1 },
];

/** Every variant of a record in which one value, at any depth, is something hostile. */
export function* mutants(record: JsonObject): Generator<JsonObject> {
  const paths: (string | number)[][] = [];
  const walk = (value: Json, path: (string | number)[]): void => {
    if (path.length > 0) paths.push(path);
    if (typeof value !== 'object' || value === null || path.length > 4) return;
    for (const key of Object.keys(value)) {
      walk((value as JsonObject)[key]!, [...path, key]);
    }
  };
  walk(record, []);
  for (const path of paths) {
    for (const hostile of HOSTILE) {
      const copy = structuredClone(record);
      let parent = copy;
      for (const key of path.slice(0, -1)) parent = parent[key] as JsonObject;
      parent[path.at(-1)!] = hostile;
      yield copy;
    }
  }
}

/**
 * What every source promises, proved on the cases in its folder.
 *
 * @param folder with the folder of the source, where that is not among the product's
 */
export function describeSource(source: Source, folder?: string): void {
  const { taken: cases, refused } = sourceCases(source.name, folder);
  const records = cases.map(({ record }) => record);
  const types = cases.flatMap(({ event_types }) => event_types);
  const { example } = source;

  describe(`the source ${source.name}`, () => {
    let intake: RunningIntake;
    beforeEach(() => {
      intake = startIntake({ sources: [source] });
    });
    afterEach(() => intake.close());
    const submit = (body: unknown, headers?: Record<string, string>) =>
      intake.submit(source.name, body, headers);

    it('maps type, user and time of recorded records, and keeps the record whole', async () => {
      for (const { event_types, user, timestamp, record } of cases) {
        intake.published.length = 0;
        await submit([record]);
        expect(intake.published.map((event) => event.event_type)).toEqual(event_types);
        for (const event of intake.published) {
          expect(event).toMatchObject({ source: source.name, user, raw_data: ownFields(record) });
          expect(event.timestamp).toBe(timestamp ?? event.received_at);
        }
      }
    });

    it("takes the vendor's own wrapping, a list, single records, lines and gzip for the same events", async () => {
      const lines = records.map((record) => JSON.stringify(record)).join('\n');
      const ids = async (deliver: () => Promise<unknown>) => {
        intake.published.length = 0;
        await deliver();
        return intake.published.map(({ uid, content_hash }) => `${uid} ${content_hash}`);
      };
      const listed = await ids(() => submit(records));
      expect(listed).toHaveLength(types.length);
      expect(await ids(() => submit(example.wrap(records)))).toEqual(listed);
      expect(await ids(() => submit(`${lines}\n`, { 'content-type': 'application/x-ndjson' }))).toEqual(
        listed,
      );
      expect(
        await ids(async () => {
          for (const record of records) await submit(record);
        }),
      ).toEqual(listed);
      const zipped = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
      expect(await ids(() => submit(gzipSync(lines), zipped))).toEqual(listed);
    });

    it('gives the same record the same id and content, also when its fields come in another order', async () => {
      await submit(records);
      const first = intake.published.splice(0);
      expect(new Set(first.map(({ uid }) => uid)).size).toBe(types.length);
      await submit(records.map(reversed));
      const identity = ({ uid, content_hash }: EventEnvelope) => [uid, content_hash];
      expect(intake.published.map(identity)).toEqual(first.map(identity));
      const receipt = await submit([...records, ...records]);
      expect(receipt).toMatchObject({ accepted: types.length, duplicates: types.length, rejected: [] });
    });

    it('stores records of unknown types', async () => {
      const receipt = await submit([example.record]);
      expect(receipt).toMatchObject({ received: 1, accepted: 1, rejected: [] });
      expect(intake.published[0]).toMatchObject({
        event_type: example.eventType,
        raw_data: example.record,
      });
    });

    it('refuses what it cannot read one by one, keeps it as dead letters, and takes the rest', async () => {
      const unreadable = refused.map(({ record }) => record);
      const receipt = await submit([...unreadable, ...records, 'text', null, 7, []]);
      expect(receipt.accepted).toBe(types.length);
      expect(receipt.rejected.map(({ index, code, errors }) => ({ index, code, errors }))).toEqual([
        ...refused.map(({ refused: { code, pointer } }, index) => ({
          index,
          code,
          errors: [{ pointer, detail: expect.any(String) as string }],
        })),
        ...[0, 1, 2, 3].map((further) => ({
          index: unreadable.length + records.length + further,
          code: refused[0]!.refused.code,
          errors: [{ pointer: '', detail: expect.any(String) as string }],
        })),
      ]);
      expect(intake.deadLetters).toHaveLength(unreadable.length + 4);
      expect(intake.deadLetters[0]).toMatchObject({
        origin: 'ingest',
        subject: source.name,
        message: JSON.stringify(unreadable[0]),
      });
    });

    it('names a line that is not JSON and takes the others', async () => {
      const lines = records.map((record) => JSON.stringify(record));
      const receipt = await submit([lines[0], '{"half', ...lines.slice(1)].join('\n'), {
        'content-type': 'application/x-ndjson',
      });
      expect(receipt.accepted).toBe(types.length);
      expect(receipt.rejected).toMatchObject([{ index: 1, code: 'INTAKE.MALFORMED_JSON' }]);
    });

    it.each(['"text"', '7', 'null', '{}', '{"records": []}', '{"data": null}', ''])(
      'refuses the body %s as a whole and says what it expects',
      async (body) => {
        const error = await submit(body).then(
          () => new Error('it was taken'),
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(AppError);
        expect(error).toMatchObject({ kind: 'invalid' });
        expect(intake.published).toEqual([]);
      },
    );

    it('takes an empty delivery', async () => {
      expect(await submit(example.wrap([]))).toMatchObject({ received: 0, accepted: 0, rejected: [] });
    });

    it('survives any value in any place: an event or a named refusal, and never harm to others', async () => {
      const witness = { ...example.record, witness: true };
      let sent = 0;
      for (const record of records) {
        const batch = [...mutants(record)];
        sent += batch.length;
        const receipt = await submit([...batch, witness]);
        for (const { code, errors } of receipt.rejected) {
          expect(code).toMatch(/^[A-Z_]+\.[A-Z_]+$/);
          expect(errors.length).toBeGreaterThan(0);
        }
        expect(receipt.rejected.some(({ index }) => index === batch.length)).toBe(false);
      }
      expect(sent).toBeGreaterThan(records.length * HOSTILE.length);
      for (const event of intake.published) expectStorable(event);
    });

    it('refuses records that nest too deeply or are too large, and takes the others', async () => {
      const record = example.record;
      const nested = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
      const { [Object.keys(record)[0]!]: _first, ...rest } = record;
      const deep = JSON.stringify({ ...record, deep: 'HERE' }).replace('"HERE"', nested);
      const deepWithoutId = JSON.stringify({ ...rest, deep: 'HERE' }).replace('"HERE"', nested);
      const large = JSON.stringify({ ...record, large: 'x'.repeat(1_100_000) });
      const receipt = await submit(`[${deep},${deepWithoutId},${large},${JSON.stringify(records[0])}]`);
      expect(receipt.accepted).toBe(cases[0]!.event_types.length);
      expect(receipt.rejected.map(({ index }) => index)).toEqual([0, 1, 2]);
    });

    it('never loses a record for want of an actor, or for a strange one', async () => {
      const actor = 'mallory\u0000\ud800'.padEnd(3000, '!');
      for (const { record, event_types } of cases) {
        const receipt = await submit([withActor(record, undefined), withActor(record, actor)]);
        expect(receipt).toMatchObject({ rejected: [] });
        expect(receipt.accepted + receipt.duplicates).toBe(2 * event_types.length);
      }
    });
  });
}

/** The fields of a record that are kept as they came; a list of events is handed out one by one. */
function ownFields(record: JsonObject): JsonObject {
  const { events: _events, ...fields } = record;
  return fields;
}

/** The record with each of the fields that may name an actor set to something else, or left away. */
function withActor(record: JsonObject, actor: string | undefined): JsonObject {
  const copy = structuredClone(record);
  for (const [key, field] of [
    ['actor', 'alternateId'],
    ['actor', 'email'],
    ['userIdentity', 'userName'],
  ] as const) {
    const parent = copy[key];
    if (parent === undefined) continue;
    if (actor === undefined) delete copy[key];
    else if (typeof parent === 'string') copy[key] = actor;
    else if (typeof parent === 'object' && parent !== null) (parent as JsonObject)[field] = actor;
  }
  return copy;
}

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

function expectStorable(event: EventEnvelope): void {
  const text = JSON.stringify(event);
  expect(/\\u(0000|d[89a-f])/i.test(text)).toBe(false);
  expect(event.user.length).toBeGreaterThan(0);
  expect(event.user.length).toBeLessThanOrEqual(512);
  expect(event.event_type.length).toBeLessThanOrEqual(256);
}
