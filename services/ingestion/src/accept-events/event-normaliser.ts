import { type EventEnvelope, eventUid, type JsonObject, RESERVED_SOURCE } from '@mcm/contracts';
import { type ErrorDetail, isUnstorable, newId, parseTimestamp, type TraceCarrier } from '@mcm/kernel';
import {
  type CandidateEvent,
  faultAt,
  isObject,
  type ItemFault,
  type ItemWarning,
  type SourceList,
} from '@mcm/sources';
import type { IngestionConfig } from '../ingestion.config.js';
import { makeStorable, tooDeep } from './raw-data.js';
import { contentHash } from './content-hash.js';

/** Longest texts of the envelope, in UTF-16 units; indexes hold them, so they stay far below a B-tree page's third. */
const TEXT_LIMITS = { event_id: 256, source: 256, event_type: 256, user: 512 } as const;
type TextField = keyof typeof TEXT_LIMITS;

/** Nothing that reaches us happened before the clocks of our producers began to count. */
const EARLIEST = 0;
const DAY_MS = 86_400_000;

/** What is the same for all items of a request. */
export interface NormaliseContext {
  /** Used where the candidate names no source. */
  defaultSource: string;
  receivedAt: number;
  /** What times that lie in the future are measured by, where that is not the arrival. */
  latestNow?: number;
  correlationId: string;
  /** See the envelope. */
  trace?: TraceCarrier | undefined;
  /** False when the body cannot hold unstorable characters, which saves looking for them. */
  lookForUnstorable: boolean;
  /** False when the whole body is smaller than one event may be. */
  measureSize: boolean;
}

export type NormaliseResult =
  { envelope: EventEnvelope; warnings: readonly ItemWarning[] } | { fault: ItemFault };

const NO_WARNINGS: readonly ItemWarning[] = [];

/** Turns candidates into envelopes, or says everything that is wrong with them. */
export class EventNormaliser {
  constructor(
    private readonly config: IngestionConfig,
    private readonly sources: SourceList,
  ) {}

  /** @param defaultEventId for a candidate that has no id; a random one when absent */
  normalise(candidate: CandidateEvent, context: NormaliseContext, defaultEventId?: string): NormaliseResult {
    const errors: ErrorDetail[] = candidate.faults === undefined ? [] : [...candidate.faults];
    const unknownFields = errors.length;
    const text = (field: TextField, fallback?: () => string): string => {
      const value = candidate[field] ?? (field === 'event_id' ? defaultEventId : undefined);
      if (value === undefined || value === null) {
        if (fallback !== undefined) return fallback();
        errors.push({ pointer: `/${field}`, detail: 'is missing' });
      } else if (typeof value !== 'string') {
        errors.push({ pointer: `/${field}`, detail: `must be a text, not ${nameOf(value)}` });
      } else if (value.trim() === '') {
        errors.push({ pointer: `/${field}`, detail: 'must not be empty' });
      } else if (value.length > TEXT_LIMITS[field]) {
        errors.push({ pointer: `/${field}`, detail: `is longer than ${TEXT_LIMITS[field]} characters` });
      } else if (isUnstorable(value)) {
        errors.push({ pointer: `/${field}`, detail: 'holds U+0000 or half of a surrogate pair' });
      } else {
        return value;
      }
      return '';
    };

    const event_type = text('event_type');
    const user = text('user');
    const source = text('source', () => context.defaultSource);
    const reserved = typeof candidate.source === 'string' ? this.sources.reserving(source) : undefined;
    if (reserved !== undefined) {
      errors.push({
        pointer: '/source',
        detail: `is reserved for the records of ${reserved.title}, which are taken at POST /sources/${reserved.name}`,
      });
    }
    const event_id = text('event_id', newId);
    const time = this.timestamp(candidate.timestamp, context, errors);
    const raw = this.rawData(candidate.raw_data, context, errors);
    if (errors.length > 0) {
      return {
        fault: {
          code:
            reserved !== undefined
              ? RESERVED_SOURCE
              : errors.length === unknownFields
                ? 'EVENT.UNKNOWN_FIELD'
                : 'EVENT.INVALID',
          reason: errors.map((error) => `${error.pointer.slice(1)} ${error.detail}`).join('; '),
          errors,
        },
      };
    }
    const warnings: ItemWarning[] = candidate.warnings === undefined ? [] : [...candidate.warnings];
    const raw_data =
      context.lookForUnstorable || candidate.lookForUnstorable === true ? makeStorable(raw, warnings) : raw;
    const { eventsRetentionDays } = this.config;
    if (eventsRetentionDays !== 0 && time < context.receivedAt - eventsRetentionDays * DAY_MS)
      warnings.push({
        pointer: '/timestamp',
        detail: `is older than the ${eventsRetentionDays} days for which events are kept (EVENTS_RETENTION_DAYS)`,
      });
    const timestamp = new Date(time).toISOString();
    const envelope: EventEnvelope = {
      uid: eventUid(source, event_id),
      event_id,
      source,
      event_type,
      user,
      timestamp,
      received_at: new Date(context.receivedAt).toISOString(),
      correlation_id: context.correlationId,
      raw_data,
    };
    // An id that was made here comes with no other event.
    if ((candidate.event_id ?? defaultEventId ?? null) !== null) {
      envelope.content_hash = contentHash(candidate.content ?? nativeContent(candidate, timestamp, raw));
    }
    if (context.trace) envelope.trace = context.trace;
    return { envelope, warnings: warnings.length > 0 ? warnings : NO_WARNINGS };
  }

  private timestamp(value: unknown, context: NormaliseContext, errors: ErrorDetail[]): number {
    const { receivedAt, latestNow = receivedAt } = context;
    const pointer = '/timestamp';
    if (value === undefined || value === null) return receivedAt;
    if (typeof value !== 'string') {
      errors.push({ pointer, detail: `must be an ISO 8601 text, not ${nameOf(value)}` });
      return receivedAt;
    }
    const time = parseTimestamp(value);
    if (typeof time === 'string') {
      errors.push({ pointer, detail: time });
      return receivedAt;
    }
    if (time < EARLIEST) errors.push({ pointer, detail: 'lies before 1970' });
    if (time > latestNow + this.config.futureToleranceSeconds * 1000) {
      errors.push({
        pointer,
        detail: `lies more than ${this.config.futureToleranceSeconds} s in the future (INGEST_FUTURE_TOLERANCE_SECONDS)`,
      });
    }
    return time;
  }

  private rawData(value: unknown, context: NormaliseContext, errors: ErrorDetail[]): JsonObject {
    const pointer = '/raw_data';
    if (value === undefined || value === null) return {};
    if (!isObject(value)) {
      errors.push({ pointer, detail: `must be an object, not ${nameOf(value)}` });
      return {};
    }
    const deep = tooDeep(value, this.config.depthLimit);
    if (deep !== null) {
      errors.push({ pointer, detail: `nests deeper than ${this.config.depthLimit} levels, at ${deep}` });
      return {};
    }
    if (context.measureSize) {
      const bytes = Buffer.byteLength(JSON.stringify(value));
      if (bytes > this.config.eventLimitBytes) {
        const limit = this.config.eventLimitBytes;
        errors.push({
          pointer,
          detail: `takes ${bytes} bytes, more than ${limit} (INGEST_EVENT_LIMIT_BYTES)`,
        });
        return {};
      }
    }
    return value as JsonObject;
  }
}

/** What a producer said about an event; the time of receipt is not of its saying. */
function nativeContent({ event_type, user, timestamp }: CandidateEvent, time: string, raw_data: JsonObject) {
  const told = timestamp !== undefined && timestamp !== null;
  return told ? { event_type, user, timestamp: time, raw_data } : { event_type, user, raw_data };
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const NATIVE_FIELDS: ReadonlySet<string> = new Set([...Object.keys(TEXT_LIMITS), 'timestamp', 'raw_data']);

/** Unknown fields that are named. */
const UNKNOWN_MAX = 20;

/** Checks the shape of an event in this system's own form: an object with known fields only. */
export function nativeCandidate(value: unknown): CandidateEvent | ItemFault {
  if (!isObject(value))
    return faultAt('EVENT.INVALID', '', `an event must be an object, not ${nameOf(value)}`);
  let faults: ErrorDetail[] | undefined;
  for (const key in value) {
    if (NATIVE_FIELDS.has(key)) continue;
    faults ??= [];
    if (faults.length === UNKNOWN_MAX) break;
    faults.push({
      pointer: `/${key.slice(0, 100)}`,
      detail: 'is not a field of an event; put further facts into raw_data',
    });
  }
  if (faults === undefined) return value;
  const { event_id, source, event_type, user, timestamp, raw_data } = value;
  return { event_id, source, event_type, user, timestamp, raw_data, faults };
}
