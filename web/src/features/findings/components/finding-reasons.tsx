import { Fragment, type ReactNode } from 'react';
import { JsonView } from '@/components/json/json-view';
import { SheetSection } from '@/components/record-sheet';
import { Untrusted } from '@/components/untrusted';
import { countOf, formatCount } from '@/lib/numbers';
import type { FindingDetail } from '../api/get-finding';
import { readReasons, type CorrelationType, type ItemReason, type WindowReason } from '../reasons';

/** Why the rule fired: each field with what was looked for and what was there, each threshold with what was seen. */
export function FindingReasons({ detail }: { detail: FindingDetail }) {
  const reasons = readReasons(detail.reasons);
  if (reasons.length === 0) return null;
  return (
    <SheetSection title="Why">
      <ul className="divide-y rounded-lg border">
        {reasons.map((reason, index) => (
          <li key={index} className="px-3.5 py-2.5">
            {reason.kind === 'item' ? (
              <Item reason={reason} />
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

function Item({ reason }: { reason: ItemReason }) {
  return (
    <>
      <p className="wrap-anywhere">
        {reason.field === undefined ? (
          <span className="font-medium">Any field</span>
        ) : (
          <Code marked={!reason.negated}>{reason.field}</Code>
        )}{' '}
        {reason.values.length > 0 ? <>was {alternatives(reason.values)}</> : 'was not there'}
      </p>
      <p className="mt-0.5 text-[0.8125rem] wrap-anywhere text-muted-foreground">
        {reason.negated ? 'Rule demands that it is not' : 'Rule looks for'} {alternatives(reason.patterns)}
        {reason.selection !== undefined && (
          <>
            {' in '}
            <Code>{reason.selection}</Code>
          </>
        )}
      </p>
    </>
  );
}

const WINDOW_TYPES: Record<CorrelationType, string> = {
  event_count: 'Number of events',
  value_count: 'Number of different values',
  value_sum: 'Sum of values',
  value_avg: 'Average of values',
  value_percentile: 'Percentile of values',
  value_median: 'Median of values',
  temporal: 'Several rules together',
  temporal_ordered: 'Several rules one after the other',
  absence: 'Missing event',
};

/** What the rule looks for within the timespan. */
function demandOf({ type, threshold, rules }: WindowReason): string {
  switch (type) {
    case 'temporal':
    case 'temporal_ordered':
      return 'all of these';
    case 'absence':
      return `events that no event of ${rules.length > 1 ? 'the second rule' : 'the same rule'} follows`;
    case 'event_count':
    case 'value_count':
    case 'value_sum':
    case 'value_avg':
    case 'value_percentile':
    case 'value_median':
      return threshold;
  }
}

function Window({ reason }: { reason: WindowReason }) {
  const measured = reason.threshold !== '' && !reason.type.startsWith('temporal');
  return (
    <>
      <p className="wrap-anywhere">
        <span className="font-medium">{WINDOW_TYPES[reason.type]}</span>
        {reason.fields.length > 0 && <> of {alternatives(reason.fields)}</>}
        {measured && <span className="tabular-nums">: {formatCount(reason.value)}</span>}
      </p>
      <p className="mt-0.5 text-[0.8125rem] wrap-anywhere text-muted-foreground">
        Rule looks for {demandOf(reason)} within {reason.timespan}
        {reason.group.length > 0 && (
          <>
            {' with the same '}
            {reason.group.map(({ field, value }, index) => (
              <Fragment key={field}>
                {index > 0 && ', '}
                <Code>{field}</Code> (<Untrusted>{shorten(value)}</Untrusted>)
              </Fragment>
            ))}
          </>
        )}
      </p>
      {reason.rules.length > 0 && (
        <ul className="mt-1.5 space-y-0.5 text-[0.8125rem]">
          {reason.rules.map(({ title, events }, index) => (
            <li key={index} className="flex justify-between gap-3">
              <Untrusted className="wrap-anywhere">{title}</Untrusted>
              <span className="shrink-0 text-muted-foreground tabular-nums">{countOf(events, 'event')}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function alternatives(texts: readonly string[]): ReactNode {
  return texts.map((text, index) => (
    <Fragment key={index}>
      {index > 0 && (index === texts.length - 1 ? ' or ' : ', ')}
      <Code>{text}</Code>
    </Fragment>
  ));
}

function Code({ children, marked = false }: { children: string; marked?: boolean }) {
  return (
    <code
      className={
        marked
          ? 'rounded-sm bg-mark px-1 font-mono text-[0.8125rem] font-medium text-mark-foreground'
          : 'font-mono text-[0.92em]'
      }
    >
      <Untrusted>{shorten(children)}</Untrusted>
    </code>
  );
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
