import { createHash } from 'node:crypto';
import { AuditReader, AuditTrail, verifyTrail } from '@mcm/audit';
import { LOCAL_OPERATOR } from '@mcm/contracts';
import { createDataSource, type DataSource, migrate } from '@mcm/persistence';
import { BenchServer } from './bench-system.js';
import { figure, rate } from './report.js';
import { median } from './statistics.js';

const APPENDS = 2_000;
const ENTRIES = 1_000_000;
const BATCH = 10_000;

/** What an entry of the audit trail costs beside a plain row, and how long a trail of a million entries takes to verify. */
export async function benchAudit(): Promise<void> {
  const server = await BenchServer.start();
  try {
    const url = await server.database('audit');
    const database = await createDataSource({ url, poolSize: 2, applicationName: 'bench' }).initialize();
    try {
      await migrate(database);
      await benchAppend(database);
      await fill(database);
      await benchVerify(database);
    } finally {
      await database.destroy();
    }
  } finally {
    await server.stop();
  }
}

/** Statements in open transactions, in turns, so that both meet the same state of the machine; without their commits. */
async function benchAppend(database: DataSource): Promise<void> {
  const trail = new AuditTrail();
  await database.query(
    'create table plain (id bigint generated always as identity primary key, body text not null)',
  );
  const body = 'x'.repeat(600);
  const [appends, inserts]: [number[], number[]] = [[], []];
  for (let n = 0; n < APPENDS; n += 1) {
    await database.transaction(async (manager) => {
      const started = performance.now();
      await manager.query('insert into plain (body) values ($1)', [body]);
      const inserted = performance.now();
      await trail.append(manager, {
        origin: { actor: LOCAL_OPERATOR, address: '127.0.0.1', requestId: `request-${n}` },
        action: 'rule.changed',
        object: { type: 'rule', id: 'login', name: 'Failed sign-in' },
        before: { enabled: true, level: null },
        after: { enabled: false, level: 'high' },
      });
      appends.push(performance.now() - inserted);
      inserts.push(inserted - started);
    });
  }
  const ratio = (median(appends) / median(inserts)).toFixed(1);
  figure(
    'audit trail, append, median',
    `${median(appends).toFixed(2)} ms`,
    `${ratio} x a plain insert of as much text`,
  );
}

/** Makes the rest of the million as the function of the database would, in batches. */
async function fill(database: DataSource): Promise<void> {
  const sha256 = (...parts: (Buffer | string)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  const [head] = await database.query<{ size: string; link: Buffer }[]>('select size, link from audit.head');
  const [first] = await database.query<{ body: string }[]>('select body from audit.entries where seq = 1');
  const personal = await database.query<object[]>(
    'select sha256, subject, salt, value from audit.personal_values where seq = 1',
  );
  const text = first!.body.slice(0, first!.body.lastIndexOf(',"seq":'));
  let link = head!.link;
  for (let seq = Number(head!.size) + 1; seq <= ENTRIES;) {
    const rows: { seq: number; body: string; link: string }[] = [];
    for (; rows.length < BATCH && seq <= ENTRIES; seq += 1) {
      const body = `${text},"seq":${seq}}`;
      link = sha256(link, sha256('\0', body));
      rows.push({ seq, body, link: link.toString('hex') });
    }
    await database.query(
      `insert into audit.entries (seq, body, link)
       select seq, body, decode(link, 'hex') from jsonb_to_recordset($1::jsonb) as r (seq bigint, body text, link text)`,
      [JSON.stringify(rows)],
    );
    await database.query(
      `insert into audit.personal_values (seq, sha256, subject, salt, value)
       select seq, p.* from generate_series($1::bigint, $2::bigint) as seq,
         jsonb_to_recordset($3::jsonb) as p (sha256 text, subject text, salt text, value text)`,
      [rows[0]!.seq, rows.at(-1)!.seq, JSON.stringify(personal)],
    );
  }
  await database.query('update audit.head set size = $1, link = $2', [ENTRIES, link]);
  await database.query('analyze audit.entries, audit.personal_values');
}

async function benchVerify(database: DataSource): Promise<void> {
  const started = performance.now();
  const report = await verifyTrail(new AuditReader(database), { name: 'bench' }, []);
  const seconds = (performance.now() - started) / 1000;
  if (!report.valid || report.entries !== ENTRIES)
    throw new Error(`The trail is not valid: ${JSON.stringify(report)}`);
  figure(`audit trail, verify ${ENTRIES} entries`, `${seconds.toFixed(1)} s`, rate(ENTRIES, seconds));
}
