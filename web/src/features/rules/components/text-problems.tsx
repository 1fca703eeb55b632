import { CircleX, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Untrusted } from '@/components/untrusted';
import type { TextProblem } from '@/lib/api/problem';
import { formatCount } from '@/lib/numbers';

const SHOWN_AT_FIRST = 10;

/** Faults of rule files or of a text, one a line, each with its place. */
export function TextProblems({
  problems,
  label,
  onGo,
}: {
  problems: readonly TextProblem[];
  /** Names the list for screen readers. */
  label: string;
  /** Leads to the place, where the text is on the page; the file is not named then. */
  onGo?: (problem: TextProblem) => void;
}) {
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  return (
    <>
      <ul aria-label={label} className="space-y-1.5">
        {problems.slice(0, shown).map((problem, index) => (
          <li key={index} className="flex gap-2">
            {problem.severity === 'error' ? (
              <CircleX aria-hidden className="mt-0.5 size-3.5 shrink-0 text-critical" />
            ) : (
              <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-medium" />
            )}
            <div className="min-w-0 text-[0.8125rem]">
              <p className="text-pretty wrap-anywhere">
                <span className="sr-only">{problem.severity}: </span>
                <Untrusted>{problem.message}</Untrusted>
              </p>
              <p className="font-mono text-xs wrap-anywhere text-muted-foreground">
                {onGo ? (
                  <button
                    type="button"
                    className="text-primary underline-offset-4 hover:underline"
                    onClick={() => onGo(problem)}
                  >
                    line {problem.line}, column {problem.column}
                  </button>
                ) : (
                  <Untrusted>{`${problem.path}:${problem.line}:${problem.column}`}</Untrusted>
                )}{' '}
                {problem.code}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {problems.length > shown && (
        <button
          type="button"
          className="mt-2 text-[0.8125rem] text-primary underline-offset-4 hover:underline"
          onClick={() => setShown(shown + SHOWN_AT_FIRST * 5)}
        >
          Show more ({formatCount(problems.length - shown)} left)
        </button>
      )}
    </>
  );
}
