import { tokenFacts } from '../activities.js';
import { colleagueOf } from '../people.js';
import { defineStory } from './story.js';

/** Tokens that can do too much or never expire are made, leak, and are revoked after the leak is noticed. */
export const leakedToken = defineStory({
  name: 'leaked-token',
  title: 'A token with every right and no expiry leaks and is revoked in a hurry',
  expected: ['api_token_without_expiry', 'api_token_admin_scope'],
  emit(actor, random) {
    const user = actor.name;
    const lasting = tokenFacts(actor, random, { scopes: ['write:deploy'], expires_at: null });
    const mighty = tokenFacts(actor, random, { scopes: ['read:repos', 'admin:*'], expires_at: null });
    const finder = colleagueOf(actor, random).name;
    return [
      { offset: 0, event_type: 'api_token_created', user, raw_data: lasting },
      { offset: 120_000, event_type: 'api_token_created', user, raw_data: mighty },
      {
        offset: 50 * 60_000,
        event_type: 'api_token_revoked',
        user: finder,
        raw_data: { token_id: mighty['token_id']!, revoked_by: finder },
      },
    ];
  },
});
