import type { FaultLog } from '@mcm/queue';
import type { Subscription as NatsSubscription } from '@nats-io/transport-node';
import type { Subscription } from '../../event-bus.js';
import { type LiveListeners, LocalListeners } from '../../local-listeners.js';
import { arrayBytes } from '../../message-text.js';
import type { NatsLink } from '../../nats/nats-link.js';

/** Notifies listeners in all processes, over plain subjects of NATS: the server drops messages without listeners. */
export class LiveSubjects implements LiveListeners {
  private readonly listeners: LocalListeners;
  private readonly subscriptions = new Map<string, NatsSubscription>();

  constructor(
    private readonly link: NatsLink,
    private readonly namespace: string,
    private readonly log: FaultLog,
  ) {
    this.listeners = new LocalListeners(log);
  }

  /** Announces stored messages. At most once: while there is no connection, the announcement is lost. */
  emit(subject: string, texts: readonly string[]): void {
    if (!this.link.up) return;
    const data = arrayBytes(texts);
    if (data.length <= this.link.maxPayload) {
      this.link.connection.publish(this.natsSubject(subject), data);
    } else if (texts.length > 1) {
      const middle = Math.ceil(texts.length / 2);
      this.emit(subject, texts.slice(0, middle));
      this.emit(subject, texts.slice(middle));
    } else {
      this.log.warn({ subject, bytes: data.length }, 'A message is too large for listeners');
    }
  }

  /** Resolves when the server knows of it. */
  async listen(subject: string, listener: (messages: readonly unknown[]) => void): Promise<Subscription> {
    const subscription = this.listeners.add(subject, listener);
    if (!this.subscriptions.has(subject)) this.subscribe(subject);
    await this.link.whileUp(this.link.connection.flush());
    return subscription;
  }

  close(): void {
    this.listeners.clear();
    for (const subscription of this.subscriptions.values()) subscription.unsubscribe();
    this.subscriptions.clear();
  }

  private subscribe(subject: string): void {
    const subscription = this.link.connection.subscribe(this.natsSubject(subject), {
      callback: (error, message) => {
        if (error) {
          this.log.error(
            { err: error, subject },
            `Listening to ${subject} is not possible: ${error.message}`,
          );
          return;
        }
        this.listeners.emit(subject, () => {
          const messages: unknown = message.json();
          return Array.isArray(messages) ? (messages as unknown[]) : [];
        });
      },
    });
    this.subscriptions.set(subject, subscription);
  }

  private natsSubject(subject: string): string {
    return `${this.namespace}.live.${subject}`;
  }
}
