import type { Schema } from '@/lib/api/client';
import { rawDataFields, readReasons, reasonFields } from './reasons';

const item = (field: string | null, matched = true): Schema<'ItemReason'> => ({
  kind: 'item',
  matched,
  field,
  key: field ?? 'keywords',
  patterns: ['*admin*'],
  values: ['an admin', 3, null],
});

const CORRELATION: Schema<'CorrelationReason'> = {
  kind: 'correlation',
  type: 'value_count',
  timespan: 3_600_000,
  threshold: { gte: 3, lt: 5 },
  fields: ['ip'],
  value: 4,
  group: { user: 'alice' },
  rules: [{ id: 'r', name: 'base', title: 'Failed sign-in', contentHash: 'h', eventIds: ['a', 'b'] }],
};

describe('reasons', () => {
  it('lays out a tree of conditions with selections and negations', () => {
    const reasons = readReasons([
      {
        kind: 'event',
        condition: {
          kind: 'all',
          matched: true,
          reasons: [
            { kind: 'selection', name: 'who', matched: true, reason: item('user') },
            {
              kind: 'not',
              matched: true,
              reason: {
                kind: 'selection',
                name: 'known',
                matched: false,
                reason: item('raw_data.ip', false),
              },
            },
            { kind: 'not', matched: true, reason: { kind: 'not', matched: false, reason: item('role.new') } },
          ],
        },
      },
    ]);
    expect(reasons).toEqual([
      {
        kind: 'item',
        selection: 'who',
        field: 'user',
        patterns: ['*admin*'],
        values: ['an admin', '3', 'null'],
        negated: false,
      },
      expect.objectContaining({ selection: 'known', field: 'raw_data.ip', negated: true }),
      expect.objectContaining({ field: 'role.new', negated: false }),
    ]);
    const fields = reasonFields(reasons);
    expect([...fields]).toEqual(['user', 'role.new']);
    expect([...rawDataFields(reasons)]).toEqual(['role.new']);
  });

  it('marks in raw_data what lies there, however the rule names it', () => {
    const reasons = readReasons([
      {
        kind: 'event',
        condition: { kind: 'all', matched: true, reasons: [item('raw_data.a.b'), item('event_type')] },
      },
      { ...CORRELATION, fields: ['ip'], group: { user: 'alice', region: 'eu' } },
    ]);
    expect([...rawDataFields(reasons)]).toEqual(['a.b', 'ip', 'region']);
    expect([...reasonFields(reasons)]).toEqual(['raw_data.a.b', 'event_type', 'ip']);
  });

  it('reads a keyword, which has no field', () => {
    const [reason] = readReasons([{ kind: 'event', condition: item(null) }]);
    expect(reason).toMatchObject({ kind: 'item', field: undefined });
  });

  it('reads a correlation', () => {
    expect(readReasons([CORRELATION])).toEqual([
      {
        kind: 'window',
        type: 'value_count',
        threshold: 'at least 3 and less than 5',
        value: 4,
        timespan: '1 h',
        fields: ['ip'],
        group: [{ field: 'user', value: 'alice' }],
        rules: [{ title: 'Failed sign-in', events: 2 }],
      },
    ]);
  });

  it('passes on kinds that only a later gateway knows', () => {
    const later = { kind: 'later' } as unknown as Schema<'FindingReason'>;
    expect(readReasons([later])).toEqual([{ kind: 'other', content: { kind: 'later' } }]);
    const part = { kind: 'later' } as unknown as Schema<'ConditionReason'>;
    expect(readReasons([{ kind: 'event', condition: part }])).toEqual([
      { kind: 'other', content: { kind: 'later' } },
    ]);
  });
});
