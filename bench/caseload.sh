#!/bin/bash
# What a verdict and a fee for every case cost, and a verdict with its reasons
# for one, on a private PostgreSQL, as root:
#
#   bench/caseload.sh [CASES [ROUNDS]]        1,000,000 cases, 3 rounds
#
# Cases of fourteen years (caseload_data.sql) in the city of zones_map.sql.
# All ways of asking for all verdicts and fees are first written out and
# compared case by case: a difference ends the bench.  Then, in turns, round
# after round, in one session, without JIT, with parallel workers allowed to
# all and then to none:
#
#   hand   the join that one would write by hand, without any explanation, a
#          case at a time (caseload_join.sql)
#   sets   the same in sets, which workers can share
#   ours   caseload_assessment()
#
# and the ratio of the medians to the faster one by hand; the most private
# memory that the session and its workers need for a tenth of the cases and for
# all; what eligibility() of one case takes, of cases at random; and
# check_workflow() of ten thousand states.

. "$(dirname "$0")/../tools/lib.sh"

cases=${1:-1000000}
rounds=${2:-3}

# Run psql in the database of the bench.
run_psql() {
    as_postgres "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -d caseload "$@"
}

# The private memory of a process and its parallel workers, in kilobytes.
memory_of() {
    local process kilobytes=0 part
    for process in "$1" $(pgrep -f "parallel worker for PID $1 " || true); do
        part=$(sed -n 's/^RssAnon:\s*\([0-9]*\) kB$/\1/p' "/proc/$process/status" 2>/dev/null) || part=
        kilobytes=$((kilobytes + ${part:-0}))
    done
    echo "$kilobytes"
}

# The most memory that asking for the cases up to a day (quoted; NULL: all)
# needs, in megabytes.
peak_memory() {
    local session process now most=0
    run_psql -c "SET licence_home.clock = '2026-07-07 10:00+03'; SET application_name = 'measured';
        SELECT verdict, count(*), sum(fee) FROM licence_home_internal.assessed_caseload(NULL, $1) GROUP BY verdict" >/dev/null &
    session=$!
    while kill -0 "$session" 2>/dev/null; do
        process=$(run_psql -Atc "SELECT pid FROM pg_stat_activity WHERE application_name = 'measured' AND backend_type = 'client backend'")
        [ -z "$process" ] || while kill -0 "$session" 2>/dev/null; do
            now=$(memory_of "$process")
            ((now <= most)) || most=$now
            sleep 0.2
        done
    done
    wait "$session"
    echo $((most / 1024))
}

# What eligibility() of one case takes, over random cases, in milliseconds: in
# pgbench's query mode $1, where $2 makes a value of the number.
latency() {
    cat >"$work/one.sql" <<SQL
\set n random(1, :cases)
SELECT $2 AS one FROM bench.cases WHERE n = :n \gset
SELECT * FROM licence_home.eligibility(:one);
SQL
    as_postgres "$pg_bin/pgbench" -n -r -M "$1" -T 10 -D cases="$cases" -f "$work/one.sql" caseload 2>&1 |
        sed -n 's/^ *\([0-9.]*\) .*eligibility.*$/\1/p'
}

# What it takes in the server alone, in milliseconds: a thousand of them in one
# statement, the second time.
latency_in_server() {
    local query='SELECT count(*) FROM picked CROSS JOIN LATERAL licence_home.eligibility(picked.application_no)'
    run_psql -At -c "CREATE TEMP TABLE picked AS
            SELECT application_no FROM bench.cases WHERE n % ($cases / 1000) = 1" \
        -c '\timing on' -c "$query" -c "$query" |
        sed -n 's/^Time: \([0-9.]*\) ms.*$/\1/p' | awk 'END { printf "%.3f\n", $1 / 1000 }'
}

# What it takes the first time in a session, in milliseconds: the median of 9
# sessions.
first_latency() {
    local n
    for n in 1 2 3 4 5 6 7 8 9; do
        run_psql -At -c '\timing on' -c "SELECT count(*) FROM licence_home.eligibility(
            (SELECT application_no FROM bench.cases WHERE n = $((n * cases / 10))))" |
            sed -n 's/^Time: \([0-9.]*\) ms.*$/\1/p'
    done | sort -g | sed -n 5p
}

need_root
native=$(native_version)
[ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
need_packages $(packages_for "$native")
make_work "$native"
make_prefix
build_install
start_cluster "shared_buffers = 1GB" "max_wal_size = 4GB" "jit = off"

as_postgres "$pg_bin/createdb" caseload
run_psql -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" \
    -c "SELECT licence_home.load_rules('amman')" >/dev/null
say "Making 20,000 zones and $cases cases"
run_psql -v homes=1 -f "$work/src/bench/zones_map.sql"
run_psql -v cases="$cases" -v odd=1 -f "$work/src/bench/caseload_data.sql"
run_psql -f "$work/src/bench/caseload_join.sql"
say "Comparing case by case, then measuring, $rounds rounds"
run_psql -v rounds="$rounds" -f "$work/src/bench/caseload_measure.sql"

day=$(run_psql -Atc "SELECT quote_literal(judged_on) FROM licence_home.application ORDER BY judged_on OFFSET $((cases / 10)) LIMIT 1")
echo "memory: at most $(peak_memory "$day") MB for a tenth of the cases, $(peak_memory NULL) MB for all"
echo "eligibility() of one: $(latency simple "quote_literal(application_no)") ms as a plain statement, $(latency prepared application_no) ms prepared, as a client sees it; $(latency_in_server) ms in the server (promised: under 1); $(first_latency) ms the first time in a session"
run_psql -At -f "$work/src/bench/caseload_workflow.sql"
echo "PostgreSQL $("$pg_bin/pg_config" --version | cut -d' ' -f2), PostGIS $(run_psql -Atc 'SELECT postgis_lib_version()'), $(nproc) processors, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
