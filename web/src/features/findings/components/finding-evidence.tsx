import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { CopyButton } from '@/components/copy-button';
import { JsonView } from '@/components/json/json-view';
import { Moment } from '@/components/moment';
import { SheetSection } from '@/components/record-sheet';
import { Untrusted } from '@/components/untrusted';
import { Button } from '@/components/ui/button';
import { cn } from '@/lib/class-names';
import { formatCount } from '@/lib/numbers';
import type { FindingDetail } from '../api/get-finding';
import { evidenceId } from '../claim-evidence';
import { rawDataFields, readReasons, reasonFields } from '../reasons';

type EvidenceEvent = FindingDetail['events'][number];

/** Events that are listed before the reader asks for all. */
const FIRST_SHOWN = 10;
const MARK = 'rounded-sm bg-mark px-0.5 text-mark-foreground';

/** The events a finding rests on, each with what its producer sent; what the rule met is marked. */
export function FindingEvidence({ detail }: { detail: FindingDetail }) {
  const { fields, marks } = useMemo(() => {
    const reasons = readReasons(detail.reasons);
    return { fields: reasonFields(reasons), marks: rawDataFields(reasons) };
  }, [detail.reasons]);
  const [all, setAll] = useState(false);
  const shown = all ? detail.events : detail.events.slice(0, FIRST_SHOWN);
  const title =
    detail.events.length < detail.event_count
      ? `Evidence (${formatCount(detail.events.length)} of ${formatCount(detail.event_count)} events)`
      : `Evidence (${formatCount(detail.events.length)})`;
  return (
    <SheetSection title={title}>
      {detail.events.length === 0 ? (
        <p className="text-muted-foreground">
          The events are not stored yet, or not any more. They are known by{' '}
          {formatCount(detail.event_uids.length)} {detail.event_uids.length === 1 ? 'identity' : 'identities'}
          .
        </p>
      ) : (
        <ol className="divide-y rounded-lg border">
          {shown.map((event, index) => (
            <EvidenceItem
              key={event.uid}
              event={event}
              fields={fields}
              marks={marks}
              initiallyOpen={index === 0}
            />
          ))}
        </ol>
      )}
      {!all && detail.events.length > FIRST_SHOWN && (
        <Button variant="ghost" size="sm" className="mt-2" onClick={() => setAll(true)}>
          Show all {formatCount(detail.events.length)}
        </Button>
      )}
    </SheetSection>
  );
}

function EvidenceItem({
  event,
  fields,
  marks,
  initiallyOpen,
}: {
  event: EvidenceEvent;
  /** What mattered, as rules name it. */
  fields: ReadonlySet<string>;
  /** What of it lies inside `raw_data`. */
  marks: ReadonlySet<string>;
  initiallyOpen: boolean;
}) {
  const [open, setOpen] = useState(initiallyOpen);
  return (
    <li id={evidenceId(event.uid)}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-2 px-3 py-2.5 text-left hover:bg-accent/60"
      >
        <ChevronRight
          aria-hidden
          className={cn('size-4 shrink-0 text-muted-foreground transition-transform', open && 'rotate-90')}
        />
        <span className="min-w-24 flex-1 truncate font-mono text-[0.8125rem]">
          <Untrusted className={cn(fields.has('event_type') && MARK)}>{event.event_type}</Untrusted>
        </span>
        <span className="hidden max-w-32 truncate text-[0.8125rem] text-muted-foreground sm:block">
          <Untrusted className={cn(fields.has('user') && MARK)}>{event.user}</Untrusted>
        </span>
        <Moment exact iso={event.timestamp} className="shrink-0 text-xs text-muted-foreground tabular-nums" />
      </button>
      {open && (
        <div className="px-3 pb-3">
          <div className="mb-1.5 flex flex-wrap items-center justify-between gap-x-3">
            <span className="text-xs text-muted-foreground tabular-nums">
              <Moment iso={event.timestamp} both /> from <Untrusted>{event.source}</Untrusted>
            </span>
            <CopyButton iconOnly text={() => JSON.stringify(event, null, 2)} label="Copy event as JSON" />
          </div>
          <JsonView
            value={event.raw_data}
            highlights={marks}
            label={`Raw data of the event ${event.event_id}`}
          />
        </div>
      )}
    </li>
  );
}
