import { AppError } from '@mcm/kernel';
import { QueryFailedError } from 'typeorm';
import { withConflictRetry } from './conflict-retry.js';

const failure = (code: string) =>
  new QueryFailedError('select 1', ['secret'], Object.assign(new Error('refused by the server'), { code }));

describe('withConflictRetry', () => {
  it.each(['40P01', '40001'])('runs the transaction again after %s', async (code) => {
    let tries = 0;
    const result = await withConflictRetry(async () => {
      tries += 1;
      if (tries < 3) throw failure(code);
      return tries;
    });
    expect(result).toBe(3);
  });

  it('gives up when the conflict does not go away, and says that trying later makes sense', async () => {
    let tries = 0;
    const outcome = withConflictRetry(async () => {
      tries += 1;
      throw failure('40P01');
    });
    await expect(outcome).rejects.toMatchObject({ kind: 'unavailable', code: 'PERSISTENCE.CONFLICT' });
    expect(tries).toBe(12);
  });

  it('runs again after a lost race that the caller knows, and never blames the values for it', async () => {
    let tries = 0;
    const outcome = withConflictRetry(
      async () => {
        tries += 1;
        throw failure('23505');
      },
      () => true,
    );
    await expect(outcome).rejects.toMatchObject({ kind: 'unavailable', code: 'PERSISTENCE.CONFLICT' });
    expect(tries).toBe(12);
  });

  it('does not repeat what fails for another reason', async () => {
    let tries = 0;
    const error = await withConflictRetry(async () => {
      tries += 1;
      throw failure('23514');
    }).catch((thrown: unknown) => thrown);
    expect(tries).toBe(1);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining('SQLSTATE 23514') });
  });
});
