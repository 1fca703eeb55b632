import { AppError } from '@mcm/kernel';
import type { CheckpointKey } from './checkpoint-key.js';
import { openNote, signNote } from './signed-note.js';

/** The state of the trail at one moment: how many entries, and the root of the tree over them. */
export interface Checkpoint {
  /** Whose trail, and which part of its history; see {@link originOf}. */
  origin: string;
  size: number;
  /** 32 bytes; RFC 6962, section 2.1. */
  root: Buffer;
}

/**
 * The origin of checkpoints: the name of the key, and after a restored backup the id of the epoch that began with it. A
 * log may never sign two checkpoints of one origin that contradict each other, which a restored trail would.
 */
export function originOf(key: { name: string }, epoch: string | null): string {
  return epoch === null ? key.name : `${key.name}/${epoch}`;
}

/** Signs a checkpoint in the form of https://c2sp.org/tlog-checkpoint. */
export function signCheckpoint({ origin, size, root }: Checkpoint, key: CheckpointKey): string {
  return signNote(`${origin}\n${size}\n${root.toString('base64')}\n`, key);
}

/**
 * Reads a checkpoint that this key signed.
 *
 * @throws AppError `AUDIT.NOTE_INVALID`
 */
export function openCheckpoint(note: string, key: CheckpointKey): Checkpoint {
  const [origin, size, root] = openNote(note, key).split('\n');
  const bytes = Buffer.from(root ?? '', 'base64');
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || bytes.length !== 32) {
    throw new AppError('invalid', 'AUDIT.NOTE_INVALID', 'The signed text is not a checkpoint.');
  }
  return { origin, size: Number(size), root: bytes };
}
