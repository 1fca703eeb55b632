import { type AppError } from '@mcm/kernel';
import { deadLetterOf } from '../../dead-letter.js';
import { type DeliveryContext, deliverBatch, type Outcome } from '../../deliver-batch.js';
import { GatheredBatch } from './batch.js';
import type { FrameSource } from './frame-source.js';
import type { FrameWriter } from './frame-writer.js';
import type { PartStore } from './part-store.js';
import type { ReceivedFrame } from './received-frame.js';

export interface BatchLoopContext extends DeliveryContext {
  source: FrameSource;
  writer: FrameWriter;
  parts: PartStore;
  /** See StreamDeclaration. */
  ackWaitMs: number;
  /** Told how many messages are done with. */
  onSettled: (messages: number) => void;
  onFault: (place: string, error: unknown) => void;
}

/** A batch of less than this part of the largest is worth gathering more. */
const SMALL_SHARE = 8;
/** Deaths after which frames are no longer gathered: whose fault it is has to be found out. */
const DEATHS_OF_A_GATHERING = 2;
/** Pause after a fault of the store. */
const FAULT_PAUSE_MS = 500;
/** Parts of the time for an acknowledgement after which the server is told that there is work going on. */
const SIGNS_OF_LIFE = 3;

/** Takes frames from the source, one batch after the other, until it is stopped. */
export class BatchLoop {
  private readonly held = new Set<ReceivedFrame>();
  private readonly over: ReceivedFrame[] = [];
  private readonly signs: NodeJS.Timeout;
  private stopping = false;
  private wake: () => void = () => undefined;
  private readonly running: Promise<void>;

  constructor(private readonly context: BatchLoopContext) {
    this.signs = setInterval(() => {
      for (const frame of this.held) frame.working();
    }, context.ackWaitMs / SIGNS_OF_LIFE);
    this.running = this.run();
  }

  /** Waits for the batch that is being handled, and puts back what was not handed over. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.context.source.interrupt();
    this.wake();
    await this.running;
    const left = [...this.over.splice(0), ...(await this.context.source.close())];
    await Promise.all(left.map((frame) => this.putBack(frame)));
    clearInterval(this.signs);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        const frames = await this.gather();
        if (frames.length > 0) await this.handle(frames);
      } catch (error) {
        this.context.onFault(`consumer ${this.context.consumer}`, error);
        await this.pause(FAULT_PAUSE_MS);
      }
    }
  }

  /** The frames of the next batch. A small one that is new takes along what waits behind it. */
  private async gather(): Promise<ReceivedFrame[]> {
    const { batchSize } = this.context.declaration;
    const first = await this.nextFrame();
    if (!first) return [];
    if (this.stopping) {
      this.over.push(first);
      return [];
    }
    const { failures, deaths } = first.history;
    const fitting = Math.floor((batchSize - first.size) / first.size);
    const small = first.size * SMALL_SHARE <= batchSize;
    if (!small || failures > 0 || deaths >= DEATHS_OF_A_GATHERING || first.waiting === 0) return [first];
    if (this.over.length === 0) this.over.push(...(await this.readable(this.context.source.more(fitting))));
    const gathered = [first];
    let size = first.size;
    while (this.over[0] && this.over[0].sameHistory(first) && size + this.over[0].size <= batchSize) {
      const frame = this.over.shift()!;
      size += frame.size;
      gathered.push(frame);
    }
    return gathered;
  }

  private async nextFrame(): Promise<ReceivedFrame | undefined> {
    return this.over.shift() ?? (await this.readable(this.context.source.next()))[0];
  }

  /** Of frames that came, those that can be handled now. */
  private async readable(coming: Promise<ReceivedFrame[]>): Promise<ReceivedFrame[]> {
    const frames: ReceivedFrame[] = [];
    for (const frame of await coming) {
      const early = frame.earlyBy(Date.now());
      if (early > 0) {
        frame.handBack(early);
        continue;
      }
      this.held.add(frame);
      await frame.read((parts) => this.context.parts.fetch(parts));
      if (frame.fault === null && frame.size > 0 && frame.size <= this.context.declaration.batchSize) {
        frames.push(frame);
        continue;
      }
      if (frame.fault) await this.bury(frame, frame.fault);
      else if (frame.size === 0) frame.acknowledge();
      else await this.cut(frame);
      this.held.delete(frame);
    }
    return frames;
  }

  private async handle(frames: readonly ReceivedFrame[]): Promise<void> {
    const batch = new GatheredBatch(frames);
    const outcome = await deliverBatch(batch, this.context);
    try {
      await this.settle(batch, outcome);
    } finally {
      for (const frame of frames) this.held.delete(frame);
    }
    if (outcome.kind === 'again' && outcome.count === 'postponements') {
      // What the handler needs is away: handing over more would only put off more.
      await this.pause(outcome.delayMs);
    }
  }

  private async settle(batch: GatheredBatch, outcome: Outcome): Promise<void> {
    const { onFault, onSettled, consumer, writer } = this.context;
    const { failures, postponements, deaths } = batch;
    switch (outcome.kind) {
      case 'done':
        onSettled(batch.size);
        break;
      case 'again': {
        onFault(`handler of ${consumer}`, outcome.error);
        const history = { failures, postponements, deaths, [outcome.count]: batch[outcome.count] + 1 };
        const due = Date.now() + outcome.delayMs;
        await this.insist(() => writer.put(batch.texts(), history, due));
        break;
      }
      case 'divide': {
        onFault(`handler of ${consumer}`, outcome.error);
        const texts = batch.texts();
        const middle = Math.ceil(texts.length / 2);
        const history = { failures: outcome.failures, postponements: 0, deaths: 0 };
        await this.insist(() => writer.put(texts.slice(0, middle), history));
        await this.insist(() => writer.put(texts.slice(middle), history));
        break;
      }
    }
    await this.acknowledge(batch.frames);
  }

  /**
   * What is to come again is stored in its new form before its old one is acknowledged. While that does not work the old
   * one is held; when we are to stop meanwhile, the server hands it to another process after a while.
   */
  private async insist(store: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await store();
        return;
      } catch (error) {
        if (this.stopping) throw error;
        this.context.onFault(`consumer ${this.context.consumer}`, error);
        await this.pause(FAULT_PAUSE_MS);
      }
    }
  }

  private async acknowledge(frames: readonly ReceivedFrame[]): Promise<void> {
    for (const frame of frames.slice(0, -1)) frame.acknowledge();
    // If the answer is lost the frames may come again, which is allowed at any time.
    await frames
      .at(-1)!
      .acknowledged()
      .catch((error: unknown) => this.context.onFault(`acknowledging for ${this.context.consumer}`, error));
    for (const { parts } of frames) if (parts) await this.context.parts.remove(parts);
  }

  /** Something that is no frame of ours. */
  private async bury(frame: ReceivedFrame, fault: AppError): Promise<void> {
    const { consumer, counters, deadLetters, declaration, onFault, onSettled } = this.context;
    const about = { subject: declaration.subject, consumer, tries: 1, failedAt: Date.now() };
    try {
      await deadLetters.add([deadLetterOf(frame.text, about, fault)]);
    } catch (error) {
      onFault(`dead letters of ${consumer}`, error);
      frame.handBack(FAULT_PAUSE_MS);
      return;
    }
    counters.deadLettered += 1;
    onSettled(frame.announced);
    frame.terminate();
  }

  /** A frame with more messages than the handler takes in a batch, from a process with other limits. */
  private async cut(frame: ReceivedFrame): Promise<void> {
    const texts = frame.messages().map((message) => JSON.stringify(message));
    const { batchSize } = this.context.declaration;
    for (let start = 0; start < texts.length; start += batchSize) {
      await this.insist(() => this.context.writer.put(texts.slice(start, start + batchSize), frame.history));
    }
    await this.acknowledge([frame]);
  }

  /** A frame that was not handed over is stored again, since handing it back would look like a death. */
  private async putBack(frame: ReceivedFrame): Promise<void> {
    this.held.delete(frame);
    try {
      if (frame.size === 0) await frame.read((parts) => this.context.parts.fetch(parts));
      if (frame.size === 0) {
        frame.handBack(0);
        return;
      }
      const texts = frame.messages().map((message) => JSON.stringify(message));
      await this.context.writer.put(texts, frame.history);
      await this.acknowledge([frame]);
    } catch (error) {
      this.context.onFault(`consumer ${this.context.consumer}`, error);
      frame.handBack(0);
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
