import type { DataSource } from 'typeorm';
import { databaseError } from './database-errors.js';

/** Changes nothing and takes no lock on a row, but a server or a role that only reads refuses it. */
const MAY_WRITE = 'update rule_clock set evaluated_to = evaluated_to where false';

/**
 * Sorts numbers for which it has too little memory, so that PostgreSQL has to put them on its disk. A small row would not
 * do: it finds room in a page that is there already while the disk has been full for hours.
 */
const NEEDS_DISK = 'select count(*) from (select n from generate_series(1, 10000) n order by n desc) sorted';

/** The commit of this has to reach the log on disk, and the standbys that commits wait for. */
const NEEDS_LOG = "select pg_logical_emit_message(true, 'mcm', 'write probe')";

/**
 * Resolves when PostgreSQL can store something at this moment. Leaves nothing behind, and takes some milliseconds.
 *
 * @throws AppError `PERSISTENCE.UNAVAILABLE` when it is away, out of disk, or only reads
 */
export async function probeWrites(dataSource: DataSource): Promise<void> {
  try {
    await dataSource.transaction(async (transaction) => {
      await transaction.query("set local work_mem = '64kB'");
      await transaction.query(MAY_WRITE);
      await transaction.query(NEEDS_DISK);
      await transaction.query(NEEDS_LOG);
    });
  } catch (error) {
    throw databaseError(error);
  }
}
