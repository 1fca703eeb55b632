import { SourceList, SOURCES } from '@mcm/sources';
import { doors, sourceCases, TOY_SOURCES } from '@mcm/sources/testing';
import { AllowList } from './allowed-fields.js';
import { valuesAt } from './field-values.js';

describe('AllowList', () => {
  const list = new AllowList([], new SourceList([...SOURCES, doors]));
  const fieldsOf = (eventType: string, source: string) =>
    list.fieldsOf(eventType, source).map(({ path, treatment }) => `${treatment} ${path}`);

  it('allows what the source of an event allows, and of other sources nothing', () => {
    expect(fieldsOf('doors.forced', 'doors')).toEqual(['word what', 'name door', 'user badge']);
    expect(fieldsOf('doors.forced', 'api')).toEqual([]);
    expect(fieldsOf('doors.forced', 'constructor')).toEqual([]);
  });

  it("allows the catalogue's fields, too, where a record is an event of the catalogue", () => {
    expect(fieldsOf('login_failed', 'doors')).toEqual([
      'word location',
      'word success',
      'address ip',
      'agent user_agent',
      'word what',
      'name door',
      'user badge',
    ]);
  });

  it.each([...[...SOURCES].map(({ name }) => [name, undefined] as const), ['doors', TOY_SOURCES] as const])(
    'tells a model something about each case of %s',
    (name, folder) => {
      for (const { event_types, record } of sourceCases(name, folder).taken) {
        const fields = list.fieldsOf(event_types[0]!, name);
        expect(fields.flatMap(({ path }) => valuesAt(record, path))).not.toEqual([]);
      }
    },
  );
});
