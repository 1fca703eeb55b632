import { RowIdParameter } from '../parameters/parameter.decorators.js';

/** Names one finding. */
export class FindingPath {
  @RowIdParameter('`id` of the finding.')
  id!: string;
}
