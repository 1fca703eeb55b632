import { nameBasedId } from '@mcm/kernel';
import type { FindingDraft } from '@mcm/persistence';

const NAMESAKE_NAMESPACE = '0d8ab1c3-6f6e-5a0e-9d51-3f1c2b7a9e60';

/*
 * The identity of an event belongs to a day: a producer that starts its ids over each day sends other events under the same
 * ids. Their uids are the same, and so are the keys of findings about them, which are made of rule and uid. Such findings are
 * told apart by the time of the event.
 */

/** The draft with a key that the time of its event is part of: for an event whose finding is there for another day. */
export function namesake(draft: FindingDraft): FindingDraft {
  return {
    ...draft,
    finding_key: nameBasedId(NAMESAKE_NAMESPACE, `${draft.finding_key}\u0000${draft.first_seen}`),
  };
}

/** Places of the drafts, and of those whose key a draft before them has for another event. */
export function withoutNamesakes(drafts: readonly FindingDraft[]): [once: number[], again: number[]] {
  const timeOf = new Map<string, string>();
  const once: number[] = [];
  const again: number[] = [];
  for (const [i, { kind, finding_key, first_seen }] of drafts.entries()) {
    const known = timeOf.get(finding_key) ?? first_seen;
    if (kind === 'event') timeOf.set(finding_key, known);
    (kind === 'event' && known !== first_seen ? again : once).push(i);
  }
  return [once, again];
}
