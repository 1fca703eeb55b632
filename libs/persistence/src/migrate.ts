import { ADVISORY_LOCKS } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { databaseError } from './database-errors.js';
import { MIGRATIONS } from './migrations/index.js';
import { prepareApplicationRole } from './roles/application-role.js';

/** A migration that waits longer for a table holds up all later transactions: better to fail and try again. */
const LOCK_TIMEOUT = '15s';

/**
 * Runs the migrations that have not run yet, each in its own transaction, and resolves with their names. Only one
 * process does so at a time: a second one waits, however long that takes, and then finds nothing left to do.
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.query('set statement_timeout = 0');
    await queryRunner.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.migrations]);
    await queryRunner.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
    await prepareApplicationRole(queryRunner);
    return await runPending(dataSource, queryRunner);
  } catch (error) {
    throw databaseError(error);
  } finally {
    await giveBack(queryRunner);
  }
}

/** Throws `PERSISTENCE.SCHEMA_OUTDATED` (`unavailable`) with the names of the migrations that have not run. */
export async function assertSchemaIsCurrent(dataSource: DataSource): Promise<void> {
  const pending = await pendingMigrations(dataSource).catch((error: unknown) => {
    throw databaseError(error);
  });
  if (pending.length === 0) return;
  throw new AppError(
    'unavailable',
    'PERSISTENCE.SCHEMA_OUTDATED',
    `The database schema is not current; not run yet: ${pending.join(', ')}. Run the migrations first.`,
  );
}

async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  // The executor would try to create its table where it sees none, which the role of the services may not.
  const [ledger] = (await dataSource.query(
    "select coalesce(has_table_privilege(to_regclass('schema_migrations'), 'select'), false) as readable",
  )) as { readable: boolean }[];
  if (!ledger!.readable) return MIGRATIONS.map((Migration) => new Migration().name);
  return (await new MigrationExecutor(dataSource).getPendingMigrations()).map(({ name }) => name);
}

async function runPending(dataSource: DataSource, queryRunner: QueryRunner): Promise<string[]> {
  const executor = new MigrationExecutor(dataSource, queryRunner);
  executor.transaction = 'each';
  const executed = await executor.executePendingMigrations();
  return executed.map(({ name }) => name);
}

/** Undoes what {@link migrate} did to its connection before that goes back to the pool. */
async function giveBack(queryRunner: QueryRunner): Promise<void> {
  if (queryRunner.isReleased) return;
  try {
    await queryRunner.query('select pg_advisory_unlock_all()');
    await queryRunner.query('reset lock_timeout');
    await queryRunner.query('reset statement_timeout');
  } catch {
    // Fails only on a connection that is lost, and that took lock and settings with it: the outcome stands.
  } finally {
    await queryRunner.release();
  }
}
