import { createParser, parseAsIsoDate, parseAsStringLiteral } from 'nuqs/server';
import { listAddress, parseAsText } from '@/components/list/list-address';
import type { Schema } from '@/lib/api/client';
import type { ViewOf } from '@/lib/address';

/** What was done, as the audit trail names it. */
export type AuditAction = Schema<'AuditAction'>;

/** All actions, in the order of the filter. */
const ACTIONS_BY_NAME: Record<AuditAction, true> = {
  'sign_in.succeeded': true,
  'sign_in.refused': true,
  'request.refused': true,
  'sign_out.succeeded': true,
  'session.ended': true,
  'setup.completed': true,
  'person.invited': true,
  'person.joined': true,
  'person.changed': true,
  'person.role_changed': true,
  'person.disabled': true,
  'person.enabled': true,
  'person.erased': true,
  'password.changed': true,
  'password.reset_started': true,
  'totp.enabled': true,
  'totp.removed': true,
  'recovery_code.used': true,
  'key.created': true,
  'key.revoked': true,
  'rule.changed': true,
  'rules.reloaded': true,
  'replay.started': true,
  'replay.cancelled': true,
  'rule_preview.started': true,
  'rule_preview.cancelled': true,
  'enrichment.started': true,
  'enrichment_run.started': true,
  'enrichment_run.paused': true,
  'enrichment_run.resumed': true,
  'enrichment_run.cancelled': true,
  'enrichment_run.retried': true,
  'enrichment.rated': true,
  'evaluation_set.exported': true,
  'dead_letter.redriven': true,
  'events.archived': true,
  'events.restore_started': true,
  'events.restored': true,
  'setting.changed': true,
  'legal_hold.created': true,
  'legal_hold.released': true,
  'events.removed': true,
  'audit.exported': true,
  'audit.epoch_began': true,
};
export const AUDIT_ACTIONS = Object.keys(ACTIONS_BY_NAME) as AuditAction[];

/** `rule_preview.started` → `Rule preview started`. */
export function inWords(name: string): string {
  const words = name.replace(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const parseAsNumber = createParser({
  parse: (text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : null),
  serialize: String,
});

/** The address of the audit trail. */
export const auditAddress = listAddress({
  filters: {
    /** The id of the actor. */
    actor: parseAsText,
    action: parseAsStringLiteral(AUDIT_ACTIONS),
    /** The id of what it was done to. */
    object: parseAsText,
    from: parseAsIsoDate,
    to: parseAsIsoDate,
  },
  // Entries come in pages that begin before a number: more are written all the time.
  begin: { before: parseAsNumber },
  pageSizes: [25, 50, 100],
  pageSize: 50,
  openAs: 'entry',
});

/** What the address of the page says about the audit trail. */
export type AuditView = ViewOf<typeof auditAddress>;

/** A day as the address and `<input type="date">` write it; days are UTC days. */
export function dayOf(date: Date | null): string {
  return date === null ? '' : date.toISOString().slice(0, 10);
}
