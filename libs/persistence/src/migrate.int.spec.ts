import { ADVISORY_LOCKS } from '@mcm/contracts';
import { createEmptyDatabase, type TestDatabase } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { createDataSource } from './data-source.js';
import { assertSchemaIsCurrent, migrate } from './migrate.js';
import { MIGRATIONS } from './migrations/index.js';
import { TABLES } from './tables/index.js';

const NAMES = MIGRATIONS.map((Migration) => new Migration().name);

describe('migrate', () => {
  let database: TestDatabase;
  const opened: DataSource[] = [];
  const open = async () => {
    const dataSource = createDataSource({
      url: database.url,
      poolSize: 1,
      applicationName: 'migrate-test',
      // Shorter than a second process may have to wait for the first.
      statementTimeoutMs: 500,
    });
    opened.push(dataSource);
    return dataSource.initialize();
  };

  beforeEach(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((dataSource) => dataSource.destroy()));
    await database.drop();
  });

  it('creates the schema and names the migrations that ran, once', async () => {
    const dataSource = await open();
    await expect(migrate(dataSource)).resolves.toEqual(NAMES);
    await expect(migrate(dataSource)).resolves.toEqual([]);
  });

  it('lets one process migrate and the others wait for it', async () => {
    const dataSources = await Promise.all(Array.from({ length: 4 }, open));
    const ran = await Promise.all(dataSources.map(migrate));
    expect(ran.flat()).toEqual(NAMES);
    await Promise.all(dataSources.map(assertSchemaIsCurrent));
  });

  it('waits longer for another process than a statement may run otherwise', async () => {
    const [holder, waiter] = [await open(), await open()];
    const session = holder.createQueryRunner();
    await session.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.migrations]);
    const waiting = migrate(waiter);
    // The server itself says when the holder has held the lock for longer than the statement timeout.
    await session.query('set statement_timeout = 0');
    await session.query('select pg_sleep(0.7)');
    await session.query('select pg_advisory_unlock_all()');
    await session.release();
    await expect(waiting).resolves.toEqual(NAMES);
  });

  it('gives its connection back as it was', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    await expect(dataSource.query('select pg_sleep(5)')).rejects.toMatchObject({
      driverError: { code: '57014' },
    });
    await expect(
      dataSource.query(`select count(*)::int as held from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`),
    ).resolves.toEqual([{ held: 0 }]);
  });

  it('leaves nothing behind when it fails, and can run again', async () => {
    const dataSource = await open();
    await dataSource.query('create table dead_letters (in_the_way boolean)');
    await expect(migrate(dataSource)).rejects.toThrow('dead_letters');
    await expect(dataSource.query(`select to_regclass('events') as events`)).resolves.toEqual([
      { events: null },
    ]);
    await dataSource.query('drop table dead_letters');
    await expect(migrate(dataSource)).resolves.toEqual(NAMES);
  });

  it('runs one that came in between later ones, too, which has closed days closed again', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    await dataSource.query(`drop function event_words;
      insert into event_days (day, state, rows) values ('2026-01-01', 'closed', 5)`);
    await dataSource.query(`delete from schema_migrations where name = 'event-words-0000000000014'`);
    await expect(migrate(dataSource)).resolves.toEqual(['event-words-0000000000014']);
    await expect(dataSource.query('select state, rows from event_days')).resolves.toEqual([
      { state: 'open', rows: null },
    ]);
  });

  it('is asked for when the schema is not current', async () => {
    const dataSource = await open();
    await expect(assertSchemaIsCurrent(dataSource)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'PERSISTENCE.SCHEMA_OUTDATED',
      message: expect.stringContaining(NAMES[0]!),
    });
    await migrate(dataSource);
    await expect(assertSchemaIsCurrent(dataSource)).resolves.toBeUndefined();
  });

  it('makes the columns that the lists of columns name', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    const found = await dataSource.query<{ line: string }[]>(
      `select concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) as line
         from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relname = any($1::text[]) and a.attnum > 0 and not a.attisdropped`,
      [Object.keys(TABLES)],
    );
    const named = Object.entries(TABLES).flatMap(([table, columns]) =>
      Object.entries(columns).map(
        ([name, { type, nullable }]) => `${table} ${name} ${type} ${nullable ? 'f' : 't'}`,
      ),
    );
    const asNamed = ({ line }: { line: string }) =>
      line.replace('timestamp(3) with time zone', 'timestamptz(3)').replace(/numeric\(.*?\)/, 'numeric');
    expect(found.map(asNamed).sort()).toEqual(named.sort());
  });

  it('names every constraint and index', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    const names = await dataSource.query<{ name: string }[]>(`
      select indexname as name from pg_indexes where schemaname = 'public' and tablename <> 'schema_migrations'
      union select conname from pg_constraint c join pg_namespace n on n.oid = c.connamespace
       where n.nspname = 'public' and contype <> 'n' and conrelid::regclass::text <> 'schema_migrations'
       order by name`);
    expect(names.map(({ name }) => name)).toEqual([
      'ai_answers_answer_check',
      'ai_answers_exchange_id_fkey',
      'ai_answers_exchange_id_idx',
      'ai_answers_pkey',
      'ai_exchanges_asked_at_brin',
      'ai_exchanges_outcome_check',
      'ai_exchanges_pkey',
      'ai_exchanges_repair_of_fkey',
      'ai_exchanges_repair_of_idx',
      'ai_prompts_pkey',
      'ai_providers_pkey',
      'ai_slots_pkey',
      'ai_usage_minutes_pkey',
      'ai_usage_pkey',
      'api_keys_pkey',
      'archived_runs_ids_check',
      'archived_runs_pkey',
      'dead_letter_days_pkey',
      'dead_letters_failed_at_idx',
      'dead_letters_origin_check',
      'dead_letters_pkey',
      'enrichment_ratings_expected_score_check',
      'enrichment_ratings_finding_id_idx',
      'enrichment_ratings_pkey',
      'enrichment_ratings_verdict_check',
      'enrichment_ratings_wrong_idx',
      'enrichment_run_items_open_idx',
      'enrichment_run_items_pkey',
      'enrichment_run_items_run_id_fkey',
      'enrichment_run_items_state_check',
      'enrichment_run_items_state_idx',
      'enrichment_runs_created_at_idx',
      'enrichment_runs_pkey',
      'enrichment_runs_state_check',
      'event_daily_counts_pkey',
      'event_days_pkey',
      'event_days_state_check',
      'event_type_daily_counts_pkey',
      'events_default_actor_idx',
      'events_default_conflicts_idx',
      'events_default_pkey',
      'events_default_received_at_brin',
      'events_default_timestamp_idx',
      'events_default_uid_key',
      'finding_daily_counts_pkey',
      'finding_daily_counts_severity_check',
      'finding_enrichments_confidence_check',
      'finding_enrichments_exchange_id_fkey',
      'finding_enrichments_exchange_id_idx',
      'finding_enrichments_finding_id_fkey',
      'finding_enrichments_floor_check',
      'finding_enrichments_model_score_check',
      'finding_enrichments_pkey',
      'finding_enrichments_risk_score_check',
      'finding_enrichments_rule_score_check',
      'finding_enrichments_source_check',
      'finding_user_daily_counts_pkey',
      'finding_user_daily_counts_severity_check',
      'findings_actor_created_at_idx',
      'findings_created_at_idx',
      'findings_episode_idx',
      'findings_finding_key_key',
      'findings_group_key_check',
      'findings_kind_check',
      'findings_pkey',
      'findings_rule_name_created_at_idx',
      'findings_seen_check',
      'findings_severity_check',
      'findings_severity_created_at_idx',
      'identities_person_id_fkey',
      'identities_person_id_key',
      'identities_pkey',
      'legal_holds_period_check',
      'legal_holds_pkey',
      'oidc_attempts_expires_at',
      'oidc_attempts_pkey',
      'one_time_links_has_person',
      'one_time_links_kind_known',
      'one_time_links_person_id',
      'one_time_links_person_id_fkey',
      'one_time_links_pkey',
      'one_time_links_token_hash_key',
      'people_email_key',
      'people_pkey',
      'people_role_known',
      'recovery_codes_code_key',
      'recovery_codes_person_id_fkey',
      'recovery_codes_pkey',
      'removed_events_pkey',
      'rule_catalogue_pkey',
      'rule_catalogue_single_check',
      'rule_clock_pkey',
      'rule_clock_single_check',
      'rule_files_pkey',
      'rule_hits_pkey',
      'rule_loads_outcome_check',
      'rule_loads_pkey',
      'rule_skips_pkey',
      'rule_switch_changes_pkey',
      'rule_switch_changes_rule_idx',
      'rule_switch_revision_pkey',
      'rule_switch_revision_single_check',
      'rule_switches_level_check',
      'rule_switches_pkey',
      'rule_versions_content_hash_key',
      'rule_versions_pkey',
      'rules_kind_check',
      'rules_pkey',
      'sessions_expires_at',
      'sessions_person_id',
      'sessions_person_id_fkey',
      'sessions_pkey',
      'sessions_stage_known',
      'sessions_token_hash_key',
      'settings_pending_check',
      'settings_pkey',
      'sign_in_throttle_pkey',
      'signed_deliveries_pkey',
      'signed_deliveries_received_at_idx',
      'storage_maintenance_pkey',
      'storage_maintenance_single_check',
      'untimed_events_pkey',
      'untimed_events_timestamp_brin',
    ]);
  });
});
