#!/bin/bash
# What the questions of the daily work cost, on a private PostgreSQL, as root:
#
#   bench/work.sh [CASES [ROUNDS]]        1,000,000 cases, 3 rounds
#
# Two databases, of 10,000 cases and of CASES, are loaded with facts
# (caseload_data.sql, work_data.sql) in the city of zones_map.sql.  Each question
# is asked of two hundred cases in one statement, round after round, in turns.  It
# prints the median of the processor's time in the server for one, which other work
# on the machine does not change. It also prints how the large database compares.

. "$(dirname "$0")/../tools/lib.sh"

cases=${1:-1000000}
rounds=${2:-3}

# Run psql in a database of the bench.
run_psql() {
    local database=$1
    shift
    as_postgres "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -d "$database" "$@"
}

# Make a database of so many cases.
load() {
    local database=$1 count=$2
    as_postgres "$pg_bin/createdb" "$database"
    run_psql "$database" -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" \
        -c "SELECT licence_home.load_rules('amman')" >/dev/null
    say "Making $count cases"
    run_psql "$database" -v homes=1 -f "$work/src/bench/zones_map.sql"
    run_psql "$database" -c "SET search_path = licence_home" -c "DROP INDEX applicant_by_name, applicant_by_name_en,
        applicant_by_words, applicant_by_phone, application_by_place"
    run_psql "$database" -v cases="$count" -v odd=0.05 -f "$work/src/bench/caseload_data.sql"
    run_psql "$database" -v cases="$count" -f "$work/src/bench/work_data.sql"
    run_psql "$database" -c "GRANT USAGE ON SCHEMA bench TO bench_clerk" -c "GRANT SELECT ON bench.asked TO bench_clerk"
}

need_root
native=$(native_version)
[ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
need_packages $(packages_for "$native")
make_work "$native"
make_prefix
build_install
# (the kernel counts what a process had of a processor when it waits: not for the disk, after each call)
start_cluster "shared_buffers = 1GB" "max_wal_size = 4GB" "jit = off" "fsync = off"

for role in bench_clerk bench_all bench_half bench_one bench_known bench_two; do
    run_psql postgres -c "CREATE ROLE $role LOGIN" >/dev/null
done
as_postgres "$pg_bin/createdb" roles
run_psql roles -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" \
    -c "GRANT licence_home_clerk TO bench_clerk, bench_all, bench_half, bench_one, bench_known, bench_two; GRANT licence_home_committee TO bench_two"
load small 10000
load large "$cases"
for ((round = 1; round <= rounds; round++)); do
    for database in small large; do
        run_psql "$database" -c "SET client_min_messages = warning" -c "DROP FUNCTION IF EXISTS bench.processor"
        run_psql "$database" -f "$work/src/bench/work_measure.sql" | sed "s/^/$database|/" >>"$work/figures"
        run_psql "$database" -f "$work/src/bench/work_inbox.sql" | sed "s/^/$database|/" >>"$work/figures"
    done
done
printf '%-32s %10s %10s %7s %10s\n' question "10,000" "$cases" ratio "rows each"
awk -F'|' '
    { key = $2; if (!(key in seen)) { seen[key] = 1; order[++n] = key }
      count[$1, key]++; value[$1, key, count[$1, key]] = $3; rows[$1, key] = $4 }
    function median(d, k,    i, j, t, c, v) {
        c = count[d, k]; for (i = 1; i <= c; i++) v[i] = value[d, k, i] + 0
        for (i = 1; i <= c; i++) for (j = i + 1; j <= c; j++) if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
        return v[int((c + 1) / 2)] }
    END { for (i = 1; i <= n; i++) { k = order[i]; s = median("small", k); l = median("large", k)
        printf "%-32s %10.3f %10.3f %7.2f %5s %5s\n", k, s, l, l / s, rows["small", k], rows["large", k] } }' "$work/figures"
echo "PostgreSQL $("$pg_bin/pg_config" --version | cut -d' ' -f2), PostGIS $(run_psql large -Atc 'SELECT postgis_lib_version()'), $(nproc) processors, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
