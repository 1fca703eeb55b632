import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DetectorEvent, Turn } from '@mcm/detection';

/** Longest time that evaluation holds the event loop, unless a single event takes longer; milliseconds. */
const TURN_MS = 25;

/** Hands events to a detector, and lets the event loop come round where their expressions take long. */
export async function inTurns(
  events: readonly DetectorEvent[],
  take: (events: readonly DetectorEvent[], turn: Turn) => Promise<void> | void,
): Promise<void> {
  for (let rest = events; ;) {
    const turn = new Turn(TURN_MS);
    await take(rest, turn);
    if (turn.taken >= rest.length) return;
    rest = rest.slice(turn.taken);
    await nextTurn();
  }
}
