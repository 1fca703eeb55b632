import { charactersOf, type MessagesJson } from '../../message-text.js';
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
  private readonly held = new Map<string, readonly string[]>();
  private characters = 0;
  private done: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<BatchStore, 'keep' | 'read' | 'forget'>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Resolves when the texts are stored. */
  async keep(id: string, texts: readonly string[]): Promise<void> {
    await this.store.keep(id, texts);
    const characters = charactersOf(texts);
    if (this.characters + characters > HELD_CHARACTERS) return;
    this.held.set(id, texts);
    this.characters += characters;
  }

  /** The messages, null when there are none. Memory forgets them: a batch that comes again is read. */
  async take(id: string): Promise<MessagesJson | null> {
    const texts = this.held.get(id);
    if (texts === undefined) return this.store.read(id);
    this.held.delete(id);
    this.characters -= charactersOf(texts);
    return texts;
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
