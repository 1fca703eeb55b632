import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { CopyButton } from '@/components/copy-button';
import { Moment } from '@/components/moment';
import { Facts } from '@/components/record-sheet';
import { ProblemCard } from '@/components/states/problem-card';
import { Skeleton } from '@/components/ui/skeleton';
import { Untrusted } from '@/components/untrusted';
import { cn } from '@/lib/class-names';
import { formatCost, formatCount } from '@/lib/numbers';
import { exchangesQuery, type FindingExchanges } from '../api/get-exchanges';
import type { FindingDetail } from '../api/get-finding';

/** Who wrote a score, with what, at which cost; and on demand exactly what was sent and what came back. */
export function EnrichmentOrigin({ finding }: { finding: FindingDetail }) {
  const { enrichment, enriched_at } = finding;
  const byModel = finding.enrichment_source === 'model';
  const asked = enrichment?.input_tokens !== null && enrichment !== null;
  return (
    <div className="mt-3 text-xs text-muted-foreground">
      <p>
        {byModel
          ? `Written by the model ${finding.enrichment_model ?? ''}${enrichment?.confidence ? `, confidence ${enrichment.confidence}` : ''}; it may be wrong.`
          : 'Computed from the rule and its facts, without a language model.'}
        {enriched_at && (
          <>
            {' '}
            <Moment iso={enriched_at} />
          </>
        )}
      </p>
      {enrichment && asked && (
        <p className="mt-0.5 tabular-nums">
          {enrichment.cached
            ? 'From the cache: nothing was asked for this finding'
            : `${formatCount((enrichment.input_tokens ?? 0) + (enrichment.output_tokens ?? 0))} tokens`}
          {!enrichment.cached && enrichment.cost_usd !== null && `, ${formatCost(enrichment.cost_usd)}`}
          {enrichment.prompt_version && `, prompt ${enrichment.prompt_version}`}
        </p>
      )}
      {(byModel || asked) && (
        <Disclosure title="What was sent and what came back">
          <Exchanges id={finding.id} />
        </Disclosure>
      )}
    </div>
  );
}

function Disclosure({ title, children }: { title: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="mt-1 inline-flex items-center gap-0.5 rounded-sm underline-offset-4 hover:underline"
      >
        <ChevronRight aria-hidden className={cn('size-3.5 transition-transform', open && 'rotate-90')} />
        {title}
      </button>
      {open && <div className="mt-2">{children}</div>}
    </>
  );
}

const OUTCOMES: Record<FindingExchanges['exchanges'][number]['outcome'], string> = {
  valid: 'The answer was used.',
  invalid: 'The answer was of no use.',
  cut_off: 'The answer was cut off.',
  refused: 'The model declined to answer.',
  failed: 'Nothing came back.',
};

function Exchanges({ id }: { id: number }) {
  const query = useQuery(exchangesQuery(id));
  if (query.isError) {
    return <ProblemCard problem={query.error} what="what was sent" onRetry={() => void query.refetch()} />;
  }
  if (!query.data) return <Skeleton className="h-24 w-full" />;
  const { exchanges, cached, placeholders, prompt } = query.data;
  if (exchanges.length === 0) return <p>Nothing was sent.</p>;
  const names = Object.entries(placeholders ?? {});
  return (
    <div className="space-y-3">
      {cached && <p>Sent about another finding of the same shape, whose answer was used here too.</p>}
      {exchanges.map((exchange) => (
        <section key={exchange.id} className="rounded-lg border p-3" aria-label={`Exchange ${exchange.id}`}>
          <p className="mb-2 tabular-nums">
            <Moment both iso={exchange.asked_at} /> to <Untrusted>{exchange.endpoint}</Untrusted>, model{' '}
            <Untrusted>{exchange.answered_by ?? exchange.model}</Untrusted>,{' '}
            {formatCount(exchange.duration_ms)} ms. {OUTCOMES[exchange.outcome]}
          </p>
          {exchange.sent.map((message, index) => (
            <Text key={index} title={`Sent as ${message.role}`} text={message.content} />
          ))}
          <Text title="Came back" text={exchange.received ?? ''} />
          {exchange.problems.length > 0 && (
            <ul className="mt-2 list-disc pl-4">
              {exchange.problems.map((problem, index) => (
                <li key={index} className="break-words">
                  <Untrusted>{problem}</Untrusted>
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
      {prompt && <Text title={`System prompt ${prompt.version}`} text={prompt.system} />}
      {names.length > 0 && (
        <section aria-label="Placeholders">
          <p className="mb-1.5">Kept back, and filled in afterwards:</p>
          <Facts
            facts={names.map(([name, value]) => ({
              name,
              value: <Untrusted className="wrap-anywhere">{value}</Untrusted>,
            }))}
          />
        </section>
      )}
    </div>
  );
}

function Text({ title, text }: { title: string; text: string }) {
  if (text === '') return null;
  return (
    <div className="mb-2">
      <div className="flex items-center justify-between">
        <span className="font-medium">{title}</span>
        <CopyButton iconOnly text={text} label={`Copy: ${title}`} />
      </div>
      <pre
        tabIndex={0}
        aria-label={title}
        className="max-h-56 overflow-auto rounded-md bg-muted/70 p-2 font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere text-foreground"
      >
        <Untrusted>{text}</Untrusted>
      </pre>
    </div>
  );
}
