import { RowIdParameter } from '../parameters/parameter.decorators.js';

/** Names one event. */
export class EventPath {
  @RowIdParameter('`id` of the event.')
  id!: string;
}
