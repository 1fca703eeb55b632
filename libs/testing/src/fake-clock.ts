import type { Clock } from '@mcm/kernel';

/** A clock that stands still until it is told otherwise. */
export class FakeClock implements Clock {
  private time: number;
  /** See {@link Clock}; may be set. */
  skewMs = 0;

  /** Starts at an ISO 8601 time or at milliseconds since 1970. */
  constructor(start: string | number = '2026-01-15T12:00:00.000Z') {
    this.time = toMs(start);
  }

  now(): number {
    return this.time;
  }

  advance(ms: number): void {
    this.time += ms;
  }

  set(time: string | number): void {
    this.time = toMs(time);
  }
}

function toMs(time: string | number): number {
  const ms = typeof time === 'number' ? time : Date.parse(time);
  if (!Number.isFinite(ms)) throw new RangeError(`Not a time: ${time}`);
  return ms;
}
