import { ENRICHMENT_SELECTIONS } from '../enrichments.js';
import { SEVERITIES } from '../events/findings.js';
import type { JobName } from './jobs.js';

/** Answers what is wrong with the payload of a job, as a sentence; undefined when nothing is. */
type PayloadCheck = (payload: Readonly<Record<string, unknown>>) => string | undefined;

/** What a payload must be like. Other programs queue jobs too, so a worker looks before it begins. */
const CHECKS: Readonly<Record<JobName, PayloadCheck>> = {
  'enrich-finding': ({ finding_id, refresh }) => {
    if (!isId(finding_id)) return fault('finding_id', ID);
    return refresh === undefined || typeof refresh === 'boolean'
      ? undefined
      : fault('refresh', 'true or false');
  },
  'enrich-finding-later': ({ finding_id, cause }) => {
    if (!isId(finding_id)) return fault('finding_id', ID);
    return cause === 'run' || cause === 'policy' ? undefined : fault('cause', 'run or policy');
  },
  'enrich-findings': ({ run_id, ...scope }) => {
    if (run_id !== undefined && typeof run_id !== 'string') return fault('run_id', TEXT);
    return scopeFault(scope);
  },
  'steer-enrichment': ({ id, action, fallbacks }) => {
    if (typeof id !== 'string') return fault('id', TEXT);
    if (!STEERING.includes(action)) return fault('action', `one of ${STEERING.join(', ')}`);
    return fallbacks === undefined || typeof fallbacks === 'boolean'
      ? undefined
      : fault('fallbacks', 'true or false');
  },
  'estimate-enrichment': (scope) => scopeFault(scope),
  'export-evaluation-set': ({ after, limit }) => {
    if (after !== 0 && !isId(after)) return fault('after', `0 or ${ID}`);
    return isId(limit) ? undefined : fault('limit', ID);
  },
  'replay-rules': ({ from, to }) => {
    if (from !== undefined && typeof from !== 'string') return fault('from', TIME);
    return to === undefined || typeof to === 'string' ? undefined : fault('to', TIME);
  },
  'reload-rules': ({ requested_by, reason, skip_faulty }) => {
    if (requested_by !== undefined && typeof requested_by !== 'string') return fault('requested_by', TEXT);
    if (reason !== undefined && typeof reason !== 'string') return fault('reason', TEXT);
    return skip_faulty === undefined || typeof skip_faulty === 'boolean'
      ? undefined
      : fault('skip_faulty', 'true or false');
  },
  'preview-rule': ({ rule, from, to, max_events }) => {
    if (typeof rule !== 'object' || rule === null) return fault('rule', 'an object');
    if (typeof from !== 'string') return fault('from', TIME);
    if (typeof to !== 'string') return fault('to', TIME);
    return max_events === undefined || isId(max_events) ? undefined : fault('max_events', ID);
  },
  'advance-rules': () => undefined,
  'expire-dead-letters': () => undefined,
  'explain-finding': ({ finding_id }) => (isId(finding_id) ? undefined : fault('finding_id', ID)),
};

const STEERING: readonly unknown[] = ['pause', 'resume', 'cancel', 'retry'];

function scopeFault({
  finding_ids,
  which,
  severity,
  limit,
  oldest_first,
}: Readonly<Record<string, unknown>>): string | undefined {
  if (finding_ids !== undefined && !(Array.isArray(finding_ids) && finding_ids.every(isId))) {
    return fault('finding_ids', `a list; each of it ${ID}`);
  }
  if (which !== undefined && !(ENRICHMENT_SELECTIONS as readonly unknown[]).includes(which)) {
    return fault('which', `one of ${ENRICHMENT_SELECTIONS.join(', ')}`);
  }
  const known = (each: unknown) => (SEVERITIES as readonly unknown[]).includes(each);
  if (severity !== undefined && !(Array.isArray(severity) && severity.every(known))) {
    return fault('severity', `a list of ${SEVERITIES.join(', ')}`);
  }
  if (oldest_first !== undefined && typeof oldest_first !== 'boolean') {
    return fault('oldest_first', 'true or false');
  }
  return limit === undefined || isId(limit) ? undefined : fault('limit', ID);
}

const ID = 'a whole number above 0';
const TEXT = 'a text';
const TIME = 'a time in ISO 8601';

/** Says what is wrong with the payload of a job; undefined when a worker can begin. */
export function payloadFault(name: JobName, payload: unknown): string | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return 'The payload must be an object';
  }
  return CHECKS[name](payload as Record<string, unknown>);
}

function isId(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function fault(field: string, demand: string): string {
  return `${field} must be ${demand}`;
}
