import type { FaultLog } from '@mcm/queue';
import type { Subscription } from './event-bus.js';
import { fromTexts } from './message-text.js';

type Listener = (messages: readonly unknown[]) => void;

/** How a bus reaches those who listen. */
export interface LiveListeners {
  /** Resolves when what is published from now on is heard. */
  listen(subject: string, listener: Listener): Promise<Subscription>;
  /** Announces stored messages; returns immediately. */
  emit(subject: string, texts: readonly string[]): void;
  close(): void;
}

/** For a bus whose listeners hear their own process only. */
export function listenersOfThisProcess(log: FaultLog): LiveListeners {
  const listeners = new LocalListeners(log);
  return {
    listen: (subject, listener) => Promise.resolve(listeners.add(subject, listener)),
    emit: (subject, texts) => listeners.emit(subject, () => fromTexts(texts)),
    close: () => listeners.clear(),
  };
}

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
