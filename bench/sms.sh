#!/bin/bash
# How fast messages leave, on a private PostgreSQL with durable commits, as
# root:
#
#   bench/sms.sh [OPTION...] [PART...]      all parts, if none is named
#
#   rate      the sender against the gateway of t/Gateway.pm, which answers at
#             once and keeps a ledger: one sender, then two at once; and with
#             ten messages to each person in a row
#   peers     in turns with one sender: pg_net, graphile-worker and pg-boss,
#             the same messages to the same gateway
#   slow      a gateway that answers after 100 ms
#   kannel    the real Kannel, in turns with ab -k
#   latency   under pg_cron, from just before a commit until the first byte is
#             at the gateway
#   memory    of the sender's process, over a long queue
#   backlog   a long queue while somebody holds a snapshot, and without
#
#   --messages N       of a round of rate and peers (20000), slow has a fifth
#   --rounds N         (3)
#   --backlog N        messages of backlog and memory (1000000)
#   --hold SECONDS     for which the snapshot is held (600)
#   --minutes N        of latency (3)
#   --pg-net FOLDER    has pg_net.so, pg_net.control and pg_net--VERSION.sql
#   --node-peers FOLDER   has node_modules with graphile-worker, pg-boss and pg;
#                      node must be there
#   --no-promises      say what is not kept, but do not fail for it
#
# A peer that is not given is left out; none is fetched.  Figures are medians,
# with lowest and highest.  A rate is that of the requests in the gateway's
# ledger, from the first to the last, after a check that each message came
# once.

. "$(dirname "$0")/../tools/lib.sh"

all_parts=(rate peers slow kannel latency memory backlog)
messages=20000
rounds=3
backlog=1000000
hold=600
minutes=3
pg_net=
node_peers=
fail=1
connections=64
broken=0     # promises

# ---------------------------------------------------------------------------
# Figures and promises
# ---------------------------------------------------------------------------

# Keep a figure of something.
figure() {
    printf '%s\t%s\n' "$1" "$2" >>"$work/figures"
}

# The median of the figures of something; or, by a second argument, "lowest",
# "highest" or all in a phrase.
median() {
    awk -F'\t' -v what="$1" '$1 == what { print $2 }' "$work/figures" | sort -g |
        awk -v which="${2:-median}" '
            { value[NR] = $1 }
            END {
                half = NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2
                if (which == "lowest") print value[1]
                else if (which == "highest") print value[NR]
                else if (which == "phrase") printf "%.0f (%.0f to %.0f)\n", half, value[1], value[NR]
                else print half
            }'
}

# Calculate.
calc() {
    awk "BEGIN { printf \"%.${2:-2}f\", ($1) }"
}

# A line of the table.
row() {
    printf '  %-52s %s\n' "$1" "$2"
}

# Say whether a promise is kept: what, its value, "least" or "most", the bound.
promise() {
    local verdict=kept
    if ! awk -v value="$2" -v how="$3" -v bound="$4" \
        'BEGIN { exit !(how == "least" ? value + 0 >= bound : value + 0 <= bound) }'; then
        verdict='NOT KEPT'
        broken=$((broken + 1))
    fi
    printf '  %-52s %s, promised: at %s %s: %s\n' "$1" "$2" "$3" "$4" "$verdict"
}

# ---------------------------------------------------------------------------
# The database and the gateway
# ---------------------------------------------------------------------------

# Run psql in the database of the bench.
run_psql() {
    as_postgres "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -d sms "$@"
}

# Have so many messages wait, so many of them to each person.
fill() {
    run_psql -v messages="$1" -v each="${2:-1}" -f "$work/src/bench/sms_fill.sql"
}

# Have them go to a URL, with so many connections.
publish() {
    run_psql -v url="$1" -v connections="$2" -v username="${kannel_user:-none}" -v password="${kannel_password:-none}" \
        -f "$work/src/bench/sms_gateway.sql"
}

gateways=0
gateway_control=

# Start a gateway with a ledger of its own; what it does with each request, if
# it does not answer at once.
start_gateway() {
    local tries
    gateways=$((gateways + 1))
    ledger=$work/gateway.$gateways/ledger
    as_postgres "$work/src/tools/gateway" "$work/gateway.$gateways" short=1 >"$work/gateway.$gateways.url" &
    for ((tries = 0; tries < 100; tries++)); do
        [ ! -s "$work/gateway.$gateways.url" ] || break
        sleep 0.1
    done
    IFS=$'\t' read -r gateway_url gateway_control <"$work/gateway.$gateways.url" || die "the gateway did not start"
    [ -z "${1:-}" ] || tell_gateway "rule?match=.&action=$1"
}

# Give the gateway a command.
tell_gateway() {
    perl -MHTTP::Tiny -e 'HTTP::Tiny->new(proxy => undef)->get(shift)->{success} or exit 1' "$gateway_control/$1"
}

stop_gateway() {
    tell_gateway quit || true
    wait
}

# The rate of a ledger, in messages a second; dies unless it has this many
# messages, each once.  A second argument: so many come at the start at once.
ledger_rate() {
    awk -F'\t' -v expected="$1" -v burst="${2:-1}" '
        NR == 1 { first = $2 }
        { last = $2; accepted += $8; ids += !($5 in seen); seen[$5] }
        END {
            if (NR != expected || accepted != expected || ids != expected) {
                printf "%d requests, %d accepted, %d messages instead of %d\n", NR, accepted, ids, expected > "/dev/stderr"
                exit 1
            }
            printf "%.1f\n", (NR - burst) / (last - first)
        }' "$ledger"
}

# How many requests a ledger has.
ledger_count() {
    wc -l <"$ledger"
}

# Senders at once that send what waits; the microseconds of processor that each
# took, in total, go to $work/cpu.
send_all() {
    local i senders=()
    for ((i = 0; i < $1; i++)); do
        run_psql -At -c "CALL licence_home.send_pending_sms('2 hours', true)" -c \
            "SELECT 10000 * (split_part(s, ' ', 14)::bigint + split_part(s, ' ', 15)::bigint) FROM pg_read_file('/proc/self/stat') AS s" \
            >"$work/cpu.$i" &
        senders+=($!)
    done
    wait "${senders[@]}"
    cat "$work"/cpu.[0-9]* >"$work/cpu"
    rm "$work"/cpu.[0-9]*
}

# What remains of the database's messages, which should be nothing.
check_queue() {
    local left
    left=$(run_psql -Atc "SELECT count(*) FROM licence_home.sms_queue")
    [ "$left" = 0 ] || die "$left messages did not leave"
}

# ---------------------------------------------------------------------------
# rate and peers
# ---------------------------------------------------------------------------

# A round of ours: what it is called, senders, messages to each person.
round_of_ours() {
    fill "$messages" "$3"
    start_gateway
    publish "$gateway_url?id={id}&to={to}&text={text}" "$connections"
    send_all "$2"
    stop_gateway
    check_queue
    figure "$1" "$(ledger_rate "$messages")"
    figure "$1, cpu" "$(awk -v n="$messages" '{ us += $1 } END { print us / n }' "$work/cpu")"
}

# A round of pg_net, whose tables are not logged; all else is its default.
round_of_pg_net() {
    local tries
    fill "$messages"
    run_psql -c "TRUNCATE net.http_request_queue, net._http_response"
    start_gateway
    run_psql -o /dev/null -c "
        SELECT count(net.http_get('$gateway_url', jsonb_build_object('id', message_id, 'to', phone, 'text', body)))
          FROM (SELECT * FROM licence_home.sms_message_text ORDER BY message_id) AS l"
    for ((tries = 0; tries < messages / 10; tries++)); do
        [ "$(run_psql -Atc "SELECT count(*) FROM net._http_response")" -lt "$messages" ] || break
        sleep 1
    done
    stop_gateway
    figure pg_net "$(ledger_rate "$messages")"
}

# A round of a queue in Node.
round_of_node() {
    fill "$messages"
    start_gateway
    as_postgres env NODE_PEERS="$node_peers" PGDATABASE=sms node "$work/src/bench/sms_peers.mjs" "$1" "$gateway_url"
    stop_gateway
    figure "$1" "$(ledger_rate "$messages")"
}

# Which parts are asked for decides who takes turns.
measure_rate() {
    local i peer
    say "Sending $messages messages by each, $rounds rounds"
    for ((i = 0; i < rounds; i++)); do
        round_of_ours one 1 1
        if wants rate; then
            round_of_ours two 2 1
            round_of_ours row 1 10
        fi
        wants peers || continue
        [ -z "$pg_net" ] || round_of_pg_net
        [ -z "$node_peers" ] || for peer in graphile graphile-batch boss; do round_of_node "$peer"; done
    done

    echo "Messages a second, a gateway that answers at once, $connections connections"
    row "send_pending_sms, one sender" "$(median one phrase), $(median 'one, cpu') us of its processor each"
    if wants rate; then
        row "send_pending_sms, two senders" "$(median two phrase), $(median 'two, cpu') us"
        row "... one sender, ten messages to a person in a row" "$(median row phrase), $(median 'row, cpu') us"
        promise "one sender, messages a second" "$(median one)" least 5000
    fi
    wants peers || return 0
    if [ -n "$pg_net" ]; then
        row "pg_net $(run_psql -Atc "SELECT extversion FROM pg_extension WHERE extname = 'pg_net'"), its defaults (batches of 200, unlogged)" "$(median pg_net phrase)"
        promise "... times as fast as pg_net" "$(calc "$(median one) / $(median pg_net)" 1)" least 20
    else
        row "pg_net" "left out: no --pg-net"
    fi
    if [ -z "$node_peers" ]; then
        row "graphile-worker, pg-boss" "left out: no --node-peers"
        return
    fi
    row "graphile-worker, 64 jobs at once" "$(median graphile phrase)"
    row "... and 500 fetched at once, completed in batches" "$(median graphile-batch phrase)"
    row "pg-boss, batches of 2000, 64 requests at once" "$(median boss phrase)"
    for peer in graphile graphile-batch boss; do
        promise "... times as fast as $peer" "$(calc "$(median one) / $(median "$peer")")" least 1
    done
}

# ---------------------------------------------------------------------------
# slow
# ---------------------------------------------------------------------------

measure_slow() {
    local i n=$((messages / 5))
    say "Sending $n messages to a gateway that takes 100 ms, $rounds rounds"
    for ((i = 0; i < rounds; i++)); do
        fill "$n"
        start_gateway d100
        publish "$gateway_url?id={id}&to={to}&text={text}" "$connections"
        send_all 1
        stop_gateway
        check_queue
        figure slow "$(ledger_rate "$n" "$connections")"
    done
    echo "Messages a second, a gateway that answers after 100 ms"
    row "send_pending_sms, $connections connections (640 would be all)" "$(median slow phrase)"
    promise "one sender, messages a second" "$(median slow)" least 600
}

# ---------------------------------------------------------------------------
# kannel
# ---------------------------------------------------------------------------

# Wait until all has gone to the far side, so that nobody meets a full queue.
await_kannel() {
    as_postgres perl -I "$work/src/t" -MKannel -MTime::HiRes=sleep -e '
        my $kannel = Kannel->attach(shift);
        for (1 .. 6000)
        {
            exit 0 if $kannel->admin("status.txt") =~ /sent \d+ \(0 queued\), store size 0/;
            sleep 0.1;
        }
        die "Kannel keeps messages\n"' "$work/kannel"
}

# A round of ab with so many connections, each request the same.
round_of_ab() {
    as_postgres ab -q -k -n "$messages" -c "$1" "$2" >"$work/ab.log" 2>&1 || die "ab failed: $(cat "$work/ab.log")"
    grep -q '^Failed requests: *0$' "$work/ab.log" && ! grep -q '^Non-2xx' "$work/ab.log" ||
        die "Kannel refused something: $(cat "$work/ab.log")"
    figure "ab $1" "$(sed -n 's/^Requests per second: *\([0-9.]*\).*/\1/p' "$work/ab.log")"
    await_kannel
}

# A round of ours against Kannel with so many connections. Its log has no time
# of its own for each request, so the run says when it began and ended.
round_at_kannel() {
    fill "$messages"
    publish "$kannel_url?username={username}&password={password}&from=Amman&to={to}&text={text}&coding={coding}&charset=UTF-8" "$1"
    send_all 1
    check_queue
    figure "kannel $1" "$(run_psql -Atc "
        SELECT (count(*) - 1) / extract(epoch FROM max(recorded_at) - min(claimed_at)) FROM licence_home.sms_attempt WHERE outcome = 'accepted'")"
    figure "kannel $1, cpu" "$(awk -v n="$messages" '{ us += $1 } END { print us / n }' "$work/cpu")"
    await_kannel
}

measure_kannel() {
    local i c url best=0 ours=0 rate
    start_kannel
    url=$kannel_url$(perl -MHTTP::Tiny -e '
        print "?", HTTP::Tiny->new->www_form_urlencode([ username => $ARGV[0], password => $ARGV[1], from => "Amman",
            to => "+962791234567", text => $ARGV[2], coding => 2, charset => "UTF-8" ])' \
        "$kannel_user" "$kannel_password" 'رسوم الطلب A2026-00012345-7: 25.000 د.أ، الفاتورة B2026-00012345، حتى 30/4/2026. أمانة عمان.')
    say "Sending $messages messages through Kannel by each, $rounds rounds"
    for ((i = 0; i < rounds; i++)); do
        for c in 1 4 16 64; do
            round_of_ab "$c" "$url"
            ((c < 16)) || round_at_kannel "$c"
        done
    done
    stop_kannel
    echo "Messages a second through Kannel $(dpkg-query -W -f '${Version}' kannel) (spool, internal delivery reports)"
    for c in 1 4 16 64; do
        row "ab -k -c $c" "$(median "ab $c" phrase)"
        rate=$(median "ab $c")
        best=$(calc "$rate > $best ? $rate : $best" 1)
    done
    for c in 16 64; do
        row "send_pending_sms, $c connections" "$(median "kannel $c" phrase), $(median "kannel $c, cpu") us of its processor each"
        rate=$(median "kannel $c")
        ours=$(calc "$rate > $ours ? $rate : $ours" 1)
    done
    promise "the best of ours to the best of ab, percent" "$(calc "100 * $ours / $best" 1)" least 75
}

# ---------------------------------------------------------------------------
# latency
# ---------------------------------------------------------------------------

measure_latency() {
    local tries
    say "Owing messages one by one for $minutes minutes, under pg_cron"
    fill 0
    start_gateway
    publish "$gateway_url?id={id}&to={to}&text={text}" "$connections"
    run_psql -c "SET client_min_messages = warning" -c "CREATE EXTENSION IF NOT EXISTS pg_cron" \
        -c "DROP ROLE IF EXISTS robot" -c "CREATE ROLE robot LOGIN IN ROLE licence_home_sender" \
        -c "SELECT licence_home.schedule_jobs('robot')" -o /dev/null
    for ((tries = 0; tries < 70; tries++)); do
        [ "$(run_psql -Atc "SELECT count(*) FROM licence_home.sms_run")" = 0 ] || break
        sleep 1
    done
    run_psql -v span="$minutes minutes" -f "$work/src/bench/sms_trickle.sql"
    for ((tries = 0; tries < 70; tries++)); do
        [ "$(run_psql -Atc "SELECT count(*) FROM licence_home.sms_queue")" != 0 ] || break
        sleep 1
    done
    row "runs of the job" "$(run_psql -Atc "SELECT count(*) FROM licence_home.sms_run")" >"$work/runs"
    run_psql -o /dev/null -c "SELECT licence_home.unschedule_jobs()" \
        -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%'"
    stop_gateway
    run_psql -At -F $'\t' -c "SELECT * FROM bench.owed" >"$work/owed"
    awk -F'\t' '
        FILENAME == ARGV[1] { owed[$1] = $2; n++; next }
        $5 in owed && !($5 in seen) { seen[$5]; found++; printf "latency\t%.1f\n", 1000 * ($2 - owed[$5]) }
        END { if (found != n) { print n - found " messages did not come" > "/dev/stderr"; exit 1 } }' \
        "$work/owed" "$ledger" >>"$work/figures" || die "messages were lost"

    echo "Milliseconds from just before a commit until the first byte is at the gateway, under pg_cron"
    cat "$work/runs"
    row "messages" "$(wc -l <"$work/owed")"
    row "half of them within" "$(median latency | xargs printf '%.0f')"
    row "99 of 100 within" "$(percentile latency 99)"
    row "all within" "$(median latency highest | xargs printf '%.0f')"
    promise "99 of 100 within milliseconds" "$(percentile latency 99)" most 1100
}

# A percentile of the figures of something.
percentile() {
    awk -F'\t' -v what="$1" '$1 == what { print $2 }' "$work/figures" | sort -g |
        awk -v p="$2" '{ value[NR] = $1 } END { i = int(NR * p / 100 + 0.999999); printf "%.0f\n", value[i] }'
}

# ---------------------------------------------------------------------------
# memory
# ---------------------------------------------------------------------------

# The process of the one sender that runs, or nothing.
sender_process() {
    run_psql -Atc "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%' LIMIT 1"
}

measure_memory() {
    local pid='' tries sender growth
    say "Sending $backlog messages in one run, its memory sampled"
    fill "$backlog"
    start_gateway
    publish "$gateway_url?id={id}&to={to}&text={text}" "$connections"
    send_all 1 &
    sender=$!
    for ((tries = 0; tries < 100; tries++)); do
        pid=$(sender_process)
        [ -z "$pid" ] || break
        sleep 0.1
    done
    : >"$work/memory"
    while kill -0 "$sender" 2>/dev/null; do
        printf '%s\t%s\n' "$(ledger_count)" \
            "$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null)" >>"$work/memory"
        sleep 1
    done
    wait "$sender"
    sender=
    stop_gateway
    check_queue
    echo "Private memory (RssAnon) of the sender's process, kB, over $backlog messages, $(ledger_rate "$backlog") a second"
    awk -F'\t' -v all="$backlog" '
        $2 == "" { next }
        { if ($2 > most) most = $2; end = $2; if (!tenth && $1 >= all / 10) tenth = $2; if (tenth && $2 > later) later = $2 }
        END { printf "  %-52s %d\n  %-52s %d\n  %-52s %d\n", "after a tenth of them", tenth, "at most", most, "at the end", end
              printf "%d\n", later - tenth > growth }' growth="$work/growth" "$work/memory"
    promise "growth after the first tenth, kB" "$(cat "$work/growth")" most 1024
}

# ---------------------------------------------------------------------------
# backlog
# ---------------------------------------------------------------------------

# A run: what it is called, what the gateway does, whether a snapshot is held.
# The sender is called as pg_cron does, one run after another.
round_of_backlog() {
    local end
    fill "$backlog"
    start_gateway "$2"
    publish "$gateway_url?id={id}&to={to}&text={text}" "$connections"
    if [ "$3" = held ]; then
        run_psql -o /dev/null -c "BEGIN ISOLATION LEVEL REPEATABLE READ" \
            -c "SELECT count(*) FROM licence_home.sms_run /* the reader */" -c "SELECT pg_sleep(86400) /* the reader */" 2>/dev/null &
        sleep 1
    fi
    end=$((SECONDS + hold))
    : >"$work/backlog"
    while ((SECONDS < end && $(ledger_count) < backlog)); do
        run_psql -At -F $'\t' -c "CALL licence_home.send_pending_sms(least(interval '61 s', interval '1 s' * $((end - SECONDS))), true)" -c "
            SELECT accepted, 10000 * (split_part(s, ' ', 14)::bigint + split_part(s, ' ', 15)::bigint)
              FROM pg_read_file('/proc/self/stat') AS s, licence_home.sms_run ORDER BY run_id DESC LIMIT 1" >>"$work/backlog"
    done
    run_psql -Atc "
        SELECT format('%s dead rows in the queue, table %s, its indexes %s', n_dead_tup, pg_size_pretty(pg_table_size(relid)),
                   pg_size_pretty(pg_indexes_size(relid)))
          FROM pg_stat_user_tables WHERE relid = 'licence_home.sms_queue'::regclass" >"$work/dead"
    run_psql -o /dev/null -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE query LIKE '%/* the reader */' AND pid <> pg_backend_pid()"
    stop_gateway
    # the rates of the first and the last minute, or third if it is shorter
    awk -F'\t' -v what="$1" '
        { at[NR] = $2 }
        END {
            span = (at[NR] - at[1]) / 3 < 60 ? (at[NR] - at[1]) / 3 : 60
            for (i = 1; i <= NR; i++) { early += at[i] < at[1] + span; late += at[i] > at[NR] - span }
            printf "%s, seconds\t%.0f\n", what, at[NR] - at[1]
            printf "%s, first\t%.1f\n%s, last\t%.1f\n", what, early / span, what, late / span
        }' "$ledger" >>"$work/figures"
    awk -F'\t' -v what="$1" '$1 > 0 { cpu = $2 / $1; if (!n++) first = cpu } END { printf "%s, first cpu\t%.0f\n%s, last cpu\t%.0f\n", what, first, what, cpu }' \
        "$work/backlog" >>"$work/figures"
    row "$1" "$(ledger_count) sent in $(median "$1, seconds") s; $(median "$1, first" | xargs printf '%.0f')/s at first, $(median "$1, last" | xargs printf '%.0f')/s at last; $(median "$1, first cpu") and $(median "$1, last cpu") us of its processor each"
    row "" "$(cat "$work/dead")"
}

measure_backlog() {
    local gateway held ratio
    say "Sending from a queue of $backlog, at most $hold s each time"
    echo "A queue of $backlog; first and last minute (or third); rates a second"
    for gateway in at-once 100-ms; do
        for held in free held; do
            round_of_backlog "$gateway $held" "$([ "$gateway" = at-once ] || echo d100)" "$held"
        done
    done
    for gateway in at-once 100-ms; do
        promise "$gateway: times slower at last with the snapshot" \
            "$(calc "$(median "$gateway free, last") / $(median "$gateway held, last")")" most 2
        promise "$gateway: times the processor, likewise" \
            "$(calc "$(median "$gateway held, last cpu") / $(median "$gateway free, last cpu")")" most 2
    done
}

# ---------------------------------------------------------------------------
# All of it
# ---------------------------------------------------------------------------

parts=()
while (($#)); do
    case $1 in
        --messages) messages=$2; shift ;;
        --rounds) rounds=$2; shift ;;
        --backlog) backlog=$2; shift ;;
        --hold) hold=$2; shift ;;
        --minutes) minutes=$2; shift ;;
        --pg-net) pg_net=$(realpath "$2"); shift ;;
        --node-peers) node_peers=$(realpath "$2"); shift ;;
        --no-promises) fail=0 ;;
        -*) die "unknown option $1: see the head of this script" ;;
        *)
            [[ " ${all_parts[*]} " == *" $1 "* ]] || die "no part is called $1; there are ${all_parts[*]}"
            parts+=("$1")
            ;;
    esac
    shift
done
((${#parts[@]})) || parts=("${all_parts[@]}")

# Is a part asked for?
wants() {
    [[ " ${parts[*]} " == *" $1 "* ]]
}

need_root
[ -z "$node_peers" ] || [ -n "$(type -P node)" ] || die "--node-peers needs node"
native=$(native_version)
[ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
need_packages $(packages_for "$native") $(! wants kannel || echo apache2-utils)
make_work "$native"
make_prefix
if [ -n "$pg_net" ]; then
    install -m 755 "$pg_net/pg_net.so" "$work/usr/lib/postgresql/$version/lib/"
    install -m 644 "$pg_net"/pg_net.control "$pg_net"/pg_net--*.sql "$work/usr/share/postgresql/$version/extension/"
fi
build_install
settings=("shared_buffers = 1GB" "max_wal_size = 8GB")
start_cluster "${settings[@]}" "shared_preload_libraries = 'pg_cron${pg_net:+, pg_net}'" "cron.database_name = 'sms'" \
    ${pg_net:+"pg_net.database_name = 'sms'"}
as_postgres "$pg_bin/createdb" sms
run_psql -o /dev/null -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" \
    -c "SELECT licence_home.arm_sender()"
[ -z "$pg_net" ] || run_psql -o /dev/null -c "CREATE EXTENSION pg_net" -c "SELECT net.wait_until_running()"

echo "$(date -u '+%d %B %Y'); PostgreSQL $("$pg_bin/pg_config" --version | cut -d' ' -f2), libcurl $(pkgconf --modversion libcurl)${node_peers:+, $(NODE_PEERS=$node_peers node "$source_dir/bench/sms_peers.mjs" versions)}"
echo "$(nproc) processors ($(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)), load $(cut -d' ' -f1-3 /proc/loadavg) at the start"
echo "fsync $(run_psql -Atc 'SHOW fsync'), synchronous_commit $(run_psql -Atc 'SHOW synchronous_commit'), ${settings[*]}, else defaults"
echo
! { wants rate || wants peers; } || measure_rate
for part in slow kannel latency memory backlog; do
    ! wants "$part" || "measure_$part"
done
echo
echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end; $broken promises not kept"
((broken == 0 || fail == 0)) || exit 1
