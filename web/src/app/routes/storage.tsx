import { PageHeader } from '@/components/layout/page-header';
import { HoldsPanel } from '@/features/storage/components/holds-panel';
import { RetentionPanel } from '@/features/storage/components/retention-panel';
import { StoragePanel } from '@/features/storage/components/storage-panel';

/** What is stored, for how long, and what may not be removed. */
export function StorageRoute() {
  return (
    <>
      <PageHeader>What takes room, and how long it is kept.</PageHeader>
      <div className="space-y-4">
        <StoragePanel />
        <RetentionPanel />
        <HoldsPanel />
      </div>
    </>
  );
}
