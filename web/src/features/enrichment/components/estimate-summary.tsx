import { useQuery } from '@tanstack/react-query';
import { countOf, formatCost, formatCount } from '@/lib/numbers';
import {
  estimateQuery,
  type AiStatus,
  type EnrichmentEstimate,
  type EnrichmentRequest,
} from '../api/enrichment-runs';

/** The estimated work and cost of a bulk enrichment, before it is started. */
export function EstimateSummary({
  request,
  status,
}: {
  request: EnrichmentRequest;
  status: AiStatus | undefined;
}) {
  const query = useQuery(estimateQuery(request));
  return (
    <div role="status" className="rounded-lg border px-3 py-2 text-sm text-pretty">
      {status?.reason && status.state !== 'off' && <p className="mb-1 text-high">{status.reason}</p>}
      {query.data ? (
        <Estimate estimate={query.data} />
      ) : (
        <p className="text-muted-foreground">
          {query.isError ? `No estimate: ${query.error.message}` : 'Estimating…'}
        </p>
      )}
    </div>
  );
}

function Estimate({ estimate }: { estimate: EnrichmentEstimate }) {
  const { findings, heuristic, cached, requests, input_tokens, output_tokens, cost_usd, sampled } = estimate;
  if (findings === 0) return <p>Nothing to do: every finding has a score.</p>;
  const about = sampled < findings ? 'about ' : '';
  const parts = [
    requests > 0 && `${about}${countOf(requests, 'question')} to the model`,
    cached > 0 && `${about}${formatCount(cached)} from the cache`,
    heuristic > 0 && `${about}${formatCount(heuristic)} by the heuristic`,
  ].filter((part) => part !== false);
  return (
    <>
      <p>
        {countOf(findings, 'finding')}: {parts.join(', ')}.
      </p>
      {requests > 0 && (
        <p className="text-muted-foreground tabular-nums">
          About {formatCount(input_tokens + output_tokens)} tokens
          {cost_usd !== null && `, ${formatCost(cost_usd)}`}
          {estimate.budget_left_tokens !== null &&
            `; ${formatCount(estimate.budget_left_tokens)} are left of today's budget`}
          .
        </p>
      )}
    </>
  );
}
