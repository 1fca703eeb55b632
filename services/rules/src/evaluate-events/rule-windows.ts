import type { EventEnvelope } from '@mcm/contracts';
import type { Detection, Detector, OpenEpisode } from '@mcm/detection';
import type { Clock } from '@mcm/kernel';
import type { StoredEvents } from '../replay/stored-events.js';
import type { RulesInForce } from '../rule-store/rules-in-force.js';
import { detectorEvent } from './detector-event.js';
import { inTurns } from './in-turns.js';

/** Where the windows of rules get events back from. */
export type WindowSource = Pick<StoredEvents, 'byArrival' | 'openEpisodes'>;

/** Arrival times, both ends included; milliseconds since 1970-01-01T00:00:00Z. */
interface ArrivalRange {
  since: number;
  until: number;
}

/** What was read to fill windows. */
export interface Filled {
  events: number;
  /** To be given to {@link Detector.seedEpisode} once nothing more is absorbed. */
  episodes: readonly OpenEpisode[];
}

/** The detector of some rules, with what it takes to fill its windows from stored events. */
export class RuleWindows {
  /** The events that the windows lack, because other processes went by other rules and could not match them. */
  private lack: ArrivalRange | undefined;

  constructor(
    /** May be replaced by rules with the same signature. */
    public rules: RulesInForce,
    readonly detector: Detector,
    private readonly stored: WindowSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Applies what another process matched.
   *
   * @returns what is found missing because that process advanced event time
   * @throws AppError `DETECTION.BAD_MATCHES`
   */
  apply(matches: string): Detection[] {
    const { unknown, missing } = this.detector.applyMatches(matches);
    if (unknown !== undefined) this.addLack(unknown);
    return missing;
  }

  /** Absorbs the events that the windows lack. Rejects when they cannot be read; then they are still lacking. */
  async fillLack(): Promise<void> {
    const { lack } = this;
    if (lack === undefined) return;
    this.lack = undefined;
    try {
      await this.absorb({ from: isoTime(lack.since), to: isoTime(lack.until + 1) });
    } catch (error) {
      this.addLack(lack);
      throw error;
    }
  }

  /**
   * Absorbs the stored events that the windows would hold.
   *
   * @param at arrival time at which the windows have to be whole; now unless it was earlier
   * @param onPage told after each page of events
   */
  async fill(at = Infinity, onPage?: () => Promise<void>): Promise<Filled> {
    const { horizon } = this.detector;
    if (horizon === 0) return { events: 0, episodes: [] };
    const now = this.clock.now();
    // Asked for before the events are read: then every event that an episode counts is among them, or too old for the
    // windows. One that other processes count meanwhile would be taken for an old one, and be counted twice when it comes.
    const episodes = await this.stored.openEpisodes(isoTime(now - horizon));
    const events = await this.absorb({ from: isoTime(Math.min(now, at) - horizon) }, onPage);
    return {
      events,
      episodes: episodes.map((episode) => ({
        ruleId: episode.rule_id,
        groupKey: episode.group_key,
        firstSeen: Date.parse(episode.first_seen),
        lastSeen: Date.parse(episode.last_seen),
        count: episode.event_count,
        eventIds: episode.event_uids,
      })),
    };
  }

  private addLack({ since, until }: ArrivalRange): void {
    this.lack = {
      since: Math.min(since, this.lack?.since ?? since),
      until: Math.max(until, this.lack?.until ?? until),
    };
  }

  /** @returns how many events there were */
  private async absorb(
    range: { from: string; to?: string },
    onPage: () => Promise<void> = () => Promise.resolve(),
  ): Promise<number> {
    const now = this.clock.now();
    let events = 0;
    for await (const page of this.stored.byArrival(range)) {
      const offered = page.map((event: EventEnvelope) => detectorEvent(event, now));
      await inTurns(offered, (some, turn) => this.detector.absorb(some, turn));
      events += page.length;
      await onPage();
    }
    return events;
  }
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
