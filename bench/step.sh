#!/bin/bash
# What a guarded step costs, on a private PostgreSQL, as root:
#
#   bench/step.sh [STEPS [ROUNDS]]        4,000 steps a round, 3 rounds
#
# The step is schedule_inspection, the documents reviewed and the appointment
# made: a transition with its role, its preconditions, its event with a hash,
# its deadline and its message.  The cases come to it by ordinary steps
# (step_data.sql).  In turns, round after round, two clients of pgbench,
# prepared statements, synchronous_commit off:
#
#   hand      one hand-written statement (step_hand.sql) that writes the same rows
#             into copies of the same tables and checks nothing.  The copies have
#             the same rows, indexes and CHECKs, and neither triggers nor foreign
#             keys; the values are at hand, nothing is looked up
#   update    UPDATE application SET state = ..., as a clerk
#   perform   SELECT perform(..., 'schedule_inspection'), as a clerk
#
# and the ratios of the medians, of the rates and of the processor time that the
# server's sessions took, which other work on the machine moves less.  Unless
# every step added one row to each table, by hand as by us, the bench ends with
# an error.  The first steps of each session, which plan its queries, are among
# those measured.  Last, the processor time of bringing a case there.  (Where a
# step's time goes, bench/each_step.sh says.)

. "$(dirname "$0")/../tools/lib.sh"

steps=${1:-4000}
rounds=${2:-3}
clients=2
each=$((steps / clients))
steps=$((each * clients))
cases=$((2 * steps * rounds))    # update and perform take half of them each

# What a step writes, and what the tables are called.
written=(application application_event case_deadline sms_message_text sms_queue)

# Run psql in the database of the bench.
run_psql() {
    as_postgres "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -d step "$@"
}

# The processor time of the sessions that have ended, in microseconds.
ended_cpu() {
    sed 's/.*) //' "/proc/$(head -n 1 "$work/data/postmaster.pid")/stat" |
        awk -v tick="$(getconf CLK_TCK)" '{ printf "%.0f\n", ($14 + $15) * 1e6 / tick }'
}

# A round: the way, the first case, the user.
measure() {
    local rate before
    before=$(ended_cpu)
    rate=$(as_postgres "$pg_bin/pgbench" -n -M prepared -c "$clients" -j "$clients" -t "$each" -U "$3" \
        -D i=0 -D first="$2" -D each="$each" -f "$work/$1.sql" step 2>"$work/pgbench.log" |
        sed -n 's/^tps = \([0-9.]*\) .*/\1/p') || true
    if [ -z "$rate" ] || [ -s "$work/pgbench.log" ]; then
        die "pgbench failed: $(head -n 5 "$work/pgbench.log")"
    fi
    sleep 1    # until the server has seen its sessions end
    printf '%s\t%s\n%s, cpu\t%s\n' "$1" "$rate" "$1" "$((($(ended_cpu) - before) / steps))" >>"$work/figures"
}

# The median of the figures of something, with lowest and highest.
median() {
    awk -F'\t' -v what="$1" '$1 == what { print $2 }' "$work/figures" | sort -g | awk '
        { value[NR] = $1 }
        END { printf "%.0f (%.0f to %.0f)\n", NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2, value[1], value[NR] }'
}

# The ratio of the medians of two things.
ratio() {
    awk "BEGIN { printf \"%.2f\", $(median "$1" | cut -d' ' -f1) / $(median "$2" | cut -d' ' -f1) }"
}

# A line of the table.
row() {
    printf '  %-9s %s a second%s, %s us of processor each%s\n' "$1" "$(median "$1")" "${2:+, $(ratio "$1" hand) of hand}" \
        "$(median "$1, cpu")" "${2:+, $(ratio "hand, cpu" "$1, cpu")}"
}

((steps * rounds > 1000)) || die "that is too little to measure"
need_root
native=$(native_version)
[ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
need_packages $(packages_for "$native")
make_work "$native"
make_prefix
build_install
settings=("shared_buffers = 1GB" "max_wal_size = 4GB" "synchronous_commit = off" "autovacuum = off")
start_cluster "${settings[@]}" "jit = off" "licence_home.clock = '2026-03-01 10:00+03'"

as_postgres "$pg_bin/createdb" step
run_psql -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" \
    -c "SELECT licence_home.load_rules('amman')" >/dev/null
run_psql -f "$work/src/bench/step_data.sql"
say "Making $cases cases, each submitted, reviewed and with an appointment"
before=$(ended_cpu)
# (sessions that begin while tables are small keep plans for small tables)
run_psql -c "CALL bench.make_cases(1, 1000)"
run_psql -c "VACUUM ANALYZE"
run_psql -c "CALL bench.make_cases(1001, $((cases / 2)))" &
maker=$!
run_psql -c "CALL bench.make_cases($((cases / 2 + 1)), $cases)"
wait "$maker"
sleep 1
made=$((($(ended_cpu) - before) / cases))
run_psql -c "DO \$\$ BEGIN ASSERT (SELECT count(*) FROM licence_home.application AS a
    JOIN generate_series(1, $cases) AS n ON a.application_no = licence_home.application_no_make(2026, n)) = $cases,
    'the cases are numbered otherwise'; END \$\$"
for table in "${written[@]}"; do
    run_psql -c "CALL bench.copy_table('$table')"
done
run_psql -c "VACUUM ANALYZE" -c "CHECKPOINT"

for way in hand update perform; do
    {
        printf '%s\n' '\set i :i + 1' '\set n :first + :client_id * :each + :i - 1'
        case $way in
            hand) cat "$work/src/bench/step_hand.sql" ;;
            update)
                echo "UPDATE licence_home.application SET state = 'inspection_scheduled'" \
                    "WHERE application_no = licence_home.application_no_make(2026, :n);"
                ;;
            perform)
                echo "SELECT licence_home.perform(licence_home.application_no_make(2026, :n), 'schedule_inspection');"
                ;;
        esac
    } >"$work/$way.sql"
done

say "Measuring, $rounds rounds"
for ((round = 0; round < rounds; round++)); do
    measure hand $((2 * round * steps + 1)) postgres
    measure update $((2 * round * steps + 1)) bench_clerk
    measure perform $(((2 * round + 1) * steps + 1)) bench_clerk
done
for table in "${written[@]}"; do
    run_psql -c "CALL bench.compare_table('$table', $((rounds * steps)), $((2 * rounds * steps)))"
done

echo "Steps of schedule_inspection, $clients clients, $steps steps a round, $rounds rounds"
row hand
row update ratio
row perform ratio
echo "  to make a case, submit it, review its documents and appoint a day: $made us of processor"
echo "$(date -u '+%d %B %Y'); PostgreSQL $("$pg_bin/pg_config" --version | cut -d' ' -f2), ${settings[*]}, $(nproc) processors, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
