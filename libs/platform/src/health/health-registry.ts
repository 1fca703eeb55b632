import { messageOf } from '@mcm/kernel';

/** How a part is: `degraded` does its work, but people should look; what cannot do its work is `down`. */
export interface PartHealth {
  status: 'up' | 'degraded' | 'down';
  detail?: string;
}
/** Resolves when the part works (or with a sentence when it is degraded), throws when it is down. */
export type HealthCheck = () => Promise<void | string>;

/** Time for the answer of a part. */
const ANSWER_MS = 2_000;

/** Knows the parts that a process needs and asks them how they are. */
export class HealthRegistry {
  private readonly checks = new Map<string, HealthCheck>();
  private stopping = false;

  register(name: string, check: HealthCheck): void {
    if (this.checks.has(name)) throw new Error(`The health check ${name} is registered twice`);
    this.checks.set(name, check);
  }

  /** From now on the process is not ready, so that no new work is sent to it. */
  markStopping(): void {
    this.stopping = true;
  }

  /** Asks every part; one that does not answer within `timeoutMs` is down. */
  async report(timeoutMs = ANSWER_MS): Promise<{ ready: boolean; parts: Record<string, PartHealth> }> {
    const entries = await Promise.all(
      [...this.checks.keys()].map(async (name): Promise<[string, PartHealth]> => [
        name,
        await this.of(name, timeoutMs),
      ]),
    );
    const parts = Object.fromEntries(entries);
    if (this.stopping) parts['process'] = { status: 'down', detail: 'stopping' };
    return { ready: Object.values(parts).every((part) => part.status !== 'down'), parts };
  }

  /** Asks one part; one that is not registered is up. */
  async of(name: string, timeoutMs = ANSWER_MS): Promise<PartHealth> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      const warning = await Promise.race([this.checks.get(name)?.(), timeout]);
      return warning === undefined ? { status: 'up' } : { status: 'degraded', detail: warning };
    } catch (error) {
      return { status: 'down', detail: messageOf(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}
