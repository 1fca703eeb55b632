import { defineStory } from './story.js';

/** A large change goes out without a review, breaks, and is rolled back. */
export const failedProdDeployment = defineStory({
  name: 'failed-prod-deployment',
  title: 'A large change without a review breaks the deployment to prod',
  expected: ['large_pr_merged', 'deployment_failed'],
  emit(actor, random) {
    const user = actor.name;
    const change = {
      repo: 'checkout',
      branch: `feature/rewrite-${random.integer(10, 99)}`,
      lines_changed: random.integer(420, 500),
      approved_by: null,
    };
    const minor = random.integer(2, 30);
    const deployment = {
      service: 'checkout',
      environment: 'prod',
      version: `3.${minor}.0`,
      initiated_by: user,
    };
    const rollback = { ...deployment, version: `3.${minor - 1}.4` };
    return [
      { offset: 0, event_type: 'pull_request_opened', user, raw_data: change },
      { offset: 2 * 60_000, event_type: 'pull_request_merged', user, raw_data: change },
      { offset: 5 * 60_000, event_type: 'deployment_started', user, raw_data: deployment },
      { offset: 9 * 60_000, event_type: 'deployment_failed', user, raw_data: deployment },
      { offset: 14 * 60_000, event_type: 'deployment_started', user, raw_data: rollback },
      { offset: 17 * 60_000, event_type: 'deployment_succeeded', user, raw_data: rollback },
    ];
  },
});
