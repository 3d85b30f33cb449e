/** Key of the ConfigMap `postgres-init` that holds what `renderInitSql` returns. */
export const INIT_SQL_KEY = 'init-databases.sql';

/**
 * Key of the ConfigMap `postgres-init` that holds {@link INIT_JOB_SCRIPT}. The server must not see it: the entrypoint
 * of the PostgreSQL image runs every `*.sh` that it finds, and this one would wait for a server that waits for it.
 */
export const INIT_JOB_SCRIPT_KEY = 'apply.sh';

/**
 * POSIX shell script that applies the SQL beside it to a running server, for `sh -eu`. PGHOST, PGPORT, PGUSER and
 * PGPASSWORD say which server. It waits two to five minutes for it, writes no file, and ends with the exit code of psql.
 */
export const INIT_JOB_SCRIPT = `#!/bin/sh
# Applies ${INIT_SQL_KEY} to the server that PGHOST and PGPORT name, as PGUSER with PGPASSWORD.
set -eu

attempts=60
until pg_isready --quiet --timeout=3; do
  attempts=$((attempts - 1))
  if [ "$attempts" -le 0 ]; then
    echo "no PostgreSQL server answers at $PGHOST:$PGPORT" >&2
    exit 1
  fi
  sleep 2
done

export PGCONNECT_TIMEOUT=10
exec psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --dbname=postgres --file="$(dirname "$0")/${INIT_SQL_KEY}"
`;
