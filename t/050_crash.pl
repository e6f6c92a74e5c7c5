# A backend is killed, or the server stopped at once, while clients take steps.
# After recovery each step is there with its event, its messages, its invoice
# or licence, or not at all.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $node = PostgreSQL::Test::Cluster->new('crash');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "restart_after_crash = on\nmax_prepared_transactions = 5");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE city');
Cases::prepare($node, 'city');

sub sql { return $node->safe_psql('city', @_) }

# Clients share a few cases, so that they also meet. Each transaction takes one
# step of one, or begins another when it has come to its end.
sql(q{
CREATE TABLE clients_said (outcome text);
CREATE FUNCTION spec.go_on(label text, goal text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN coalesce(spec.state(label) IN (goal, 'issued'), true)
        THEN spec.draft(label, CASE goal WHEN 'issued' THEN 'electronic_marketing' ELSE 'home_baking' END, NULL)::text
        ELSE spec.advance(label, goal) END;
END $$});
my $dir = PostgreSQL::Test::Utils::tempdir;
append_to_file(
	"$dir/step", q{
\set n random(1, 6)
INSERT INTO clients_said
SELECT spec.sqlstate(format('SELECT spec.go_on(%L, %L)', 'case' || :n,
    (ARRAY['issued', 'issued', 'issued', 'approvals_deficient', 'fee_due', 'rejected'])[:n]));
});

# Clients at work.
sub clients
{
	my ($seconds) = @_;
	my $said = '';
	return IPC::Run::start(
		[
			'pgbench', '-n',        '-c', 4,           '-j', 2,           '-T', $seconds,
			'-f',      "$dir/step", '-h', $node->host, '-p', $node->port, 'city'
		],
		'<',
		\undef,
		'>',
		\$said,
		'2>',
		\$said);
}

# What must hold at any time; each query has no row where it does.
my %truths = (
	'the chains of events are whole'          => 'SELECT * FROM licence_home.verify_events()',
	'verify_restore() has no complaint'       => 'SELECT * FROM licence_home.verify_restore()',
	'cases count as many events as there are' => q{
        SELECT sum(events) FROM licence_home.application
        HAVING sum(events) <> (SELECT count(*) FROM licence_home.application_event)},
	'no licence is without its payment, nor paid for without a licence' => q{
        SELECT a.application_no, a.state, l.licence_no, i.invoice_no
        FROM licence_home.application AS a
        LEFT JOIN licence_home.licence AS l USING (application_no)
        LEFT JOIN licence_home.invoice AS i ON i.application_no = a.application_no AND i.cancelled_at IS NULL
            AND i.amount <= (SELECT sum(p.amount) FROM licence_home.payment AS p WHERE p.invoice_no = i.invoice_no)
        WHERE num_nulls(l.licence_no, i.invoice_no, nullif(a.state = 'issued', false)) NOT IN (0, 3)},
	'every bill has its lines, and every case with a fee due its bill' => q{
        SELECT i.invoice_no FROM licence_home.invoice AS i
        WHERE i.amount IS DISTINCT FROM (SELECT sum(amount) FROM licence_home.invoice_line AS l WHERE l.invoice_no = i.invoice_no)
        UNION ALL SELECT NULL FROM licence_home.application AS a
        WHERE a.state IN ('fee_due', 'issued') AND NOT EXISTS (SELECT FROM licence_home.invoice AS i
            WHERE i.application_no = a.application_no AND i.cancelled_at IS NULL)},
	'each event has its messages, once' => q{
        SELECT coalesce(e.event_no, m.event_no), template
        FROM (SELECT e.event_no, unnest(t.messages) AS template
              FROM licence_home.application_event AS e
              JOIN licence_home.application AS a USING (application_no)
              JOIN licence_home.workflow_transition AS t USING (action, from_state, to_state)
              WHERE t.workflow = a.workflow) AS e
        FULL JOIN licence_home.sms_message AS m USING (event_no, template)
        WHERE e.event_no IS NULL OR m.event_no IS NULL
        UNION ALL SELECT event_no, template FROM licence_home.sms_message GROUP BY 1, 2 HAVING count(*) > 1},
	'no case at its end has an inspection pending' => q{
        SELECT a.application_no FROM licence_home.application AS a JOIN licence_home.inspection AS i USING (application_no)
        WHERE i.outcome = 'pending' AND a.state IN ('issued', 'rejected')},

	# (but those of a prepared transaction, which has drawn the number of an event)
	'no lock is left' => q{SELECT * FROM pg_locks WHERE locktype = 'advisory' AND objsubid <> 6});

sub all_is_well
{
	my ($title) = @_;
	subtest $title => sub {
		is(sql($truths{$_}), '', $_) for sort keys %truths;
	};
}

# Whether the clients ended by themselves.
sub finished
{
	my ($clients) = @_;
	$clients->finish;
	return $clients->result == 0;
}

my $events = 0;

sub went_on
{
	my $now = sql('SELECT count(*) FROM licence_home.application_event');
	cmp_ok($now, '>', $events, "steps were taken: $now");
	$events = $now;
}

for my $round (1 .. 3)
{
	my $clients = clients(20);
	$node->poll_query_until('city', "SELECT count(*) > $events + 20 FROM licence_home.application_event")
	  or die 'the clients take no steps';
	sleep(0.1 * $round);

	# in the middle of a step, as far as we can see
	my $pid = '';
	for (1 .. 100)
	{
		$pid = sql(
			q{SELECT pid FROM pg_stat_activity
            WHERE query LIKE '%INSERT INTO clients_said%' AND pid <> pg_backend_pid() AND state = 'active' LIMIT 1});
		last if $pid;
	}
	ok($pid, "kill -9 of backend $pid") && kill 'KILL', $pid;
	ok(!finished($clients), 'the clients lost their connections');
	$node->poll_query_until('postgres', 'SELECT true');
	all_is_well("after kill -9, round $round");
	went_on();
}

# A step that was prepared is a step that is taken later.
sql(q{SELECT spec.ready_for('submit', 'prepared')});
sql(q{BEGIN; SELECT spec.take('submit', 'prepared'); PREPARE TRANSACTION 'step'});

my $clients = clients(20);
$node->poll_query_until('city', "SELECT count(*) > $events + 20 FROM licence_home.application_event")
  or die 'the clients take no steps';
$node->stop('immediate');
ok(!finished($clients), 'the server stopped at once');
$node->start;
all_is_well('after an immediate stop');
went_on();

is(sql(q{SELECT state FROM spec.story('prepared')}), 'draft', 'a prepared step is not taken yet');
is(sql(q{SET lock_timeout = '100ms'; SELECT spec.sqlstate($$SELECT spec.take('withdraw', 'prepared')$$)}),
	'55P03', '... and keeps others from the case');
sql(q{COMMIT PREPARED 'step'});
is( sql(q{SELECT state, actions, messages, whole FROM spec.story('prepared')}),
	'submitted|submit|application_accepted|t',
	'... until it is committed');

ok(finished(clients(2)), 'the clients go on as before');
all_is_well('in the end');
went_on();

# (P0001, LH008: another client has begun a new case under the same label)
is(sql(q{SELECT DISTINCT outcome FROM clients_said WHERE outcome !~ '^(done|40001|40P01|P0001|LH0(01|03|08|09))$'}),
	'', 'whoever was not first got a clear error');
my $licences = sql('SELECT count(*) FROM licence_home.licence');
cmp_ok($licences, '>', 0, "licences were issued: $licences");
$node->command_ok([ 'pg_amcheck', '--install-missing', '--heapallindexed', '-s', 'licence_home', 'city' ],
	'tables and indexes are whole');

$node->stop;
done_testing();
