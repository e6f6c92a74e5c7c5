# When a message goes: lanes and ageing, hours of the day, one behind the
# other, rates, pauses and probes. What officials do by hand, what is seen of
# it all, and what becomes of old messages. The gateway's ledger is the truth.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use Gateway;
use IPC::Run ();
use Messages;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $gateway = Gateway->start(PostgreSQL::Test::Utils::tempdir);
my $node    = PostgreSQL::Test::Cluster->new('queue');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;
Cases::prepare($node, 'postgres');

sub sql { return $node->safe_psql('postgres', @_) }

my $messages = Messages->new(\&sql);
$messages->gateway(
	url         => "'@{[ $gateway->url ]}?id={id}&to={to}&text={text}'",
	accepted    => "'^200 0: '",
	retry       => "'^(429|503) '",
	connections => 4,
	doubt_wait  => "'0'");

# Send all that can go by a clock; what the sender complained of.
sub send_all
{
	my ($clock) = @_;
	my ($code, $out, $err) = $node->psql('postgres',
		($clock ? "SET licence_home.clock = '$clock';\n" : '') . "CALL licence_home.send_pending_sms('30 s', true);");
	return $err;
}

# Several senders at once.
sub send_by
{
	my ($number, $clock) = @_;
	my @senders = map {
		IPC::Run::start(
			[
				'psql', '-XAtq',
				'-d',   $node->connstr('postgres'),
				'-c',   "SET licence_home.clock = '$clock'",
				'-c',   "CALL licence_home.send_pending_sms('30 s', true)"
			],
			'<',
			\undef,
			'>',
			\my $out,
			'2>',
			\my $err)
	} 1 .. $number;
	$_->finish for @senders;
}

# A message; columns as SQL.
sub owe    { return ($messages->owe({ applicant_id => $_[0], body => "'plan=$_[1]'", @_[ 2 .. $#_ ] }))[0] }
sub status { return $messages->state($_[0])->{ $_[0] }{status} }

# The ids of what was accepted since the last call, in order.
my $seen = 0;

sub taken
{
	my @all = map { $_->{id} } $gateway->ledger;
	my @new = @all[ $seen .. $#all ];
	$seen = @all;
	return join ' ', @new;
}

# How many requests there were since the last call.
my $asked = 0;

sub requests
{
	my $all = () = $gateway->requests;
	my $new = $all - $asked;
	$asked = $all;
	return $new;
}

# The complaint of a statement as a clerk.
sub refused
{
	my ($statement) = @_;
	my ($code, $out, $err) =
	  $node->psql('postgres', "\\set VERBOSITY verbose\nSET ROLE licence_home_clerk;\n$statement");
	return $err;
}

# --- lanes ------------------------------------------------------------------

$messages->gateway(connections => 1);
my $dull   = owe(1, 'ok', created_at => "licence_home.now() - interval '30 minutes'");
my $urgent = owe(2, 'ok', priority   => 2);
my $old    = owe(3, 'ok', created_at => "licence_home.now() - interval '3 hours'");
my $older  = owe(4, 'ok', priority   => 1, created_at => "licence_home.now() - interval '119 minutes'");
send_all();
is( taken(),
	"$old $older $urgent $dull",
	'an urgent message goes before younger and somewhat older ones, and no dull one waits for ever');
$messages->gateway(connections => 4);

# --- what is committed late -------------------------------------------------

my $sender = Session->new($node->connstr('postgres'));
my $step   = Session->new($node->connstr('postgres'));
$sender->send("CALL licence_home.send_pending_sms('60 s')");

# a step that began an hour before it was done, as far as the queue can tell
my ($late) = $step->query(<<'SQL') =~ /^(\d+)$/m;
SET session_replication_role = replica;
BEGIN;
WITH l AS (INSERT INTO licence_home.sms_message_text (application_no, event_no, applicant_id, template, language, phone, body, parts)
    VALUES (licence_home.application_no_make(2025, 1), 1, 50, 'test', 'en', '0791234567', 'plan=ok', 1) RETURNING *)
INSERT INTO licence_home.sms_queue (message_id, applicant_id, turn, expires_at)
SELECT message_id, applicant_id, created_at - interval '1 hour', created_at + interval '1 day' FROM l RETURNING message_id;
SQL
my @meanwhile = map { owe(50 + $_, 'ok') } 1 .. 8;
$node->poll_query_until('postgres',
	"SELECT count(*) = 0 FROM licence_home.sms_queue WHERE message_id = ANY ('{@{[ join ',', @meanwhile ]}}')");
is(taken() =~ tr/ // + 1, 8, 'messages leave while the step of an earlier one is not committed yet');
$step->query('COMMIT');
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM licence_home.sms_queue WHERE message_id = $late");
is(taken(), $late, '... and that one is found when it is, though its turn has long passed');
sql(q(SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%'));
$sender->receive;

# --- one behind the other ---------------------------------------------------

my @mine   = map { owe(5, $_) } '503,ok', 'ok', 'ok';
my @others = map { owe(100 + $_, 'ok') } 1 .. 5;
send_all();
is(taken() =~ tr/ // + 1, 5, 'what waits for a retry holds up nobody else');
is( $messages->state(@mine)->{ $mine[1] }{waits_for},
	'an earlier message to the same person',
	'... but the later ones to that person, which say so');
send_all('+2 hours');
is(taken(), "@mine", '... and they go in order when it has gone');
my ($first, @rest) = map { owe(6, $_) } '400', ('ok') x 40;
send_all();
is(taken(), "@rest", 'a person with many messages gets each in turn, after one that is dead');
is(sql('SELECT count(*) FROM licence_home.sms_queue WHERE parked'), 0, '... and none is left behind');
$messages->gateway(connections => 1, doubt_wait => "'1 hour'");
($first, @rest) = map { owe(10, $_) } 'swallow-500', ('ok') x 60;
my $next = owe(11, 'ok');
send_all();
is(taken(), "$first $next", 'a call that ends when nothing can go finds what stands behind any number that cannot');
$messages->gateway(connections => 4, doubt_wait => "'0'");
send_all('+2 hours');
is(taken(), "@rest", '... and these go when the doubt is settled');

# --- hours of the day -------------------------------------------------------

my $night = '2026-03-01 03:00+03';
my @hours = (
	send_from  => "'08:00'",
	send_until => "'20:00'",
	created_at => "'$night'",
	expires_at => "'2026-03-05'");
my @any_hour = (created_at => "'$night'", expires_at => "'2026-03-05'");
my $fee      = owe(7, 'ok', @hours);
my $visit    = owe(8, 'ok', @any_hour);
send_all($night);
is(taken(), $visit, 'at night a message with hours waits, one without goes');
is( sql("SELECT waits_for, next_attempt_at = '2026-03-01 08:00+03' FROM licence_home.sms_message WHERE message_id = $fee"
	),
	'its hours of the day|t',
	'... until they begin, and says so');
send_all('2026-03-01 07:59:59+03');
is(taken(), '', '... not a second earlier');
send_all('2026-03-01 08:00+03');
is(taken(), $fee, '... and then it goes');
$fee = owe(9, 'ok', @hours);
send_all('2026-03-01 20:00+03');
is(sql("SELECT next_attempt_at = '2026-03-02 08:00+03' FROM licence_home.sms_message WHERE message_id = $fee"),
	't', 'in the evening it waits for the next morning');
$visit = owe(9, 'ok', @any_hour);
send_all('2026-03-01 21:00+03');
is(taken(), "$fee $visit",
	'when one to the same person may not wait, it goes ahead of that one: none overtakes another');

# one without hours comes to stand behind one that does not sleep yet
$fee = owe(12, '503,ok', @hours);
send_all('2026-03-01 19:59+03');
sql("UPDATE licence_home.sms_queue SET wake_at = '2026-03-01 20:01+03' WHERE message_id = $fee");
$visit = owe(12, 'ok', created_at => "'$night'", expires_at => "'2026-03-02 07:00+03'");
send_all('2026-03-01 20:00+03');
is(taken(), '', 'one that may not wait stands behind one that waits for a retry');
send_all('2026-03-01 20:01+03');
is(taken(), "$fee $visit", '... which does not wait for its hours then');

# --- people who are gone ----------------------------------------------------

sql(q(SET session_replication_role = replica;
INSERT INTO licence_home.applicant (applicant_id, kind, identity_no, name_ar, phone)
OVERRIDING SYSTEM VALUE VALUES (900010, 'citizen', '9999999999', 'x', '0777654321')));
my @numbers = (owe(900010, 'ok'), owe(900011, 'ok', phone => "'0781234567'"));
send_all();
is( join(' ', map { $_->{to} } ($gateway->ledger)[ -2, -1 ]),
	'+962777654321 +962781234567',
	'a message goes to the telephone of its person, or where there is no such person to the one it was written for');
is(taken(), "@numbers", '... both go');
my $lost = owe(900010, 'ok');
sql("SET session_replication_role = replica; UPDATE licence_home.applicant SET erased_at = now() WHERE applicant_id = 900010"
);
send_all();
is(taken(), '', 'nothing is sent to a person who was erased');
is( sql("SELECT status, last_error FROM licence_home.sms_message WHERE message_id = $lost"),
	'cancelled|the person was erased',
	'... and the record says why');
like(
	refused("SELECT licence_home.resend_sms($lost, 'asked')"),
	qr/LH009:.*the person was erased/,
	'... nor again by hand');

# --- rate -------------------------------------------------------------------

$messages->gateway(rate => 40, burst => 2);
my @paced = map { owe(1000 + $_, 'ok') } 1 .. 30;
send_all();
is(taken() =~ tr/ // + 1, 30, 'a gateway with a rate gets everything');
my @times = map { $_->{time} } ($gateway->requests)[ -30 .. -1 ];
my $most  = 0;
for my $i (0 .. $#times)
{
	my $n = grep { $_ >= $times[$i] && $_ < $times[$i] + 0.5 } @times;
	$most = $n if $n > $most;
}

# (what was claimed just before and just after a pause of the machine may meet)
cmp_ok($most,                  '<=', 2 * (40 * 0.5 + 2), '... but not all at once');
cmp_ok($times[-1] - $times[0], '>=', 27 / 40 - 0.05,     '... and not faster than its rate');
sql(q(SET session_replication_role = replica; UPDATE licence_home.sms_gateway SET rate = NULL));

# --- a gateway that fails ---------------------------------------------------

requests();
my @stranded =
  map { owe(2000 + $_, '503,503,503,ok', expires_at => "licence_home.now() + interval '30 days'") } 1 .. 60;
my $waits_for = "SELECT waits_for FROM licence_home.sms_message WHERE message_id = $stranded[-1]";
is(sql($waits_for), 'its turn', 'a message that nothing keeps waits for its turn');
send_all();
cmp_ok(requests(), '<=', 20 + 4, 'a gateway half of whose last twenty answers are failures is left alone');
send_all();
is(requests(),      0,                      '... and not asked again while it rests');
is(sql($waits_for), 'a gateway that works', '... which is what messages wait for then');
send_by(3, '+31 seconds');
is(requests(), 1, 'when its pause is over one message tries, however many senders there are');
is(sql('SELECT resting IS NOT NULL, trouble::text ~ \'rests\' FROM licence_home.sms_health'),
	't|t', '... and the health view says that it rests');

for my $hours (2 .. 100)
{
	last unless sql("SELECT count(*) FROM licence_home.sms_queue WHERE message_id >= $stranded[0]");
	sql('DELETE FROM licence_home.sms_gateway_pause');
	send_all("+$hours hours");
}
is(sql("SELECT count(*) FROM licence_home.sms_status WHERE message_id >= $stranded[0] AND status <> 'accepted'"),
	0, '... until it works again and gets everything');
taken();

# --- a gateway that is replaced by one that cannot be used -------------------

my $url = $gateway->url;
$messages->gateway(url => "'$url?id={id}&to={to}&text={text}&password={password}'");
$messages->password('secret');
my @replaced = map { owe(2100 + $_, 'd6000') } 1 .. 4;
$sender->send("CALL licence_home.send_pending_sms('20 s')");
$node->poll_query_until('postgres', "SELECT count(*) = 4 FROM licence_home.sms_queue WHERE status = 'sending'");
sql('DELETE FROM licence_home.sms_gateway_credential');
like(
	($sender->receive)[0],
	qr/unknown placeholder "\{password\}"/,
	'a sender says when its gateway cannot be used any more');
like(sql('SELECT why FROM licence_home.sms_gateway_pause'), qr/unknown placeholder "\{password\}"/, '... which rests');
is( sql("SELECT string_agg(DISTINCT status, ' ') FROM licence_home.sms_status WHERE message_id IN (@{[ join ', ', @replaced ]})"
	),
	'accepted',
	'... and keeps what the gateway said before');
$messages->gateway(url => "'$url?id={id}&to={to}&text={text}'");
$messages->end_pause;
taken();

# --- an id that is none ------------------------------------------------------

my $talkative =
  Gateway->start(PostgreSQL::Test::Utils::tempdir, answer => '0: ' . join ' ', map { "number $_" } 1 .. 400);
$messages->gateway(url => "'@{[ $talkative->url ]}?id={id}&to={to}&text={text}'", message_id_pattern => "'0: (.*)'");
my $answered = owe(2201, 'ok');
send_all();
is($messages->state($answered)->{$answered}{gateway_message_id},
	$answered, 'what a gateway says at length where its id should stand is not taken for one');
is(status($answered), 'accepted', '... and the message was accepted');
$talkative->stop;
$messages->gateway(url => "'$url?id={id}&to={to}&text={text}'", message_id_pattern => 'NULL');

# --- limits for statements ---------------------------------------------------

my $slow = owe(2301, 'd4000');
for (1 .. 10)
{
	last if status($slow) ne 'waiting';
	sql("SELECT set_config(name, '2s', false) FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout');
         CALL licence_home.send_pending_sms('1 s')");
}
is(status($slow), 'accepted', 'a sender runs as long as it was told, whatever the limits for statements');
taken();

# --- by hand ----------------------------------------------------------------

my $dead = owe(3001, '400');
$gateway->rule(match => "id=$dead\\.2", times => 1, action => 'ok');
send_all();
is(status($dead),                                       'dead', 'a message that the gateway refuses for good is dead');
is(sql("SELECT dead > 0 FROM licence_home.sms_health"), 't',    '... which the health view shows');
like(refused("SELECT licence_home.resend_sms($dead, ' ')"), qr/23514:.*"reason"/, 'it is resent for a reason only');
like(refused("SELECT licence_home.resend_sms(0, 'x')"),     qr/LH008:/,           'and there has to be one');
sql("SET ROLE licence_home_clerk; SELECT licence_home.resend_sms($dead, 'the number was corrected')");
like(refused("SELECT licence_home.resend_sms($dead, 'again')"), qr/LH009:.*has not left yet/, '... and once at a time');
send_all();
is(status($dead), 'accepted', '... and goes');
is(taken(),       "$dead.2",  '... under a number of its own');
is(sql("SELECT licence_home.sms_report('$dead', 'failed', NULL)") . ' ' . status($dead),
	'f accepted', 'a late report about the first time changes nothing');
is(sql("SELECT licence_home.sms_report('$dead.2', 'delivered', NULL)") . ' ' . status($dead),
	't delivered', '... one about the second counts');
is( sql("SELECT string_agg(kind || ' ' || what || coalesce(' ' || series, ''), ', ' ORDER BY at, kind, what)
        FROM licence_home.sms_trail WHERE message_id = $dead"),
	'attempt permanent 1, intervention resend, attempt accepted 2, report failed 1, report delivered 2',
	'its trail has all of it');
is( sql("SELECT was, reason, role FROM licence_home.sms_intervention WHERE message_id = $dead"),
	'dead|the number was corrected|licence_home_clerk',
	'and who did what, and why');

my $wrong = owe(3002, 'ok');
sql("SET ROLE licence_home_clerk; SELECT licence_home.cancel_sms($wrong, 'a mistake')");
send_all();
is(status($wrong) . taken(), 'cancelled', 'what a clerk cancels is not sent');
sql("SET ROLE licence_home_clerk; SELECT licence_home.cancel_sms($wrong, 'x')");
is(sql("SELECT string_agg(reason, ',') FROM licence_home.sms_intervention WHERE message_id = $wrong"),
	'a mistake', '... and cancelled twice it is cancelled once');
my $over = owe(3003, '400');
sql("UPDATE licence_home.sms_message_text SET useless_from = licence_home.now() - interval '1 hour' WHERE message_id = $over"
);
send_all();
like(
	refused("SELECT licence_home.resend_sms($over, 'x')"),
	qr/LH009:.*what it announces is over/,
	'what announces something that is over is not resent');
my $doubtful = owe(3004, 'swallow-500', doubt => "'resend'");
$messages->gateway(doubt_wait => "'1 hour'");
send_all();
sql("SET ROLE licence_home_clerk; SELECT licence_home.cancel_sms($doubtful, 'enough')");
send_all('+2 hours');
is(status($doubtful), 'in_doubt', 'a doubt that is cancelled stays one, and is not sent again');
$messages->gateway(doubt_wait => "'0'");

for my $who ('portal', 'sender', 'admin', 'analyst')
{
	my ($code, $out, $err) = $node->psql('postgres',
		"\\set VERBOSITY verbose\nSET ROLE licence_home_$who;\nSELECT licence_home.cancel_sms($dead, 'x')");
	like($err, qr/42501:/, "no $who cancels or resends messages");
}

# --- is there somebody who sends? -------------------------------------------

# What a role's client hears when it takes a step.
sub warning_for
{
	my ($label, $as) = @_;
	my ($code, $out, $err) = $node->psql('postgres', "SELECT spec.case_in('$label', 'draft')");
	($code, $out, $err) = $node->psql('postgres',
		$as eq 'superuser'
		? "SELECT licence_home.perform(spec.no('$label'), 'submit')"
		: "BEGIN; SELECT licence_home.act_for(spec.applicant('$label')); SELECT spec.no('$label') AS no \\gset\n"
		  . "SET LOCAL ROLE licence_home_portal; SELECT licence_home.perform(:'no', 'submit'); COMMIT");
	return $err;
}

unlike(warning_for('calm', 'superuser'), qr/pg_cron/, 'without jobs no step warns');
sql("UPDATE licence_home.sender_identity SET jobs_since = now() - interval '1 day'; DELETE FROM licence_home.sms_run");
like(
	warning_for('alarm', 'superuser'),
	qr/WARNING:.*pg_cron does not run the sender/,
	'when pg_cron stopped running the job, a step warns an administrator');
my $log = -s $node->logfile;
unlike(warning_for('quiet', 'portal'), qr/pg_cron/, '... not an applicant');
like(substr(slurp_file($node->logfile), $log),           qr/LOG:.*pg_cron does not run the sender/, '... but the log');
like(sql('SELECT trouble FROM licence_home.sms_health'), qr/pg_cron does not run/, '... and the health view says it');
send_all();
unlike(warning_for('calm again', 'superuser'), qr/pg_cron/, 'a run that was seen ends it');
is(sql('SELECT runs, last_seen > now() - interval \'1 minute\' FROM licence_home.sms_health'),
	'0|t', '... and the health view shows the run');

for my $who ('clerk', 'sender', 'admin')
{
	isnt(sql("SET ROLE licence_home_$who; SELECT * FROM licence_home.sms_health"), '', "the $who sees the health view");
}

# --- history ----------------------------------------------------------------

sql(q(SET session_replication_role = replica; UPDATE licence_home.sms_retention SET archive_after = '30 days', keep = '1 year')
);
my @ancient = map { owe(4000 + $_, 'ok', created_at => "'2026-01-31 23:00+03'", expires_at => "'2027-01-01'") } 1 .. 3;
my @february =
  map { owe(4100 + $_, $_ == 2 ? '400' : 'ok', created_at => "'2026-02-01 00:00+03'", expires_at => "'2027-01-01'") }
  1 .. 3;
send_all('2026-02-10 10:00+03');
sql("SELECT licence_home.sms_report('$ancient[0]', 'delivered', NULL)");
my $status =
  "SELECT message_id, status, attempts, body, phone, gateway_message_id, accepted_at, delivered_at, last_error
    FROM licence_home.sms_message WHERE message_id BETWEEN $ancient[0] AND $february[2] ORDER BY message_id";
my $trail =
  "SELECT * FROM licence_home.sms_trail WHERE message_id BETWEEN $ancient[0] AND $february[2] ORDER BY message_id, at, kind";
my ($before, $trail_before) = (sql($status), sql($trail));
is($node->psql('postgres', 'BEGIN; CALL licence_home.archive_sms()'),
	3, 'messages are not archived inside a transaction block');
sql("SET licence_home.clock = '2026-03-15 10:00+03'; CALL licence_home.archive_sms()");
is( sql("SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid
        WHERE inhparent = 'licence_home.sms_history'::regclass AND c.relname < 'sms_history_2026_03'"),
	'sms_history_2026_01 sms_history_2026_02',
	'messages that are settled go to a table of their month, by Amman\'s days');
is(sql("SELECT count(*) FROM licence_home.sms_message_text WHERE message_id BETWEEN $ancient[0] AND $february[2]"),
	0, '... and out of the tables at work');
is(sql($status), $before,       '... where the view finds them as they were');
is(sql($trail),  $trail_before, '... with all that happened to them');
is(sql("SELECT licence_home.sms_report('$ancient[1]', 'delivered', NULL)"),
	'f', 'a report for one of them changes nothing');
is( sql("SELECT count(*) FROM licence_home.verify_restore() WHERE row_key IN ('@{[ join q(', '), @ancient, @february ]}') AND defect !~ 'application'"
	),
	0,
	'nothing is missing');
sql("SET licence_home.clock = '2027-01-31 23:59:59+03'; CALL licence_home.archive_sms()");
is(sql("SELECT count(*) FROM licence_home.sms_message WHERE message_id = $ancient[2]"),
	1, 'a month is kept as long as the rule says');
sql("SET licence_home.clock = '2027-02-01 00:00+03'; CALL licence_home.archive_sms()");
is(sql("SELECT count(*) FROM licence_home.sms_message WHERE message_id BETWEEN $ancient[0] AND $ancient[2]"),
	0, '... and then dropped whole');
is(sql("SELECT count(*) FROM licence_home.sms_message WHERE message_id BETWEEN $february[0] AND $february[2]"),
	3, '... the next one stays');

# --- what is left makes sense -----------------------------------------------

is( sql(q(SELECT * FROM licence_home.sms_queue WHERE CASE status
    WHEN 'waiting' THEN open AND num_nonnulls(turn, wake_at) = 1 - parked::integer
    WHEN 'in_doubt' THEN turn IS NULL AND NOT parked AND open = (wake_at IS NOT NULL)
    WHEN 'dead' THEN NOT open AND NOT parked AND num_nonnulls(turn, wake_at) = 0
    WHEN 'expired' THEN NOT open AND NOT parked AND num_nonnulls(turn, wake_at) = 0
    WHEN 'cancelled' THEN NOT open AND NOT parked AND num_nonnulls(turn, wake_at) = 0
    WHEN 'to_print' THEN NOT open AND NOT parked AND num_nonnulls(turn, wake_at) = 0
    WHEN 'served' THEN NOT open AND NOT parked AND num_nonnulls(turn, wake_at) = 0
    ELSE false END IS NOT TRUE)),
	'',
	'every message in the queue stands as its status says');
is(sql('SELECT count(*) FROM licence_home.sms_status WHERE status IS NULL'), 0, 'and none is lost');

done_testing();
