import { TextFilter } from '../parameters/parameter.decorators.js';

/** How a sign-in with the provider starts. */
export class StartQuery {
  @TextFilter({
    description: 'Path of the dashboard to go on to, with its query. Anything else leads to the first page.',
    example: '/findings?severity=high',
    maxLength: 2000,
  })
  return_to?: string;
}
