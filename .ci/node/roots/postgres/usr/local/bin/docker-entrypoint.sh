#!/usr/bin/env bash
# What the documentation of the official image says: an empty PGDATA is initialized from POSTGRES_* and the files of
# /docker-entrypoint-initdb.d, by a server that listens on no port. A data directory that exists is left as it is.
set -Eeuo pipefail

# from_file NAME DEFAULT: the variable, or the content of the file that NAME_FILE names.
from_file() {
  local file=$1_FILE
  if [[ -n ${!1-} && -n ${!file-} ]]; then
    echo "error: both $1 and $file are set" >&2
    exit 1
  fi
  if [[ -n ${!file-} ]]; then export "$1=$(<"${!file}")"; else export "$1=${!1:-${2-}}"; fi
  unset "$file"
}

initialize() {
  local password_file arguments=()
  eval "arguments=(${POSTGRES_INITDB_ARGS-})"
  [[ -z ${POSTGRES_INITDB_WALDIR-} ]] || arguments+=(--waldir "$POSTGRES_INITDB_WALDIR")
  if [[ -z $POSTGRES_PASSWORD && ${POSTGRES_HOST_AUTH_METHOD-} != trust ]]; then
    echo 'error: the superuser has no password; set POSTGRES_PASSWORD, or POSTGRES_HOST_AUTH_METHOD=trust' >&2
    exit 1
  fi
  password_file=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$password_file"
  initdb --username="$POSTGRES_USER" --pwfile="$password_file" "${arguments[@]}"
  rm "$password_file"
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption)}" >>"$PGDATA/pg_hba.conf"
  sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" "$PGDATA/postgresql.conf"
}

run_init_files() {
  local file sql=(psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc)
  if [[ -z $("${sql[@]}" --dbname postgres -Atc "SELECT 1 FROM pg_database WHERE datname = '$POSTGRES_DB'") ]]; then
    "${sql[@]}" --dbname postgres -c "CREATE DATABASE \"$POSTGRES_DB\""
  fi
  sql+=(--dbname "$POSTGRES_DB")
  for file in /docker-entrypoint-initdb.d/*; do
    echo "$0: $file"
    # shellcheck disable=SC1090 # known only here
    case $file in
      *.sh) if [[ -x $file ]]; then "$file"; else source "$file"; fi ;;
      *.sql) "${sql[@]}" --file "$file" ;;
      *.sql.gz) gunzip -c "$file" | "${sql[@]}" ;;
      *) echo "$0: ignored" ;;
    esac
  done
}

[[ ${1-} != -* ]] || set -- postgres "$@"
if [[ ${1-} == postgres ]]; then
  mkdir -p "$PGDATA"
  if [[ $(id -u) == 0 ]]; then
    chown postgres: "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
  fi
  chmod 700 "$PGDATA" 2>/dev/null || true
  # initdb wants a name for its user.
  if ! getent passwd "$(id -u)" >/dev/null; then
    NSS_WRAPPER_PASSWD=$(mktemp) NSS_WRAPPER_GROUP=$(mktemp)
    echo "postgres:x:$(id -u):$(id -g)::$PGDATA:/bin/false" >"$NSS_WRAPPER_PASSWD"
    echo "postgres:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
    export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP LD_PRELOAD=libnss_wrapper.so
  fi
  if [[ ! -s $PGDATA/PG_VERSION ]]; then
    from_file POSTGRES_USER postgres
    from_file POSTGRES_PASSWORD
    from_file POSTGRES_DB "$POSTGRES_USER"
    from_file POSTGRES_INITDB_ARGS
    initialize
    export PGPASSWORD=$POSTGRES_PASSWORD PGHOST='' PGHOSTADDR=''
    pg_ctl start --wait -o "-c listen_addresses='' -p ${PGPORT:-5432}" >/dev/null
    run_init_files
    pg_ctl stop --wait --mode=fast >/dev/null
    unset PGPASSWORD PGHOST PGHOSTADDR
    echo 'PostgreSQL init process complete; ready for start up.'
  fi
  unset LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
fi
exec "$@"
