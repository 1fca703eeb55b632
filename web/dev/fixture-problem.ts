import type { components } from '../src/lib/api/schema';

const TITLES = {
  400: 'The request is not valid',
  401: 'The sender has not shown who it is',
  403: 'Not allowed',
  404: 'Not found',
  409: 'The request contradicts the present state',
  422: 'The content cannot be processed',
  503: 'Try again later',
};
let requests = 0;

/** A refusal, as the API words it; each has a request id of its own. */
export function fixtureProblem(
  status: keyof typeof TITLES,
  code: string,
  detail: string,
): components['schemas']['Problem'] {
  requests += 1;
  return {
    type: 'about:blank',
    title: TITLES[status],
    status,
    detail,
    code,
    instance: '/',
    request_id: `req-${requests.toString().padStart(6, '0')}`,
  };
}
