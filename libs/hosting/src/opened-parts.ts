import type { Logger } from '@mcm/platform';

/** What has been opened: closes in reverse order, goes on after a failure, and throws the failures at the end. */
export class OpenedParts {
  private readonly closers: (() => Promise<unknown>)[] = [];
  private closing: Promise<void> | null = null;

  add(close: () => Promise<unknown>): void {
    this.closers.unshift(close);
  }

  /** Safe to call twice. */
  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  /** Closes after something else failed, whose error is the one that counts: failures to close are logged. Never rejects. */
  async abandon(logger: Logger): Promise<void> {
    await this.close().catch((fault: unknown) => logger.error({ err: fault }, 'A part could not be closed'));
  }

  private async closeAll(): Promise<void> {
    const faults: unknown[] = [];
    for (const close of this.closers) {
      try {
        await close();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length === 1) throw faults[0];
    if (faults.length > 1) throw new AggregateError(faults, 'Several parts could not be closed');
  }
}
