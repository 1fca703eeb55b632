import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createDetector, loadRules, testRules, type Detection, type RuleSet } from '@mcm/detection';
import type { EventEnvelope, JsonObject } from '@mcm/contracts';
import { detectorEvent } from '../src/evaluate-events/detector-event.js';
import { withPackDemands } from '../src/packs/pack-demands.js';
import { readPacks } from '../src/packs/read-packs.js';
import { type RuleFile, readRuleFiles } from '../src/rule-store/rule-files.js';

const ROOT = join(import.meta.dirname, '../../..');
const FIXTURES = join(import.meta.dirname, 'fixtures/cloudtrail');
const START = Date.UTC(2026, 2, 2, 9);

/** The catalogue: every rule that raises findings, with the severities it can have. */
const CATALOGUE: Record<string, readonly string[]> = {
  single_failed_login: ['low'],
  multiple_failed_logins: ['medium'],
  too_many_failed_logins: ['high'],
  too_many_failed_logins_critical: ['critical'],
  suspicious_login_after_failures: ['critical'],
  multiple_mfa_failures: ['medium'],
  too_many_mfa_failures: ['high'],
  mfa_success_after_failures: ['low'],
  admin_never_approved: ['critical'],
  privilege_escalation_admin: ['high', 'critical'],
  viewer_to_developer: ['medium'],
  api_token_admin_scope: ['critical'],
  api_token_without_expiry: ['high'],
  api_token_created: ['medium'],
  large_pr_merged: ['high'],
  medium_pr_merged: ['medium'],
  small_pr_merged: ['low'],
  deployment_failed: ['high', 'medium', 'low'],
  public_bucket_detected: ['critical'],
  bucket_checked: ['low'],
  very_high_activity_last_hour: ['high'],
  event_identity_conflict: ['high'],
};

/** Every pack, and how many of its rules raise findings at least. */
const PACKS = {
  core: 20,
  'aws-cloudtrail': 30,
  github: 15,
  okta: 15,
  'google-workspace': 10,
};

const WORKSPACE_ACTIVITIES: readonly (readonly [string, string, JsonObject])[] = [
  ['login', 'login_success', { login_type: 'google_password' }],
  ['login', 'logout', {}],
  ['drive', 'view', { visibility: 'private' }],
  ['drive', 'download', { doc_title: 'Plan' }],
  ['drive', 'change_document_visibility', { visibility: 'people_within_domain_with_link' }],
  ['token', 'authorize', { scope: ['openid', 'https://www.googleapis.com/auth/calendar'] }],
  ['admin', 'CREATE_USER', { USER_EMAIL: 'bob@example.com' }],
  ['gmail', 'delivery', { message_info: { is_spam: true, subject: 'You won' } }],
  ['user_accounts', '2sv_enroll', {}],
  ['mobile', 'DEVICE_SYNC_EVENT', {}],
];

/** What happens on an ordinary day, in the vendors' own words. */
const ORDINARY: Record<string, readonly JsonObject[]> = {
  github: [
    { action: 'git.clone', actor: 'dana', repo: 'example/site', user_agent: 'git/2.39.3' },
    { action: 'git.fetch', actor: 'dana', repo: 'example/site', user_agent: 'npm/10.2.4 node/v18.19.0' },
    { action: 'git.push', actor: 'dana', repo: 'example/site', user_agent: 'git/2.39.3' },
    { action: 'pull_request.create', actor: 'dana', repo: 'example/site' },
    { action: 'repo.create', actor: 'dana', repo: 'example/new', visibility: 'private' },
    { action: 'workflows.completed_workflow_run', actor: 'github-actions[bot]', event: 'push' },
    { action: 'org.invite_member', actor: 'olivia', org: 'example' },
    { github_event: 'push', actor: 'dana', repo: 'example/site', ref: 'refs/heads/main' },
    { github_event: 'issues', action: 'deleted', actor: 'dana', repo: 'example/site' },
    {
      github_event: 'workflow_run',
      action: 'requested',
      repository: { full_name: 'example/site' },
      workflow_run: { event: 'pull_request', pull_requests: [], head_repository: { fork: false } },
    },
  ],
  okta: [
    'user.session.start',
    'user.session.end',
    'user.authentication.sso',
    'user.authentication.auth_via_mfa',
    'policy.evaluate_sign_on',
    'user.mfa.factor.activate',
    'group.user_membership.add',
    'app.oauth2.token.grant.access_token',
    'user.lifecycle.create',
    'application.lifecycle.update',
  ].map((eventType) => ({
    eventType,
    outcome: { result: 'SUCCESS' },
    actor: { alternateId: 'dana@example.com' },
    client: { ipAddress: '203.0.113.9' },
    target: [{ type: 'AppInstance', displayName: 'Mail', alternateId: 'Mail', id: '0oa1' }],
    debugContext: { debugData: { behaviors: '{New Device=NEGATIVE, New Country=NEGATIVE}' } },
  })),
  'google-workspace': WORKSPACE_ACTIVITIES.map(([applicationName, name, parameters]) => ({
    id: { applicationName },
    actor: { email: 'dana@example.com' },
    name,
    parameters,
  })),
};

/** The attack a file of CloudTrail records is about, and exactly the rules that must fire on it. */
const ATTACKS: Record<string, readonly string[]> = {
  'aws.credential-access.ec2-get-password-data': [
    'aws_windows_password_read',
    'aws_windows_passwords_harvested',
  ],
  'aws.credential-access.ec2-steal-instance-credentials': [
    'aws_instance_credentials_used_elsewhere',
    'aws_ssm_command_sent',
  ],
  'aws.credential-access.ssm-retrieve-securestring-parameters': ['aws_secure_parameters_harvested'],
  'aws.defense-evasion.cloudtrail-delete': ['aws_trail_stopped'],
  'aws.defense-evasion.cloudtrail-event-selectors': ['aws_trail_coverage_reduced'],
  'aws.defense-evasion.organizations-leave': ['aws_organization_left'],
  'aws.defense-evasion.vpc-remove-flow-logs': ['aws_flow_logs_removed'],
  'aws.discovery.ec2-download-user-data': ['aws_instance_user_data_harvested', 'aws_instance_user_data_read'],
  'aws.execution.ssm-send-command': ['aws_ssm_command_sent'],
  'aws.execution.ssm-start-session': ['aws_ssm_session_started', 'aws_ssm_sessions_on_many_machines'],
  'aws.exfiltration.ec2-security-group-open-port-22-ingress': ['aws_security_group_opened_to_world'],
  'aws.exfiltration.rds-share-snapshot': ['aws_rds_snapshot_shared'],
  'aws.impact.bedrock-invoke-model': ['aws_model_access_opened', 'aws_model_opened_and_used'],
  'aws.initial-access.console-login-without-mfa': ['aws_console_login_without_mfa'],
  'aws.persistence.iam-backdoor-role': ['aws_role_trust_opened'],
  'aws.persistence.iam-backdoor-user': ['aws_access_key_for_other_user'],
  'aws.persistence.iam-create-admin-user': [
    'aws_access_key_for_other_user',
    'aws_admin_policy_attached',
    'aws_user_created',
  ],
  'aws.persistence.lambda-backdoor-function': ['aws_lambda_function_opened'],
  'aws.persistence.lambda-layer-extension': ['aws_lambda_layer_set_by_person'],
  'aws.persistence.lambda-overwrite-code': ['aws_lambda_code_replaced_by_person'],
  'aws.privilege-escalation.iam-update-user-login-profile': ['aws_console_password_set_for_other_user'],
};

function envelope(source: string, index: number, fields: Partial<EventEnvelope>): EventEnvelope {
  return {
    uid: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
    event_id: `e-${index}`,
    source,
    event_type: 'unknown',
    user: 'unknown',
    timestamp: new Date(START + index * 1000).toISOString(),
    received_at: new Date(START).toISOString(),
    correlation_id: 'test',
    raw_data: {},
    ...fields,
  };
}

interface CloudTrailRecord extends JsonObject {
  eventTime: string;
  eventSource: string;
  eventName: string;
  userIdentity: { [key: string]: string };
}

/** The records of an attack, in order of time, in the form that rules see. */
function attackEvents(name: string): EventEnvelope[] {
  const { Records: records } = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as {
    Records: CloudTrailRecord[];
  };
  return records
    .sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1))
    .map((record, index) =>
      envelope('cloudtrail', index, {
        event_type: `cloudtrail.${record.eventSource.split('.')[0]!}.${record.eventName}`,
        user: record.userIdentity['userName'] ?? record.userIdentity['arn'] ?? 'unknown',
        timestamp: new Date(record.eventTime).toISOString(),
        raw_data: record,
      }),
    );
}

describe('rule packs', () => {
  let files: RuleFile[];
  let rules: RuleSet;
  const fired = (events: readonly EventEnvelope[]): Detection[] => {
    const detector = createDetector(rules);
    return events.flatMap((event) => detector.process(detectorEvent(event, Infinity)));
  };
  const namesOf = (detections: readonly Detection[]) =>
    [...new Set(detections.map(({ ruleName }) => ruleName))].sort();
  const raising = (pack: string) =>
    rules.rules.filter(({ path, silent }) => path.includes(`rules/${pack}/`) && !silent);

  beforeAll(async () => {
    files = await readRuleFiles([join(ROOT, 'rules')]);
    const loaded = loadRules(files);
    expect(loaded.problems).toEqual([]);
    rules = loaded.rules;
  });

  it('pass all tests in their own files', () => {
    const report = testRules(rules);
    expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.passed).toBeGreaterThan(400);
  });

  it('hold exactly the rules of the catalogue in core, and no other level than the catalogue says', () => {
    expect(
      raising('core')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(CATALOGUE).sort());
    for (const { name, level, custom } of raising('core')) {
      const levels = (custom['levels'] as { level: string }[] | undefined)?.map((entry) => entry.level) ?? [];
      expect([name, [level, ...levels].sort()]).toEqual([name, [...CATALOGUE[name]!].sort()]);
    }
  });

  it('meet the demands of a pack, each in its folder', async () => {
    const packs = await readPacks(files);
    expect(
      Object.keys(packs)
        .map((folder) => basename(folder))
        .sort(),
    ).toEqual(Object.keys(PACKS).sort());
    expect(withPackDemands(loadRules(files), packs).problems).toEqual([]);
    for (const [pack, least] of Object.entries(PACKS)) {
      expect(raising(pack).length).toBeGreaterThanOrEqual(least);
    }
  });

  it("let the core rules watch the vendors' sign-ins", () => {
    for (const source of ['github', 'okta', 'google-workspace']) {
      const failures = Array.from({ length: 3 }, (_, index) =>
        envelope(source, index, {
          event_type: 'login_failed',
          user: 'dana',
          raw_data: { eventType: 'user.session.start', ip: '203.0.113.9' },
        }),
      );
      expect(namesOf(fired(failures))).toEqual(['multiple_failed_logins', 'single_failed_login']);
    }
  });

  it.each(Object.entries(ORDINARY))('find nothing in an ordinary day of %s', (source, records) => {
    const events = Array.from({ length: 200 }, (_, index) =>
      envelope(source, index, { user: 'dana', raw_data: records[index % records.length]! }),
    );
    expect(namesOf(fired(events))).toEqual([]);
  });

  it('keep the three rules about a created token apart', () => {
    for (const admin of [true, false]) {
      for (const has_expiry of [true, false]) {
        const detections = fired([
          envelope('api', 0, {
            event_type: 'api_token_created',
            raw_data: { scopes: ['read:repos', ...(admin ? ['admin:*'] : [])], has_expiry },
          }),
        ]);
        expect(namesOf(detections)).toEqual([
          admin ? 'api_token_admin_scope' : has_expiry ? 'api_token_created' : 'api_token_without_expiry',
        ]);
      }
    }
  });

  it.each(Object.entries(ATTACKS))('%s is found by its own rules and no others', (attack, expected) => {
    expect(namesOf(fired(attackEvents(attack)))).toEqual(expected);
  });

  it('find nothing in what people and programs do all day', () => {
    const calls = [
      ['ec2', 'DescribeInstances'],
      ['ec2', 'DescribeSecurityGroups'],
      ['s3', 'GetBucketPolicy'],
      ['iam', 'ListUsers'],
      ['cloudtrail', 'LookupEvents'],
      ['sts', 'AssumeRole'],
      ['ssm', 'DescribeInstanceInformation'],
      ['rds', 'CreateDBSnapshot'],
      ['kms', 'Decrypt'],
      ['lambda', 'ListFunctions20150331'],
    ];
    const events = Array.from({ length: 200 }, (_, index) => {
      const [service, eventName] = calls[index % calls.length]!;
      const raw_data = {
        eventSource: `${service}.amazonaws.com`,
        eventName: eventName!,
        sourceIPAddress: '203.0.113.9',
        requestParameters: {},
        responseElements: null,
        userIdentity: { type: 'IAMUser', userName: 'dana', arn: 'arn:aws:iam::111122223333:user/dana' },
      };
      return envelope('cloudtrail', index, {
        event_type: `cloudtrail.${service}.${eventName}`,
        user: 'dana',
        raw_data,
      });
    });
    expect(namesOf(fired(events))).toEqual([]);
  });
});
