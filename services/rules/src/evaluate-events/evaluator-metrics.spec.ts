import { createDetector, loadRules } from '@mcm/detection';
import { MetricsRegistry } from '@mcm/platform';
import { correlation, documents, eventRule } from '../../test/running-rules.js';
import { EvaluatorMetrics } from './evaluator-metrics.js';

const START = Date.parse('2026-01-15T12:00:00.000Z');

it('counts late events that the windows of a large group left out', async () => {
  const silent = correlation(
    'silent',
    'a',
    'type: value_sum\n  timespan: 10m\n  condition: { field: n, gte: 500 }',
  );
  const { rules, problems } = loadRules([{ path: 'a.yml', text: documents(eventRule('a'), silent) }]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const detector = createDetector(rules, { maxLate: 50 });
  const metrics = new MetricsRegistry();
  new EvaluatorMetrics(
    metrics,
    () => detector.stats(),
    () => 0,
  );
  const line = async () => /^mcm_late_events_skipped_total .*$/m.exec(await metrics.text())?.[0];
  const event = (second: number) => ({
    id: `${second}`,
    time: START + second * 1000,
    receivedAt: START + 3_600_000,
    data: { event_type: 'a', user: 'alice', n: 1 },
  });
  detector.processBatch(Array.from({ length: 1000 }, (_, i) => event(i * 2)));
  expect(await line()).toBe('mcm_late_events_skipped_total 0');
  detector.process(event(501));
  expect(await line()).toBe('mcm_late_events_skipped_total 1');
});
