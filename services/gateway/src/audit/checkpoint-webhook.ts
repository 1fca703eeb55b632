import { messageOf } from '@mcm/kernel';
import type { Logger, MetricsRegistry } from '@mcm/platform';

const TIMEOUT_MS = 5_000;

/**
 * Sends checkpoints to an address outside, where the administrators of the database cannot change them. A receiver that is
 * slow or down delays nothing: a failure is logged and counted, and the next checkpoint covers what the lost one did.
 */
export class CheckpointWebhook {
  private sending: Promise<void> = Promise.resolve();
  private readonly sent;

  /** @param url empty for none; it may hold a secret and is never logged */
  constructor(
    private readonly url: string,
    metrics: MetricsRegistry,
    private readonly logger: Logger,
  ) {
    this.sent = metrics.counter(
      'mcm_audit_webhooks_total',
      'Checkpoints that were sent to the webhook, by outcome',
      ['outcome'],
    );
  }

  /** Begins to send; does not wait for the answer. */
  send(note: string): void {
    if (this.url === '') return;
    this.sending = this.post(note).then(
      () => this.sent.inc({ outcome: 'sent' }),
      (error: unknown) => {
        this.sent.inc({ outcome: 'failed' });
        this.logger.error(`The webhook for checkpoints of the audit trail failed: ${messageOf(error)}`);
      },
    );
  }

  /** Resolves when the last one is sent or has failed. */
  idle(): Promise<void> {
    return this.sending;
  }

  private async post(note: string): Promise<void> {
    const response = await fetch(this.url, {
      method: 'POST',
      body: note,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  }
}
