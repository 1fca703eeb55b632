import { CATALOGUE_RULE, columnList, recordsFrom } from '@mcm/persistence';

const COLUMNS = columnList(CATALOGUE_RULE);
const RULES = recordsFrom('$1', 'rule', CATALOGUE_RULE);

/** One row: both numbers that tell whether there is something new. */
export const REVISIONS = `
  select (select revision from rule_catalogue) as rules, (select revision from rule_switch_revision) as overrides`;

export const IN_FORCE = `
  select revision, fingerprint, placeholders, problems,
         coalesce((select json_agg(json_build_object('path', path, 'text', text) order by position) from rule_files),
                  '[]') as files
    from rule_catalogue`;

export const LOCK_STATE = 'select revision, fingerprint from rule_catalogue for update';

/** What new rules ($1) are beside those in force. */
export const CHANGES = `
  with wanted as materialized (
    select id, content_hash, path from jsonb_to_recordset($1::jsonb) as wanted (id text, content_hash text, path text)
  )
  select coalesce(array_agg(w.id order by w.id) filter (where r.id is null), '{}') as added,
         coalesce(array_agg(w.id order by w.id)
                  filter (where w.content_hash <> r.content_hash or w.path <> r.path), '{}') as changed,
         coalesce(array_agg(r.id order by r.id) filter (where w.id is null), '{}') as removed
    from wanted w full join rules r on r.id = w.id`;

/** A text that a rule had before keeps its number. */
export const ADD_VERSIONS = `
  insert into rule_versions (rule_id, version, content_hash, path, source, loaded_at)
  select id, 1 + coalesce((select max(version) from rule_versions v where v.rule_id = rule.id), 0), content_hash, path,
         source, statement_timestamp()
    from ${RULES}
  on conflict (rule_id, content_hash) do nothing`;

export const CLEAR_RULES = 'delete from rules';
export const ADD_RULES = `
  insert into rules (${COLUMNS}, version)
  select ${COLUMNS}, (select version from rule_versions v where v.rule_id = rule.id and v.content_hash = rule.content_hash)
    from ${RULES}`;

export const CLEAR_FILES = 'delete from rule_files';
export const ADD_FILES = `
  insert into rule_files (position, path, text)
  select position, path, text from jsonb_to_recordset($1::jsonb) as file (position integer, path text, text text)`;

export const SET_STATE = `
  update rule_catalogue
     set revision = $1, fingerprint = $2, placeholders = $3, problems = $4, loaded_at = statement_timestamp()`;

export const NOTE_LOAD = `
  insert into rule_loads (outcome, revision, requested_by, reason, rules, problems, at)
  values ($1, $2, $3, $4, $5, $6, statement_timestamp())`;

/** That the files are those in force is worth a note only where something else was said last. */
export const NOTE_UNCHANGED = `
  insert into rule_loads (outcome, revision, requested_by, reason, rules, problems, at)
  select 'unchanged', c.revision, $1, $2, (select count(*) from rules), c.problems, statement_timestamp()
    from rule_catalogue c
   where (select outcome from rule_loads order by id desc limit 1) = 'refused'`;

export const VERSION =
  'select version, path, source from rule_versions where rule_id = $1 and content_hash = $2';
