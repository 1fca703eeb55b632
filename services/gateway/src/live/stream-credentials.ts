import { FaultReporter, LOGGER, type Logger, type Principal } from '@mcm/platform';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { KeyRing } from '../keys/key-ring.js';
import { Sessions } from '../sessions/sessions.js';
import type { StreamClient } from './stream-client.js';

/** How often the credentials of open streams are looked up, in milliseconds. */
const CHECK_MS = 500;

/**
 * Ends streams whose session or key has ended: a stream is authenticated when it begins and would otherwise go on for days.
 * All of a process are looked up together, so the work does not grow with the number of streams.
 */
@Injectable()
export class StreamCredentials implements OnModuleDestroy {
  private readonly clients = new Map<StreamClient, NonNullable<Principal['credential']>>();
  private readonly faults: FaultReporter;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly keys: KeyRing,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.faults = new FaultReporter(logger);
  }

  /** Watches the credential of a client until its output closes. In open mode there is none. */
  watch(client: StreamClient, { credential }: Principal): void {
    if (credential === null) return;
    this.clients.set(client, credential);
    client.output.once('close', () => this.clients.delete(client));
    this.timer ??= setTimeout(() => void this.check(), CHECK_MS);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private async check(): Promise<void> {
    try {
      const [sessions, keys] = await Promise.all([
        this.sessions.aliveAmong(this.idsOf('session')),
        this.keys.validAmong(this.idsOf('key')),
      ]);
      const valid = { session: sessions, key: keys };
      for (const [client, { type, id }] of this.clients) if (!valid[type].has(id)) client.end();
    } catch (error) {
      // Without the database nothing can be revoked either; the next check finds what was.
      this.faults.report('credentials of live streams', error);
    }
    this.timer = this.clients.size === 0 ? undefined : setTimeout(() => void this.check(), CHECK_MS);
  }

  private idsOf(type: 'session' | 'key'): string[] {
    return [...this.clients.values()].filter((each) => each.type === type).map(({ id }) => id);
  }
}
