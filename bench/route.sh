#!/bin/bash
# The way of an inspector's day by licence_home, and by pgRouting, on 200 random days:
# how much longer than the shortest each is, and what it takes.  As root:
#
#   bench/route.sh
#
# pgRouting comes from Debian (postgresql-VERSION-pgrouting) into the private folder of
# the bench alone. The product does not need it.

. "$(dirname "$0")/../tools/lib.sh"

need_root
native=$(native_version)
[ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
need_packages $(packages_for "$native")
make_work "$native"
make_prefix
say "Fetching pgRouting"
as_postgres mkdir "$work/pgrouting"
(cd "$work/pgrouting" && apt-get -qq -o APT::Sandbox::User=root download "postgresql-$version-pgrouting" "postgresql-$version-pgrouting-scripts")
for package in "$work"/pgrouting/*.deb; do
    dpkg -x "$package" "$work/pgrouting"
done
for part in "lib/postgresql/$version" "share/postgresql/$version"; do
    cp -r "$work/pgrouting/usr/$part/." "$work/usr/$part/"
done
build_install
start_cluster

run_psql() {
    as_postgres "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -d postgres "$@"
}
run_psql -c "SET client_min_messages = warning" -c "CREATE EXTENSION licence_home CASCADE" -c "CREATE EXTENSION pgrouting"
run_psql -f "$work/src/bench/route.sql" >"$work/ways"
perl "$work/src/bench/route.pl" <"$work/ways"
echo "PostgreSQL $("$pg_bin/pg_config" --version | cut -d' ' -f2), pgRouting $(run_psql -Atc 'SELECT pgr_version()'), $(nproc) processors, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
