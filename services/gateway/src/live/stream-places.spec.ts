import { StreamClient } from './stream-client.js';
import { StreamPlaces } from './stream-places.js';

const clients: StreamClient[] = [];
function client(): StreamClient {
  const made = new StreamClient(100, () => undefined);
  clients.push(made);
  return made;
}
afterEach(() => {
  for (const each of clients.splice(0)) each.output.destroy();
});

/** A client that has stopped reading although there is something to read. */
function idleClient(): StreamClient {
  const idle = client();
  idle.send('a'.repeat(90));
  idle.send('b'.repeat(90));
  idle.heartbeat();
  idle.heartbeat();
  expect(idle.isIdle).toBe(true);
  return idle;
}

function placesWith(limits: { total: number; perCaller: number }, taken: [StreamClient, string][]) {
  const places = new StreamPlaces(limits);
  for (const [each, caller] of taken) places.take(each, caller);
  return places;
}

it('lets the oldest client of the caller that has stopped reading make room', () => {
  const [first, second] = [idleClient(), idleClient()];
  const places = placesWith({ total: 10, perCaller: 3 }, [
    [client(), 'a'],
    [first, 'a'],
    [second, 'a'],
    [idleClient(), 'b'],
  ]);
  expect(places.room('a')).toBe(first);
  expect(places.room('b')).toBeNull();
});

it('refuses a caller whose clients all read, also when those of others are idle', () => {
  const places = placesWith({ total: 10, perCaller: 1 }, [
    [client(), 'a'],
    [idleClient(), 'b'],
  ]);
  expect(() => places.room('a')).toThrow(
    expect.objectContaining({ code: 'LIVE.TOO_MANY_CLIENTS_OF_CALLER', retryAfterSeconds: 30 }) as Error,
  );
});

it('lets the oldest idle client of all make room when every place is taken, and refuses otherwise', () => {
  const idle = idleClient();
  const taken: [StreamClient, string][] = [
    [client(), 'a'],
    [idle, 'b'],
  ];
  expect(placesWith({ total: 2, perCaller: 2 }, taken).room('c')).toBe(idle);
  const reading = placesWith({ total: 1, perCaller: 1 }, [[client(), 'a']]);
  expect(() => reading.room('b')).toThrow(
    expect.objectContaining({ kind: 'unavailable', code: 'LIVE.TOO_MANY_CLIENTS' }) as Error,
  );
});

it('gives a place back when its client is gone', async () => {
  const gone = client();
  const places = placesWith({ total: 1, perCaller: 1 }, [[gone, 'a']]);
  const closed = new Promise((resolve) => gone.output.once('close', resolve));
  gone.output.destroy();
  await closed;
  expect(places.size).toBe(0);
  expect(places.room('a')).toBeNull();
});
