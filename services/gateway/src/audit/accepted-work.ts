import { type AuditEntry, AuditTrail } from '@mcm/audit';
import { DataSource, inTransaction } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** Records what another service is asked to do, which therefore has no transaction in common with its entry. */
@Injectable()
export class AcceptedWork {
  constructor(
    private readonly dataSource: DataSource,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Adds an entry in a transaction of its own. Call it when the request has been checked, right before the work is queued:
   * then a crash leaves an entry without work, and never work without an entry.
   *
   * @throws AppError as {@link AuditTrail.append}; then the work must not be queued
   */
  async record(entry: AuditEntry): Promise<void> {
    await inTransaction(this.dataSource, (manager) => this.trail.append(manager, entry));
  }
}
