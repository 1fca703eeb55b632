import { AppError } from '@mcm/kernel';
import type { StreamClient } from './stream-client.js';

/** Seconds after which a client that found no place may ask again. */
const RETRY_AFTER_SECONDS = 30;

/**
 * Who has which place on the live stream. Places are limited, for all and for each caller, so that one of them cannot
 * take all. Where there is none left the oldest client that has stopped reading makes room; of the caller, when it is
 * the caller who has too many.
 */
export class StreamPlaces {
  private readonly taken = new Set<StreamClient>();
  private readonly byCaller = new Map<string, Set<StreamClient>>();

  constructor(private readonly limits: { total: number; perCaller: number }) {}

  get size(): number {
    return this.taken.size;
  }

  /** The clients, in the order in which they came. */
  all(): Iterable<StreamClient> {
    return this.taken;
  }

  /**
   * Finds room for one more client.
   *
   * @returns who has to go for it; null when there is room
   * @throws AppError `LIVE.TOO_MANY_CLIENTS_OF_CALLER`, `LIVE.TOO_MANY_CLIENTS`
   */
  room(caller: string): StreamClient | null {
    const { total, perCaller } = this.limits;
    const own = this.byCaller.get(caller);
    if (own !== undefined && own.size >= perCaller) {
      return (
        oldestIdle(own) ??
        refuse(
          'too-many',
          'LIVE.TOO_MANY_CLIENTS_OF_CALLER',
          `All ${perCaller} places on the live stream for one address are taken (API_STREAM_CLIENTS_PER_ADDRESS).`,
        )
      );
    }
    if (this.taken.size < total) return null;
    return (
      oldestIdle(this.taken) ??
      refuse('unavailable', 'LIVE.TOO_MANY_CLIENTS', `All ${total} places on the live stream are taken.`)
    );
  }

  /** Gives a client a place until its output closes. */
  take(client: StreamClient, caller: string): void {
    this.taken.add(client);
    const own = this.byCaller.get(caller) ?? new Set();
    this.byCaller.set(caller, own.add(client));
    client.output.once('close', () => {
      this.taken.delete(client);
      own.delete(client);
      if (own.size === 0 && this.byCaller.get(caller) === own) this.byCaller.delete(caller);
    });
  }
}

function oldestIdle(clients: Iterable<StreamClient>): StreamClient | null {
  for (const client of clients) if (client.isIdle) return client;
  return null;
}

function refuse(kind: 'too-many' | 'unavailable', code: string, message: string): never {
  throw new AppError(kind, code, message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
