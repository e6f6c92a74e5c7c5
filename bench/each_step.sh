#!/bin/bash
# What a step of each kind costs, on a private PostgreSQL, as root:
#
#   bench/each_step.sh [ROUNDS]      3 rounds
#
# A case that is ready for its step takes it in a transaction that is rolled
# back, again and again. It does so once in pgbench, prepared, by one client,
# and once in the server alone (each_step_measure.sql), where the processor's time
# is counted, which other work on the machine hardly changes. A line for each
# step: the medians of all rounds.

. "$(dirname "$0")/../tools/lib.sh"

rounds=${1:-3}

# Run psql in the database of the bench.
run_psql() {
    as_postgres "$pg_bin/psql" -X -q -At -v ON_ERROR_STOP=1 -d steps "$@"
}

# The middle of some numbers, one a line.
median() {
    sort -g | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'
}

# The milliseconds of a statement in pgbench, in a transaction that is rolled back.
latency() {
    cat >"$work/step.sql" <<SQL
BEGIN;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
$1;
ROLLBACK;
SQL
    as_postgres "$pg_bin/pgbench" -n -r -M prepared -T 3 -f "$work/step.sql" steps 2>&1 |
        sed -n 's/^ *\([0-9.]*\) .*licence_home\.\(perform\|record\|application\).*$/\1/p'
}

need_root
native=$(native_version)
[ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
need_packages $(packages_for "$native")
make_work "$native"
make_prefix
build_install
start_cluster "jit = off"

as_postgres "$pg_bin/createdb" steps
run_psql -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" \
    -c "SELECT licence_home.load_rules('amman')" -f "$work/src/sql/support.sql" \
    -f "$work/src/bench/each_step_cases.sql" >/dev/null
for ((round = 1; round <= rounds; round++)); do
    while IFS='|' read -r name statement; do
        echo "$name ms $(latency "$statement")"
    done < <(run_psql -c "SELECT name, statement FROM bench.steps ORDER BY position")
    run_psql -f "$work/src/bench/each_step_measure.sql"
done >"$work/figures"
while IFS= read -r name; do
    echo "$name: $(grep "^$name us " "$work/figures" | cut -d' ' -f3 | median) µs of the processor;" \
        "$(grep "^$name ms " "$work/figures" | cut -d' ' -f3 | median) ms in pgbench"
done < <(run_psql -c "SELECT name FROM bench.steps ORDER BY position")
echo "PostgreSQL $("$pg_bin/pg_config" --version | cut -d' ' -f2), $(nproc) processors, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
