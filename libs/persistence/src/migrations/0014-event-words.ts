// Why: an index of the words of an event makes searches in raw data quick on days that are over (docs/adr/0067).
// May the old process keep running: yes, it does not know the function. It may close a day without the index, which is only slower.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/**
 * The words that libs/search finds in an event, and maybe more: folded in ASCII, the first 64 characters of each. An escape of
 * JSON is always a character that separates words. An event with more words, or more text, than an index should hold
 * has the one word `*`, which no text has: it has to be looked at whatever is sought. No event makes the function fail.
 */
const EVENT_WORDS = String.raw`
  create function event_words(source text, event_type text, "user" text, canonical_user text, event_id text, raw_data jsonb)
  returns tsvector language plpgsql immutable parallel safe cost 2000 as $$
  declare
    json text := raw_data::text;
    words tsvector;
  begin
    if octet_length(json) <= 262144 then
      words := array_to_tsvector(array_remove(array(
        select left(btrim(word, '.'), 64)
          from regexp_split_to_table(
                 lower(concat_ws(' ', source, event_type, "user", canonical_user, event_id,
                                 regexp_replace(json, '\\(u00..|.)', ' ', 'g')) collate "C"),
                 '[\u0001-\u002d\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u007f]+') word), ''));
      if length(words) <= 2000 then
        return words;
      end if;
    end if;
    return array_to_tsvector(array['*']);
  end $$;
  comment on function event_words is 'What indexes of closed days hold of an event, so that it is found by its words';
`;

/** They are closed again, with the index, by what closes other days. */
const CLOSE_AGAIN = `update event_days set state = 'open', rows = null where state = 'closed'`;

/** The words of an event, for an index. */
export class EventWords implements MigrationInterface {
  readonly name = 'event-words-0000000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EVENT_WORDS);
    await runner.query(CLOSE_AGAIN);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
