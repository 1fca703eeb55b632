/** Steps tried at most among the events of one moment; beyond it, only strictly later events count as later. */
const MAX_TRIES = 20_000;

/** Events of one moment that have the same bits and begin together. */
interface Kind {
  readonly mask: number;
  readonly start: number;
  /** Which they are; as many as a chain has steps are enough. */
  readonly events: (string | number)[];
}

/** The latest begin of a chain up to a step that ended before (or at) a time; -Infinity for none. */
export type ChainBefore = (step: number, time: number, strictly: boolean) => number;

/** The events of one moment as temporal_ordered sees them: no event takes two steps of a chain. */
export class ChainMoment {
  private readonly kinds: Kind[] = [];
  private present = 0;
  private tries = 0;

  constructor(
    readonly time: number,
    private readonly steps: number,
  ) {}

  /** Takes an event in, named by anything that tells it from the others. */
  add(mask: number, start: number, event: string | number): void {
    this.present |= mask;
    const known = this.kinds.find((kind) => kind.mask === mask && kind.start === start);
    if (known === undefined) this.kinds.push({ mask, start, events: [event] });
    else if (known.events.length < this.steps) known.events.push(event);
  }

  /** Whether an event can take a step. */
  has(step: number): boolean {
    return (this.present & (1 << step)) !== 0;
  }

  /** Latest begin of a chain whose step happens at this moment; -Infinity for none. */
  latestBegin(step: number, before: ChainBefore): number {
    this.tries = 0;
    return this.best(step, before, []);
  }

  /** The same, by an event that has taken none of the steps behind it. */
  private best(step: number, before: ChainBefore, used: readonly (string | number)[]): number {
    const { time } = this;
    let best = -Infinity;
    for (const { mask, start, events } of this.kinds) {
      if ((mask & (1 << step)) === 0) continue;
      for (const event of events) {
        if (used.includes(event)) continue;
        if (this.tries > MAX_TRIES) return best;
        this.tries += 1;
        let begin = start;
        if (step > 0) {
          begin = before(step - 1, start, start === time);
          if (start === time && begin < time && this.has(step - 1)) {
            begin = Math.max(begin, this.best(step - 1, before, [...used, event]));
          }
        }
        if (begin > best) best = begin;
        // Whichever event it was, no begin is later.
        if (step === 0 || best === time) break;
      }
    }
    return best;
  }
}
