import { charactersOf } from './message-text.js';

export interface GroupWriterOptions {
  /** Most messages in one write. */
  maxMessages: number;
  /** Writes a group; resolves when it is stored. */
  write: (texts: readonly string[]) => Promise<void>;
  /** Small writes per second that can be kept up for long; groups grow beyond it. */
  writesPerSecond?: number;
  /** Characters after which a group counts as full, so that a few huge messages do not become one giant write. */
  fullCharacters?: number;
}

const FULL_CHARACTERS = 4 * 1024 * 1024;
/** Concurrent writes; full groups only, the others wait for more messages. */
const MAX_IN_FLIGHT = 2;
const WRITES_PER_SECOND = 50;
/** Small writes that may be made in a row at any pace after a quiet time. */
const BURST = 25;

interface Part {
  texts: readonly string[];
  characters: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: what comes while a write is under way goes together into the next one. When idle a write begins at
 * once. Many small publications in a row are slowed down to a steady number of writes per second, each of which then
 * carries all that came meanwhile: 500 single messages per second are 50 writes of 10, and wait 20 ms at most.
 */
export class GroupWriter {
  private readonly waiting: Part[] = [];
  private readonly writes = new Set<Promise<void>>();
  private readonly perSecond: number;
  private readonly fullCharacters: number;
  private credit = BURST;
  private creditAt = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: GroupWriterOptions) {
    this.perSecond = options.writesPerSecond ?? WRITES_PER_SECOND;
    this.fullCharacters = options.fullCharacters ?? FULL_CHARACTERS;
  }

  /** Resolves when all of the texts are stored. */
  async add(texts: readonly string[]): Promise<void> {
    const parts: Promise<void>[] = [];
    for (let start = 0; start < texts.length;) {
      const end = this.endOfPart(texts, start);
      const part = texts.slice(start, end);
      parts.push(
        new Promise((resolve, reject) =>
          this.waiting.push({ texts: part, characters: charactersOf(part), resolve, reject }),
        ),
      );
      start = end;
    }
    this.pump();
    const outcomes = await Promise.allSettled(parts);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Writes what waits without further delay; resolves when nothing is under way. */
  async flush(): Promise<void> {
    while (this.waiting.length > 0 || this.writes.size > 0) {
      this.credit = Math.max(this.credit, 1);
      this.pump();
      await Promise.all(this.writes);
    }
  }

  private pump(): void {
    while (this.waiting.length > 0 && this.writes.size < MAX_IN_FLIGHT) {
      const { count, full } = this.nextGroup();
      if (!full && (this.writes.size > 0 || !this.mayWriteSmall())) return;
      const write = this.write(this.waiting.splice(0, count)).finally(() => {
        this.writes.delete(write);
        this.pump();
      });
      this.writes.add(write);
    }
  }

  private async write(group: readonly Part[]): Promise<void> {
    try {
      await this.options.write(group.length === 1 ? group[0]!.texts : group.flatMap((part) => part.texts));
      for (const part of group) part.resolve();
    } catch (error) {
      for (const part of group) part.reject(error);
    }
  }

  /** How many of the waiting parts fit into one write, and whether that fills it. */
  private nextGroup(): { count: number; full: boolean } {
    let messages = 0;
    let characters = 0;
    for (const [index, part] of this.waiting.entries()) {
      messages += part.texts.length;
      characters += part.characters;
      if (index > 0 && (messages > this.options.maxMessages || characters > this.fullCharacters)) {
        return { count: index, full: true };
      }
    }
    // A quarter is worth a write of its own.
    const full = messages * 4 >= this.options.maxMessages || characters * 4 >= this.fullCharacters;
    return { count: this.waiting.length, full };
  }

  private mayWriteSmall(): boolean {
    const now = performance.now();
    this.credit = Math.min(BURST, this.credit + ((now - this.creditAt) / 1_000) * this.perSecond);
    this.creditAt = now;
    if (this.credit >= 1) {
      this.credit -= 1;
      return true;
    }
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.pump();
      },
      Math.ceil(((1 - this.credit) / this.perSecond) * 1_000),
    );
    return false;
  }

  private endOfPart(texts: readonly string[], start: number): number {
    let characters = texts[start]!.length;
    let end = start + 1;
    while (end < texts.length && end - start < this.options.maxMessages) {
      characters += texts[end]!.length;
      if (characters > this.fullCharacters) break;
      end += 1;
    }
    return end;
  }
}
