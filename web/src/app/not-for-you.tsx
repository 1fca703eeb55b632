import { Lock } from 'lucide-react';
import { PageHeader } from '@/components/layout/page-header';
import { EmptyState } from '@/components/states/empty-state';

/** Stands where a page is that the person may not see. */
export function NotForYou() {
  return (
    <>
      <PageHeader />
      <EmptyState icon={Lock} title="This page is not for you">
        Your role does not permit it. An admin can give you another one.
      </EmptyState>
    </>
  );
}
