export { AUDIT_ACTIONS, AUDIT_OBJECT_TYPES, type AuditAction, type AuditObjectType } from './actions.js';
export { AuditTrail } from './audit-trail.js';
export { type AuditEntry, type AuditState, type Origin, Personal } from './entry.js';
