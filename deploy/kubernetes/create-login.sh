#!/bin/sh
# Run by the image of PostgreSQL when it makes a database: services of a first start log in before migrations have run, and
# wait then. Afterwards migrations keep the password of this role up to date.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v password="$(cat /run/mcm/postgres-app)" <<'SQL'
create role mcm_app login password :'password';
SQL
