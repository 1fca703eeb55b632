import type { EntryColumns } from './entry-columns.js';
import type { Judge } from './judge.js';

/** Steps tried at most among the events of one moment; beyond it, only strictly later events count as later. */
const MAX_TRIES = 20_000;

/**
 * temporal_ordered: whether the rules matched in their order. The next step happens at the same moment or later, by
 * another event; a step that is a correlation's firing begins (with its tightest window) no earlier than the step
 * before it ended. For each step the latest possible begin of a chain up to it is kept: it is the best for every
 * window.
 */
export class OrderedJudge implements Judge {
  /** Per step: times at which a later begin became possible, and that begin. Both ascend. */
  private readonly ends: number[][];
  private readonly begins: number[][];
  /** Whether the run last added completed a chain, and where that chain begins at the latest. */
  private complete = -Infinity;
  private tries = 0;
  /** Time of the run last added, and the steps whose histories it made longer. */
  private runTime = -Infinity;
  private runSteps: number[] = [];

  constructor(private readonly steps: number) {
    this.ends = Array.from({ length: steps }, () => []);
    this.begins = Array.from({ length: steps }, () => []);
  }

  add(entries: EntryColumns, _first: number, _last: number, first: number, last: number): void {
    const time = entries.times[first]!;
    if (time === this.runTime) {
      // More events of the same moment: the whole moment is judged again.
      for (const step of this.runSteps) {
        this.begins[step]!.pop();
        this.ends[step]!.pop();
      }
    }
    this.runTime = time;
    this.runSteps = [];
    const found: { step: number; begin: number }[] = [];
    this.tries = 0;
    let present = 0;
    for (let i = first; i <= last; i += 1) present |= entries.masks![i]!;
    for (let step = 0; step < this.steps; step += 1) {
      if ((present & (1 << step)) === 0) continue;
      const begin = this.best(entries, first, last, step, time, new Set());
      if (begin > -Infinity) found.push({ step, begin });
    }
    this.complete = -Infinity;
    for (const { step, begin } of found) {
      const begins = this.begins[step]!;
      if (begin > (begins.at(-1) ?? -Infinity)) {
        begins.push(begin);
        this.ends[step]!.push(time);
        this.runSteps.push(step);
      }
      if (step === this.steps - 1) this.complete = begin;
    }
  }

  remove(entries: EntryColumns, index: number): void {
    // Keep the histories as short as the window: what ended before its begin can only be the last of its kind.
    const time = entries.times[index]!;
    for (let step = 0; step < this.steps; step += 1) {
      const ends = this.ends[step]!;
      let stale = 0;
      while (stale < ends.length - 1 && ends[stale + 1]! <= time) stale += 1;
      if (stale > 16) {
        ends.splice(0, stale);
        this.begins[step]!.splice(0, stale);
      }
    }
  }

  /** All steps, when a chain that began in the window ends with the run last added. */
  measure(from: number): number {
    return this.complete >= from ? this.steps : 0;
  }

  tightest(): number {
    return this.complete;
  }

  /** Latest begin of a chain whose step happens in this run by an event that is not used yet; -Infinity: none. */
  private best(
    entries: EntryColumns,
    first: number,
    last: number,
    step: number,
    time: number,
    used: ReadonlySet<string>,
  ): number {
    let best = -Infinity;
    const tried = new Map<string, number>();
    for (let i = first; i <= last; i += 1) {
      const mask = entries.masks![i]!;
      if ((mask & (1 << step)) === 0 || used.has(entries.ids[i]!)) continue;
      const start = entries.starts?.[i] ?? time;
      // Events with the same bits are interchangeable: as many of them as there are steps are enough.
      const kind = `${mask}/${start}`;
      const seen = tried.get(kind) ?? 0;
      if (seen >= this.steps || this.tries > MAX_TRIES) continue;
      tried.set(kind, seen + 1);
      this.tries += 1;
      let begin: number;
      if (step === 0) {
        begin = start;
      } else {
        begin = this.before(step - 1, start, start === time);
        if (start === time && begin < time) {
          const same = this.best(entries, first, last, step - 1, time, new Set([...used, entries.ids[i]!]));
          if (same > begin) begin = same;
        }
      }
      if (begin > best) best = begin;
    }
    return best;
  }

  /** Latest begin of a chain up to a step that ended before (or at) a time. */
  private before(step: number, time: number, strictly: boolean): number {
    const ends = this.ends[step]!;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (strictly ? ends[middle]! < time : ends[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -Infinity : this.begins[step]![low - 1]!;
  }
}
