import type { JsonObject } from '@mcm/contracts';
import { nameBasedId } from '@mcm/kernel';

/** An event as a producer sends it to `POST /events`. */
export interface ProducedEvent {
  /** A UUID, so that pushing the same event again changes nothing. */
  event_id: string;
  event_type: string;
  user: string;
  /** ISO 8601, UTC. */
  timestamp: string;
  raw_data: JsonObject;
}

/** An event of a sequence that has no place in time yet. */
export interface EventDraft {
  /** Milliseconds after the sequence begins. */
  offset: number;
  event_type: string;
  user: string;
  raw_data: JsonObject;
}

const EVENT_ID_NAMESPACE = '0e7a5c1e-8f0b-5d6a-9c55-3f1f6b1f6a52';

/**
 * Makes a function that gives drafts their identifiers and times (milliseconds since 1970). The same scope gives the
 * same identifiers in the same order; different scopes never share one.
 */
export function stamper(scope: string): (draft: EventDraft, time: number) => ProducedEvent {
  let made = 0;
  return (draft, time) => ({
    event_id: nameBasedId(EVENT_ID_NAMESPACE, `${scope}/${(made += 1)}`),
    event_type: draft.event_type,
    user: draft.user,
    timestamp: new Date(time).toISOString(),
    raw_data: draft.raw_data,
  });
}
