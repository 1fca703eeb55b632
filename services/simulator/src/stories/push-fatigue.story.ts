import { secondFactorFacts } from '../activities.js';
import type { EventDraft } from '../produced-event.js';
import { defineStory } from './story.js';

/** An attacker with the password sends prompts until the owner gives in. */
export const pushFatigue = defineStory({
  name: 'push-fatigue',
  title: 'Prompts for the second factor are sent until the user gives in',
  expected: ['multiple_mfa_failures', 'too_many_mfa_failures', 'mfa_success_after_failures'],
  emit(actor, random) {
    const from = { location: 'Other', ip: `192.0.2.${random.integer(1, 254)}`, trusted: false };
    const drafts: EventDraft[] = [];
    let offset = 0;
    for (let prompt = 0; prompt < 5; prompt += 1) {
      drafts.push({
        offset,
        event_type: 'mfa_failed',
        user: actor.name,
        raw_data: secondFactorFacts(actor, 'push', false, from),
      });
      offset += random.integer(30, 90) * 1000;
    }
    drafts.push({
      offset,
      event_type: 'mfa_success',
      user: actor.name,
      raw_data: secondFactorFacts(actor, 'push', true, from),
    });
    return drafts;
  },
});
