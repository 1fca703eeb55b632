import type { EventEnvelope } from '@mcm/contracts';
import { MemoryMatches, MemoryMatchLog } from '@mcm/match-log/drivers/memory';
import type { Logger } from '@mcm/platform';
import { anEnvelope } from '@mcm/testing';
import { Overrides } from '../rule-store/overrides.js';
import { loadSources, RulesInForce } from '../rule-store/rules-in-force.js';
import { detectorEvent } from './detector-event.js';
import { PendingAbsences } from './pending-absences.js';
import type { WindowSource } from './rule-windows.js';
import { SharedWindows } from './shared-windows.js';

const START = Date.UTC(2026, 0, 15);
const TEXT = `title: many
name: many
correlation: { type: event_count, rules: [any], timespan: 1h, condition: { gte: 2 } }
---
title: any
name: any
logsource: { product: mcm, service: activity }
detection: { selection: { event_type: any }, condition: selection }
`;
const rulesOf = (revision: number, placeholders: Record<string, string[]> = {}, text = TEXT) =>
  new RulesInForce(
    revision,
    loadSources({ files: [{ path: 'a.yml', text }], placeholders }),
    new Overrides(),
  );

/** The number-th event of a second each. */
function event(number: number): EventEnvelope {
  const time = new Date(START + number * 1000).toISOString();
  return anEnvelope({ event_id: String(number), event_type: 'any', timestamp: time, received_at: time });
}

/** What all processes share. */
class World {
  readonly matches = new MemoryMatches();
  readonly stored: EventEnvelope[] = [];

  /** The windows of a process more. */
  async open(rules = rulesOf(1)) {
    const { stored } = this;
    const source: WindowSource = {
      async *byArrival({ from = '', to = '9' } = {}) {
        yield stored.filter((each) => each.received_at >= from && each.received_at < to);
      },
      openEpisodes: async () => [],
    };
    const errors: string[] = [];
    const log = { info: () => undefined, warn: () => undefined };
    const logger = { ...log, error: (_: object, text: string) => errors.push(text) } as unknown as Logger;
    const state = { errors, rebuilt: 0 };
    const windows = new SharedWindows({
      log: new MemoryMatchLog(this.matches),
      stored: source,
      absences: new PendingAbsences(async () => 0),
      clock: { now: () => START + 60_000 },
      logger,
      lateness: 3_600_000,
      onRebuilt: () => (state.rebuilt += 1),
    });
    await windows.start(rules);
    return {
      windows,
      state,
      take: async (number: number) => {
        const envelope = event(number);
        stored.push(envelope);
        const found = await windows.take([detectorEvent(envelope, START + 60_000)]);
        return found.map(({ count }) => count);
      },
    };
  }
}

describe('windows that processes share', () => {
  it('count what others matched before their own events', async () => {
    const world = new World();
    const [one, other] = [await world.open(), await world.open()];
    expect(await one.take(1)).toEqual([]);
    expect(await other.take(2)).toEqual([2]);
    expect(await one.take(3)).toEqual([3]);
    expect([one.windows.applied, other.windows.applied]).toEqual([1, 1]);
  });

  it('count what others matched while they got no events themselves', async () => {
    const world = new World();
    const [one, other] = [await world.open(), await world.open()];
    await one.take(1);
    await other.windows.catchUp();
    expect(other.windows.applied).toBe(1);
    expect(await other.take(2)).toEqual([2]);
  });

  it('read the events that others could not match for them', async () => {
    const world = new World();
    const [one, other] = [await world.open(), await world.open(rulesOf(1, { x: ['y'] }))];
    await one.take(1);
    await one.take(2);
    expect(await other.take(3)).toEqual([3]);
    expect(other.state.rebuilt).toBe(0);
  });

  it('are rebuilt when a text cannot be read or was lost', async () => {
    const world = new World();
    const { windows, state, take } = await world.open();
    await take(1);
    world.matches.append('nothing that a detector wrote');
    expect(await take(2)).toEqual([2]);
    expect(state).toEqual({ rebuilt: 1, errors: [expect.stringContaining('unreadable')] });
    world.matches.lose();
    expect(await take(3)).toEqual([3]);
    expect(state).toMatchObject({ rebuilt: 2, errors: [expect.anything()] });
    expect(windows.areIncomplete).toBe(false);
  });

  it('go on with other rules, which know what came before', async () => {
    const world = new World();
    const [one, other] = [await world.open(), await world.open()];
    await one.take(1);
    const rules = rulesOf(2, {}, TEXT.replace('gte: 2', 'gte: 3'));
    await one.windows.use(rules, (work) => work());
    expect(one.windows.rules.revision).toBe(2);
    expect(await other.take(2)).toEqual([2]);
    expect(await one.take(3)).toEqual([3]);
  });
});

describe('PendingAbsences', () => {
  const found = { ruleId: 'r' } as unknown as Parameters<PendingAbsences['add']>[0][number];

  it('keep what could not be written', async () => {
    const written: number[] = [];
    let fails = true;
    const absences = new PendingAbsences(async (detections) => {
      if (fails) throw new Error('no database');
      written.push(detections.length);
      return detections.length;
    });
    absences.add([found]);
    await expect(absences.flush()).rejects.toThrow('no database');
    await expect(absences.settle([found], 5)).rejects.toThrow('no database');
    expect(absences.isUnsettled).toBe(true);
    absences.passed(6);
    expect(absences.settledTo).toBeUndefined();
    fails = false;
    expect(await absences.settle([found], 7)).toBe(2);
    expect(written).toEqual([2]);
    expect(absences).toMatchObject({ isUnsettled: false, settledTo: 7 });
    await absences.flush();
    expect(written).toEqual([2]);
    absences.passed(8);
    expect(absences.settledTo).toBe(8);
  });
});
