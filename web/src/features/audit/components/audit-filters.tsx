import { ChoiceFilter } from '@/components/list/choice-filter';
import { Input } from '@/components/ui/input';
import type { Change } from '@/lib/address';
import { revealInvisible } from '@/lib/untrusted-text';
import type { AuditEntry } from '../api/audit';
import { AUDIT_ACTIONS, dayOf, inWords, type AuditView } from '../audit-view';

type Choice = readonly [id: string, name: string];

/** Whose entries, about what, and from which days. */
export function AuditFilters({
  view,
  shown,
  onChange,
}: {
  view: AuditView;
  /** The entries on the page, whose actors and objects are offered. */
  shown: readonly AuditEntry[];
  onChange: (change: Change<AuditView>) => void;
}) {
  const actors = choices(
    view.actor,
    shown.map(({ actor }) => [actor.id, actor.name ?? actor.id]),
  );
  const objects = choices(
    view.object,
    shown.map(({ object }) => [object.id, object.name ?? object.id]),
  );
  return (
    <>
      <ChoiceFilter
        label="Actor"
        any="Any actor"
        value={view.actor}
        choices={actors}
        onChange={(actor) => onChange({ actor: actor ?? '' })}
        className="sm:max-w-56"
      />
      <ChoiceFilter
        label="Action"
        any="Any action"
        value={view.action}
        choices={AUDIT_ACTIONS.map((action) => [action, inWords(action)] as const)}
        onChange={(action) => onChange({ action })}
      />
      <ChoiceFilter
        label="Object"
        any="Any object"
        value={view.object}
        choices={objects}
        onChange={(object) => onChange({ object: object ?? '' })}
        className="sm:max-w-56"
      />
      {(['from', 'to'] as const).map((end) => (
        <label key={end} className="flex items-center gap-2 text-[0.8125rem] text-muted-foreground">
          {end === 'from' ? 'From' : 'To'}
          <Input
            type="date"
            aria-label={end === 'from' ? 'From this day (UTC)' : 'To this day (UTC)'}
            value={dayOf(view[end])}
            onChange={({ target }) => onChange({ [end]: target.valueAsDate })}
            className="text-foreground sm:w-38"
          />
        </label>
      ))}
    </>
  );
}

/** Each once, by name; also the one that is chosen. */
function choices(chosen: string, found: readonly Choice[]): Choice[] {
  const named = new Map(chosen === '' ? [] : [[chosen, chosen]]);
  for (const [id, name] of found) named.set(id, revealInvisible(name));
  return [...named].sort(([, a], [, b]) => a.localeCompare(b));
}
