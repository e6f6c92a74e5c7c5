# A city to practise on (tools/practice): its cases are taken by real steps, so all
# that proves a register proves this one; and one seed is one city.

use strict;
use warnings;

use FindBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('practice');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;

# Make a city in a database of its own.
sub make_city
{
	my ($database, $seed) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database,  <<'SQL');
SET client_min_messages = warning;
CREATE EXTENSION licence_home CASCADE;
SELECT licence_home.load_rules('amman');
SQL
	$node->command_ok(
		[
			'psql', '-Xq',      '-d', $node->connstr($database),
			'-v',   'cases=25', '-v', "seed=$seed", '-v', 'from_day=2024-11-30', '-v', 'to_day=2026-11-30',
			'-v',   'days=730', '-f', "$FindBin::RealBin/../tools/practice.sql"
		],
		"$database is made");
	return $node->safe_psql($database, <<'SQL');
SELECT string_agg(format('%s %s %s', e.application_no, e.action, e.at), E'\n' ORDER BY e.event_no)
FROM licence_home.application_event AS e
SQL
}

my $life = make_city('city', 7);
isnt($life, '', 'cases were taken');
is(make_city('twin', 7), $life, 'one seed is one city, event by event');

is($node->safe_psql('city', <<'SQL'), "25|t|t|t\n0\n0\n0", 'every case is proven, and every chain whole');
SELECT count(*), count(DISTINCT state) > 4, bool_or(state = 'issued'), max(created_at) - min(created_at) > interval '12 months'
FROM licence_home.application;
SELECT count(*) FROM licence_home.unproven_licences();
SELECT count(*) FROM licence_home.verify_events();
SELECT count(*) FROM licence_home.verify_applicants();
SQL
is($node->safe_psql('city', <<'SQL'), '0', 'nobody acted in the place of another');
SELECT count(*)
FROM licence_home.application_event AS e
WHERE (e.role = 'licence_home_portal') <> (e.actor LIKE 'applicant %')
    AND e.role IN ('licence_home_portal', 'licence_home_clerk', 'licence_home_inspector', 'licence_home_committee')
SQL

done_testing();
