# Who looks a person up leaves a record, also where the transaction is undone,
# and by whatever statement the question is asked.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('lookups');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', 'max_prepared_transactions = 2');
$node->start;
$node->safe_psql(
	'postgres', "CREATE EXTENSION licence_home CASCADE;
    CREATE ROLE portal LOGIN IN ROLE licence_home_portal;
    INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234501', 'x', '0791234501')"
);

# Statements of the portal's, and what they said.
sub portal
{
	my ($out, $err) = ('', '');
	$node->psql(
		'postgres', join("\n", 'SET SESSION AUTHORIZATION portal;', @_),
		stdout        => \$out,
		stderr        => \$err,
		on_error_stop => 0);
	return "$out$err";
}

my $query =
  q(SELECT count(*) FILTER (WHERE applicant_ids <> '{}') || '|' || count(*) FILTER (WHERE applicant_ids = '{}') FROM licence_home.read_record);
my @before = split /\|/, $node->safe_psql('postgres', $query);

# So many look-ups found the applicant, and nobody, since the last time.
sub recorded
{
	my ($found, $nobody, $name) = @_;
	@before = ($before[0] + $found, $before[1] + $nobody);
	$node->poll_query_until('postgres', $query, "$before[0]|$before[1]");
	is($node->safe_psql('postgres', $query), "$before[0]|$before[1]", $name);
}

my $look = q(SELECT licence_home.find_applicant('citizen', '9871234501'););
my $miss = q(SELECT licence_home.find_applicant('citizen', '9871234502'););
my $insert =
  q(INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '%s', 'y', '0791234502'));
my $same  = sprintf($insert, '9871234501');
my $other = sprintf($insert, '9871234503');

portal('BEGIN;', $look, $miss, 'COMMIT;');
recorded(1, 1, 'a look-up that is committed');
portal('BEGIN;', $look, $miss, 'ROLLBACK;');
recorded(1, 1, 'one that is rolled back');
portal('BEGIN;', $look, 'SELECT 1/0;', 'COMMIT;');
recorded(1, 0, 'one before an error');
portal('SELECT licence_home.find_applicant(\'citizen\', \'9871234501\') / 0;');
recorded(1, 0, 'one in the statement of an error');
portal('BEGIN;', 'SAVEPOINT a;', $look, 'SAVEPOINT b;', $miss, 'RELEASE b;', 'ROLLBACK TO a;', $look, 'COMMIT;');
recorded(2, 1, 'those of a savepoint that is rolled back');
portal('BEGIN;', 'SAVEPOINT a;', $look, 'ROLLBACK TO a;', 'ROLLBACK;');
recorded(1, 0, 'once where both are rolled back');
portal(
	"DO \$\$BEGIN PERFORM licence_home.find_applicant('citizen', '9871234501'); RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN NULL; END\$\$;");
recorded(1, 0, 'one in a block that catches an error');
portal('BEGIN;', ($look) x 300, 'ROLLBACK;');
recorded(300, 0, 'many at once');
portal('BEGIN;', $look, "PREPARE TRANSACTION 'p';", "ROLLBACK PREPARED 'p';");
recorded(1, 0, 'one in a transaction that is prepared and rolled back');
portal($look =~ s/;$//r . ';');
recorded(1, 0, 'one without a transaction block');

# An INSERT answers the same question.
like(portal($same . ';'), qr/applicant_identity_is_unique/, 'an INSERT of who is registered says so');
recorded(1, 0, '... and is recorded as a look-up');
portal("$same ON CONFLICT DO NOTHING;");
recorded(1, 0, '... with ON CONFLICT DO NOTHING');
portal('BEGIN;', "$same ON CONFLICT DO NOTHING;", 'ROLLBACK;');
recorded(1, 0, '... rolled back');
portal('BEGIN;', "$other ON CONFLICT DO NOTHING;", 'ROLLBACK;');
recorded(0, 1, 'an INSERT of who is not registered, rolled back');
portal("$other;");
recorded(0, 0, '... needs no other record than its row');

# A session that is ended.
my $session = Session->new($node->connstr('postgres'), 'SET SESSION AUTHORIZATION portal;');
$session->open;
$session->send("BEGIN; $look");
$session->receive;
$node->safe_psql('postgres', 'SELECT pg_terminate_backend(' . $session->pid . ')');
recorded(1, 0, 'one in a session that is terminated');

# Who looked, and when, is what it was.
is( $node->safe_psql(
		'postgres', "SELECT count(DISTINCT actor), min(actor), bool_and(at BETWEEN now() - interval '1 hour' AND now())
    FROM licence_home.read_record WHERE actor <> current_user"),
	'1|portal|t',
	'it says who looked, and when');

# Who loops has one worker at a time, and loses no record.
portal(map { ('BEGIN;', $look, 'ROLLBACK;') } 1 .. 60);
recorded(60, 0, 'one transaction after the other that is rolled back');

# Workers that cannot go on: there are two in the cluster, and the rest is the log's.
sub workers
{
	my ($count) = @_;
	return $node->poll_query_until(
		'postgres', qq(SELECT count(*) = $count FROM pg_stat_activity
        WHERE backend_type = 'licence_home record writer' AND ($count = 0 OR wait_event_type = 'Lock')));
}

sub logged
{
	my ($from, $pattern) = @_;
	my $log = slurp_file($node->logfile, $from);
	return scalar(() = $log =~ /could not be written.*\n.*DETAIL: .*"actor": "portal".*\n.*HINT: .*$pattern/g);
}

sub wait_logged
{
	my ($from, $pattern, $name) = @_;
	for (1 .. 1200)
	{
		last if logged($from, $pattern);
		select undef, undef, undef, 0.05;
	}
	is(logged($from, $pattern), 1, $name);
}
my $undone  = sprintf($insert, '9871234509');
my $lock    = Session->new($node->connstr('postgres'));
my @portals = map { Session->new($node->connstr('postgres'), 'SET SESSION AUTHORIZATION portal;') } 1 .. 4;
my $size    = -s $node->logfile;
$lock->must('BEGIN; LOCK TABLE licence_home.read_record IN SHARE MODE');
$_->must("BEGIN; $undone; ROLLBACK") for @portals;
workers(2) or die 'not two workers';
is(logged($size, 'As many background workers'), 2,
	'two workers at once in a cluster, whoever asks; more is in the log');
$size = -s $node->logfile;
$portals[0]->must("BEGIN; $undone; ROLLBACK");
is(logged($size, q(this session's last transaction)),
	1, '... and one of a session, which waits for it for a while only');
$size = -s $node->logfile;
is( $node->safe_psql(
		'postgres', q(SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'licence_home record writer' LIMIT 1) AS w)),
	1,
	'a worker is terminated');
wait_logged($size, 'ended before it had written it', '... and its record is in the log');
$lock->must('COMMIT');
recorded(0, 1, 'what could go on is recorded');
workers(0) or die 'workers remain';
$_->must("BEGIN; $undone; ROLLBACK") for @portals[ 2, 3 ];
recorded(0, 2, 'and there are workers again');

# The server stops while a worker waits, and while one is not even begun.
$lock->must('BEGIN; LOCK TABLE licence_home.read_record IN SHARE MODE');
$portals[0]->must("BEGIN; $undone; ROLLBACK");
workers(1) or die 'no worker';
$portals[1]->must("BEGIN; $undone");
$size = -s $node->logfile;
$node->stop('fast');
is(logged($size, ''), 2, 'a server that stops leaves what is not written in the log');
$node->start;
$_->close for $lock, @portals;

# No worker to be had: the record is in the server's log.
$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
$node->restart;
$size = -s $node->logfile;
portal('BEGIN;', $look, $miss, 'ROLLBACK;');
my $log = slurp_file($node->logfile, $size);
like(
	$log,
	qr/could not be written.*\n.*"actor": "portal",.*"applicant_ids": \[1\]/,
	'where no worker can be had the log says who looked for whom');
like($log, qr/"actor": "portal",.*"applicant_ids": \[\]/, '... and who looked for nobody');
portal('BEGIN;', $look, 'COMMIT;');
recorded(1, 0, 'a transaction that is committed needs none');

$node->stop;
done_testing();
