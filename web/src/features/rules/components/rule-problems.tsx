import { useQuery } from '@tanstack/react-query';
import { ChevronRight, TriangleAlert } from 'lucide-react';
import { Moment } from '@/components/moment';
import { ProblemCard } from '@/components/states/problem-card';
import { Untrusted } from '@/components/untrusted';
import { Card } from '@/components/ui/card';
import { ruleProblemsQuery } from '../api/get-rules';
import { describeProblems } from '../problem-counts';
import { TextProblems } from './text-problems';

/** What is wrong with the rule files, and why the last reload was refused. Nothing where all is well. */
export function RuleProblemsBanner() {
  const query = useQuery(ruleProblemsQuery());
  if (!query.data) {
    return query.isError ? (
      <ProblemCard
        problem={query.error}
        what="the problems of the rule files"
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    ) : null;
  }
  const { problems, refused } = query.data;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  return (
    <>
      {refused && (
        <Card role="region" aria-label="Refused reload" className="border-critical/35 px-4 py-3.5 sm:px-5">
          <div className="flex gap-2.5">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
            <div className="min-w-0 space-y-2">
              <p className="text-pretty">
                <span className="font-medium">The files on disk are not in force.</span> A reload{' '}
                <Moment iso={refused.at} /> was refused
                {refused.requested_by && (
                  <>
                    {' '}
                    (entered as <Untrusted>{refused.requested_by}</Untrusted>, not verified)
                  </>
                )}
                ; the rules stay as they were before.
              </p>
              <TextProblems label="Why the reload was refused" problems={refused.problems} />
            </div>
          </div>
        </Card>
      )}
      {errors.length > 0 && (
        <Card
          role="region"
          aria-label="Documents left out"
          className="border-critical/35 px-4 py-3.5 sm:px-5"
        >
          <div className="flex gap-2.5">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
            <div className="min-w-0 space-y-2">
              <p className="font-medium">
                {describeProblems(errors, 'error')}: the documents with them are not in force
              </p>
              <TextProblems label="Errors in the rule files" problems={errors} />
            </div>
          </div>
        </Card>
      )}
      {warnings.length > 0 && (
        <Card>
          <details className="group">
            <summary className="flex list-none items-center gap-2.5 rounded-xl px-4 py-3 sm:px-5 [&::-webkit-details-marker]:hidden">
              <TriangleAlert aria-hidden className="size-4 shrink-0 text-medium" />
              <span>{describeProblems(warnings, 'warning')} about the rule files</span>
              <ChevronRight
                aria-hidden
                className="ml-auto size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
              />
            </summary>
            <div className="px-4 pb-3.5 sm:px-5">
              <TextProblems label="Warnings about the rule files" problems={warnings} />
            </div>
          </details>
        </Card>
      )}
    </>
  );
}
