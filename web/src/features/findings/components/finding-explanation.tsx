import { BookOpen, ListChecks } from 'lucide-react';
import { Untrusted, UntrustedProse } from '@/components/untrusted';
import { countOf } from '@/lib/numbers';
import type { FindingDetail } from '../api/get-finding';
import { citedEvidence, evidenceId, type CitedEvidence } from '../claim-evidence';

type Details = NonNullable<NonNullable<FindingDetail['enrichment']>['details']>;
type Claim = Details['what_happened'][number];

/** Values of one piece of evidence that are written out. */
const VALUES_SHOWN = 3;

const PARTS = [
  ['What happened', 'what_happened'],
  ['Why it matters', 'why_it_matters'],
  ['Check next', 'check_next'],
  ['Harmless if', 'harmless_if'],
] as const satisfies readonly (readonly [string, keyof Details])[];

/** The explanation in its parts, each statement with what it rests on. */
export function FindingExplanation({
  details,
  events,
}: {
  details: Details;
  events: FindingDetail['events'];
}) {
  return (
    <div className="mt-3 space-y-4">
      <p className="font-medium text-pretty break-words">
        <UntrustedProse>{details.summary}</UntrustedProse>
      </p>
      {PARTS.map(([title, part]) =>
        details[part].length === 0 ? null : (
          <section key={part} aria-label={title}>
            <h4 className="mb-1.5 text-xs font-semibold tracking-wide text-muted-foreground uppercase">
              {title}
            </h4>
            <Claims claims={details[part]} events={events} ordered={part === 'check_next'} />
          </section>
        ),
      )}
    </div>
  );
}

function Claims({
  claims,
  events,
  ordered,
}: {
  claims: readonly Claim[];
  events: FindingDetail['events'];
  /** Steps to take one after the other. */
  ordered: boolean;
}) {
  const List = ordered ? 'ol' : 'ul';
  return (
    <List className={ordered ? 'list-decimal space-y-2 pl-5' : 'space-y-2'}>
      {claims.map((claim, index) => (
        <li key={index}>
          <p className="text-pretty break-words">
            <UntrustedProse>{claim.text}</UntrustedProse>
          </p>
          {claim.evidence.length > 0 && (
            <p className="mt-1 flex flex-wrap gap-1">
              {claim.evidence.map((evidence, place) => (
                <Evidence key={place} cited={citedEvidence(evidence, events)} />
              ))}
            </p>
          )}
        </li>
      ))}
    </List>
  );
}

const CHIP =
  'inline-flex max-w-full items-center gap-1 rounded-[5px] border px-1.5 py-px text-xs text-muted-foreground [&_svg]:size-3 [&_svg]:shrink-0';

function Evidence({ cited }: { cited: CitedEvidence }) {
  const { field, values, events, uid } = cited;
  const shown = values.slice(0, VALUES_SHOWN).map(shorten).join(', ');
  const content = (
    <>
      {events === 0 ? <BookOpen aria-hidden /> : <ListChecks aria-hidden />}
      <span className="truncate">
        {events === 0 ? 'rule: ' : ''}
        <Untrusted className="font-mono">{field}</Untrusted>
        {shown !== '' && (
          <>
            {' = '}
            <Untrusted className="text-foreground">{shown}</Untrusted>
            {values.length > VALUES_SHOWN && ' …'}
          </>
        )}
      </span>
      {events > 1 && <span className="shrink-0">({countOf(events, 'event')})</span>}
    </>
  );
  if (uid === undefined) return <span className={CHIP}>{content}</span>;
  return (
    <button
      type="button"
      className={`${CHIP} hover:bg-accent`}
      title="Show the event"
      onClick={() => showEvent(uid)}
    >
      {content}
    </button>
  );
}

/** Brings an event of the evidence into view, open. */
function showEvent(uid: string): void {
  const item = document.getElementById(evidenceId(uid));
  const button = item?.querySelector<HTMLButtonElement>('button[aria-expanded]');
  if (button?.getAttribute('aria-expanded') === 'false') button.click();
  item?.scrollIntoView({ block: 'center' });
  button?.focus({ preventScroll: true });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
