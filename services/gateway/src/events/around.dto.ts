import { IntegerParameter, WordParameter } from '../parameters/parameter.decorators.js';
import { COMMON, type Common } from './same-origin.js';

/** Which events around one are meant. */
export class AroundQuery {
  @IntegerParameter({ min: 1, max: 1440, default: 15, description: 'Minutes before and after.' })
  minutes: number = 15;

  @WordParameter(COMMON, {
    description:
      'Only events with the same user, address or session, as far as the fields of the sources are known that hold it.',
  })
  same?: Common;

  @IntegerParameter({
    min: 1,
    max: 500,
    default: 100,
    description: 'Maximum number of events in the answer.',
  })
  limit: number = 100;
}
