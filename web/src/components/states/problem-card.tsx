import { RotateCw, TriangleAlert } from 'lucide-react';
import { Button } from '@/components/ui/button';
import type { ApiProblem } from '@/lib/api/problem';
import { cn } from '@/lib/class-names';

/** What went wrong in one part of the page, in the API's words, with a way to try again. */
export function ProblemCard({
  problem,
  what,
  said = `Could not load ${what}`,
  onRetry,
  retrying = false,
  plain = false,
  className,
}: {
  problem: ApiProblem;
  /** What could not be shown, as a noun: `the findings`. */
  what: string;
  /** Says what failed instead, where it was not loading: `The rule was not changed`. */
  said?: string;
  onRetry?: () => void;
  retrying?: boolean;
  /** Without a frame of its own, where it stands alone in a card. */
  plain?: boolean;
  className?: string;
}) {
  return (
    <div
      role="alert"
      className={cn(
        'flex flex-col items-start gap-3',
        !plain && 'rounded-xl border border-critical/35 bg-card p-4',
        className,
      )}
    >
      <div className="flex gap-2.5">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
        <div className="min-w-0 space-y-1">
          <p className="font-medium">{said}</p>
          <p className="text-pretty break-words">
            {problem.title}
            {problem.detail ? <>. {problem.detail}</> : null}
          </p>
          {problem.errors.length > 0 && (
            <ul className="list-disc pl-4">
              {problem.errors.slice(0, 5).map((error, index) => (
                <li key={index} className="break-words">
                  {error.pointer ? <code className="font-mono text-xs">{error.pointer}</code> : null}{' '}
                  {error.detail}
                </li>
              ))}
            </ul>
          )}
          {(problem.code !== undefined || problem.requestId !== undefined) && (
            <p className="font-mono text-xs wrap-anywhere text-muted-foreground">
              {problem.code}
              {problem.code && problem.requestId ? ' · ' : null}
              {problem.requestId ? `request ${problem.requestId}` : null}
            </p>
          )}
        </div>
      </div>
      {onRetry && (
        <Button variant="outline" size="sm" className="ml-6.5" onClick={onRetry} disabled={retrying}>
          <RotateCw aria-hidden className={retrying ? 'animate-spin' : undefined} />
          {retrying ? 'Trying again…' : 'Try again'}
        </Button>
      )}
    </div>
  );
}
