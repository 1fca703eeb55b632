// Why: rules are managed over the API: what is in force, as texts and as rows; who switched what; how often each found
// something; up to when it is known that nothing is missing.
// May the old process keep running: yes, but findings that it writes from now on are missing in rule_hits.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const CATALOGUE = `
  create table rule_catalogue (
    id smallint not null default 1,
    revision bigint not null,
    fingerprint text not null,
    placeholders jsonb not null,
    problems jsonb not null,
    loaded_at timestamptz(3) not null,
    constraint rule_catalogue_pkey primary key (id),
    constraint rule_catalogue_single_check check (id = 1)
  );
  comment on table rule_catalogue is 'The set of rules in force, one row; written by the rules service only';
  comment on column rule_catalogue.revision is 'Grows by one with every set that comes into force';
  comment on column rule_catalogue.fingerprint is 'Hash of all files and placeholders';
  insert into rule_catalogue (revision, fingerprint, placeholders, problems, loaded_at)
  values (0, '', '{}', '[]', 'epoch');

  create table rule_files (
    position integer not null,
    path text not null,
    text text not null,
    constraint rule_files_pkey primary key (position)
  );
  comment on table rule_files is 'The files of the set in force as they were read; written by the rules service only';

  create table rules (
    id text not null,
    name text not null,
    title text not null,
    kind text not null,
    level text not null,
    status text,
    description text,
    pack text not null,
    path text not null,
    line integer not null,
    content_hash text not null,
    version integer not null,
    silent boolean not null,
    tags text[] not null,
    tests integer not null,
    logsource jsonb,
    correlation jsonb,
    rule_references text[] not null,
    controls jsonb not null,
    runbook text,
    metadata jsonb not null,
    problems jsonb not null,
    source text not null,
    constraint rules_pkey primary key (id),
    constraint rules_kind_check check (kind in ('event', 'correlation', 'filter'))
  );
  comment on table rules is 'The rules of the set in force; written by the rules service only';
  comment on column rules.silent is 'Raises no findings of its own: other rules are made of it';
  comment on column rules.version is 'Number of its text among all texts that the rule has had';

  create table rule_versions (
    rule_id text not null,
    version integer not null,
    content_hash text not null,
    path text not null,
    source text not null,
    loaded_at timestamptz(3) not null,
    constraint rule_versions_pkey primary key (rule_id, version),
    constraint rule_versions_content_hash_key unique (rule_id, content_hash)
  );
  comment on table rule_versions is 'Every text that a rule has had, so that a finding can be explained by the one that raised it; written by the rules service only';

  create table rule_loads (
    id bigint generated always as identity,
    outcome text not null,
    revision bigint not null,
    requested_by text,
    reason text,
    rules integer not null,
    problems jsonb not null,
    at timestamptz(3) not null,
    constraint rule_loads_pkey primary key (id),
    constraint rule_loads_outcome_check check (outcome in ('replaced', 'unchanged', 'refused'))
  );
  comment on table rule_loads is 'What came of reading the rules from disk; written by the rules service only';
`;

const HITS = `
  create table rule_hits (
    rule_id text not null,
    hits bigint not null,
    last_hit timestamptz(3) not null,
    constraint rule_hits_pkey primary key (rule_id)
  ) with (fillfactor = 50);
  comment on table rule_hits is 'Findings per rule; changes in the transaction of the findings';
  insert into rule_hits (rule_id, hits, last_hit)
  select rule_id, count(*), max(updated_at) from findings group by rule_id;

  create table rule_clock (
    id smallint not null default 1,
    evaluated_to timestamptz(3),
    constraint rule_clock_pkey primary key (id),
    constraint rule_clock_single_check check (id = 1)
  );
  comment on table rule_clock is 'One row; written by the rules service only';
  comment on column rule_clock.evaluated_to is 'What was found missing up to this arrival time has become findings';
  insert into rule_clock default values;
`;

const SWITCHES = `
  create table rule_switches (
    rule_id text not null,
    enabled boolean not null,
    level text,
    revision bigint not null,
    constraint rule_switches_pkey primary key (rule_id),
    constraint rule_switches_level_check
      check (level in ('informational', 'low', 'medium', 'high', 'critical'))
  );
  comment on table rule_switches is 'What people changed about rules; written by the gateway only';
  comment on column rule_switches.level is 'Takes the place of the level in the rule; null leaves that';
  comment on column rule_switches.revision is 'Number of the change that made it so';

  create table rule_switch_changes (
    revision bigint not null,
    rule_id text not null,
    enabled boolean not null,
    level text,
    changed_by text,
    reason text,
    at timestamptz(3) not null,
    constraint rule_switch_changes_pkey primary key (revision)
  );
  create index rule_switch_changes_rule_idx on rule_switch_changes (rule_id, revision desc);
  comment on table rule_switch_changes is 'Every change of a switch: the state after it, who, when and why; written by the gateway only';

  create table rule_switch_revision (
    id smallint not null default 1,
    revision bigint not null default 0,
    constraint rule_switch_revision_pkey primary key (id),
    constraint rule_switch_revision_single_check check (id = 1)
  );
  comment on table rule_switch_revision is 'One row, locked by every change, so that whoever reads a revision has seen all changes up to it; written by the gateway only';
  insert into rule_switch_revision default values;
`;

/** Creates the tables of the rules and what people switch about them. */
export class Rules implements MigrationInterface {
  readonly name = 'rules-0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [CATALOGUE, HITS, SWITCHES]) await runner.query(statements);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
