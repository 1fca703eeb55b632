import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { readinessQuery } from '../api/get-readiness';
import { partTroubles } from '../part-troubles';

/** Says which part of the system cannot do its work, and why. */
export function TroubleBanner() {
  const { data, isError } = useQuery(readinessQuery());
  // An API that does not answer is told elsewhere; what it said before may be over.
  const troubles = data === undefined || isError ? [] : partTroubles(data);
  return (
    <div role="status" aria-label="System status">
      {troubles.length > 0 && (
        <div className="border-b border-high/30 bg-high-tint text-high">
          <ul className="mx-auto flex max-w-page flex-col gap-1.5 px-4 py-2 text-[0.8125rem] sm:px-6">
            {troubles.map(({ part, meaning, detail }) => (
              <li key={part} className="flex gap-3">
                <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
                <p className="line-clamp-4 min-w-0 flex-1 text-pretty break-words" title={detail}>
                  <span className="font-semibold">{meaning}</span> {detail}
                </p>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
