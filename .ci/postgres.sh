# Sets OCTAVUS_TEST_POSTGRES_URL: the server that already answers on the usual port, else one that this script installs and starts.
postgres_url=${OCTAVUS_TEST_POSTGRES_URL:-postgres://postgres@127.0.0.1:5432/postgres}

postgres_answers() {
  command -v psql >/dev/null 2>&1 && psql "$postgres_url" -qtAc 'select 1' >/dev/null 2>&1
}

start_postgres() {
  command -v pg_ctlcluster >/dev/null 2>&1 || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql postgresql-client; }
  local version
  version=$(ls /etc/postgresql | sort -V | tail -n 1)
  # Only loopback may connect without a password, and only for the tests.
  sed -i -E 's#^(host +all +all +(127\.0\.0\.1/32|::1/128) +).*#\1trust#' "/etc/postgresql/$version/main/pg_hba.conf"
  pg_ctlcluster --skip-systemctl-redirect "$version" main restart || pg_ctlcluster --skip-systemctl-redirect "$version" main start
  for _ in $(seq 1 60); do postgres_answers && return; sleep 0.5; done
  echo 'PostgreSQL did not start' >&2
  return 1
}

postgres_answers || start_postgres
export OCTAVUS_TEST_POSTGRES_URL=$postgres_url
