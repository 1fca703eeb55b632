import { PageHeader } from '@/components/layout/page-header';
import { useVerifyAudit } from '@/features/audit/api/audit';
import { AuditPanel } from '@/features/audit/components/audit-panel';
import { AuditActions, VerifyOutcome } from '@/features/audit/components/verify-audit';

/** Who did what in the product. */
export function AuditRoute() {
  const verify = useVerifyAudit();
  return (
    <>
      <PageHeader actions={<AuditActions verify={verify} />}>
        What people and programs did here; entries are only added.
      </PageHeader>
      <div className="space-y-4">
        <VerifyOutcome verify={verify} />
        <AuditPanel />
      </div>
    </>
  );
}
