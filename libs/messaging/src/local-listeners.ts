import type { FaultLog } from '@mcm/queue';
import type { Subscription } from './event-bus.js';

type Listener = (messages: readonly unknown[]) => void;

/** The listeners of one process. */
export class LocalListeners {
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(private readonly log: FaultLog) {}

  add(subject: string, listener: Listener): Subscription {
    const entry: Listener = (messages) => listener(messages);
    const all = this.listeners.get(subject) ?? new Set();
    all.add(entry);
    this.listeners.set(subject, all);
    return {
      close: () => {
        all.delete(entry);
        return Promise.resolve();
      },
    };
  }

  /**
   * Tells those who listen now, later: the publisher does not wait. Each gets messages of its own from `copy`, which is
   * not called without listeners.
   */
  emit(subject: string, copy: () => readonly unknown[]): void {
    const all = this.listeners.get(subject);
    if (!all || all.size === 0) return;
    const present = [...all];
    setImmediate(() => {
      for (const listener of present) {
        if (!all.has(listener)) continue;
        try {
          listener(copy());
        } catch (error) {
          this.log.error({ err: error, subject }, `A listener to ${subject} threw`);
        }
      }
    });
  }

  clear(): void {
    for (const all of this.listeners.values()) all.clear();
    this.listeners.clear();
  }
}
