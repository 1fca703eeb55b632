import { signInFacts } from '../activities.js';
import { defineStory } from './story.js';

/** A user becomes admin without an approval. */
export const adminWithoutApprover = defineStory({
  name: 'admin-without-approver',
  title: 'A user becomes admin without an approval',
  expected: ['viewer_to_developer', 'privilege_escalation_admin'],
  emit(actor) {
    const user = actor.name;
    return [
      { offset: 0, event_type: 'login_success', user, raw_data: signInFacts(actor, true) },
      {
        offset: 60_000,
        event_type: 'permission_changed',
        user,
        raw_data: { old_role: 'viewer', new_role: 'developer', approved_by: null },
      },
      {
        offset: 240_000,
        event_type: 'permission_changed',
        user,
        raw_data: { old_role: 'developer', new_role: 'admin', approved_by: null },
      },
    ];
  },
});
