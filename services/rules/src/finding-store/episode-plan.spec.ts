import { anEpisode, minute } from '../../test/finding-drafts.js';
import { type EpisodeRow, planEpisodes } from './episode-plan.js';

const row = (id: number, from: number, to: number, overrides: Partial<EpisodeRow> = {}): EpisodeRow => ({
  id,
  finding_key: anEpisode(from, to).finding_key,
  rule_id: 'rule-2',
  rule_hash: 'hash-1',
  group_key: '{"user":"alice"}',
  severity: 'medium',
  user: 'alice',
  first_seen: Date.parse(minute(from)),
  last_seen: Date.parse(minute(to)),
  event_count: to - from + 1,
  revision: 1,
  day: '2026-01-15',
  ...overrides,
});

describe('planEpisodes', () => {
  it('replaces what a draft of another text of the rule covers, even by less', () => {
    const draft = anEpisode(0, 5, { rule_hash: 'hash-2', event_count: 2, severity: 'low' });
    const [plan] = planEpisodes([row(7, 0, 5)], [draft]);
    expect(plan).toMatchObject({ row: { id: 7 }, content: draft, event_count: 2, severity: 'low' });
  });

  it('lets another level replace the one before when nothing else changed', () => {
    const draft = anEpisode(0, 5, { severity: 'low' });
    const [plan] = planEpisodes([row(7, 0, 5)], [draft]);
    expect(plan).toMatchObject({ content: draft, event_count: 6, severity: 'low' });
  });

  it('takes fewer events of the same rule for how the episode stood before', () => {
    const draft = anEpisode(0, 5, { event_count: 5, severity: 'low' });
    const [plan] = planEpisodes([row(7, 0, 5)], [draft]);
    expect(plan).toMatchObject({ row: { id: 7 }, content: null, event_count: 6, severity: 'medium' });
  });

  it('takes them so too within a batch, and after the rule was changed in it', () => {
    const newer = anEpisode(0, 5, { rule_hash: 'hash-2', event_count: 4 });
    const older = anEpisode(0, 5, { rule_hash: 'hash-2', event_count: 3 });
    const plans = planEpisodes([row(7, 0, 5)], [newer, older]);
    expect(plans[0]).toBe(plans[1]);
    expect(plans[0]).toMatchObject({ content: newer, event_count: 4 });
  });

  it('lets a draft that knows less widen the range and lower nothing', () => {
    const [plan] = planEpisodes(
      [row(7, 0, 5, { severity: 'critical' })],
      [anEpisode(4, 8, { event_count: 3, severity: 'low' })],
    );
    expect(plan).toMatchObject({
      content: null,
      event_count: 6,
      severity: 'critical',
      first_seen: Date.parse(minute(0)),
      last_seen: Date.parse(minute(8)),
    });
  });

  it('takes the content of a draft that knows more, though it does not cover the range', () => {
    const draft = anEpisode(1, 30);
    const [plan] = planEpisodes([row(7, 0, 5)], [draft]);
    expect(plan).toMatchObject({ content: draft, event_count: 30, first_seen: Date.parse(minute(0)) });
  });

  it('takes times that touch as an overlap', () => {
    const [plan] = planEpisodes([row(7, 0, 5)], [anEpisode(5, 8)]);
    expect(plan!.row?.id).toBe(7);
  });

  it('keeps the row that was there first, whatever the order of the rows', () => {
    const [plan] = planEpisodes([row(9, 0, 2), row(8, 4, 6), row(7, 20, 21)], [anEpisode(1, 5)]);
    expect(plan!.row?.id).toBe(8);
    expect(plan!.absorbed.map(({ id }) => id)).toEqual([9]);
  });

  it('hands what was absorbed on when the absorbing row is absorbed itself', () => {
    const plans = planEpisodes(
      [row(7, 0, 1), row(8, 10, 11), row(9, 13, 14)],
      [anEpisode(11, 13), anEpisode(0, 10), anEpisode(40, 41)],
    );
    expect(plans[0]).toBe(plans[1]);
    expect(plans[0]!.row?.id).toBe(7);
    expect(plans[0]!.absorbed.map(({ id }) => id).sort()).toEqual([8, 9]);
    expect(plans[2]).toMatchObject({ row: null, absorbed: [] });
  });
});
