import { ChainMoment, type ChainBefore } from './chain-moment.js';
import type { ShownEntry } from '../entries/entries.js';
import type { Aggregator } from './aggregator.js';

/** Forgotten places of a history are cut off once they are this many and more than half. */
const COMPACT_FROM = 64;

/** For one step: times at which a later begin of a chain up to it became possible, and that begin. Both ascend. */
class History {
  private readonly ends: number[] = [];
  private readonly begins: number[] = [];
  private head = 0;

  get last(): number {
    return this.begins.length > this.head ? this.begins[this.begins.length - 1]! : -Infinity;
  }

  push(end: number, begin: number): void {
    this.ends.push(end);
    this.begins.push(begin);
  }

  pop(): void {
    this.ends.pop();
    this.begins.pop();
  }

  /** Forgets what no window asks for that begins after a time: all that ended by then, up to the last of it. */
  forget(time: number): void {
    const { ends } = this;
    while (this.head < ends.length - 1 && ends[this.head + 1]! <= time) this.head += 1;
    if (this.head < COMPACT_FROM || this.head * 2 < ends.length) return;
    ends.splice(0, this.head);
    this.begins.splice(0, this.head);
    this.head = 0;
  }

  /** The latest begin that was possible before (or at) a time. */
  before(time: number, strictly: boolean): number {
    const { ends } = this;
    let low = this.head;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (strictly ? ends[middle]! < time : ends[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low === this.head ? -Infinity : this.begins[low - 1]!;
  }
}

/**
 * temporal_ordered: whether the rules matched in their order. The next step happens at the same moment or later, by
 * another event; a step that is a correlation's hit begins (with its tightest window) no earlier than the step
 * before it ended. For each step the latest possible begin of a chain up to it is kept: it is the best for every
 * window.
 */
export class OrderAggregator implements Aggregator {
  readonly anyOrder = false;
  private readonly histories: readonly History[];
  private moment: ChainMoment;
  /** Whether the events of the moment are in the histories, and the steps whose histories they made longer. */
  private settled = true;
  private readonly lengthened: boolean[];
  /** Per step where a chain up to it begins that ends at the moment; -Infinity for none. */
  private readonly begins: number[];
  /** Where a chain that was completed at the moment begins at the latest. */
  private complete = -Infinity;

  constructor(private readonly steps: number) {
    this.histories = Array.from({ length: steps }, () => new History());
    this.moment = new ChainMoment(-Infinity, steps);
    this.lengthened = new Array<boolean>(steps).fill(false);
    this.begins = new Array<number>(steps).fill(-Infinity);
  }

  add({ time, mask, start, id }: ShownEntry): void {
    if (time !== this.moment.time) {
      this.settle();
      this.moment = new ChainMoment(time, this.steps);
      this.lengthened.fill(false);
    }
    this.moment.add(mask, start, id);
    this.settled = false;
  }

  remove({ time }: ShownEntry): void {
    for (const history of this.histories) history.forget(time);
  }

  /** All steps, when a chain that began in the window ends with the entries last added. */
  measure(from: number): number {
    this.settle();
    return this.complete >= from ? this.steps : 0;
  }

  /** Where the latest chain that ends with the entries last added begins; -Infinity for none. */
  get begin(): number {
    this.settle();
    return this.complete;
  }

  /** Works out what the events of the moment made possible; once more when more of them were added. */
  private settle(): void {
    if (this.settled) return;
    this.settled = true;
    const { moment, histories, begins, lengthened, steps } = this;
    for (let step = 0; step < steps; step += 1) {
      if (!lengthened[step]!) continue;
      histories[step]!.pop();
      lengthened[step] = false;
    }
    for (let step = 0; step < steps; step += 1) {
      begins[step] = moment.has(step) ? moment.latestBegin(step, this.before) : -Infinity;
    }
    for (let step = 0; step < steps; step += 1) {
      const begin = begins[step]!;
      if (begin <= histories[step]!.last) continue;
      histories[step]!.push(moment.time, begin);
      lengthened[step] = true;
    }
    this.complete = begins[steps - 1]!;
  }

  private readonly before: ChainBefore = (done, time, strictly) =>
    this.histories[done]!.before(time, strictly);
}
