# Client programs that people have, each on the same journey (doc/clients/README.md).

use strict;
use warnings;

use FindBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'LICENCE_HOME_CLIENTS=no: the client programs are left out'
  if ($ENV{LICENCE_HOME_CLIENTS} // '') eq 'no';

my $programs = "$FindBin::RealBin/../doc/clients";
my $node     = PostgreSQL::Test::Cluster->new('clients');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', <<'CONF');
listen_addresses = '127.0.0.1'
licence_home.clock = '2026-03-01 10:00:00+03'
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION licence_home CASCADE;
SELECT licence_home.load_rules('amman');
CREATE ROLE portal_login LOGIN IN ROLE licence_home_portal;
CREATE ROLE clerk_login LOGIN IN ROLE licence_home_clerk;
SQL

$ENV{PGHOST}                  = $node->host;
$ENV{PGPORT}                  = $node->port;
$ENV{PGDATABASE}              = 'postgres';
$ENV{SUPERUSER}               = $node->safe_psql('postgres', 'SELECT current_user');
$ENV{PYTHONDONTWRITEBYTECODE} = 1;

# where tools/check has put what comes from npm (tools/lib.sh, need_clients)
$ENV{NODE_PATH} = $ENV{LICENCE_HOME_NODE_MODULES} // "$programs/node_modules";

my $built  = PostgreSQL::Test::Utils::tempdir;
my @libpq  = split ' ', `pkg-config --cflags --libs libpq`;
my $jdbc   = '/usr/share/java/postgresql.jar';
my %client = (
	'libpq' => {
		build => [ 'cc', '-Wall', '-Wextra', '-Werror', '-o', "$built/libpq", "$programs/libpq.c", @libpq ],
		run   => ["$built/libpq"]
	},
	'psycopg 2'  => { run => [ 'python3', "$programs/with_psycopg2.py" ] },
	'psycopg 3'  => { run => [ 'python3', "$programs/with_psycopg3.py" ] },
	'SQLAlchemy' => { run => [ 'python3', "$programs/with_sqlalchemy.py" ] },
	'Django'     => { run => [ 'python3', "$programs/with_django.py" ] },
	'PDO'        => { run => [ 'php',     "$programs/pdo.php" ] },
	'JDBC'       => {
		build => [ 'javac', '-encoding', 'UTF-8', '-cp', $jdbc, '-d', $built, "$programs/Jdbc.java" ],
		run   => [ 'java',  '-XX:TieredStopAtLevel=1', '-Dfile.encoding=UTF-8', '-cp', "$jdbc:$built", 'Jdbc' ]
	},
	'node-postgres' => { run => [ 'node', "$programs/node_postgres.js" ] },
	'PostGraphile'  => { run => [ 'node', "$programs/postgraphile.js" ] },);

my $journey = join "\n", 'registered', 'draft', 'submitted', 'found 1', 'refused 22P02', 'refused LH005 district',
  'reviewed 3',
  'read inspection_scheduled Salma 15';
my $number = 9_871_000_000;

for my $name (sort keys %client)
{
	my ($build, $run) = @{ $client{$name} }{qw(build run)};
	my ($out,   $err) = ('', '');
	if ($build && !IPC::Run::run($build, '>', \$out, '2>', \$err))
	{
		fail("$name: its program is built");
		diag("$out$err");
		next;
	}
	IPC::Run::run([ @$run, ++$number ], '<', \undef, '>', \$out, '2>', \$err);
	$out = join "\n", map { s/\s+$//r } split /\n/, $out;
	is($out, $journey, "$name: register, draft, submit, find, meet errors, review, read back")
	  or diag($err);
}

# A whole life, by an interface that was generated from the schema of make_api().
$node->safe_psql('postgres', <<'SQL');
SELECT count(*) FROM licence_home.make_api();
CREATE ROLE inspector_login LOGIN IN ROLE licence_home_inspector;
CREATE ROLE committee_login LOGIN IN ROLE licence_home_committee;
CREATE ROLE cashier_login LOGIN IN ROLE licence_home_cashier;
SQL
my ($said, $complaints) = ('', '');
IPC::Run::run([ 'node', "$programs/postgraphile_api.js", ++$number ], '<', \undef, '>', \$said, '2>', \$complaints);
is($said, <<'LINES', 'PostGraphile over licence_home_api: a case from its draft to its licence') or diag($complaints);
draft 1
refused 40001
submitted
inspection_scheduled
committee_review
fee_due
issued L9999-99999999-9 true true
inspection passed true false false
LINES

# A mapper reads all columns of what it knows: nothing that a role sees there is refused for one of them.
my $person =
  $node->safe_psql('postgres', "SELECT min(applicant_id) FROM licence_home.application WHERE state = 'issued'");
my @logins = map { "${_}_login" } qw(portal clerk inspector committee cashier);
($said, $complaints) = ('', '');
IPC::Run::run([ 'python3', "$programs/with_sqlalchemy_api.py", $person, @logins ],
	'<', \undef, '>', \$said, '2>', \$complaints);
is( $said,
	"portal_login inspections 1\n" . join('', map { "$_ refused\n" } @logins),
	'SQLAlchemy over licence_home_api: each role reads every column of every view of its own') or diag($complaints);
is( $node->safe_psql(
		'postgres',
		q{SELECT max(length(relname)) <= 40, max(CASE WHEN relname ~ '_for_' THEN relname ~ '_and_' END::integer)
        FROM pg_class WHERE relnamespace = 'licence_home_api'::regnamespace}),
	't|0',
	'no name is long, and none has a list of roles');
is( $node->safe_psql(
		'postgres', q{SELECT string_agg(kind || ' ' || name, ', ' ORDER BY kind) FROM licence_home.make_api()
        WHERE name IN ('application', 'perform', 'amman_fees')}),
	'function perform, view application',
	'the schema can be made anew');
for my $own ('CREATE VIEW mine AS SELECT state FROM licence_home_api.application',
	'CREATE TABLE licence_home_api.mine (a integer)')
{
	my (undef, undef, $refusal) = $node->psql(
		'postgres',
		"\\set VERBOSITY verbose\nBEGIN; $own; SELECT count(*) FROM licence_home.make_api()",
		on_error_stop => 1);
	like($refusal, qr/2BP01.*mine/s, "... and takes nothing of anybody's with it: $own");
}

# Who listens hears of an event by its number, once it has committed, and only where the setting says so.
my $recall = q{SET ROLE licence_home_clerk;
    SELECT licence_home.perform((SELECT min(application_no) FROM licence_home.application WHERE state = 'inspection_scheduled'),
        'recall', 'asked for another day')};
like(
	$node->safe_psql(
		'postgres',
		"LISTEN licence_home_event; SET licence_home.notify = on; BEGIN; $recall; ROLLBACK; SELECT 'nothing'"),
	qr/\Asubmitted\nnothing\z/,
	'an event that was undone is not told');
like(
	$node->safe_psql('postgres', "LISTEN licence_home_event; SET licence_home.notify = on; BEGIN; $recall; COMMIT"),
	qr/notification "licence_home_event" with payload "\d+"/,
	'an event that was committed is told by its number');

# What they left is whole, and no statement of theirs was odd to the server.
is( $node->safe_psql(
		'postgres',
		"SELECT count(*), count(DISTINCT home), min(state), max(state) FROM licence_home.application WHERE state <> 'issued'"
	),
	keys(%client) . '|1|inspection_scheduled|submitted',
	'every journey has its case');
is($node->safe_psql('postgres', 'SELECT count(*) FROM licence_home.verify_events()'),
	'0', 'every chain of events is whole');

done_testing();
