# Parallel workers read the clock's setting while other settings are not yet
# restored: they live, and see the same moment as their leader.  The server's
# allocator overwrites what it frees, so that a use after free shows.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

$ENV{MALLOC_PERTURB_} = 170;
my $node = PostgreSQL::Test::Cluster->new('parallel');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;
my $force = $node->safe_psql('postgres',
	"SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')");
$node->safe_psql(
	'postgres', 'CREATE EXTENSION licence_home CASCADE;
    CREATE TABLE many AS SELECT n FROM generate_series(1, 20000) AS n; ANALYZE many');

# Settings of a session that a worker has to make its own.
my $session = "SET timezone = 'America/St_Johns'; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'sql_standard';
    SET timezone_abbreviations = 'Australia'; SET $force = on; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
    SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off;
    SET jit = off;";

# Do workers work, and do they see their leader's moment and setting?
sub seen
{
	my ($clock) = @_;
	my ($result, $out, $err) = $node->psql(
		'postgres', "LOAD 'licence_home'; $session SET licence_home.clock = '$clock';
        BEGIN;
        SET LOCAL timezone = 'UTC';
        SET LOCAL datestyle = 'ISO';
        SET LOCAL $force = off;
        SELECT pg_backend_pid() AS leader, licence_home.now() AS moment, current_setting('licence_home.clock') AS kept \\gset
        SET LOCAL $force = on;
        SELECT bool_and(s.pid <> :leader), bool_and(s.at = :'moment'), bool_and(s.kept = :'kept')
        FROM (SELECT pg_backend_pid() AS pid, licence_home.now() AS at, current_setting('licence_home.clock') AS kept
              FROM many) AS s;
        COMMIT;");
	return $result == 0 ? $out : "$result: $err";
}

# pg_backend_pid() is restricted to the leader: say that it is not, for the test.
$node->safe_psql('postgres', 'ALTER FUNCTION pg_backend_pid() PARALLEL SAFE');

for my $clock (
	'2026-03-01 10:00 UTC',
	'2026-03-01 10:00Z',
	'1 March 2026 10:00 AM EET',
	'2026-03-01 10:00 PM +03',
	'0044-03-01 10:00+00 AD',
	'2026-03-01 10:00+03',
	'2026-03-01 10:00 Asia/Amman',
	'2026-03-01 10:00 EST',
	'+1 day 02:00',
	'-1 day 02:00',
	'-02:30',
	'+90 min')
{
	is(seen($clock), 't|t|t', "workers are at $clock");
}
like(seen('2026-03-01 10:00'), qr/ERROR: .*\n.*no time zone/, 'a moment without a zone is refused');
my ($result, $out, $err) = $node->psql('postgres', "SELECT pg_postmaster_start_time() < now()");
is($out, 't', 'the server is there');
unlike(slurp_file($node->logfile), qr/terminated by signal/, 'and no process of it crashed');

# A clock that is in the configuration is read by every process anew.
$node->append_conf('postgresql.conf', "licence_home.clock = '1 March 2026 10:00 AM UTC'");
$node->reload;
$node->poll_query_until('postgres', "SELECT current_setting('licence_home.clock', true) <> ''");
is( $node->safe_psql(
		'postgres',
		"$session SELECT DISTINCT licence_home.now() AT TIME ZONE 'UTC' = timestamp '2026-03-01 10:00' FROM many"),
	't',
	'also by the configuration of the server');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'licence_home'");
$node->restart;
is( $node->safe_psql(
		'postgres',
		"$session SELECT DISTINCT licence_home.now() AT TIME ZONE 'UTC' = timestamp '2026-03-01 10:00' FROM many"),
	't',
	'and where the library is loaded with the server');

$node->stop;
done_testing();
