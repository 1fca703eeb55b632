import { ScrollText } from 'lucide-react';
import { ListPanel } from '@/components/list/list-panel';
import { useList } from '@/components/list/use-list';
import { EmptyState } from '@/components/states/empty-state';
import { AUDIT_KEY, auditQuery } from '../api/audit';
import { auditAddress } from '../audit-view';
import { AUDIT_COLUMNS, AuditCard } from './audit-columns';
import { AuditFilters } from './audit-filters';
import { AuditPages } from './audit-pages';
import { AuditSheet } from './audit-sheet';

/** The entries of the audit trail, the latest first; everything about the list stands in the address. */
export function AuditPanel() {
  const list = useList({ address: auditAddress, listKey: AUDIT_KEY, query: auditQuery });
  const entries = list.page?.items ?? [];
  return (
    <ListPanel
      list={list}
      noun="entry"
      caption="Entries of the audit trail, the latest first"
      filters={
        <AuditFilters
          view={list.view}
          shown={entries}
          // Another list begins with its latest entry.
          onChange={(change) => list.change({ ...change, before: null })}
        />
      }
      columns={AUDIT_COLUMNS}
      card={(entry) => <AuditCard entry={entry} />}
      noMatch="Days are UTC days."
      none={
        <EmptyState icon={ScrollText} title="No entries yet" className="border-t">
          What people and programs change from now on is written down here.
        </EmptyState>
      }
      pagination={
        <AuditPages
          entries={entries}
          pageSize={list.view.page_size}
          onNewest={list.view.before === null ? undefined : () => list.change({ before: null })}
          onOlder={
            list.page?.next == null ? undefined : () => list.change({ before: list.page?.next ?? null })
          }
          onPageSize={list.setPageSize}
        />
      }
    >
      <AuditSheet id={list.view.open} rows={entries} onOpen={list.open} />
    </ListPanel>
  );
}
