import { databaseError, type EntityManager } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { type AuditEntry, entryText } from './entry.js';

/** Writes the audit trail. Its entries can be added to, and by nothing in the product changed or removed. */
@Injectable()
export class AuditTrail {
  /**
   * Adds an entry in the transaction of the change that it records, so that both are there or neither is. Call it last in
   * the transaction: all later entries wait until that ends.
   *
   * @param manager the one of the open transaction
   * @returns the number of the entry, from 1, without gaps
   * @throws AppError `AUDIT.ENTRY_TOO_LARGE`; `unavailable` while the database cannot be reached
   */
  async append(manager: EntityManager, entry: AuditEntry): Promise<number> {
    const { text, personal } = entryText(entry);
    try {
      const [row] = await manager.query<{ seq: string }[]>('select audit.append($1, $2::jsonb) as seq', [
        text,
        JSON.stringify(personal),
      ]);
      return Number(row!.seq);
    } catch (error) {
      throw databaseError(error);
    }
  }
}
