import { signInFacts } from '../activities.js';
import type { EventDraft } from '../produced-event.js';
import { defineStory } from './story.js';

/** An attacker abroad guesses a password until it fits. */
export const bruteForceFromAbroad = defineStory({
  name: 'brute-force-from-abroad',
  title: 'A password is guessed from abroad until it fits',
  expected: [
    'single_failed_login',
    'multiple_failed_logins',
    'too_many_failed_logins',
    'too_many_failed_logins_critical',
    'suspicious_login_after_failures',
  ],
  emit(actor, random) {
    const from = {
      location: random.pick(['Russia', 'China', 'Other']),
      ip: `192.0.2.${random.integer(1, 254)}`,
      userAgent: 'python-requests/2.32.3',
    };
    const drafts: EventDraft[] = [];
    let offset = 0;
    for (let attempt = 0; attempt < 8; attempt += 1) {
      drafts.push({
        offset,
        event_type: 'login_failed',
        user: actor.name,
        raw_data: signInFacts(actor, false, from),
      });
      offset += random.integer(40, 100) * 1000;
    }
    drafts.push({
      offset,
      event_type: 'login_success',
      user: actor.name,
      raw_data: signInFacts(actor, true, from),
    });
    return drafts;
  },
});
