# Who is shown a person is recorded, whatever becomes of the reader: a rollback,
# an error, an end by force, a crash of the server.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('reading');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "max_prepared_transactions = 2\nfsync = off");
$node->start;
$node->safe_psql(
	'postgres', q{CREATE EXTENSION licence_home CASCADE; SELECT licence_home.load_rules('amman');
    CREATE ROLE huda LOGIN IN ROLE licence_home_clerk;
    CREATE ROLE sami LOGIN IN ROLE licence_home_inspector;
    INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone)
        SELECT 'citizen', 9871234500 + n, 'x', '0791234501' FROM generate_series(1, 20) AS n;
    INSERT INTO licence_home.application (applicant_id, profession) SELECT applicant_id, 'jams' FROM licence_home.applicant}
);
my @cases = split /\n/, $node->safe_psql('postgres', 'SELECT application_no FROM licence_home.application ORDER BY 1');
my $no    = $cases[0];

# Statements of somebody's, and what they said.
sub as
{
	my ($who, @statements) = @_;
	my ($out, $err)        = ('', '');
	$node->psql(
		'postgres', join("\n", "SET SESSION AUTHORIZATION $who;", @statements),
		stdout        => \$out,
		stderr        => \$err,
		on_error_stop => 0);
	return "$out$err";
}

my $query = q(SELECT count(*) FROM licence_home.read_record WHERE function <> 'INSERT');
my $count = $node->safe_psql('postgres', $query);

sub recorded
{
	my ($more, $name) = @_;
	$count += $more;
	$node->poll_query_until('postgres', $query, $count);
	is($node->safe_psql('postgres', $query), $count, $name);
}

my $read = "SELECT name_ar FROM licence_home.person_of('$no', 'test');";
my $seek = q(SELECT name_ar FROM licence_home.find_person('citizen', '9871234501'););

is(as('huda', $read), 'x', 'a person is shown');
recorded(1, '... and that is recorded');
as('huda', 'BEGIN;', $read, $seek, 'ROLLBACK;');
recorded(2, 'rolled back');
as('huda', 'BEGIN;', $read, 'SELECT 1/0;', 'COMMIT;');
recorded(1, 'before an error');
as('huda', "SELECT applicant_id / 0 FROM licence_home.person_of('$no');");
recorded(1, 'in the statement of an error');
as('huda', 'BEGIN;', 'SAVEPOINT a;', $read, 'SAVEPOINT b;', $seek, 'RELEASE b;', 'ROLLBACK TO a;', $read, 'COMMIT;');
recorded(3, 'in a savepoint that is rolled back');
as( 'huda', "DO \$\$BEGIN PERFORM licence_home.person_of('$no'); RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN NULL; END\$\$;");
recorded(1, 'in a block that catches an error');
is(as('sami', 'BEGIN READ ONLY;', $read, 'COMMIT;'), 'x', 'in a transaction that only reads');
recorded(1, '... which is recorded');
as('sami', 'BEGIN READ ONLY;', $read, 'ROLLBACK;');
recorded(1, '... and rolled back');
as('huda', 'BEGIN;', $read, "PREPARE TRANSACTION 'p';", "ROLLBACK PREPARED 'p';");
recorded(1, 'in a transaction that is prepared and rolled back');
as('huda', 'BEGIN;', 'DECLARE c CURSOR FOR ' . $read, 'FETCH c;', 'ROLLBACK;');
recorded(1, 'by a cursor');
as('huda', 'SET statement_timeout = 100;', "SELECT name_ar, pg_sleep(5) FROM licence_home.person_of('$no');");
recorded(1, 'by a statement that takes too long');
my $parallel =
  $node->safe_psql('postgres', 'SHOW server_version_num') >= 160000 ? 'debug_parallel_query' : 'force_parallel_mode';
as( 'huda',
	"SET $parallel = on;",
	'SET parallel_setup_cost = 0;',
	'SET parallel_tuple_cost = 0;',
	'SET min_parallel_table_scan_size = 0;',
	"SELECT count(*) FROM licence_home.application AS a CROSS JOIN LATERAL licence_home.person_of(a.application_no) AS p;"
);
recorded(20, 'by a query that would go parallel');
my $session = Session->new($node->connstr('postgres'), 'SET SESSION AUTHORIZATION huda;');
$session->open;
$session->send("BEGIN; $read");
$session->receive;
$node->safe_psql('postgres', 'SELECT pg_terminate_backend(' . $session->pid . ')');
recorded(1, 'in a session that is terminated');
$session->close;

# A random day: what pg_stat counts as calls is what is recorded.
$node->safe_psql('postgres', 'ALTER SYSTEM SET track_functions = \'all\'; SELECT pg_reload_conf();');
my $calls =
  q(SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions WHERE funcname IN ('person_of', 'find_person') AND schemaname = 'licence_home');
my $known = $node->safe_psql('postgres', $calls);
my $seed  = $ENV{SEED} // time;
note("SEED=$seed");
srand $seed;
for my $round (1 .. 25)
{
	my @day = ('BEGIN;');
	for (1 .. 1 + rand 12)
	{
		my $case = $cases[ rand @cases ];
		push @day,
		  ( "SELECT name_ar FROM licence_home.person_of('$case');",
			sprintf(q(SELECT name_ar FROM licence_home.find_person('citizen', '%d');), 9871234490 + rand 40),
			'SAVEPOINT s;', 'ROLLBACK TO s;',
			'RELEASE s;')[ rand 5 ];
		$day[-1] = 'SAVEPOINT s;' if $day[-1] =~ /TO s|RELEASE/ && !grep { $_ eq 'SAVEPOINT s;' } @day;
	}
	push @day, ('COMMIT;', 'ROLLBACK;', 'SELECT 1/0; COMMIT;', '')[ rand 4 ];
	my $text = join("\n", "SET SESSION AUTHORIZATION huda;", @day);
	$node->psql('postgres', $text, stdout => \my $out, stderr => \my $err, on_error_stop => 0);
}
$node->poll_query_until('postgres', qq{SELECT ($calls) - $known = ($query) - $count});
my $more = $node->safe_psql('postgres', $calls) - $known;
ok($more > 5, "a random day has $more calls");
recorded($more, '... and nothing is missing');

# What is on the disk before it is shown outlives a crash.
$node->append_conf('postgresql.conf', 'licence_home.read_flush = on');
$node->restart;
$session = Session->new($node->connstr('postgres'), 'SET SESSION AUTHORIZATION huda;');
$session->open;
my $wal = $node->safe_psql('postgres', 'SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
$session->send(qq{BEGIN; SELECT name_ar FROM licence_home.person_of('$cases[7]', 'before the crash')});
$session->receive;
$node->stop('immediate');
my ($dump)  = run_command([ 'pg_waldump', '--rmgr=LogicalMessage', '--path=' . $node->data_dir . '/pg_wal', $wal ]);
my ($bytes) = $dump =~ /licence_home read.*payload \(\d+ bytes\): ([0-9A-F ]+)/;
my $said    = defined $bytes ? join('', map { chr hex } split ' ', $bytes) : $dump;
like(
	$said,
	qr/"login": "huda".*"function": "person_of".*"application_no": "\Q$cases[7]\E".*"why": "before the crash"/,
	'after a crash the WAL has what was read in a transaction that was open');
$node->start;
recorded(0, '... and the table has not');

$node->stop;
done_testing();
