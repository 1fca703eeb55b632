import { createDataSource } from '@mcm/persistence';
import { AuditTrail } from '../src/index.js';
import { anEntry } from './audit-database.js';

// A process that changes and records without end, and rolls a third of it back, until it is killed.
const [url, writer] = process.argv.slice(2);
const dataSource = await createDataSource({
  url: url!,
  poolSize: 1,
  applicationName: 'audit-writer',
}).initialize();
const trail = new AuditTrail();
process.stdout.write('ready\n');
for (let turn = 0; ; turn += 1) {
  await dataSource
    .transaction(async (manager) => {
      await manager.query('insert into changes (writer, turn) values ($1, $2)', [writer, turn]);
      await trail.append(manager, anEntry({ after: { writer: writer!, turn } }));
      if (turn % 3 === 0) throw new Error('rolled back');
    })
    .catch((error: unknown) => {
      if ((error as Error).message !== 'rolled back') throw error;
    });
}
