import type { BatchStore } from './batch-store.js';

/** Characters of texts that are held for the consumer in this process. */
const HELD_CHARACTERS = 16 * 1024 * 1024;
/** Time for which texts that are no longer needed gather before they are removed together. */
const FORGET_AFTER_MS = 250;

/**
 * The texts of long batches. What this process has stored and will probably handle itself a moment later is also held
 * in memory, up to a limit, so that it need not be read back.
 */
export class BatchTexts {
  private readonly held = new Map<string, string>();
  private characters = 0;
  private done: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<BatchStore, 'keep' | 'read' | 'forget'>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Resolves when the text is stored. */
  async keep(id: string, text: string): Promise<void> {
    await this.store.keep(id, text);
    if (this.characters + text.length > HELD_CHARACTERS) return;
    this.held.set(id, text);
    this.characters += text.length;
  }

  /** The text, null when there is none. Memory forgets it: a batch that comes again is read. */
  async take(id: string): Promise<string | null> {
    const text = this.held.get(id);
    if (text === undefined) return this.store.read(id);
    this.held.delete(id);
    this.characters -= text.length;
    return text;
  }

  /** The job of the batch is gone. Its text is removed soon; one that a crash leaves behind is swept up later. */
  release(id: string): void {
    this.done.push(id);
    this.timer ??= setTimeout(() => void this.flush(), FORGET_AFTER_MS);
  }

  /** Removes what was released. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const ids = this.done;
    if (ids.length === 0) return;
    this.done = [];
    await this.store.forget(ids).catch((error: unknown) => {
      this.onFault(error);
      this.done.push(...ids);
    });
  }
}
