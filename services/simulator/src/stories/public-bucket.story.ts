import type { EventDraft } from '../produced-event.js';
import { defineStory } from './story.js';

/** A bucket of exports is opened to the public and closed again later. */
export const publicBucket = defineStory({
  name: 'public-bucket',
  title: 'A bucket of customer exports is opened to the public',
  expected: ['bucket_checked', 'public_bucket_detected'],
  emit(actor, random) {
    const user = actor.name;
    const bucket_name = `customer-exports-${random.integer(100, 999)}`;
    const made: EventDraft = {
      offset: 0,
      event_type: 'storage_bucket_created',
      user,
      raw_data: { bucket_name, public: false, region: 'eu-central-1' },
    };
    const turned = (offset: number, isPublic: boolean): EventDraft => ({
      offset,
      event_type: 'storage_bucket_permission_changed',
      user,
      raw_data: { bucket_name, public: isPublic, changed_by: user },
    });
    return [made, turned(6 * 60_000, true), turned(48 * 60_000, false)];
  },
});
