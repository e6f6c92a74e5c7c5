# sms_health.trouble tells what somebody should see to. That is a gateway that
# cannot be used, runs that break off, messages that wait though they could
# go, and messages that expire. A run that finds nothing to send through
# leaves the queue as it was.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use Gateway;
use Messages;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $gateway = Gateway->start(PostgreSQL::Test::Utils::tempdir);
my $node    = PostgreSQL::Test::Cluster->new('health');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;
Cases::prepare($node, 'postgres');

sub sql { return $node->safe_psql('postgres', @_) }

my $messages = Messages->new(\&sql);
my $url      = $gateway->url;

# Call the sender by a clock; what it complained of.
sub send_all
{
	my ($clock) = @_;
	my ($code, $out, $err) = $node->psql('postgres',
		($clock ? "SET licence_home.clock = '$clock';\n" : '') . "CALL licence_home.send_pending_sms('30 s', true);");
	return $err;
}

# What is wrong, by a clock, but for the job that a test has not.
sub trouble
{
	my ($clock) = @_;
	return join '; ', grep { !/no job of pg_cron/ } split /\n/,
	  sql(
		($clock ? "SET licence_home.clock = '$clock'; " : '') . 'SELECT unnest(trouble) FROM licence_home.sms_health');
}

my @ids = map { ($messages->owe({ applicant_id => $_, body => "'plan=ok'" }))[0] } 1 .. 40;
sql('SELECT licence_home.arm_sender()');
is(trouble(), 'no gateway is in force today', 'at first there is no gateway');

# --- a gateway without its credential ---------------------------------------

$messages->gateway(
	url         => "'$url?id={id}&to={to}&text={text}&user={username}'",
	accepted    => "'^200 0: '",
	connections => 4,
	doubt_wait  => "'0'");
like(
	send_all(),
	qr/gateway "faulty" cannot be used: .*unknown placeholder "\{username\}"/,
	'the sender says which credential lacks');
like(trouble(), qr/^a gateway rests: faulty: .*unknown placeholder "\{username\}"/, '... and so does trouble');
my $queue =
  q{SELECT md5(string_agg(concat(message_id, xmin, ctid), ' ' ORDER BY message_id)) FROM licence_home.sms_queue};
my $before = sql($queue);
send_all('+40 s');
send_all('+80 s');
is(sql($queue), $before, 'what a run cannot send it does not rewrite');
is(sql('SELECT count(*) FILTER (WHERE ended_at IS NULL OR broke_off) FROM licence_home.sms_run'),
	0, '... and ends well');
like(trouble('+20 minutes'), qr/40 messages could go and wait, the oldest since/, 'messages that wait are trouble');
unlike(trouble('+10 minutes'), qr/could go/, '... after a quarter of an hour');

# another gateway takes its place
sql(qq{SET session_replication_role = replica;
INSERT INTO licence_home.sms_gateway (gateway, method, url, accepted, priority, valid, source, certainty)
SELECT 'second', method, '$url?id={id}&to={to}&text={text}', accepted, priority - 1, valid, source, certainty
FROM licence_home.sms_gateway; DELETE FROM licence_home.sms_gateway_pause});
like(send_all(), qr/"faulty" cannot be used/, 'of two gateways one cannot be used');
is(sql(q{SELECT count(*) FROM licence_home.sms_status WHERE status = 'accepted'}), 40, '... and the other sends');
like(trouble(), qr/^a gateway rests: faulty/, '... which is trouble still');

# a new credential is tried at once
sql(q{UPDATE licence_home.sms_gateway SET withdrawn_at = licence_home.now() WHERE gateway = 'second'});
sql(q{INSERT INTO licence_home.sms_gateway_credential VALUES ('faulty', 'username', 'city')});
$messages->owe({ applicant_id => 50, body => "'plan=ok'" });
is(send_all(), '', 'with its credential it can be used');
is(trouble(),  '', '... and nothing is wrong');

# --- runs that break off ----------------------------------------------------

for my $times (1, 2)
{
	my $sender = Session->new($node->connstr('postgres'));
	$sender->send("CALL licence_home.send_pending_sms('60 s')");
	$node->poll_query_until('postgres',
		'SELECT count(*) = 1 FROM licence_home.sms_run WHERE ended_at IS NULL AND seen_at <> started_at')
	  or die 'the sender does not run';
	sql("SELECT pg_terminate_backend(@{[ $sender->pid ]}, 10000)");
	$sender->close;
	send_all() if $times == 0;
}

# the next one finds them, and does not end well either
my $sender = Session->new($node->connstr('postgres'));
$sender->send("CALL licence_home.send_pending_sms('60 s')");
$node->poll_query_until('postgres', 'SELECT count(*) = 2 FROM licence_home.sms_run WHERE broke_off');
like(trouble(), qr/runs of the sender break off, 2 since one ended well/, 'runs that break off are trouble');
sql("SELECT pg_terminate_backend(@{[ $sender->pid ]}, 10000)");
$sender->close;
send_all();
is(trouble(), '', '... until one ends well');

# --- daily jobs ---------------------------------------------------------------

sql(q{INSERT INTO licence_home.job_run (job, started_at, ended_at, run_by, done, failed)
    VALUES ('lapse overdue cases', now() - interval '2 hours', now() - interval '1 hour', 'robot', 5, 2)});
like(
	trouble(),
	qr/^daily jobs fail: lapse overdue cases of .*, 2 errors \(job_failure\)$/,
	'a daily job that fails is trouble');
sql(q{INSERT INTO licence_home.job_run (job, started_at, run_by) VALUES ('lapse overdue cases', now() - interval '50 minutes', 'robot')}
);
is(trouble(), '', '... until the next run');
sql(q{UPDATE licence_home.job_run SET started_at = started_at - interval '4 hours'});
like(trouble(), qr/^daily jobs fail: lapse overdue cases of .*, which did not end$/, 'so is one that died');
sql(q{UPDATE licence_home.job_run SET started_at = started_at - interval '1 day', ended_at = now(), failed = 0});
is(trouble(), '', 'one that was never scheduled need not run');
sql(q{UPDATE licence_home.sender_identity SET jobs_since = now() - interval '2 days'});
like(trouble(), qr/lapse_overdue\(\) has not run for a day/, '... but one that was');
sql('CALL licence_home.lapse_overdue()');
is(trouble(), '', '... until it runs');

# check_installation() knows the jobs by the names under which they leave their runs
sql("CALL licence_home.$_()") for qw(tell_moved_deadlines archive_sms erase_due sign_record_heads);
is( sql(    "SELECT string_agg(DISTINCT r.job, ', ' ORDER BY r.job) FROM licence_home.job_run AS r"
		  . " WHERE NOT EXISTS (SELECT FROM licence_home_internal.jobs() AS j WHERE j.run = r.job)"),
	'',
	'no job that runs is unknown to check_installation()');
sql(q{UPDATE licence_home.sender_identity SET jobs_since = NULL});

# --- messages that expire ---------------------------------------------------

sql(q{DELETE FROM licence_home.sms_gateway_credential});
$messages->owe(
	map { { applicant_id => 100 + $_, body => "'plan=ok'", expires_at => "licence_home.now() + interval '1 hour'" } }
	  1 .. 120);
send_all('+2 hours');
like(trouble('+2 hours'), qr/120 messages expired within a day/, 'messages that expire by the hundred are trouble');
unlike(trouble('+2 days'), qr/expired/, '... for a day');
is(sql(q{SET licence_home.clock = '+2 hours'; SELECT expired, expired_1_day, overdue FROM licence_home.sms_health}),
	'120|120|0', '... and are counted');

$node->stop;
$gateway->stop;
done_testing();
