import type { ConsumerInfo, StreamState } from '@nats-io/jetstream';
import { ForgottenFrames } from './forgotten-frames.js';

const stream = (messages: number) => ({ messages, first_seq: 137, last_seq: 200 }) as StreamState;
const consumer = (more: Partial<ConsumerInfo> = {}) =>
  ({
    num_pending: 0,
    num_ack_pending: 0,
    delivered: { consumer_seq: 193, stream_seq: 200, last_active: 0 },
    ...more,
  }) as ConsumerInfo;

describe('frames that the server never hands over', () => {
  let now = 0;
  const watched = () => new ForgottenFrames(() => now);

  it('are noticed when they have been there, unchanged, for a while', () => {
    const frames = watched();
    expect(frames.noticed(stream(1), consumer())).toBe(false);
    now += 2_999;
    expect(frames.noticed(stream(1), consumer())).toBe(false);
    now += 1;
    expect(frames.noticed(stream(1), consumer())).toBe(true);
  });

  it.each<[string, StreamState, ConsumerInfo]>([
    ['none is left', stream(0), consumer()],
    ['some wait for their turn', stream(1), consumer({ num_pending: 1 })],
    ['some are being handled', stream(1), consumer({ num_ack_pending: 1 })],
  ])('are not what there is when %s', (_, state, info) => {
    const frames = watched();
    frames.noticed(state, info);
    now += 60_000;
    expect(frames.noticed(state, info)).toBe(false);
  });

  it('are watched from the start after every change', () => {
    const frames = watched();
    frames.noticed(stream(2), consumer());
    now += 10_000;
    expect(frames.noticed(stream(1), consumer())).toBe(false);
    now += 3_000;
    expect(frames.noticed(stream(1), consumer())).toBe(true);
  });
});
