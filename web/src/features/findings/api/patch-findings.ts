import type { QueryClient } from '@tanstack/react-query';
import { findingKey, type FindingDetail } from './get-finding';
import { FINDINGS_KEY, type Finding, type FindingPage } from './get-findings';

/** Fields of one finding that have changed. */
export type FindingPatch = Pick<Finding, 'id'> & Partial<Omit<Finding, 'id'>>;

/** Changes a finding wherever it is already shown. Rows keep their places: nothing is added, removed or moved. */
export function patchFinding(queryClient: QueryClient, patch: FindingPatch): void {
  queryClient.setQueriesData<FindingPage>({ queryKey: FINDINGS_KEY }, (page) => {
    if (!page?.items.some(({ id }) => id === patch.id)) return page;
    return {
      ...page,
      items: page.items.map((item) => (item.id === patch.id ? { ...item, ...patch } : item)),
    };
  });
  queryClient.setQueryData<FindingDetail>(
    findingKey(patch.id),
    (detail) => detail && { ...detail, ...patch },
  );
}
