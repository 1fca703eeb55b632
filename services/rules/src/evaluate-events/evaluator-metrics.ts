import type { DetectorStats } from '@mcm/detection';
import type { MetricsRegistry } from '@mcm/platform';

/** What evaluation counts. */
export class EvaluatorMetrics {
  readonly evaluated;
  readonly written;
  readonly dropped;
  readonly rebuilt;
  readonly skipped;
  readonly seconds;

  /**
   * @param stats of the detector in use
   * @param applied batches of other processes that were applied
   */
  constructor(metrics: MetricsRegistry, stats: () => DetectorStats | undefined, applied: () => number) {
    this.evaluated = metrics.counter('mcm_events_evaluated_total', 'Events that went through the rules');
    this.written = metrics.counter('mcm_findings_written_total', 'Findings by outcome', ['outcome']);
    this.dropped = metrics.counter('mcm_detections_dropped_total', 'Detections of disabled rules');
    this.rebuilt = metrics.counter(
      'mcm_windows_rebuilt_total',
      'Rebuilds of the windows from stored events because matches of other replicas were lost',
    );
    this.skipped = metrics.counter(
      'mcm_rule_skipped_events_total',
      'Events that a rule was not tried on because its expressions cost too much on their texts',
      ['rule'],
    );
    this.seconds = metrics.histogram(
      'mcm_detection_seconds',
      'Time that the detector took for a batch, with applying what other processes matched',
    );
    metrics.counter(
      'mcm_matches_taken_total',
      'Batches of other processes that were applied',
      [],
      (counter) => {
        counter.reset();
        counter.inc(applied());
      },
    );
    metrics.counter(
      'mcm_late_events_skipped_total',
      'How often late events came into a group too large to measure the windows that they lie in again',
      [],
      (counter) => {
        counter.reset();
        counter.inc(stats()?.lateSkipped ?? 0);
      },
    );
    metrics.gauge('mcm_window_groups', 'Groups with a window', [], (gauge) =>
      gauge.set(stats()?.groups ?? 0),
    );
    metrics.gauge('mcm_window_entries', 'Events in windows', [], (gauge) => gauge.set(stats()?.entries ?? 0));
  }
}
