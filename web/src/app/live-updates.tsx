import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { patchEnrichment } from '@/features/enrichment/api/enrichment-runs';
import { EVENTS_KEY } from '@/features/events/api/get-events';
import { findingKey } from '@/features/findings/api/get-finding';
import { FINDINGS_KEY } from '@/features/findings/api/get-findings';
import { patchFinding } from '@/features/findings/api/patch-findings';
import { countHit } from '@/features/rules/api/count-hit';
import { RULES_KEY } from '@/features/rules/api/rules-key';
import { SUMMARY_KEY } from '@/features/summary/api/get-summary';
import { useLiveState, useLiveStream } from '@/lib/live/live-context';
import { throttle } from '@/lib/throttle';

const FIGURES_EVERY_MS = 2_000;
const DETAILS_EVERY_MS = 1_500;
const WHILE_LOST_EVERY_MS = 15_000;

/**
 * Turns what the stream says into fresh data: figures are fetched again, gently; known rows change in place. New
 * rows are the lists' own business, because only they know whether a person is reading.
 */
export function LiveUpdates() {
  const queryClient = useQueryClient();
  const stream = useLiveStream();
  const { status } = useLiveState();

  useEffect(() => {
    const refreshFigures = throttle(
      () => void queryClient.invalidateQueries({ queryKey: SUMMARY_KEY }),
      FIGURES_EVERY_MS,
    );
    const changed = new Set<number>();
    const refreshDetails = throttle(() => {
      for (const id of changed) void queryClient.invalidateQueries({ queryKey: findingKey(id) });
      changed.clear();
    }, DETAILS_EVERY_MS);
    const touch = (id: number) => {
      changed.add(id);
      refreshDetails();
    };
    // Lists are old from now on, but the page that shows one decides when it changes.
    const markOld = throttle(() => {
      void queryClient.invalidateQueries({ queryKey: FINDINGS_KEY, refetchType: 'none' });
    }, FIGURES_EVERY_MS);

    const stops = [
      stream.on('events', () => {
        refreshFigures();
        void queryClient.invalidateQueries({ queryKey: EVENTS_KEY, refetchType: 'none' });
      }),
      stream.on('finding', ({ id, rule_name, severity, event_count, revision }) => {
        refreshFigures();
        countHit(queryClient, { rule_name, revision }, Date.now());
        markOld();
        if (revision === 1) return;
        patchFinding(queryClient, { id, event_count, revision, severity });
        touch(id);
      }),
      stream.on('enriched', ({ id, risk_score }) => {
        patchFinding(queryClient, { id, risk_score });
        markOld();
        touch(id);
      }),
      stream.on('enrichment', (run) => patchEnrichment(queryClient, run)),
      stream.on('rules', () => void queryClient.invalidateQueries({ queryKey: RULES_KEY })),
      stream.on('gap', () => {
        refreshFigures();
        markOld();
        void queryClient.invalidateQueries({ queryKey: ['findings', 'detail'] });
        void queryClient.invalidateQueries({ queryKey: RULES_KEY });
        void queryClient.invalidateQueries({ queryKey: EVENTS_KEY, refetchType: 'none' });
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      refreshFigures.cancel();
      refreshDetails.cancel();
      markOld.cancel();
    };
  }, [stream, queryClient]);

  useEffect(() => {
    if (status !== 'lost') return;
    const timer = setInterval(
      () => void queryClient.invalidateQueries({ queryKey: SUMMARY_KEY }),
      WHILE_LOST_EVERY_MS,
    );
    return () => clearInterval(timer);
  }, [status, queryClient]);
  return null;
}
