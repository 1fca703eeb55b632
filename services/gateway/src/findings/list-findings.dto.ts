import { SEVERITIES, type Severity } from '@mcm/contracts';
import {
  DayParameter,
  IntegerParameter,
  TextFilter,
  WordParameter,
} from '../parameters/parameter.decorators.js';

/** Filters and paging of `GET /findings`; all filters must hold. */
export class ListFindingsQuery {
  @IntegerParameter({ min: 1, max: 10_000_000, default: 1, description: 'Page number, starting at 1.' })
  page: number = 1;

  @IntegerParameter({ min: 1, max: 100, default: 20, description: 'Findings per page.' })
  page_size: number = 20;

  @WordParameter(SEVERITIES, {
    many: true,
    enumName: 'Severity',
    description: 'Only these severities; may be repeated.',
  })
  severity?: Severity[];

  @TextFilter({
    description: 'Only findings about this actor, compared by canonical name; see `canonical_user`.',
  })
  user?: string;

  @TextFilter({ description: 'Only findings of this rule.', example: 'public_bucket_detected' })
  rule_name?: string;

  @DayParameter({
    description: 'Only findings raised on or after this day (UTC); a timestamp counts as its day.',
  })
  from_date?: string;

  @DayParameter({
    description: 'Only findings raised on or before this day (UTC); a timestamp counts as its day.',
  })
  to_date?: string;
}
