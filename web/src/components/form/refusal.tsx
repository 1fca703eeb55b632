import { TriangleAlert } from 'lucide-react';
import type { ApiProblem } from '@/lib/api/problem';

/** Why a form was refused, in the API's words; what it says about single fields stands at the fields. */
export function Refusal({
  problem,
  fields = [],
}: {
  problem: ApiProblem | null;
  fields?: readonly string[];
}) {
  if (problem === null) return null;
  const told = (pointer: string | undefined) =>
    pointer !== undefined && fields.includes(pointer.replace(/^[#/]+/, ''));
  if (problem.errors.length > 0 && problem.errors.every(({ pointer }) => told(pointer))) return null;
  return (
    <div role="alert" className="flex gap-2 text-[0.8125rem] text-critical">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">
        <p className="text-pretty break-words">{problem.detail ?? problem.title}</p>
        {problem.status >= 500 && problem.requestId !== undefined && (
          <p className="font-mono text-xs wrap-anywhere">request {problem.requestId}</p>
        )}
      </div>
    </div>
  );
}
