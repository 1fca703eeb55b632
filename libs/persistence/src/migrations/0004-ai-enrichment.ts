// Why: enrichments say what they rest on and what they cost; exchanges with a model, their cache and budgets, bulk runs
// and ratings are kept.
// May the old process keep running: yes. Its enrichments lack the new columns, which all may be empty.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const EXCHANGES = `
  create table ai_prompts (
    version text not null,
    system text not null,
    answer_schema jsonb not null,
    first_used_at timestamptz(3) not null default statement_timestamp(),
    constraint ai_prompts_pkey primary key (version)
  );
  comment on table ai_prompts is 'The fixed part of what models are sent, by version; written by the ai-worker only';

  create table ai_exchanges (
    id bigint generated always as identity,
    input_hash text not null,
    prompt_version text not null,
    endpoint text not null,
    model text not null,
    answered_by text,
    repair_of bigint,
    sent jsonb not null,
    received text,
    outcome text not null,
    problems jsonb not null,
    input_tokens integer,
    output_tokens integer,
    cost_usd numeric(14, 8),
    duration_ms integer not null,
    asked_at timestamptz(3) not null,
    constraint ai_exchanges_pkey primary key (id),
    constraint ai_exchanges_repair_of_fkey foreign key (repair_of) references ai_exchanges (id) on delete cascade,
    constraint ai_exchanges_outcome_check check (outcome in ('valid', 'invalid', 'cut_off', 'refused', 'failed'))
  );
  comment on table ai_exchanges is 'What was sent to a model and what came back; written by the ai-worker only';
  comment on column ai_exchanges.sent is 'Messages after the system prompt, in order';
  comment on column ai_exchanges.problems is 'What the validator cut out or refused';
  create index ai_exchanges_asked_at_brin on ai_exchanges using brin (asked_at);
  create index ai_exchanges_repair_of_idx on ai_exchanges (repair_of) where repair_of is not null;

  create table ai_answers (
    input_hash text not null,
    claimed_by uuid,
    claimed_until timestamptz(3),
    exchange_id bigint,
    answer jsonb,
    answered_at timestamptz(3),
    uses integer not null default 0,
    constraint ai_answers_pkey primary key (input_hash),
    constraint ai_answers_exchange_id_fkey foreign key (exchange_id) references ai_exchanges (id) on delete cascade,
    constraint ai_answers_answer_check check ((answer is null) = (answered_at is null))
  );
  comment on table ai_answers is 'Valid answers by what was asked, so that it is asked once; written by the ai-worker only';
  comment on column ai_answers.claimed_until is 'Until then somebody is asking, and others wait';
  create index ai_answers_exchange_id_idx on ai_answers (exchange_id);
`;

const BUDGETS = `
  create table ai_usage (
    day date not null,
    requests bigint not null default 0,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    reserved_tokens bigint not null default 0,
    cost_usd numeric(18, 8) not null default 0,
    constraint ai_usage_pkey primary key (day)
  ) with (fillfactor = 50);
  comment on table ai_usage is 'What models were asked and what it cost, per UTC day; written by the ai-worker only';

  create table ai_usage_minutes (
    minute timestamptz(0) not null,
    requests integer not null,
    constraint ai_usage_minutes_pkey primary key (minute)
  ) with (fillfactor = 50);

  create table ai_slots (
    id uuid not null,
    urgent boolean not null,
    held boolean not null,
    tokens integer not null,
    day date not null,
    expires_at timestamptz(3) not null,
    constraint ai_slots_pkey primary key (id)
  ) with (fillfactor = 50);
  comment on table ai_slots is 'Calls of a model that are under way or wait for their turn, over all processes';

  create table ai_providers (
    fingerprint text not null,
    endpoint text not null,
    model text not null,
    prompt_version text not null,
    settings jsonb not null,
    failures integer not null default 0,
    open_until timestamptz(3),
    blocked_until timestamptz(3),
    refused_code text,
    refused_reason text,
    refused_until timestamptz(3),
    last_failure text,
    seen_at timestamptz(3) not null default statement_timestamp(),
    constraint ai_providers_pkey primary key (fingerprint)
  ) with (fillfactor = 50);
  comment on table ai_providers is 'State of the connection to a model, by its settings; written by the ai-worker only';
  comment on column ai_providers.fingerprint is 'Hash of address, model and key: other settings begin with a clean state';
`;

const ENRICHMENTS = `
  alter table finding_enrichments
    add column rule_score smallint,
    add column model_score smallint,
    add column confidence text,
    add column details jsonb,
    add column prompt_version text,
    add column exchange_id bigint,
    add column cached boolean not null default false,
    add column input_tokens integer,
    add column output_tokens integer,
    add column cost_usd numeric(14, 8),
    add column injections jsonb,
    add column fallback_code text,
    add column fallback_reason text,
    add column placeholders jsonb,
    add column finding_revision integer,
    add constraint finding_enrichments_rule_score_check check (rule_score between 0 and 100),
    add constraint finding_enrichments_model_score_check check (model_score between 0 and 100),
    add constraint finding_enrichments_floor_check check (risk_score >= rule_score),
    add constraint finding_enrichments_confidence_check check (confidence in ('low', 'medium', 'high')),
    add constraint finding_enrichments_exchange_id_fkey foreign key (exchange_id) references ai_exchanges (id)
      on delete set null;
  comment on column finding_enrichments.rule_score is 'What the rule demands: risk_score is never lower';
  comment on column finding_enrichments.injections is 'Where the events hold text that tries to instruct a model; null when nowhere';
  comment on column finding_enrichments.placeholders is 'What the placeholders in what was sent stand for in this finding';
  comment on column finding_enrichments.finding_revision is 'Revision of the finding that was looked at';
  update finding_enrichments set rule_score = risk_score where source = 'heuristic';
  create index finding_enrichments_exchange_id_idx on finding_enrichments (exchange_id) where exchange_id is not null;
`;

const RUNS = `
  create table enrichment_runs (
    id text not null,
    state text not null,
    scope jsonb not null,
    total integer,
    error text,
    created_at timestamptz(3) not null default statement_timestamp(),
    started_at timestamptz(3),
    finished_at timestamptz(3),
    constraint enrichment_runs_pkey primary key (id),
    constraint enrichment_runs_state_check
      check (state in ('waiting', 'active', 'paused', 'cancelled', 'completed', 'failed'))
  ) with (fillfactor = 80);
  comment on table enrichment_runs is 'Bulk enrichments; written by the ai-worker only';
  comment on column enrichment_runs.total is 'Null until all of its findings are listed';
  create index enrichment_runs_created_at_idx on enrichment_runs (created_at desc, id desc);

  create table enrichment_run_items (
    run_id text not null,
    finding_id bigint not null,
    state text not null,
    code text,
    reason text,
    updated_at timestamptz(3),
    constraint enrichment_run_items_pkey primary key (run_id, finding_id),
    constraint enrichment_run_items_run_id_fkey foreign key (run_id) references enrichment_runs (id) on delete cascade,
    constraint enrichment_run_items_state_check
      check (state in ('pending', 'queued', 'model', 'cache', 'heuristic', 'missing', 'failed', 'cancelled'))
  ) with (fillfactor = 80);
  comment on table enrichment_run_items is 'What became of each finding of a bulk enrichment; written by the ai-worker only';
  -- What is left to do, and the results of one kind, in the order of the answer.
  create index enrichment_run_items_state_idx on enrichment_run_items (run_id, state, finding_id desc);
  -- A finding that is done is done in every run that waits for it.
  create index enrichment_run_items_open_idx on enrichment_run_items (finding_id) where state in ('pending', 'queued');
`;

const RATINGS = `
  create table enrichment_ratings (
    id bigint generated always as identity,
    finding_id bigint not null,
    exchange_id bigint,
    verdict text not null,
    comment text,
    expected_score smallint,
    enrichment jsonb not null,
    created_at timestamptz(3) not null default statement_timestamp(),
    constraint enrichment_ratings_pkey primary key (id),
    constraint enrichment_ratings_verdict_check check (verdict in ('useful', 'wrong')),
    constraint enrichment_ratings_expected_score_check check (expected_score between 0 and 100)
  );
  comment on table enrichment_ratings is 'What people thought of enrichments; written by the gateway only';
  comment on column enrichment_ratings.enrichment is 'The enrichment as it was when it was rated';
  create index enrichment_ratings_finding_id_idx on enrichment_ratings (finding_id, id desc);
  -- An answer that somebody found wrong is not used again.
  create index enrichment_ratings_wrong_idx on enrichment_ratings (exchange_id) where verdict = 'wrong';
`;

/** Tables for enrichment by a language model. */
export class AiEnrichment implements MigrationInterface {
  readonly name = 'ai-enrichment-0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [EXCHANGES, BUDGETS, ENRICHMENTS, RUNS, RATINGS]) await runner.query(statements);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
