import { ScrollText } from 'lucide-react';
import { ListPanel } from '@/components/list/list-panel';
import { OlderPages } from '@/components/list/older-pages';
import { useList } from '@/components/list/use-list';
import { EmptyState } from '@/components/states/empty-state';
import { formatCount } from '@/lib/numbers';
import { AUDIT_KEY, auditQuery, type AuditEntry } from '../api/audit';
import { auditAddress } from '../audit-view';
import { AUDIT_COLUMNS, AuditCard } from './audit-columns';
import { AuditFilters } from './audit-filters';
import { AuditSheet } from './audit-sheet';

/** The entries of the audit trail, the latest first; everything about the list stands in the address. */
export function AuditPanel() {
  const list = useList({ address: auditAddress, listKey: AUDIT_KEY, query: auditQuery });
  const entries = list.page?.items ?? [];
  const next = list.page?.next ?? null;
  return (
    <ListPanel
      list={list}
      noun="entry"
      caption="Entries of the audit trail, the latest first"
      filters={<AuditFilters view={list.view} shown={entries} onChange={list.change} />}
      columns={AUDIT_COLUMNS}
      card={(entry) => <AuditCard entry={entry} />}
      noMatch="Days are UTC days."
      none={
        <EmptyState icon={ScrollText} title="No entries yet" className="border-t">
          What people and programs change from now on is written down here.
        </EmptyState>
      }
      pagination={
        <OlderPages
          noun="entry"
          shown={shownEntries(entries)}
          pageSize={list.view.page_size}
          pageSizes={auditAddress.pageSizes}
          onNewest={list.view.before === null ? null : () => list.change({ before: null })}
          onOlder={next === null ? null : () => list.change({ before: next })}
          onPageSize={list.setPageSize}
        />
      }
    >
      <AuditSheet id={list.view.open} rows={entries} onOpen={list.open} />
    </ListPanel>
  );
}

function shownEntries(entries: readonly AuditEntry[]): string {
  const [first, last] = [entries[0], entries.at(-1)];
  return first && last ? `Entries ${formatCount(first.seq)} to ${formatCount(last.seq)}` : 'No entries';
}
