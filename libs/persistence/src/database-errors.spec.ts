import { AppError } from '@mcm/kernel';
import { inspect } from 'node:util';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { databaseError } from './database-errors.js';

const coded = (code: string) => Object.assign(new Error('said the driver'), { code });

describe('databaseError', () => {
  it.each([
    ['08006', 'unavailable', 'PERSISTENCE.UNAVAILABLE'],
    ['22P05', 'invalid', 'PERSISTENCE.UNSTORABLE'],
    ['23505', 'invalid', 'PERSISTENCE.UNSTORABLE'],
    ['28P01', 'unavailable', 'PERSISTENCE.UNAVAILABLE'],
    ['40001', 'unavailable', 'PERSISTENCE.CONFLICT'],
    ['53100', 'unavailable', 'PERSISTENCE.UNAVAILABLE'],
    ['54000', 'invalid', 'PERSISTENCE.UNSTORABLE'],
    ['55P03', 'unavailable', 'PERSISTENCE.CONFLICT'],
    ['57P01', 'unavailable', 'PERSISTENCE.UNAVAILABLE'],
    ['ECONNREFUSED', 'unavailable', 'PERSISTENCE.UNAVAILABLE'],
    ['ECONNRESET', 'unavailable', 'PERSISTENCE.UNAVAILABLE'],
  ])('takes %s as %s', (code, kind, appCode) => {
    for (const error of [coded(code), new QueryFailedError('select 1', [], coded(code))]) {
      expect(databaseError(error)).toMatchObject({ kind, code: appCode });
    }
  });

  it.each([
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new QueryRunnerAlreadyReleasedError(),
  ])('takes a lost connection as unavailable: %s', (error) => {
    expect(databaseError(error)).toMatchObject({ kind: 'unavailable' });
  });

  it('leaves what it does not know as it is', () => {
    const [mistake, known] = [new TypeError('a bug'), new AppError('not-found', 'A.B', 'known already')];
    expect(databaseError(mistake)).toBe(mistake);
    expect(databaseError(known)).toBe(known);
    const syntax = coded('42601');
    expect(databaseError(new QueryFailedError('selec', [], syntax))).toBe(syntax);
  });

  it('keeps the values of the statement to itself', () => {
    const error = databaseError(new QueryFailedError('select $1', ['value of a user'], coded('22P05')));
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('value of a user');
  });
});
