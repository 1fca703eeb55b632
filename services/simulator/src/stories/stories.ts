import { adminWithoutApprover } from './admin-without-approver.story.js';
import { bruteForceFromAbroad } from './brute-force-from-abroad.story.js';
import { failedProdDeployment } from './failed-prod-deployment.story.js';
import { leakedToken } from './leaked-token.story.js';
import { publicBucket } from './public-bucket.story.js';
import { pushFatigue } from './push-fatigue.story.js';
import type { Story } from './story.js';

/** Every story, each once. */
export const stories: readonly Story[] = [
  bruteForceFromAbroad,
  adminWithoutApprover,
  leakedToken,
  publicBucket,
  failedProdDeployment,
  pushFatigue,
];
