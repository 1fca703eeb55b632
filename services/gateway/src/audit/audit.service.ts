import { Readable } from 'node:stream';
import {
  AuditReader,
  AuditTrail,
  exportLines,
  type ExportManifest,
  readableEntry,
  verifyTrail,
} from '@mcm/audit';
import { AppError } from '@mcm/kernel';
import { DataSource, inTransaction } from '@mcm/persistence';
import type { Caller } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import type {
  AuditCheckpointDto,
  AuditErasureDto,
  AuditPageDto,
  AuditVerificationDto,
  ListAuditQuery,
} from './audit.dto.js';
import { CheckpointsService } from './checkpoints.service.js';
import { within } from './within.js';

/** Most exports at a time. */
const EXPORTS_MAX = 4;

/** Shows the audit trail, exports it and proves it. */
@Injectable()
export class AuditService {
  private verifying: Promise<AuditVerificationDto> | null = null;
  private exports = 0;

  constructor(
    private readonly reader: AuditReader,
    private readonly trail: AuditTrail,
    private readonly checkpoints: CheckpointsService,
    private readonly dataSource: DataSource,
    private readonly config: GatewayConfig,
  ) {}

  async list({ limit, before, ...filter }: ListAuditQuery): Promise<AuditPageDto> {
    const entries = await this.reader.list(filter, { limit, ...(before === undefined ? {} : { before }) });
    const items = entries.map(readableEntry);
    return { items, next: items.length < limit ? null : (items.at(-1)?.seq ?? null) };
  }

  /**
   * The whole trail as NDJSON, read as fast as it is sent. The export itself is an entry, the last one in it.
   *
   * @throws AppError `AUDIT.EXPORTS_BUSY`
   */
  async export(caller: Caller): Promise<Readable> {
    if (this.exports >= EXPORTS_MAX) {
      throw new AppError(
        'unavailable',
        'AUDIT.EXPORTS_BUSY',
        `${this.exports} exports are running already.`,
        {
          retryAfterSeconds: 30,
        },
      );
    }
    this.exports += 1;
    try {
      const lines = Readable.from(exportLines(this.reader, await this.manifest(caller)));
      return lines.once('close', () => (this.exports -= 1));
    } catch (error) {
      this.exports -= 1;
      throw error;
    }
  }

  /** @throws AppError `AUDIT.VERIFICATION_RUNNING` when it takes longer than a request may; ask again then */
  async verify(): Promise<AuditVerificationDto> {
    this.verifying ??= this.verifyAll().finally(() => (this.verifying = null));
    const result = await within(this.config.apiJobWaitMs, this.verifying);
    if (result !== null) return result;
    throw new AppError(
      'unavailable',
      'AUDIT.VERIFICATION_RUNNING',
      'The check goes on; ask again to share it.',
      { retryAfterSeconds: 10 },
    );
  }

  /** @throws AppError `AUDIT.NO_KEY`, `AUDIT.EMPTY`, `AUDIT.TRAIL_BROKEN` */
  async checkpoint(): Promise<AuditCheckpointDto> {
    const { signer } = this.checkpoints;
    if (signer === null) {
      throw new AppError(
        'conflict',
        'AUDIT.NO_KEY',
        'Checkpoints are not signed: AUDIT_KEY_FILE is not set.',
      );
    }
    const published = await this.checkpoints.make();
    if (published === null)
      throw new AppError('conflict', 'AUDIT.EMPTY', 'The audit trail has no entries yet.');
    return { size: published.size, note: published.note, key: signer.key.verifier };
  }

  /** Erases the clear text about a person; that is an entry, too. */
  async erase(person: string, caller: Caller): Promise<AuditErasureDto> {
    return inTransaction(this.dataSource, async (manager) => {
      const [row] = await manager.query<{ erased: string }[]>('select audit.erase($1) as erased', [person]);
      const erased = Number(row!.erased);
      await this.trail.append(manager, {
        origin: caller,
        action: 'person.erased',
        object: { type: 'person', id: person, name: null },
        after: { erased },
      });
      return { erased };
    });
  }

  private async manifest(caller: Caller): Promise<ExportManifest> {
    const size = await inTransaction(this.dataSource, (manager) =>
      this.trail.append(manager, {
        origin: caller,
        action: 'audit.exported',
        object: { type: 'audit_trail', id: 'audit', name: null },
      }),
    );
    const { signer } = this.checkpoints;
    // A broken trail is exported with the last checkpoint, which shows what is wrong. The failure has been logged.
    const published = await this.checkpoints.make().catch(() => signer?.latest() ?? null);
    return {
      type: 'manifest',
      format: 1,
      exported_at: new Date().toISOString(),
      size: Math.max(size, published?.size ?? 0),
      checkpoint: published?.note ?? null,
      key: signer?.key.verifier ?? null,
    };
  }

  private async verifyAll(): Promise<AuditVerificationDto> {
    const { signer } = this.checkpoints;
    const { valid, entries, fault, checkpoint, epoch_began } = await verifyTrail(
      this.reader,
      signer?.key ?? { name: '' },
      (await signer?.published()) ?? [],
    );
    return {
      valid,
      entries,
      first_broken: fault?.seq ?? null,
      reason: fault?.reason ?? null,
      detail: fault?.detail ?? null,
      checkpoint_size: checkpoint?.size ?? null,
      epoch_began,
      key: signer?.key.verifier ?? null,
    };
  }
}
