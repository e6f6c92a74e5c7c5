#!/bin/bash
# What reports cost, and whether they are true, in a large city, as root:
#
#   bench/reports.sh [CASES [DAY...]]     1,000,000 cases
#
# A practice city of 500 cases, taken by real steps, is multiplied over five years
# (reports_city.sql), its days are kept, and each report is timed: of the last year,
# and of all time.  Then DuckDB computes every report of each DAY from exported rows,
# and both are compared, cell by cell.

. "$(dirname "$0")/../tools/lib.sh"

cases=${1:-1000000}
shift || true
days=("$@")
today=$(date +%F)
((${#days[@]})) || days=("$today" "$(date -d '-200 days' +%F)" "$(date -d '-2 years' +%F)" "$(date -d '-1100 days' +%F)")

run_psql() {
    as_postgres "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -d city "$@"
}

need_root
native=$(native_version)
[ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
need_packages $(packages_for "$native")
need_clients
make_work "$native"
make_prefix
build_install
start_cluster "shared_buffers = 2GB" "max_wal_size = 8GB" "work_mem = 64MB" "fsync = off" "timezone = 'Asia/Amman'"
as_postgres "$pg_bin/createdb" city
run_psql -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" \
    -c "SELECT licence_home.load_rules('amman')" >/dev/null
say "A city of 500 cases"
from_day=$(date -d "$today - 2 years" +%F)
run_psql -v cases=500 -v seed=1 -v from_day="$from_day" -v to_day="$today" \
    -v days="$((($(date -d "$today" +%s) - $(date -d "$from_day" +%s)) / 86400))" -f "$work/src/tools/practice.sql"
say "$cases cases"
run_psql -v copies="$((cases / 500))" -f "$work/src/bench/reports_city.sql"
say "Keeping the days"
time run_psql -c "CALL licence_home.keep_reports()"
run_psql -c "VACUUM ANALYZE"
run_psql -At -v year="$(date -d '-1 year' +%F)" -f "$work/src/bench/reports_measure.sql"
say "Proving what is kept"
time run_psql -c "SELECT * FROM licence_home.verify_reports()"

say "Every report of ${days[*]} against DuckDB"
mkdir "$work/csv"
chown postgres: "$work/csv"
(cd "$work/csv" && run_psql -f "$work/src/t/duckdb/export.sql")
for day in "${days[@]}"; do
    run_psql -v day="$day" -f "$work/src/t/duckdb/reports.sql"
done | LC_ALL=C sed '/^$/d' >"$work/ours"
node "$work/src/t/duckdb/reports.mjs" "$work/csv" "${days[@]}" >"$work/theirs"
# in one order, each row below its report
for file in ours theirs; do
    awk '/^== / { report = $0; next } { print report "|" $0 }' "$work/$file" | LC_ALL=C sort >"$work/$file.sorted"
done
if diff "$work/ours.sorted" "$work/theirs.sorted"; then
    echo "$(grep -c '^== ' "$work/ours") reports, $(awk -F'|' '{ n += NF - 1 } END { print n }' "$work/ours.sorted") cells: equal"
else
    die "they differ"
fi
echo "PostgreSQL $("$pg_bin/pg_config" --version | cut -d' ' -f2), $(nproc) processors, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
