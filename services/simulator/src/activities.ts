import type { JsonObject } from '@mcm/contracts';
import { colleagueOf, type Person } from './people.js';
import type { Random } from './random.js';
import type { EventDraft } from './produced-event.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const REPOS = ['checkout', 'billing', 'web-shop', 'search', 'infrastructure', 'mobile-app'];
const SERVICES = ['checkout', 'billing', 'search', 'notifications', 'web-shop'];
const TOPICS = ['login', 'invoice', 'cart', 'retries', 'metrics', 'typo', 'upgrade', 'cache'];
const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const SCOPES = ['read:repos', 'write:repos', 'read:deploy', 'write:deploy', 'read:packages'];

/** Facts that a sign-in event carries. */
export function signInFacts(person: Person, success: boolean, from: Partial<Person> = {}): JsonObject {
  return {
    ip: from.ip ?? person.ip,
    user_agent: from.userAgent ?? person.userAgent,
    location: from.location ?? person.location,
    success,
  };
}

/** Facts that a second-factor event carries; `success` is null while the answer is open. */
export function secondFactorFacts(
  person: Person,
  method: string,
  success: boolean | null,
  from: Partial<Person> & { trusted?: boolean } = {},
): JsonObject {
  return {
    ip: from.ip ?? person.ip,
    location: from.location ?? person.location,
    method,
    device_trusted: from.trusted ?? true,
    success,
  };
}

/** A sign-in with second factor; now and then with a typing mistake before it. */
export function signIn(person: Person, random: Random): EventDraft[] {
  const drafts: EventDraft[] = [];
  const user = person.name;
  let offset = 0;
  if (random.chance(0.08)) {
    drafts.push({ offset, event_type: 'login_failed', user, raw_data: signInFacts(person, false) });
    offset += random.integer(5, 30) * SECOND;
  }
  drafts.push({ offset, event_type: 'login_success', user, raw_data: signInFacts(person, true) });
  if (random.chance(0.55)) {
    const method = random.weighted([
      [5, 'totp'],
      [4, 'push'],
      [1, 'sms'],
    ]);
    const factor = (event_type: string, success: boolean | null): EventDraft => ({
      offset: (offset += random.integer(2, 20) * SECOND),
      event_type,
      user,
      raw_data: secondFactorFacts(person, method, success),
    });
    drafts.push(factor('mfa_challenge', null));
    if (random.chance(0.05)) drafts.push(factor('mfa_failed', false));
    drafts.push(factor('mfa_success', true));
  }
  return drafts;
}

/** A pull request that is opened and, mostly, merged hours later. */
export function codeChange(person: Person, random: Random): EventDraft[] {
  const raw_data = {
    repo: random.pick(REPOS),
    branch: `feature/${random.pick(TOPICS)}-${random.integer(10, 999)}`,
    lines_changed: random.weighted([
      [80, random.integer(5, 150)],
      [17, random.integer(151, 400)],
      [3, random.integer(401, 500)],
    ]),
  };
  const drafts: EventDraft[] = [
    {
      offset: 0,
      event_type: 'pull_request_opened',
      user: person.name,
      raw_data: { ...raw_data, approved_by: null },
    },
  ];
  if (random.chance(0.45)) {
    drafts.push({
      offset: random.integer(20 * MINUTE, 6 * HOUR),
      event_type: 'pull_request_merged',
      user: person.name,
      raw_data: { ...raw_data, approved_by: random.chance(0.95) ? colleagueOf(person, random).name : null },
    });
  }
  return drafts;
}

/** A deployment with its outcome; failures are rare, and rarer the closer to the users. */
export function release(person: Person, random: Random): EventDraft[] {
  const environment = random.weighted([
    [5, 'dev'],
    [3, 'staging'],
    [2, 'prod'],
  ]);
  const failing = { dev: 0.12, staging: 0.06, prod: 0.01 }[environment] ?? 0;
  const raw_data = {
    service: random.pick(SERVICES),
    environment,
    version: `${random.integer(1, 4)}.${random.integer(0, 30)}.${random.integer(0, 9)}`,
    initiated_by: person.name,
  };
  return [
    { offset: 0, event_type: 'deployment_started', user: person.name, raw_data },
    {
      offset: random.integer(MINUTE, 9 * MINUTE),
      event_type: random.chance(failing) ? 'deployment_failed' : 'deployment_succeeded',
      user: person.name,
      raw_data,
    },
  ];
}

/** The facts of a new token; `expires_at` is counted from `now` (milliseconds since 1970). */
export function tokenFacts(
  person: Person,
  random: Random,
  token: { scopes: string[]; expires_at: string | null },
): JsonObject {
  return {
    token_id: `tok_${random.hex(10)}`,
    scopes: token.scopes,
    created_by: person.name,
    has_expiry: token.expires_at !== null,
    expires_at: token.expires_at,
  };
}

/** A token that is created with an expiry, or one that is revoked. */
export function tokenChange(person: Person, random: Random, now: number): EventDraft[] {
  if (random.chance(0.5)) {
    return [
      {
        offset: 0,
        event_type: 'api_token_revoked',
        user: person.name,
        raw_data: { token_id: `tok_${random.hex(10)}`, revoked_by: person.name },
      },
    ];
  }
  const days = random.pick([7, 30, 90]);
  const expires_at = random.chance(0.9) ? new Date(now + days * 24 * HOUR).toISOString() : null;
  const scopes = random.shuffle(SCOPES).slice(0, random.integer(1, 2));
  return [
    {
      offset: 0,
      event_type: 'api_token_created',
      user: person.name,
      raw_data: tokenFacts(person, random, { scopes, expires_at }),
    },
  ];
}

/** A role that is changed with an approval. */
export function roleChange(person: Person, random: Random): EventDraft[] {
  const [old_role, new_role] = random.weighted<readonly [string, string]>([
    [5, ['developer', 'viewer']],
    [4, ['viewer', 'developer']],
    [1, ['developer', 'admin']],
  ]);
  return [
    {
      offset: 0,
      event_type: 'permission_changed',
      user: person.name,
      raw_data: { old_role, new_role, approved_by: colleagueOf(person, random).name },
    },
  ];
}

/** A bucket that is created or changed and stays private. */
export function bucketChange(person: Person, random: Random): EventDraft[] {
  const bucket_name = `${random.pick(SERVICES)}-${random.pick(['logs', 'exports', 'uploads', 'reports'])}-${random.integer(1, 40)}`;
  return [
    random.chance(0.6)
      ? {
          offset: 0,
          event_type: 'storage_bucket_created',
          user: person.name,
          raw_data: { bucket_name, public: false, region: random.pick(REGIONS) },
        }
      : {
          offset: 0,
          event_type: 'storage_bucket_permission_changed',
          user: person.name,
          raw_data: { bucket_name, public: false, changed_by: person.name },
        },
  ];
}

/** What a person does next on an ordinary day; weights make most of it unremarkable. `now` is for dates inside it. */
export function ordinaryActivity(person: Person, random: Random, now: number): EventDraft[] {
  const activity = random.weighted<(person: Person, random: Random, now: number) => EventDraft[]>([
    [50, signIn],
    [22, codeChange],
    [19, release],
    [4, tokenChange],
    [2, roleChange],
    [3, bucketChange],
  ]);
  return activity(person, random, now);
}
