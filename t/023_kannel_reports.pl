# Delivery reports from the real Kannel, to which this database is a box, with
# an operator behind it. Every message ends in the status that the operator
# gave it, also when a receiver, the server or bearerbox dies in the middle.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;

use Encode qw(decode encode);
use File::Temp;
use IO::Socket::INET;
use IPC::Run ();
use Kannel;
use Messages;
use Operator;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'Kannel is not installed' unless Kannel->installed;

my $dir      = File::Temp->newdir('kannelXXXX', TMPDIR => 1);
my $operator = Operator->start("$dir");
my $kannel   = Kannel->start("$dir", operator => $operator, reports_to => 'licence_home');

# Also when the test dies; the folder goes last, since it says what runs.
END
{
	local $?;

	# smsbox would look for its bearerbox first.
	$kannel->stop_box('smsbox', 'KILL') if $kannel;
	$kannel->stop                       if $kannel;
	$operator->stop                     if $operator;
	undef $dir;
}

my $node = PostgreSQL::Test::Cluster->new('reports');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;

sub sql
{
	my ($statement, %option) = @_;
	return decode('UTF-8', $node->safe_psql('postgres', encode('UTF-8', $statement), %option));
}

sql('CREATE EXTENSION licence_home CASCADE; CREATE ROLE robot LOGIN IN ROLE licence_home_sender');
my ($url, $username, $password, $port) = ($kannel->url, $kannel->username, $kannel->password, $kannel->box_port);
sql(qq{INSERT INTO licence_home.sms_gateway
    (gateway, method, url, accepted, retry, credentials, valid, source, certainty)
VALUES ('kannel', 'GET', '$url?username={username}&password={password}'
    '&to={to}&text={text}&coding={coding}&charset=UTF-8&dlr-mask=31&dlr-url=http%3A%2F%2Flicence_home%2F{id}',
    '^202 (0: Accepted|3: Queued)', '^(429 |503 Temporal failure)', '^(401 |403 Authorization failed)',
    daterange(licence_home.today(), NULL), 'test', 'unknown');
INSERT INTO licence_home.sms_gateway_credential
VALUES ('kannel', 'username', '$username'), ('kannel', 'password', '$password');
INSERT INTO licence_home.kannel_box (box, port) VALUES ('licence_home', $port)});

# --- messages ---------------------------------------------------------------

my $messages = Messages->new(\&sql);

# Messages are owed, each to a person of its own, and sent; the operator's
# numbers, by text.
my $persons = 0;

sub send_messages
{
	my @texts  = @_;
	my $before = $operator->messages;

	for my $text (@texts)
	{
		my $phone = sprintf '079%07d', ++$persons;
		sql(qq{SET session_replication_role = replica;
            INSERT INTO licence_home.applicant (applicant_id, kind, identity_no, name_ar, phone)
                OVERRIDING SYSTEM VALUE
                VALUES ($persons, 'citizen', lpad('$persons', 10, '9'), 'س', '$phone')});
		$messages->owe(
			{
				applicant_id => $persons,
				phone        => "'$phone'",
				body         => "'$text'",
				parts        => "licence_home.sms_parts('$text')"
			});
	}
	sql("CALL licence_home.send_pending_sms('30 s', true)", extra_params => [ '-U', 'robot' ]);
	my @arrived = $operator->wait_for_messages($before + grep { !/reject/ } @texts);
	return map { $_->{text} => $_->{id} } @arrived;
}

sub status { return sql("SELECT status FROM licence_home.sms_message WHERE body = '$_[0]'") }

# Wait until messages have a status; what they have then.
sub status_becomes
{
	my ($status, @texts) = @_;
	my $list = join ', ', map { "'$_'" } @texts;
	$node->poll_query_until('postgres',
		encode('UTF-8', "SELECT bool_and(status = '$status') FROM licence_home.sms_message WHERE body IN ($list)"));
	return sql("SELECT string_agg(DISTINCT status, ' ') FROM licence_home.sms_message WHERE body IN ($list)");
}

# --- the receiver -----------------------------------------------------------

my ($receiver, $said);

sub start_receiver
{
	my ($run_for) = @_;
	my $in = '';
	$said     = '';
	$receiver = IPC::Run::start(
		[
			'psql', '-XAtq', '-U', 'robot', '-d', $node->connstr('postgres'),
			'-c',   "CALL licence_home.receive_kannel_reports('$run_for')"
		],
		\$in,
		\$said,
		\$said);
}

sub receiver_connected
{
	return $node->poll_query_until('postgres',
		q(SELECT connected_at IS NOT NULL AND trouble IS NULL FROM licence_home.kannel_box));
}

sub end_receiver
{
	sql(q(SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.receive%'));
	eval { $receiver->finish };
}

start_receiver('60 s');
$receiver->finish;
like(
	$said,
	qr/not armed to send SMS, and takes in no reports.*arm_sender/s,
	'a database that is not armed takes in no reports, and says so at once');
sql('SELECT licence_home.arm_sender()');
my ($code, $out, $err) = $node->psql('postgres', 'BEGIN; CALL licence_home.receive_kannel_reports()');
like($err, qr/cannot run inside a transaction block/, 'it is called alone');
start_receiver('300 s');
ok(receiver_connected(), 'the receiver connects to bearerbox');

# --- what the operator says -------------------------------------------------

my $long   = 'طلب ' x 50;
my %number = send_messages(
	'delivered',           'failed', 'expired',       'buffered',
	'buffered, delivered', 'twice',  'late buffered', 'please reject',
	$long);
is(status_becomes('failed', 'please reject'), 'failed', 'a message that the operator refuses has failed');
is(status_becomes('accepted', 'delivered', 'buffered', $long), 'accepted', 'those that it takes are accepted');
is(sql('SELECT count(*) FROM licence_home.sms_delivery_report WHERE status = ' . "'accepted'"),
	8, '... and reported so');

my @parts = grep { $_->{part} } $operator->messages;
is(scalar @parts, sql("SELECT licence_home.sms_parts('$long')"), 'a long message has as many parts as counted');

my @plan = (
	[ 'delivered',           'DELIVRD' ],
	[ 'failed',              'UNDELIV' ],
	[ 'expired',             'EXPIRED' ],
	[ 'buffered',            'ENROUTE' ],
	[ 'buffered, delivered', 'ENROUTE' ],
	[ 'buffered, delivered', 'DELIVRD' ],
	[ 'twice',               'DELIVRD' ],
	[ 'twice',               'DELIVRD' ],
	[ 'late buffered',       'DELIVRD' ],
	[ 'late buffered',       'ENROUTE' ]);
$operator->report($number{ $_->[0] }, $_->[1]) for @plan;
$operator->report('0000dead',         'DELIVRD');
$operator->report($_->{id},           'DELIVRD') for @parts;
is(status_becomes('delivered', 'delivered', 'buffered, delivered', 'twice', 'late buffered', $long),
	'delivered', 'delivered is what was delivered: at once, after a delay, twice, before a late report, in parts');
is(status_becomes('failed', 'failed', 'expired'), 'failed',   'failed is what never arrived');
is(status('buffered'),                            'accepted', 'what is still on its way stays accepted');
cmp_ok(sql('SELECT max(abs(extract(epoch FROM received_at - at))) FROM licence_home.sms_delivery_report'),
	'<', 60, 'a report has the time at which it came to Kannel');
is( sql(q(SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.receive%'
    AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL))),
	0,
	'the receiver waits without a snapshot');

# --- deaths -----------------------------------------------------------------

# The files in which bearerbox keeps what nobody has acknowledged.
sub kept { my @files = glob "$dir/spool/*/*"; return scalar @files }

sub wait_until_kept
{
	my ($n) = @_;
	my $end = time + 15;
	sleep 0.05 until kept() == $n || time > $end;
	return kept();
}

is(wait_until_kept(0), 0, 'bearerbox keeps nothing that was taken in');

my @waiting = map { "waiting $_" } 1 .. 20;
%number = send_messages(@waiting);
end_receiver();
$operator->report($number{$_}, 'DELIVRD') for @waiting[ 0 .. 9 ];
ok($operator->wait_until_reported(scalar(@plan) + 1 + @parts + 10), 'with no receiver, Kannel takes the reports');
cmp_ok(kept(), '>=', 10, '... and keeps them');

$node->stop('immediate');
$operator->report($number{$_}, $_ eq $waiting[19] ? 'UNDELIV' : 'DELIVRD') for @waiting[ 10 .. 14 ];
ok($operator->wait_until_reported(scalar(@plan) + 1 + @parts + 15), '... also while the server is down');
$node->start;
start_receiver('300 s');
is(status_becomes('delivered', @waiting[ 0 .. 14 ]), 'delivered', 'after a crash of the server all are taken in');
is(wait_until_kept(0),                               0,           '... and bearerbox keeps nothing');

# The receiver's connection breaks, and bearerbox comes back with what it kept.
end_receiver();
$operator->report($number{$_}, 'DELIVRD') for @waiting[ 15 .. 17 ];
$operator->wait_until_reported(scalar(@plan) + 1 + @parts + 18);
start_receiver('300 s');
receiver_connected();
status_becomes('delivered', @waiting[ 15 .. 17 ]);
$kannel->stop_box('bearerbox', 'KILL');
$node->poll_query_until('postgres', q(SELECT trouble LIKE '%connect%' FROM licence_home.kannel_box));
$operator->report($number{ $waiting[18] }, 'DELIVRD');
$operator->report($number{ $waiting[19] }, 'UNDELIV');
$kannel->start_box('bearerbox');
ok(receiver_connected(), 'after a crash of bearerbox the receiver connects again by itself');
is(status_becomes('delivered', $waiting[18]), 'delivered', '... and gets what the operator kept');
is(status_becomes('failed',    $waiting[19]), 'failed',    '... whatever it is');

# Both at once, with reports in the spool and others at the operator.
$kannel->stop_box('smsbox', 'KILL');
$kannel->start_box('smsbox');
my @both = map { "both $_" } 1 .. 12;
%number = send_messages(@both);
end_receiver();
$operator->report($number{$_}, 'DELIVRD') for @both[ 0 .. 5 ];
$operator->wait_until_reported(scalar(@plan) + 1 + @parts + 26);
$kannel->stop_box('bearerbox', 'KILL');
$node->stop('immediate');
$operator->report($number{$_}, 'DELIVRD') for @both[ 6 .. 11 ];
$node->start;
start_receiver('300 s');
$kannel->start_box('bearerbox');
is(status_becomes('delivered', @both), 'delivered', 'when both crash, no report is lost');
is(sql('SELECT count(*) FROM licence_home.sms_message WHERE status NOT IN ' . "('delivered', 'failed')"),
	1, 'every message has the status that the operator gave it');
end_receiver();
$node->stop;
done_testing();
