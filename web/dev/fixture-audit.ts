import type { components } from '../src/lib/api/schema';
import type { FixtureAnswer } from './fixture-access.ts';

type Schemas = components['schemas'];
type Entry = Schemas['AuditEntry'];

const ENTRIES = 120;
const HOUR_MS = 3_600_000;

/** The audit trail of the fixture API. */
export class FixtureAudit {
  private entries: Entry[] = [];
  private broken = false;

  /** As at the start. */
  clear(): void {
    this.entries = Array.from({ length: ENTRIES }, (_, index) => makeEntry(ENTRIES - index));
    this.broken = false;
  }

  /** Takes away what a list shows. */
  empty(): void {
    this.entries = [];
  }

  /** Has the next check find an entry that was changed. */
  tamper(): void {
    this.broken = true;
  }

  /** Answers what is about the audit trail. */
  handle(what: string | undefined, query: URLSearchParams): FixtureAnswer | undefined {
    if (what === 'verify') return { status: 200, body: this.verify() };
    return what === undefined ? { status: 200, body: this.list(query) } : undefined;
  }

  private list(query: URLSearchParams): Schemas['AuditPage'] {
    const before = Number(query.get('before') ?? Infinity);
    const limit = Number(query.get('limit') ?? 50);
    const [actor, object, actions] = [query.get('actor'), query.get('object'), query.getAll('action')];
    const [from, to] = [query.get('from'), query.get('to')];
    const found = this.entries.filter(
      (entry) =>
        entry.seq < before &&
        (actor === null || entry.actor.id === actor) &&
        (object === null || entry.object.id === object) &&
        (actions.length === 0 || actions.includes(entry.action)) &&
        (from === null || entry.at >= from) &&
        (to === null || entry.at <= to),
    );
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? items.at(-1)!.seq : null };
  }

  private verify(): Schemas['AuditVerification'] {
    return {
      valid: !this.broken,
      entries: this.broken ? 70 : this.entries.length,
      first_broken: this.broken ? 71 : null,
      reason: this.broken ? 'changed' : null,
      detail: this.broken ? 'The text of entry 71 is not the one that was written.' : null,
      checkpoint_size: 100,
      epoch_began: null,
      key: 'audit.example.org+7c1e0f3a+AeZp3k1Vb6o1nSgk2mYw0qjz1h7yJm0V2tq6cJrQ8nT5',
    };
  }
}

function makeEntry(seq: number): Entry {
  const kinds = [
    ['rule.changed', 'rule', 'too_many_failed_logins', 'Too many failed logins'],
    ['sign_in.refused', 'person', 'id-4', 'Nora <img src=x>\u202egnp'],
    ['key.created', 'key', '3gk2m9qz', 'GitHub webhooks'],
    ['person.role_changed', 'person', 'id-2', null],
    ['enrichment_run.started', 'enrichment_run', 'run-1', null],
  ] as const;
  const [action, type, id, name] = kinds[seq % kinds.length]!;
  const byPerson = seq % 3 !== 0;
  return {
    seq,
    at: new Date(Date.now() - (ENTRIES - seq) * HOUR_MS).toISOString(),
    actor: byPerson
      ? { type: 'person', id: 'id-1', name: seq % 7 === 0 ? null : 'Ada Admin' }
      : { type: 'key', id: '7hd0w1xa', name: 'Nightly export' },
    address: seq % 7 === 0 ? null : '192.0.2.7',
    action,
    object: { type, id, name },
    before: action === 'sign_in.refused' ? null : { enabled: true, level: 'high', scopes: ['read'] },
    after: action === 'sign_in.refused' ? null : { enabled: false, level: 'low', scopes: ['read', 'triage'] },
    request_id: `req-${String(seq).padStart(6, '0')}`,
  };
}
