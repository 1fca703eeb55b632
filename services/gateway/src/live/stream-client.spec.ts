import { tallyOf } from '@mcm/contracts';
import { frame, StreamClient } from './stream-client.js';

const GAP = 'event: gap\ndata: {}\n\n';
let gaps: number;
let client: StreamClient;
beforeEach(() => {
  gaps = 0;
  client = new StreamClient(100, () => {
    gaps += 1;
  });
});
afterEach(() => client.output.destroy());

const read = () => String(client.output.read() ?? '');

it('keeps a piece in one message, whatever it holds', () => {
  const run = { id: 'a\nb\r\n\ndata: c', state: 'active', total: 0, tally: tallyOf([]) } as const;
  const text = frame('enrichment', run);
  expect(text).toBe(`event: enrichment\ndata: ${JSON.stringify(run)}\n\n`);
  expect(text.split('\n')).toHaveLength(4);
});

it('passes on what the client can take', () => {
  client.send('a'.repeat(50));
  client.send('b'.repeat(50));
  expect(read()).toBe('a'.repeat(50) + 'b'.repeat(50));
  expect(gaps).toBe(0);
});

it('marks the gap once, behind what is waiting, and goes on when there is room again', () => {
  client.send('a'.repeat(90));
  for (let piece = 0; piece < 1000; piece += 1) client.send('lost'.repeat(10));
  expect(client.output.readableLength).toBeLessThan(150);
  expect(gaps).toBe(1);
  expect(read()).toBe('a'.repeat(90) + GAP);
  client.send('after');
  expect(read()).toBe('after');
});

it('can lag again', () => {
  for (let round = 1; round <= 3; round += 1) {
    client.send('a'.repeat(90));
    client.send('b'.repeat(90));
    expect(read()).toBe('a'.repeat(90) + GAP);
    expect(gaps).toBe(round);
  }
});

it('counts bytes, not characters', () => {
  client.send('ü'.repeat(51));
  expect(read()).toBe(GAP);
});

it('sends signs of life only when nothing else is waiting', () => {
  expect(client.heartbeat()).toBe(true);
  expect(read()).toBe(': heartbeat\n\n');
  client.send('a');
  expect(client.heartbeat()).toBe(true);
  expect(read()).toBe('a');
});

it('knows a client that has stopped reading', () => {
  client.send('a'.repeat(90));
  client.send('b'.repeat(90));
  const beats = () => Array.from({ length: 5 }, () => client.heartbeat());
  expect(beats()).toEqual([true, true, true, false, false]);
  read();
  expect(beats()).toEqual([true, true, true, true, true]);
});

it('takes nothing after its end', () => {
  client.send('a');
  client.end();
  client.send('b');
  expect(client.heartbeat()).toBe(true);
  expect(read()).toBe('a');
});
