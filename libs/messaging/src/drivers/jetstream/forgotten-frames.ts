import type { ConsumerInfo, StreamState } from '@nats-io/jetstream';

/** How long nothing may change before frames count as forgotten. */
const FORGOTTEN_MS = 3_000;

/**
 * Notices frames that a stream counts and its consumer never hands over, because it takes all of them for acknowledged or
 * because they are not there. A server that was killed can come back like that (seen with 2.9.10). They would count as
 * lag for ever.
 */
export class ForgottenFrames {
  private seen = '';
  private since = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether the same frames have been left alone for a while; to be asked with every count. */
  noticed({ messages, first_seq, last_seq }: StreamState, consumer: ConsumerInfo): boolean {
    const { num_pending, num_ack_pending, delivered } = consumer;
    const idle = messages > 0 && num_pending === 0 && num_ack_pending === 0;
    const seen = idle ? `${messages} ${first_seq} ${last_seq} ${delivered.consumer_seq}` : '';
    if (seen !== this.seen) {
      this.seen = seen;
      this.since = this.now();
      return false;
    }
    return idle && this.now() - this.since >= FORGOTTEN_MS;
  }
}
