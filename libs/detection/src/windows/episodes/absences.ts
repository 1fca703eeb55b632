import type { Entries } from '../entries/entries.js';
import type { WindowClock } from '../window-clock.js';
import type { CorrelationPlan } from '../correlation-plan.js';
import type { Decisions, LateDecider } from './decisions.js';
import { addHit } from './episode.js';
import type { Group } from './group.js';
import { WaitingList, type Waiting } from './waiting-list.js';

/** Bit of the rule whose events are the answers; that of the questions is 1. */
const ANSWER = 2;
/** Bit of an event that was found unanswered; later events do not change that any more. */
const MISSED = 1 << 30;

/**
 * absence: finds the events that stayed unanswered until no answer can count any more. With two rules, an answer is an
 * event of the second at the same time or within the timespan after it; with one rule, a further event of the rule within
 * the timespan after it.
 */
export class Absences implements LateDecider {
  list = new WaitingList();
  /** With one rule, one look at all events of the group is enough, at the time of the earliest. */
  private readonly isSilence: boolean;

  constructor(
    private readonly plan: CorrelationPlan,
    private readonly clock: WindowClock,
  ) {
    this.isSilence = plan.rule.references.length === 1;
  }

  inserted(group: Group, time: number, id: string, arrival: number, bit: number): void {
    if (bit !== 0) return;
    const due = this.dueOf(arrival);
    if (this.isSilence) {
      this.leaveOutFollowed(group, time, id);
      if (group.nextLook !== undefined && due >= group.nextLook) return;
      group.nextLook = due;
    }
    this.list.add({ group, time, id, due });
  }

  decide(decisions: Decisions): void {
    const asked = new Map<Group, Waiting[]>();
    for (const question of this.list.takeBefore(this.clock.now)) {
      const { group } = question;
      if (group.removed) continue;
      if (this.isSilence) {
        if (question.due === group.nextLook) this.findSilence(group, decisions);
        continue;
      }
      const known = asked.get(group);
      if (known === undefined) asked.set(group, [question]);
      else known.push(question);
    }
    for (const [group, questions] of asked) this.findUnanswered(group, questions, decisions);
  }

  /** Two rules: goes through the questions from the latest on, with the earliest answer behind each. */
  private findUnanswered(group: Group, questions: Waiting[], decisions: Decisions): void {
    const { entries } = group;
    questions.sort((a, b) => b.time - a.time);
    const missed: number[] = [];
    let looked = entries.upper(questions[0]!.time + this.plan.timespan);
    let answer = -1;
    for (const { time, id } of questions) {
      const index = entries.find({ time, id, mask: 1 });
      if (index === undefined) continue;
      for (const low = entries.lower(time); looked > low;) {
        looked -= 1;
        if (isAnswer(entries, looked)) answer = looked;
      }
      // An event that is both does not answer itself.
      const other = answer === index ? answerFrom(entries, index + 1) : answer;
      if (other < 0 || entries.time(other) > time + this.plan.timespan) missed.push(index);
    }
    for (const index of missed.reverse()) this.miss(group, index, decisions);
  }

  /** One rule: looks for what no further event followed, and when to look again. */
  private findSilence(group: Group, decisions: Decisions): void {
    const { entries } = group;
    let next: number | undefined;
    for (let i = entries.begin; i < entries.end; i += 1) {
      if (isMissed(entries, i)) continue;
      const follower = entries.upper(entries.time(i));
      if (follower < entries.end && entries.time(follower) <= entries.time(i) + this.plan.timespan) continue;
      const due = this.dueOf(entries.arrival(i));
      if (due >= this.clock.now) next = Math.min(next ?? due, due);
      else this.miss(group, i, decisions);
    }
    group.nextLook = next;
    if (next !== undefined) this.list.add({ group, time: 0, id: '', due: next });
  }

  /** Notes that an event stayed unanswered; from then on it is remembered as if it had just arrived. */
  private miss(group: Group, index: number, decisions: Decisions): void {
    const { entries } = group;
    const { now } = this.clock;
    const time = entries.time(index);
    entries.setMask(index, entries.mask(index) | MISSED);
    entries.setArrival(index, now);
    group.lastArrival = now;
    addHit(group.state(0).episodes, time, 1, this.plan.timespan);
    decisions.add(group, 0, time);
  }

  /**
   * One rule: takes out what no event waits for between events that are at most a timespan apart, after an entry was put
   * in. Whatever may still come in between is followed by the later of the two; so a source that never rests costs two or
   * three entries a timespan, however much it sends.
   */
  private leaveOutFollowed(group: Group, time: number, id: string): void {
    const { entries } = group;
    entries.settle();
    const index = entries.find({ time, id, mask: 1 })!;
    if (this.leaveOut(entries, index)) return;
    // The later one first: its going moves no entry before it.
    if (index + 1 < entries.end) this.leaveOut(entries, index + 1);
    // Those of one moment stay until something follows them, and then go together.
    for (let i = index - 1; i >= entries.begin && this.leaveOut(entries, i); i -= 1);
  }

  /** Takes an entry out when the ones before and after it are near enough, and it was not found unanswered itself. */
  private leaveOut(entries: Entries, index: number): boolean {
    if (index === entries.begin || index + 1 === entries.end || isMissed(entries, index)) return false;
    const follower = entries.time(index + 1);
    if (follower - entries.time(index - 1) > this.plan.timespan) return false;
    if (follower === entries.time(index)) return false;
    entries.remove(index);
    this.clock.entries -= 1;
    return true;
  }

  /** The arrival after which an event that arrived then can no longer be answered. */
  private dueOf(arrival: number): number {
    return arrival + this.plan.timespan + this.clock.lateness;
  }
}

/** The first answer from an index on; -1 for none. */
function answerFrom(entries: Entries, first: number): number {
  for (let i = first; i < entries.end; i += 1) if (isAnswer(entries, i)) return i;
  return -1;
}

function isAnswer(entries: Entries, index: number): boolean {
  return (entries.mask(index) & ANSWER) !== 0;
}

function isMissed(entries: Entries, index: number): boolean {
  return (entries.mask(index) & MISSED) !== 0;
}

/** The indexes within [low, end) of the events that were found unanswered. */
export function missedWithin(entries: Entries, low: number, end: number): number[] {
  const found: number[] = [];
  for (let i = low; i < end; i += 1) if (isMissed(entries, i)) found.push(i);
  return found;
}
