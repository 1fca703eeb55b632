import {
  type AuditReader,
  type AuditTrail,
  type Checkpoint,
  CheckpointFolder,
  type CheckpointKey,
  openCheckpoint,
  signCheckpoint,
  takeEntries,
  TrailCheck,
  type TrailFault,
} from '@mcm/audit';
import { ADVISORY_LOCKS } from '@mcm/contracts';
import { AppError, messageOf, newId } from '@mcm/kernel';
import type { DataSource } from '@mcm/persistence';
import type { Logger } from '@mcm/platform';
import { GATEWAY_ITSELF } from '../access/visitor.js';

/** A checkpoint as it was published. */
export interface PublishedCheckpoint extends Checkpoint {
  /** The signed text. */
  note: string;
}

/** Signs checkpoints over entries that it has checked, one process at a time. Its methods take turns. */
export class CheckpointSigner {
  private readonly folder: CheckpointFolder | null;
  /** The last one of this process, for when there is no folder. */
  private last: PublishedCheckpoint | null = null;
  /** The entries that have been checked so far. */
  private check: TrailCheck | null = null;

  /** @param folder where checkpoints are published; empty for nowhere */
  constructor(
    readonly key: CheckpointKey,
    folder: string,
    private readonly reader: AuditReader,
    private readonly trail: AuditTrail,
    private readonly dataSource: DataSource,
    private readonly logger: Logger,
  ) {
    this.folder = folder === '' ? null : new CheckpointFolder(folder);
  }

  /** Reads all entries again the next time. */
  startOver(): void {
    this.check = null;
  }

  /**
   * Signs and publishes a checkpoint over all entries, unless the last one is that. Null when there are no entries.
   *
   * @throws AppError `AUDIT.TRAIL_BROKEN`
   */
  async make(): Promise<{ checkpoint: PublishedCheckpoint; isNew: boolean } | null> {
    // What takes long comes before the lock.
    await this.readOn(await this.latest());
    return this.dataSource.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.auditCheckpoints]);
      const latest = await this.latest();
      let check = await this.readOn(latest);
      if (latest !== null && (latest.origin !== check.origin || !check.report(0).valid)) {
        await this.beginEpoch(latest, check);
        check = await this.readOn(null);
      }
      const { size, origin } = check;
      if (size === 0) return null;
      if (latest?.origin === origin && latest.size === size) return { checkpoint: latest, isNew: false };
      const checkpoint = { size, origin, root: check.root() };
      const note = signCheckpoint(checkpoint, this.key);
      await this.folder?.publish(note, { size, at: new Date() });
      this.last = { ...checkpoint, note };
      return { checkpoint: this.last, isNew: true };
    });
  }

  /** The last published checkpoint that this key signed. */
  async latest(): Promise<PublishedCheckpoint | null> {
    return this.folder === null ? this.last : this.folder.latest((note) => this.open(note));
  }

  /** The published checkpoints that this key signed. */
  async published(): Promise<Checkpoint[]> {
    if (this.folder === null) return this.last === null ? [] : [this.last];
    return (await this.folder.notes()).flatMap((note) => this.open(note) ?? []);
  }

  /**
   * Reads and checks the entries that came since; all again where they do not go on from what was checked, or cannot be
   * compared with this checkpoint.
   */
  private async readOn(checkpoint: Checkpoint | null): Promise<TrailCheck> {
    const { size } = await this.reader.head();
    const { check } = this;
    this.check = null;
    if (check !== null && size >= check.size && (checkpoint === null || check.expect(checkpoint))) {
      if ((await this.take(check, size)) === null) return (this.check = check);
    }
    const whole = new TrailCheck(this.key, checkpoint === null ? [] : [checkpoint]);
    const broken = await this.take(whole, size);
    if (broken !== null) {
      throw new AppError('conflict', 'AUDIT.TRAIL_BROKEN', `The audit trail is broken. ${broken.detail}`);
    }
    return (this.check = whole);
  }

  /** Takes the entries up to `size`. Returns what is wrong with the trail in itself. */
  private async take(check: TrailCheck, size: number): Promise<TrailFault | null> {
    await takeEntries(this.reader, check, size);
    return check.brokenAt(size);
  }

  /**
   * The trail is in order and contradicts the last checkpoint: a backup was restored, or the chain was made again. Which of
   * the two, people have to find out. The entry tells them, and checkpoints go on under another origin.
   */
  private async beginEpoch({ origin, size, root }: Checkpoint, check: TrailCheck): Promise<void> {
    const last = { origin, size, root: root.toString('base64') };
    this.logger.warn(
      { checkpoint: last, size: check.size },
      'The audit trail contradicts its last checkpoint: a backup was restored, or entries were rewritten',
    );
    await this.dataSource.transaction((manager) =>
      this.trail.append(manager, {
        origin: { actor: GATEWAY_ITSELF, address: null, requestId: null },
        action: 'audit.epoch_began',
        object: { type: 'audit_trail', id: newId(), name: null },
        before: { last_checkpoint: last },
        after: { size: check.size, root: check.root().toString('base64') },
      }),
    );
    this.startOver();
  }

  /** Null for a text that this key did not sign. */
  private open(note: string): PublishedCheckpoint | null {
    try {
      return { ...openCheckpoint(note, this.key), note };
    } catch (error) {
      this.logger.warn(`A file among the checkpoints of the audit trail is passed over: ${messageOf(error)}`);
      return null;
    }
  }
}
