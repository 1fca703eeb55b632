import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** How a batch has fared before it got its present form; see StoredBatch. */
export interface FrameHistory {
  failures: number;
  postponements: number;
  deaths: number;
}

export const NO_HISTORY: FrameHistory = { failures: 0, postponements: 0, deaths: 0 };

/** `failures,postponements,deaths`; absent on a frame that is new. */
const HISTORY_HEADER = 'Mcm-History';
/** Milliseconds since 1970 before which the frame is not to be handled. */
const DUE_HEADER = 'Mcm-Due';

/** `<id>,<number>`: the one message of the frame is too large for the server and stored in so many parts beside it. */
const PARTS_HEADER = 'Mcm-Parts';

/** Names the parts of a message. */
export interface FrameParts {
  id: string;
  count: number;
}

/** What is said of a frame beside its messages. */
export interface FrameLabel {
  history: FrameHistory;
  due: number | null;
  parts: FrameParts | null;
}

/** The headers of a frame; undefined when it needs none. */
export function frameHeaders({ history, due, parts }: FrameLabel): MsgHdrs | undefined {
  const { failures, postponements, deaths } = history;
  const tried = failures + postponements + deaths > 0;
  if (!tried && due === null && parts === null) return undefined;
  const result = headers();
  if (tried) result.set(HISTORY_HEADER, `${failures},${postponements},${deaths}`);
  if (due !== null) result.set(DUE_HEADER, String(due));
  if (parts !== null) result.set(PARTS_HEADER, `${parts.id},${parts.count}`);
  return result;
}

/** What the headers say; what they do not say well is taken for not said. */
export function readFrameHeaders(found: MsgHdrs | undefined): FrameLabel {
  const [failures, postponements, deaths] = (found?.get(HISTORY_HEADER) ?? '').split(',').map(count);
  const due = count(found?.get(DUE_HEADER) ?? '');
  const [, id, parts] = /^([0-9a-f-]{36}),(\d{1,6})$/.exec(found?.get(PARTS_HEADER) ?? '') ?? [];
  return {
    history: { failures: failures ?? 0, postponements: postponements ?? 0, deaths: deaths ?? 0 },
    due: due === 0 ? null : due,
    parts: id === undefined ? null : { id, count: Number(parts) },
  };
}

function count(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/**
 * The number of messages in frames as the last part of their subject says it, so that what waits can be counted by
 * subject without reading any frame. Something else there counts as one.
 */
export function countOfSubject(subject: string): number {
  return Math.max(1, count(subject.slice(subject.lastIndexOf('.') + 1)));
}
