# The sender against a gateway that fails on purpose: no message lost, none
# sent twice, none overtaking another to the same person, whatever happens.
# The gateway's ledger is the truth.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Gateway;
use IPC::Run ();
use Messages;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $SECRET = 'T0p+Secret/9';

my $gateway = Gateway->start(PostgreSQL::Test::Utils::tempdir);
my $node    = PostgreSQL::Test::Cluster->new('sender');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "restart_after_crash = on\nlog_statement = ddl");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION licence_home CASCADE');

# A statement's result.
sub sql { return $node->safe_psql('postgres', @_) }

# A message to a person, with a plan for the gateway; its message_id.
my $messages = Messages->new(\&sql);

sub owe
{
	my ($person, $plan, %column) = @_;
	return ($messages->owe({ applicant_id => $person, body => "'plan=$plan'", %column }))[0];
}

# Send all that can go, with the clock moved on.
sub send_all
{
	my ($later) = @_;
	my $clock = $later ? "SET licence_home.clock = '+$later';" : '';
	my ($code, $out, $err) = $node->psql('postgres', "$clock\nCALL licence_home.send_pending_sms('20 s', true);");
	return $err;
}

# The psql of a sender in the background, and its server's process id.
sub sender_in_background
{
	my ($run_for) = @_;
	my ($in, $out, $err) = ('', '', '');
	my $psql = IPC::Run::start(
		[ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', "CALL licence_home.send_pending_sms('$run_for')" ],
		\$in, \$out, \$err);
	return $psql;
}

sub sender_pid
{
	$node->poll_query_until('postgres',
		q(SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%'));
	return sql(q(SELECT pid FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%'));
}

# How often the gateway accepted a message.
sub accepted
{
	my ($id) = @_;
	return scalar grep { $_->{id} == $id } $gateway->ledger;
}

sub status { return sql("SELECT status FROM licence_home.sms_message WHERE message_id = $_[0]") }

# A message's status and how often the gateway accepted it, in one.
sub fate { return status($_[0]) . ' ' . accepted($_[0]) }

# Whether the ledger has each person's messages in the order of their numbers.
sub in_order
{
	my (%last);
	my %person = split /[|\n]/, sql('SELECT message_id, applicant_id FROM licence_home.sms_message');
	for ($gateway->ledger)
	{
		return 0 if ($last{ $person{ $_->{id} } } // 0) > $_->{id};
		$last{ $person{ $_->{id} } } = $_->{id};
	}
	return 1;
}

# --- which database sends --------------------------------------------------

my $early = owe(1, 'ok');
like(send_all(), qr/not armed to send SMS.*arm_sender/s, 'a database that was never armed sends nothing and says so');
sql('SELECT licence_home.arm_sender()');
like(send_all(), qr/no SMS gateway is in force/, 'without a gateway nothing is sent, and it says so');

my $url = $gateway->url;
sql(qq{SET session_replication_role = replica;
INSERT INTO licence_home.sms_gateway (gateway, method, url, accepted, retry, credentials,
    connections, answer_timeout_ms, connect_timeout_ms, doubt_wait, valid, source, certainty)
VALUES ('faulty', 'GET', '$url?id={id}&to={to}&password={password}&text={text}', '^200 0: ',
    '^(429|503) ', '^403 ', 4, 1000, 1000, '0', '[2020-01-01,)', 'test', 'unknown')});
like(
	send_all(),
	qr/unknown placeholder "\{password\}"/,
	'a gateway that lacks a credential is refused before anything is claimed');
sql("INSERT INTO licence_home.sms_gateway_credential VALUES ('faulty', 'password', '$SECRET')");

send_all();
is(fate($early), 'accepted 1', 'an armed one sends what waits');
is($node->psql('postgres', 'BEGIN; CALL licence_home.send_pending_sms()'),
	3, 'it refuses to run in a transaction block');

# --- answers ----------------------------------------------------------------

my @plain = map { owe(2 + $_ % 7, 'ok') } 1 .. 40;
send_all();
is_deeply([ grep { fate($_) ne 'accepted 1' } @plain ], [], 'what is accepted is sent once');
ok(in_order(), 'in order for each person');

my $busy = owe(10, '503,503,ok');
my $next = owe(10, 'ok');
send_all();
is( fate($busy) . ', ' . fate($next),
	'waiting 0, waiting 0',
	'a refused message waits, and so does the next one to that person');
send_all($_) for '1 hour', '2 hours';
is(fate($busy) . ', ' . fate($next), 'accepted 1, accepted 1',                       '... until it is taken');
is(sql("SELECT count(*) FROM licence_home.sms_attempt WHERE message_id = $busy"), 3, 'each attempt is kept');

my $bad    = owe(11, '400');
my $behind = owe(11, 'ok');
send_all();
is(fate($bad) . ', ' . fate($behind), 'dead 0, accepted 1', 'a message refused for good is dead, and holds up nobody');
unlike(sql('SELECT answer FROM licence_home.sms_attempt WHERE http_status = 400'),
	qr/Secret/, 'an answer that repeats the request is kept without the credentials');

my @doubtful = map { owe(12, $_) } qw(reset swallow-reset swallow-500 half garbage swallow-hang);
send_all() for 1 .. 12;
is_deeply(
	[ map { fate($_) } @doubtful ],
	[ map { "in_doubt $_" } 0, 1, 1, 1, 1, 1 ],
	'whatever ends without a clear answer is in doubt and not sent again');
my $again     = owe(13, 'reset,ok',                       doubt => "'resend'");
my $once_more = owe(14, 'swallow-reset,swallow-reset,ok', doubt => "'resend'");
send_all() for 1 .. 6;
is(fate($again),     'accepted 1', 'by the policy resend a doubt is sent once more');
is(fate($once_more), 'in_doubt 2', '... and only once');

# --- kept connections -------------------------------------------------------

sql('SET session_replication_role = replica; UPDATE licence_home.sms_gateway SET connections = 1');
my $first  = owe(15, 'ok');
my $repeat = owe(16, 'swallow-reset');
my $last   = owe(17, 'ok');
send_all();
is( fate($first) . ', ' . fate($repeat) . ', ' . fate($last),
	'accepted 1, in_doubt 1, accepted 1',
	'a reset on a kept connection does not make libcurl send again');
sql('SET session_replication_role = replica; UPDATE licence_home.sms_gateway SET connections = 4');

# --- credentials, expiry, telephone -----------------------------------------

my $refused = owe(18, '403,ok');
send_all();
is(sql("SELECT status, failures FROM licence_home.sms_queue WHERE message_id = $refused"),
	'waiting|0', 'refused credentials make no wait of the message longer');
is(sql('SELECT count(*) FROM licence_home.sms_gateway_pause'), 1, '... and pause the gateway');
my $held = owe(19, 'ok');
send_all();
is(status($held), 'waiting', '... so that nothing else is tried');
send_all('1 minute') for 1 .. 2;
is(fate($refused) . ', ' . fate($held), 'accepted 1, accepted 1', '... until a probe finds that it works again');
is(sql('SELECT count(*) FROM licence_home.sms_gateway_pause'), 0, '... which ends the pause');

my $over = owe(20, 'ok', expires_at => "licence_home.now() - interval '1 second'");
send_all();
is(fate($over), 'expired 0', 'what has expired is not sent');

sql(q(SET session_replication_role = replica;
INSERT INTO licence_home.applicant (applicant_id, kind, identity_no, name_ar, phone)
OVERRIDING SYSTEM VALUE VALUES (21, 'citizen', '9999999999', 'x', '0777654321')));
my $moved = owe(21, 'ok');
send_all();
is((grep { $_->{id} == $moved } $gateway->ledger)[0]{to},
	'+962777654321', 'a telephone changed before sending is followed');

# --- delivery reports -------------------------------------------------------

is( sql("SELECT licence_home.sms_report('$moved', s, NULL) FROM unnest('{8,delivered,1,4,failed,8}'::text[]) s"),
	join("\n", qw(f t f f f f)),
	'reports move a message forward only');
is(status($moved),                                                   'delivered', '... to delivered');
is(sql("SELECT licence_home.sms_report('$doubtful[1]', '8', NULL)"), 't',         'a report settles a doubt');
is(sql("SELECT licence_home.sms_report('987654', '1', NULL)"), 'f', 'a report for an unknown message changes nothing');

# --- waiting holds nobody up ------------------------------------------------

# (with time enough for a loaded machine)
sub answers_within
{
	sql("SET session_replication_role = replica; UPDATE licence_home.sms_gateway SET answer_timeout_ms = $_[0]");
}
answers_within(60_000);
my $slow   = owe(22, 'd4000');
my $sender = sender_in_background('4 s');
my $pid    = sender_pid();
$node->poll_query_until('postgres', "SELECT status = 'sending' FROM licence_home.sms_message WHERE message_id = $slow");
ok( $node->poll_query_until(
		'postgres', "SELECT backend_xmin IS NULL AND backend_xid IS NULL AND wait_event_type = 'Extension'
    FROM pg_stat_activity WHERE pid = $pid"),
	'the sender holds no snapshot while it waits for the network');
ok( $node->poll_query_until(
		'postgres', "SELECT count(*) = 0 FROM pg_locks WHERE pid = $pid AND locktype IN ('relation', 'tuple')"),
	'... and no lock but the sign that it is alive');
my $late = owe(23, 'ok');
$node->poll_query_until('postgres',
	"SELECT status = 'accepted' FROM licence_home.sms_message WHERE message_id = $late");
is(status($slow), 'sending', 'a new message leaves while another waits for its answer');
$sender->finish;
is(fate($slow), 'accepted 1', 'the sender ends by itself, with every answer taken');
answers_within(1000);

# --- two at once ------------------------------------------------------------

my @many    = map { owe(30 + $_ % 25, 'ok') } 1 .. 200;
my @senders = map { sender_in_background('3 s') } 1 .. 2;
$_->finish for @senders;
is_deeply([ grep { fate($_) ne 'accepted 1' } @many ], [], 'two senders at once send each message once');
is(sql("SELECT count(DISTINCT run_id) > 0 FROM licence_home.sms_attempt"), 't', 'and say which of them');
ok(in_order(), 'in order for each person');

# --- crashes ----------------------------------------------------------------

my @flying = map { owe(60 + $_,         'swallow-hang,ok') } 1 .. 3;
my @queued = map { owe(60 + $_ % 3 + 1, 'ok') } 1 .. 9;
$sender = sender_in_background('20 s');
$pid    = sender_pid();
$node->poll_query_until('postgres', "SELECT count(*) = 3 FROM licence_home.sms_message WHERE status = 'sending'");
kill 'KILL', $pid;
$sender->finish;
$node->poll_query_until('postgres', 'SELECT true');
is_deeply([ map { status($_) } @flying ], [ ('sending') x 3 ], 'kill -9 leaves claims behind');
send_all() for 1 .. 3;
is_deeply(
	[ map { fate($_) } @flying ],
	[ ('in_doubt 1') x 3 ],
	'... which the next run puts in doubt: none is lost, none sent twice');
is_deeply([ grep { fate($_) ne 'accepted 1' } @queued ], [], '... and it sends the others once');

my $cut = owe(70, 'swallow-hang');
$sender = sender_in_background('20 s');
$node->poll_query_until('postgres', "SELECT status = 'sending' FROM licence_home.sms_message WHERE message_id = $cut");
sql('SELECT pg_cancel_backend(' . sender_pid() . ')');
$sender->finish;
send_all();
is(fate($cut), 'in_doubt 1', 'a sender that is cancelled in mid-flight leaves a doubt');
is(sql(q(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')), 0, '... and no lock');

# --- a gateway at the root of its host --------------------------------------

$messages->gateway(
	url           => "'@{[ $gateway->url =~ s{/send$}{}r ]}'",
	method        => "'POST'",
	body          => "'id={id}&text={text}'",
	body_encoding => "'form'");
my $rooted = owe(90, 'ok');
send_all();
is((grep { $_->{id} == $rooted } $gateway->ledger)[0]{target}, '/', 'a url may end with its host');

is( ($node->psql('postgres', "CALL licence_home.send_pending_sms('365 days 2562047788 hours')"))[2] =~ /at most a year/,
	1,
	'no run is longer than a year');

# --- a gateway that is gone -------------------------------------------------

my @stranded = map { owe(100 + $_, 'ok') } 1 .. 30;
$gateway->stop;
send_all();
is(sql('SELECT why FROM licence_home.sms_gateway_pause') =~ /connect/i, 1,
	'a gateway that cannot be reached is paused');
cmp_ok(sql("SELECT sum(attempts) FROM licence_home.sms_message WHERE message_id >= $stranded[0]"),
	'<=', 24, '... before every message has tried in vain');
is(sql("SELECT count(*) FROM licence_home.sms_message WHERE message_id >= $stranded[0] AND status = 'waiting'"),
	30, '... and all of them wait');

is(sql('UPDATE licence_home.sender_identity SET timeline = timeline + 1') . send_all() =~ /not armed/,
	1, 'a database that was promoted is not armed');
is(sql('SELECT licence_home.arm_sender()') . send_all(), '', '... until somebody says that it is');
is(sql("UPDATE licence_home.sender_identity SET host = 'db.example.jo'") . send_all() =~ /not armed/,
	1, 'a snapshot of the disk that wakes up on another host is not armed');

unlike(slurp_file($node->logfile), qr/Secret/, 'no credential is in the log');
is(sql("SELECT count(*) FROM licence_home.sms_message WHERE status = 'sending'"), 0, 'nothing is left half done');

$node->stop;
done_testing();
