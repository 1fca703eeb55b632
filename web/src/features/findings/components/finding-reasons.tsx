import { SheetSection } from '@/components/record-sheet';
import { JsonView } from '@/components/json/json-view';
import { Untrusted } from '@/components/untrusted';
import { formatCount } from '@/lib/numbers';
import type { FindingDetail } from '../api/get-finding';
import { readReasons, type MatchReason, type WindowReason } from '../reasons';

/** Why the rule fired: each field with what was looked for and what was there, each threshold with what was seen. */
export function FindingReasons({ detail }: { detail: FindingDetail }) {
  const reasons = readReasons(detail.reasons);
  if (reasons.length === 0) return null;
  return (
    <SheetSection title="Why">
      <ul className="space-y-2">
        {reasons.map((reason, index) => (
          <li key={index} className="rounded-lg border px-3.5 py-2.5">
            {reason.kind === 'match' ? (
              <Match reason={reason} />
            ) : reason.kind === 'window' ? (
              <Window reason={reason} />
            ) : (
              <JsonView value={reason.content} label="Reason as recorded" />
            )}
          </li>
        ))}
      </ul>
    </SheetSection>
  );
}

function Match({ reason }: { reason: MatchReason }) {
  return (
    <>
      <p className="break-words">
        <code className="rounded-sm bg-mark px-1 font-mono text-[0.8125rem] font-medium break-all text-mark-foreground">
          <Untrusted>{reason.field}</Untrusted>
        </code>
        {reason.value !== undefined && (
          <>
            {' was '}
            <code className="font-mono text-[0.8125rem] font-medium break-all">
              <Untrusted>{shorten(reason.value)}</Untrusted>
            </code>
          </>
        )}
      </p>
      <p className="mt-0.5 text-[0.8125rem] break-words text-muted-foreground">
        {reason.negated ? 'Rule demands that it is not' : 'Rule looks for'}
        {reason.operator ? ` ${reason.operator.replaceAll(',', ', ')}` : ''}{' '}
        {reason.pattern === undefined ? (
          'its presence'
        ) : (
          <code className="font-mono text-xs break-all">
            <Untrusted>{shorten(reason.pattern)}</Untrusted>
          </code>
        )}
        {reason.condition && (
          <>
            {' '}
            in <code className="font-mono text-xs break-all">{reason.condition}</code>
          </>
        )}
      </p>
    </>
  );
}

const WINDOW_TYPES: Record<string, string> = {
  event_count: 'Number of events',
  value_count: 'Number of different values',
  temporal: 'Events of several rules together',
  temporal_ordered: 'Events of several rules in this order',
};

function Window({ reason }: { reason: WindowReason }) {
  return (
    <>
      <p className="break-words">
        <span className="font-medium">
          {(reason.type && WINDOW_TYPES[reason.type]) ?? reason.type ?? 'Threshold'}
        </span>
        {reason.count !== undefined && <span className="tabular-nums">: {formatCount(reason.count)}</span>}
        {reason.group.map(({ name, value }) => (
          <span key={name} className="text-muted-foreground">
            {' '}
            for <Untrusted>{value === '' ? name : `${name} ${value}`}</Untrusted>
          </span>
        ))}
      </p>
      <p className="mt-0.5 text-[0.8125rem] text-muted-foreground">
        {reason.threshold ? `Rule looks for ${reason.threshold}` : 'Rule looks for them together'}
        {reason.timespan ? ` within ${reason.timespan}` : ''}
        {reason.events > 0 ? `; rests on ${formatCount(reason.events)} of the events below` : ''}
      </p>
    </>
  );
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
