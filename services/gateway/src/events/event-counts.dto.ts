import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsOptional } from 'class-validator';
import {
  BooleanParameter,
  IntegerParameter,
  Rule,
  TextFilter,
  TimestampParameter,
} from '../parameters/parameter.decorators.js';

/** Which events are counted. */
export class CountedEventsQuery {
  @TextFilter({ description: 'Only events that fit this query; see docs/search.md.', maxLength: 16_000 })
  q?: string;

  @TextFilter({ description: 'Only events of this actor, compared by canonical name.' })
  user?: string;

  @TextFilter({ description: 'Only events of this type.' })
  event_type?: string;

  @TextFilter({ description: 'Only events from this source.' })
  source?: string;

  @BooleanParameter({ description: 'true: only conflicts; false: none.' })
  conflict?: boolean;

  @TimestampParameter({
    description: 'Only events at or after this time. Seven days before the end by default.',
  })
  from_timestamp?: string;

  @TimestampParameter({ description: 'Only events at or before this time. Now by default.' })
  to_timestamp?: string;
}

export class HistogramQuery extends CountedEventsQuery {
  @IntegerParameter({
    min: 1,
    max: 200,
    default: 60,
    description: 'Most bars; their length is a round time.',
  })
  bars: number = 60;
}

/** Fields whose values are counted together. */
const FIELDS_MAX = 4;

export class FacetsQuery extends CountedEventsQuery {
  @ApiPropertyOptional({
    type: [String],
    maxItems: FIELDS_MAX,
    default: ['source', 'event_type', 'user'],
    description: 'Fields of events, or paths in the raw data, such as `raw_data.ip`; may be repeated.',
  })
  @IsOptional()
  @Transform(({ value }: TransformFnParams): unknown => (value === '' ? undefined : [value].flat()))
  @Rule('fields', (value) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > FIELDS_MAX) {
      return `must be given at most ${FIELDS_MAX} times`;
    }
    const isName = (name: unknown) =>
      typeof name === 'string' && name !== '' && name.length <= 512 && !name.includes('\u0000');
    return value.every(isName) ? null : 'must be the name of a field';
  })
  field: string[] = ['source', 'event_type', 'user'];

  @IntegerParameter({ min: 1, max: 100, default: 10, description: 'Most values of a field.' })
  values: number = 10;
}

/** A bar of a histogram. */
@ApiSchema({ name: 'HistogramBar' })
export class HistogramBarDto {
  @ApiProperty({ format: 'date-time', description: 'When it begins.' })
  from!: string;

  @ApiProperty({ type: 'integer', minimum: 0 })
  count!: number;
}

/** How far events were counted. */
class CountedDto {
  @ApiProperty({
    description: 'false: the figures are lower than the truth, see `searched_back_to` and `how`.',
  })
  exact!: boolean;

  @ApiProperty({
    enum: ['counters', 'events'],
    description: 'From the counts that are kept of each day, or by counting events.',
  })
  how!: 'counters' | 'events';

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the time was up: older events are not counted.',
  })
  searched_back_to!: string | null;
}

@ApiSchema({ name: 'EventHistogram', description: 'How many events there were, bar by bar.' })
export class EventHistogramDto extends CountedDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Length of a bar in seconds.' })
  bar_seconds!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  total!: number;

  @ApiProperty({ type: [HistogramBarDto], description: 'Oldest first; bars without events are left out.' })
  bars!: HistogramBarDto[];
}

@ApiSchema({ name: 'FacetValue' })
export class FacetValueDto {
  @ApiProperty({ description: 'As text; of users the canonical name.' })
  value!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  count!: number;
}

@ApiSchema({ name: 'EventFacet', description: 'The most frequent values of a field.' })
export class EventFacetDto {
  @ApiProperty({ example: 'event_type' })
  field!: string;

  @ApiProperty({ type: [FacetValueDto], description: 'Most frequent first.' })
  values!: FacetValueDto[];

  @ApiProperty({
    description: 'false: there are so many values that rare ones of some days were not counted.',
  })
  exact!: boolean;
}

@ApiSchema({ name: 'EventFacets', description: 'The most frequent values of fields.' })
export class EventFacetsDto extends CountedDto {
  @ApiProperty({ type: [EventFacetDto] })
  facets!: EventFacetDto[];
}
