# What others do while messages are under way: steps that end their cases,
# officials, delivery reports, the archive, an administrator who rests in a
# transaction.  None waits for another longer than for one statement, and
# nothing is sent, or lost, between them.

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
my $node    = PostgreSQL::Test::Cluster->new('others');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;
Cases::prepare($node, 'postgres');

sub sql { return $node->safe_psql('postgres', @_) }

my $messages = Messages->new(\&sql);
$messages->gateway(
	url         => "'@{[ $gateway->url ]}?id={id}&to={to}&text={text}'",
	accepted    => "'^200 0: '",
	retry       => "'^(429|503) '",
	credentials => "'^(401|403) '",
	connections => 4,
	doubt_wait  => "'0'");
sql("SET session_replication_role = replica; UPDATE licence_home.sms_retention SET archive_after = '30 days', keep = '1 year'"
);

# Statements of a session that may wait for others, but not for long.
my $IMPATIENT = "SET statement_timeout = '60s'; SET lock_timeout = '20s';";
my $CALL      = "CALL licence_home.send_pending_sms('30 s', true)";

sub send_all { sql("SET licence_home.clock = '$_[0]'; $CALL"); }
sub session  { return Session->new($node->connstr('postgres'), $IMPATIENT) }
sub status   { return $messages->state($_[0])->{ $_[0] }{status} }

# A message; columns as SQL.
sub owe { return ($messages->owe({ applicant_id => $_[0], body => "'plan=$_[1]'", @_[ 2 .. $#_ ] }))[0] }

# One that was written long ago.
sub owe_of_january
{
	my ($person, $plan) = @_;
	return owe($person, $plan, created_at => "'2026-01-31 23:00+03'", expires_at => "'2027-06-01'");
}

# The gateway's ids of what it accepted since this was asked last.
my $seen = 0;

sub taken
{
	my @all = map { $_->{id} } $gateway->ledger;
	my @new = @all[ $seen .. $#all ];
	$seen = @all;
	return "@new";
}

# A sender in a session of its own that has the message in hand.
sub send_meanwhile
{
	my ($message, $clock) = @_;
	my $sender = session();
	$sender->send("SET licence_home.clock = '$clock'; $CALL");
	$node->poll_query_until('postgres',
		"SELECT count(*) = 1 FROM licence_home.sms_queue WHERE status = 'sending' AND message_id = $message")
	  or die "message $message was not claimed";
	return $sender;
}

# A submitted case, and the message that it owes.
sub submitted
{
	my ($case) = @_;
	sql("SELECT spec.case_in('$case', 'draft'); SELECT licence_home.perform(spec.no('$case'), 'submit')");
	return sql("SELECT message_id FROM licence_home.sms_message_text WHERE application_no = spec.no('$case')");
}

# --- the case ends ----------------------------------------------------------

my $message = submitted('withdrawn');
$gateway->rule(match => "id=$message\\b", times => 1, action => 'd2000:503');
my $sender = send_meanwhile($message, '2026-07-01 10:00+03');
sql("SELECT licence_home.perform(spec.no('withdrawn'), 'withdraw')");
is(status($message), 'sending', 'what is on its way cannot be stopped when its case ends');
$sender->receive;
$sender->close;
send_all('2026-07-01 11:00+03');
my $farewell =
  sql("SELECT max(message_id) FROM licence_home.sms_message_text WHERE application_no = spec.no('withdrawn')");
is(taken(),          $farewell,   '... but is not tried again after that, and only the message of the end leaves');
is(status($message), 'cancelled', '... and says so');
like(
	sql("SET ROLE licence_home_clerk; SELECT last_error FROM licence_home.sms_status WHERE message_id = $message"),
	qr/the case ended/,
	'... and why');
my ($code, $out, $err) =
  $node->psql('postgres', "SET ROLE licence_home_clerk; SELECT licence_home.resend_sms($message, 'asked')");
like($err, qr/cannot be resent: the case ended/, '... and cannot be resent');

# --- a deadline is told ------------------------------------------------------

sql("SELECT spec.case_in('told', 'documents_deficient')");
my $holder = session();
$holder->must("BEGIN; SELECT 1 FROM licence_home.application WHERE application_no = spec.no('told') FOR UPDATE");
is(sql("SELECT why FROM licence_home.untold_deadlines WHERE application_no = spec.no('told')"),
	'waiting', 'a deadline is not told before its message leaves');
send_all('2026-07-01 11:30+03');
is( sql("SELECT string_agg(t.outcome || ' ' || l.template, ' ') FROM licence_home.deadline_told AS t JOIN licence_home.sms_message_text AS l USING (message_id)
        WHERE t.application_no = spec.no('told')"),
	'accepted documents_deficient',
	'... and is noted as told by the sender, which waits for nobody who has the case in hand');
$holder->must('COMMIT');
is(sql("SELECT count(*) FROM licence_home.untold_deadlines WHERE application_no = spec.no('told')"),
	0, '... so that it counts');
taken();

$message = submitted('held');
my $clerk = session();
$clerk->must("BEGIN; SELECT 1 FROM licence_home.sms_queue WHERE message_id = $message FOR UPDATE");
my $step = session();
is(($step->must("SELECT licence_home.perform(spec.no('held'), 'withdraw')"))[0],
	'withdrawn', 'a step that ends a case does not wait for whoever has a message in hand');
$clerk->must('COMMIT');
send_all('2026-07-01 12:00+03');
is(status($message), 'cancelled', '... and it is cancelled');
is( taken(),
	sql("SELECT max(message_id) FROM licence_home.sms_message_text WHERE application_no = spec.no('held')"),
	'... and not sent: only the message of the end is');

# --- persons whom no telephone reaches ---------------------------------------

$message = submitted('silent');
sql("UPDATE licence_home.applicant SET phone = NULL WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = spec.no('silent'))"
);
my $behind = submitted('behind');
my $other  = submitted('other');
sql("SET session_replication_role = replica; UPDATE licence_home.applicant SET not_theirs_at = licence_home.now() WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = spec.no('behind'))"
);
send_all('2026-07-01 12:00+03');
unlike(taken(), qr/\b($message|$behind)\b/,
	'no message leaves for a person without a telephone, nor for one whose telephone is another\'s');
is(join(' ', map { status($_) } $message, $behind, $other), 'to_print to_print accepted', '... they are to be printed');
is(sql("SELECT count(*) FROM licence_home.sms_attempt WHERE message_id IN ($message, $behind)"),
	0, '... and were not tried');

# what is on its way when the telephone is marked tells nothing
sql("SELECT spec.case_in('crossed', 'documents_deficient')");
$message =
  sql(
	"SELECT max(message_id) FROM licence_home.sms_message_text WHERE application_no = spec.no('crossed') AND deadline_no IS NOT NULL"
  );
send_all('2026-07-01 12:00+03');
taken();
is( sql("SELECT string_agg(outcome, ' ' ORDER BY outcome) FROM licence_home.deadline_told WHERE message_id = $message"),
	'accepted', 'a deadline was told');
sql("SET session_replication_role = replica; UPDATE licence_home.applicant SET not_theirs_at = licence_home.now() WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = spec.no('crossed'))"
);
send_all('2026-07-01 12:01+03');
is( sql("SELECT string_agg(outcome, ' ' ORDER BY outcome) FROM licence_home.deadline_told WHERE message_id = $message"),
	'accepted not_theirs',
	'... and the sender notes that it was not, once the telephone is known to be another\'s');
is(sql("SELECT count(*) FROM licence_home.untold_deadlines WHERE application_no = spec.no('crossed')"),
	1, '... so it is listed');

# --- officials and reports --------------------------------------------------

my $doubted = owe(101, 'swallow-500');
send_all('2026-07-01 12:01+03');
is(taken(), $doubted, 'a message was accepted without our knowing');
$clerk->must("BEGIN; SET LOCAL ROLE licence_home_clerk; SELECT licence_home.resend_sms($doubted, 'not arrived')");
is(sql("SET lock_timeout = '20s'; SELECT licence_home.sms_report('$doubted', 'delivered', NULL)"),
	'f', 'a report does not wait for an official who has the message in hand');
$clerk->must('ROLLBACK');
send_all('2026-07-01 12:02+03');
is(status($doubted) . taken(), 'delivered', '... and is not lost: the next sender settles it');

my $twice = owe(102, 'swallow-500,d2000:403,ok', doubt => "'resend'");
send_all('2026-07-01 12:03+03');
is(taken(), $twice, 'a message whose doubt is to be sent once more was accepted');
$sender = send_meanwhile($twice, '2026-07-01 12:10+03');
sql("SELECT licence_home.sms_report('$twice', 'delivered', NULL)");
$sender->receive;
$sender->close;
$messages->end_pause;
send_all('2026-07-01 12:20+03') for 1 .. 2;
is(taken(),        '',          'a report that came while it was tried once more ends that');
is(status($twice), 'delivered', '... since it had arrived');

# --- the archive ------------------------------------------------------------

my $ARCHIVE = "SET licence_home.clock = '2026-03-15 10:00+03'; CALL licence_home.archive_sms()";
my ($dead, $accepted) = (owe_of_january(201, '400'), owe_of_january(202, 'ok'));
my @others = map { owe_of_january(210 + $_, 'ok') } 1 .. 3;
send_all('2026-02-10 10:00+03');
taken();
$clerk->must("SET licence_home.clock = '2026-03-15 10:00+03'; BEGIN; SET LOCAL ROLE licence_home_clerk;"
	  . " SELECT licence_home.resend_sms($dead, 'a new number'), licence_home.resend_sms($accepted, 'not arrived')");
my @archivers = (session(), session());
$_->send($ARCHIVE) for @archivers;
$_->receive for @archivers;
$clerk->must('COMMIT');
is(status($dead) . ' ' . status($accepted), 'waiting waiting', 'what an official has in hand is not archived');
is( sql("SELECT string_agg(m.message_id || ':' || (SELECT count(*) FROM licence_home.sms_history AS h WHERE h.message_id = m.message_id), ' ')
        FROM licence_home.sms_message AS m WHERE m.message_id = ANY ('{@{[ join ',', @others ]}}')"),
	join(' ', map { "$_:1" } @others),
	'... what nobody has is, once, though two do it at the same time');
$clerk->must('RESET licence_home.clock');

my $reported = owe_of_january(220, 'ok');
send_all('2026-02-10 10:00+03');
my $report = session();
$report->must(
	"BEGIN; SET LOCAL ROLE licence_home_sender; SELECT licence_home.sms_report('$reported', 'delivered', NULL)");
sql($ARCHIVE);
$report->must('COMMIT');
is(status($reported), 'delivered', 'a message is not archived without a report that comes meanwhile');
sql($ARCHIVE);
is(status($reported), 'delivered', '... but later with it');

my $lost      = owe_of_january(230, 'ok');
my $not_lost  = owe_of_january(231, 'ok');
my $unsettled = owe_of_january(232, 'swallow-500');
sql("DELETE FROM licence_home.sms_queue WHERE message_id = $lost");
send_all('2026-02-10 10:00+03') for 1 .. 2;
is(status($unsettled), 'in_doubt', 'a doubt that nobody settled stays one');
sql($ARCHIVE);
is(sql("SELECT count(*) FROM licence_home.sms_message_text WHERE message_id = $lost"),
	1, 'a message that was lost to a hand in the tables is not archived');
is(sql("SELECT count(*) FROM licence_home.verify_restore() WHERE row_key = '$lost' AND defect !~ 'applica'"),
	1, '... and is told of');
is( sql("SELECT string_agg(status, ' ' ORDER BY message_id) FROM licence_home.sms_history WHERE message_id IN ($not_lost, $unsettled)"
	),
	'accepted in_doubt',
	'... which keeps no other from it, nor a doubt that nobody settles any more');
sql("SET session_replication_role = replica; DELETE FROM licence_home.sms_message_text WHERE message_id = $lost");

owe(240, 'ok', created_at => "'2026-05-01 00:30+03'", expires_at => "'2027-06-01'");
send_all('2026-05-10 10:00+03');
sql("SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Kolkata'; SET licence_home.clock = '2026-08-15 10:00+03'; CALL licence_home.archive_sms()"
);
is( sql("SET TimeZone = 'Asia/Amman'; SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'sms_history_2026_05_is_of_its_month'"
	),
	"CHECK (((created_at >= '2026-05-01 00:00:00+03'::timestamp with time zone) AND (created_at < '2026-06-01 00:00:00+03'::timestamp with time zone)))",
	'a month is Amman\'s, however the session of the job writes dates');

# --- whoever locks the queue as a whole --------------------------------------

taken();
my $locked = owe(250, 'd1000');
$sender = session();
$sender->send("SET licence_home.clock = '2026-07-01 13:00+03'; SET lock_timeout = '10ms'; $CALL");
$node->poll_query_until('postgres', "SELECT status = 'sending' FROM licence_home.sms_queue WHERE message_id = $locked")
  or die 'nothing was claimed';
$clerk->must('BEGIN; LOCK TABLE licence_home.sms_queue IN SHARE MODE');
$node->poll_query_until(
	'postgres', q(SELECT coalesce(bool_and(wait_event_type = 'Lock'), true)
    FROM pg_stat_activity WHERE query LIKE '%CALL licence_home.send%' AND state = 'active' AND pid <> pg_backend_pid())
) or die 'the sender does not wait';
$clerk->must('COMMIT');
$sender->receive;
$sender->close;
is( taken() . ' ' . status($locked),
	"$locked accepted",
	'what came of a request is kept, however short the patience for locks');

# --- an administrator who rests in a transaction -----------------------------

taken();
my $after = owe(301, '403,ok');
send_all('2026-07-02 10:00+03');
my $admin = session();
$admin->must(
	'BEGIN; SET LOCAL ROLE licence_home_admin; SELECT licence_home.resume_gateway(gateway) FROM licence_home.sms_gateway_pause'
);
send_all('2026-07-02 10:05+03');
pass('a sender does not wait for an administrator who ends a pause');
$admin->must('COMMIT');
send_all('2026-07-02 10:06+03');
is(taken(), $after, '... and sends when it is ended');

is(sql('SELECT count(*) FROM licence_home.sms_status WHERE status IS NULL'), 0, 'none is lost');
is(sql("SELECT count(*) FROM licence_home.verify_restore() WHERE table_name LIKE 'sms%' AND defect !~ 'applica'"),
	0, 'nothing is missing');

done_testing();
