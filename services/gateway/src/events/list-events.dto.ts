import {
  BooleanParameter,
  IntegerParameter,
  TextFilter,
  TimestampParameter,
} from '../parameters/parameter.decorators.js';

/** Filters and paging of `GET /events`; all filters must hold. */
export class ListEventsQuery {
  @TextFilter({
    description:
      'Only events that fit this query, such as `ip:203.0.113.11`, `user:alice -event_type:login_success`, ' +
      '`raw_data.code:>400`, `"exact words"`; see docs/search.md.',
    example: 'ip:203.0.113.11 -event_type:login_success',
    maxLength: 16_000,
  })
  q?: string;

  @TextFilter({
    description: 'Only events of this actor, compared by canonical name; see `canonical_user`.',
  })
  user?: string;

  @TextFilter({ description: 'Only events of this type.', example: 'login_failed' })
  event_type?: string;

  @TextFilter({ description: 'Only events from this source.', example: 'cloudtrail' })
  source?: string;

  @TextFilter({
    description:
      'Only the event with this id of the producer, of the source `api` unless `source` names another. The first event keeps an id; later ones with other content are found by `conflict`.',
  })
  event_id?: string;

  @BooleanParameter({
    description:
      'true: only events whose source and id are those of an earlier event with other content; false: no such event.',
  })
  conflict?: boolean;

  @TimestampParameter({ description: 'Only events at or after this time; without a zone it is UTC.' })
  from_timestamp?: string;

  @TimestampParameter({ description: 'Only events at or before this time; without a zone it is UTC.' })
  to_timestamp?: string;

  @IntegerParameter({ min: 0, max: 500, default: 50, description: 'Maximum number of events in the answer.' })
  limit: number = 50;

  @IntegerParameter({
    min: 0,
    max: 1_000_000,
    default: 0,
    description: 'Number of events to skip; a cursor goes further back in less time.',
  })
  offset: number = 0;

  @TextFilter({
    description:
      '`Next-Cursor` of an answer to the same filters: the events that follow. It counts from there, so that it takes no `offset`.',
    maxLength: 200,
  })
  cursor?: string;
}
