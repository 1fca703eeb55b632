import { createDataSource, type DataSource } from '@mcm/persistence';
import { createTestDatabase } from '@mcm/testing';
import { AuditTrail, type AuditEntry } from '../src/index.js';

/** A database with an empty audit trail, and a pool of its superuser on it. */
export interface AuditDatabase {
  url: string;
  dataSource: DataSource;
  /** Adds an entry in a transaction of its own and gives its number. */
  append(entry?: Partial<AuditEntry>): Promise<number>;
  /** Statements of a superuser, who can change everything. */
  tamper(sql: string, parameters?: unknown[]): Promise<unknown>;
  drop(): Promise<void>;
}

export async function openAuditDatabase(poolSize = 8): Promise<AuditDatabase> {
  const { url, drop } = await createTestDatabase();
  const dataSource = await createDataSource({ url, poolSize, applicationName: 'audit-test' }).initialize();
  const trail = new AuditTrail();
  return {
    url,
    dataSource,
    append: (entry) => dataSource.transaction((manager) => trail.append(manager, anEntry(entry))),
    tamper: (sql, parameters) => dataSource.query(sql, parameters),
    drop: async () => {
      await dataSource.destroy();
      await drop();
    },
  };
}

/** An analyst disables a rule. */
export function anEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    origin: {
      actor: { type: 'person', id: 'ann', name: 'Ann Example' },
      address: '203.0.113.7',
      requestId: 'request-1',
    },
    action: 'rule.changed',
    object: { type: 'rule', id: 'login', name: 'Failed sign-in' },
    before: { enabled: true, level: null },
    after: { enabled: false, level: 'high' },
    ...changes,
  };
}
