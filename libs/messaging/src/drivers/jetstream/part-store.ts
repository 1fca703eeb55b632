import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsLink } from '../../nats/nats-link.js';
import type { FrameParts } from './frame.js';

/** The parts of messages that are larger than the server takes. They lie in the stream beside the frames. */
export class PartStore {
  constructor(
    private readonly link: NatsLink,
    private readonly manager: JetStreamManager,
    private readonly place: { stream: string; partSubject: string },
    private readonly onFault: (place: string, error: unknown) => void,
  ) {}

  /** The whole again; null when a part is missing. */
  async fetch({ id, count }: FrameParts): Promise<Uint8Array | null> {
    const pieces: Uint8Array[] = [];
    for (let part = 0; part < count; part += 1) {
      const last_by_subj = `${this.place.partSubject}.${id}.${part}`;
      const found = await this.link.whileUp(
        this.manager.direct.getMessage(this.place.stream, { last_by_subj }),
      );
      if (found === null) return null;
      pieces.push(found.data);
    }
    return Buffer.concat(pieces);
  }

  /** Removes what is not needed any more. What is left when that fails is removed once nothing waits. */
  async remove({ id }: FrameParts): Promise<void> {
    await this.purge(`${this.place.partSubject}.${id}.*`);
  }

  /** Removes all of them. */
  async clear(): Promise<void> {
    await this.purge(`${this.place.partSubject}.>`);
  }

  private async purge(filter: string): Promise<void> {
    try {
      await this.link.whileUp(this.manager.streams.purge(this.place.stream, { filter }));
    } catch (error) {
      this.onFault(`parts in ${this.place.stream}`, error);
    }
  }
}
