import { ApiProblem, problemFromBody, problemFromFailure } from './problem';

const at = (status: number, requestId: string | null = null) => ({ status, requestId });

describe('problems', () => {
  it('keep what the API said', () => {
    const problem = problemFromBody(
      {
        title: 'Bad Request',
        detail: 'page must be at least 1',
        code: 'REQUEST.INVALID',
        request_id: 'r1',
        errors: [{ pointer: 'page', detail: 'must be at least 1' }, 'nonsense', { pointer: 'x' }],
      },
      at(400),
    );
    expect(problem).toMatchObject({
      title: 'Bad Request',
      detail: 'page must be at least 1',
      code: 'REQUEST.INVALID',
      requestId: 'r1',
      errors: [{ pointer: 'page', detail: 'must be at least 1' }],
      transient: false,
    });
  });

  it('keep what is wrong with a rule, with its place', () => {
    const fault = {
      path: 'a.yml',
      line: 4,
      column: 3,
      severity: 'warning',
      code: 'X.Y',
      message: 'No tests',
    };
    const { problems } = problemFromBody(
      { title: 'Refused', problems: [fault, { message: 'Broken' }, { line: 3 }, 'nonsense', null] },
      at(422),
    );
    expect(problems).toEqual([
      fault,
      { path: '', line: 1, column: 1, severity: 'error', code: '', message: 'Broken' },
    ]);
  });

  it.each(['<html>Bad gateway</html>', undefined, null, 7, []])('make do with a body like %j', (body) => {
    expect(problemFromBody(body, at(502, 'from-header'))).toMatchObject({
      title: 'The API failed (502)',
      requestId: 'from-header',
      transient: true,
    });
  });

  it('say that nothing was reached', () => {
    expect(problemFromFailure(new TypeError('Failed to fetch'))).toMatchObject({
      code: 'NETWORK',
      transient: true,
    });
    expect(problemFromFailure(new DOMException('', 'TimeoutError'))).toMatchObject({ code: 'TIMEOUT' });
    const known = new ApiProblem({ title: 'Known', status: 404 });
    expect(problemFromFailure(known)).toBe(known);
  });
});
