#!/bin/bash
# What zone rulings cost, on a private PostgreSQL, as root:
#
#   bench/zones.sh [HOMES [ROUNDS]]        1,000,000 homes, 3 rounds
#
# A city of 20,000 zones (zones_map.sql) is imported by import_zones.  Then, in
# turns, round after round, in one session, without parallel workers and JIT:
#
#   join    which homes are in a zone that permits: what one writes by hand, a
#           join by ST_Covers and a GiST index, blind to edges and to dates
#   one     the same question to ruling_at(), for one profession: with the
#           tolerance at the edges, and the map and the rules of the day
#   all     every home and every profession: permitted_professions()
#
# and the ratios of the medians.  Then the latency of a single ruling.

. "$(dirname "$0")/../tools/lib.sh"

homes=${1:-1000000}
rounds=${2:-3}

# Run psql in the database of the bench.
run_psql() {
    as_postgres "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -d zones "$@"
}

# The latency of one statement over random homes, in milliseconds; the
# argument is pgbench's query mode.
latency() {
    as_postgres "$pg_bin/pgbench" -n -M "$1" -T 5 -f "$work/single.sql" zones 2>&1 |
        sed -n 's/^latency average = \(.*\) ms$/\1/p'
}

need_root
native=$(native_version)
[ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
need_packages $(packages_for "$native")
make_work "$native"
make_prefix
build_install
start_cluster "shared_buffers = 1GB" "max_wal_size = 4GB" "jit = off" "max_parallel_workers_per_gather = 0"

as_postgres "$pg_bin/createdb" zones
run_psql -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" \
    -c "SELECT licence_home.load_rules('amman')" >/dev/null
say "Making $homes homes and 20,000 zones"
run_psql -v homes="$homes" -f "$work/src/bench/zones_map.sql"
say "Measuring, $rounds rounds"
run_psql -v rounds="$rounds" -f "$work/src/bench/zones_measure.sql"

cat >"$work/single.sql" <<'SQL'
\set x random(0, 449999)
\set y random(0, 299999)
SELECT licence_home.zone_ruling('home_baking', ST_SetSRID(ST_MakePoint(35.7 + :x / 1e6, 31.8 + :y / 1e6), 4326), '2030-06-01');
SQL
echo "one ruling: $(latency simple) ms as a plain statement, $(latency prepared) ms prepared"
echo "PostgreSQL $("$pg_bin/pg_config" --version | cut -d' ' -f2), PostGIS $(run_psql -Atc 'SELECT postgis_lib_version()'), $(nproc) processors, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
