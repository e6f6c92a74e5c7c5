# The sender, pg_cron and a real gateway. What a step owes arrives at the far
# side within two seconds of its commit: whole, in order, in its alphabet.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;

use Encode qw(encode);
use File::Temp;
use Kannel;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

plan skip_all => 'Kannel is not installed' unless Kannel->installed;

my $dir    = File::Temp->newdir('kannelXXXX', TMPDIR => 1);
my $kannel = Kannel->start("$dir");

# When the test dies, too: Kannel cannot be stopped without its folder, which
# perl would otherwise remove first.
END
{
	local $?;
	$kannel->stop if $kannel;
	undef $dir;
}

my $node = PostgreSQL::Test::Cluster->new('kannel');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
log_statement = ddl
CONF
$node->start;

sub sql { return $node->safe_psql('postgres', encode('UTF-8', $_[0])) }

sql('CREATE EXTENSION licence_home CASCADE');
sql('CREATE EXTENSION pg_cron');

# --- the jobs ---------------------------------------------------------------

sub refusal
{
	my ($database, $statement) = @_;
	my ($code, $out, $err) = $node->psql($database, $statement);
	return $err;
}

like(
	refusal('postgres', "SELECT licence_home.schedule_jobs('licence_home_sender')"),
	qr/cannot log in/,
	'a job cannot run as a role that cannot log in');
sql('CREATE ROLE robot LOGIN');
like(
	refusal('postgres', "SELECT licence_home.schedule_jobs('robot')"),
	qr/GRANT licence_home_sender TO robot/,
	'... nor as one that may not send');
sql('GRANT licence_home_sender TO robot; CREATE ROLE other_robot LOGIN IN ROLE licence_home_sender');
sql('CREATE DATABASE elsewhere');
$node->safe_psql('elsewhere', 'CREATE EXTENSION licence_home CASCADE');
my $elsewhere = refusal('elsewhere', "SELECT licence_home.schedule_jobs('robot')");
like($elsewhere, qr/pg_cron lives in database "postgres"/, 'in another database the jobs are refused');
my ($commands) = $elsewhere =~ /run: (SELECT cron\.schedule_in_database.*;)/;
sql($commands);
is( sql("SELECT count(*) FROM cron.job WHERE database = 'elsewhere'"),
	$node->safe_psql('elsewhere', 'SELECT count(*) FROM licence_home_internal.jobs()'),
	'... with a hint that does it');
like(
	refusal('postgres', "SELECT licence_home.schedule_jobs('robot')"),
	qr/already runs these jobs for database "elsewhere"/,
	'a role has the jobs of one database');
my ($removal) = refusal('elsewhere', 'SELECT licence_home.unschedule_jobs()') =~ /run: (SELECT cron\.unschedule.*;)/;
sql($removal);
is(sql('SELECT count(*) FROM cron.job'), 0, 'a hint removes them too');

sql("SELECT licence_home.schedule_jobs('other_robot'); SELECT licence_home.schedule_jobs('robot')");
is( sql('SELECT jobname, username, command FROM cron.job ORDER BY jobid'),
	"licence_home: send SMS|robot|CALL licence_home.send_pending_sms()\n"
	  . "licence_home: take in SMS reports|robot|CALL licence_home.receive_kannel_reports()\n"
	  . "licence_home: lapse overdue cases|robot|CALL licence_home.lapse_overdue()\n"
	  . "licence_home: tell moved deadlines|robot|CALL licence_home.tell_moved_deadlines()\n"
	  . "licence_home: end due agencies|robot|CALL licence_home.end_due_agencies()\n"
	  . "licence_home: remind licences|robot|CALL licence_home.remind_licences()\n"
	  . "licence_home: count expected days|robot|CALL licence_home.count_expected_days()\n"
	  . "licence_home: archive SMS|robot|CALL licence_home.archive_sms()\n"
	  . "licence_home: sign record heads|robot|CALL licence_home.sign_record_heads()\n"
	  . "licence_home: keep reports|robot|CALL licence_home.keep_reports()\n"
	  . 'licence_home: erase due persons|robot|CALL licence_home.erase_due()',
	'jobs are found by name, whoever owned them');
is(sql('SELECT armed_by FROM licence_home.sender_identity'), 'postgres', 'a fresh database is armed with them');

# --- messages ---------------------------------------------------------------

my ($url, $username, $password) = ($kannel->url, $kannel->username, $kannel->password);
sql(qq{SET session_replication_role = replica;
INSERT INTO licence_home.sms_gateway (gateway, method, url, accepted, retry, credentials, permanent,
    valid, source, certainty)
VALUES ('kannel', 'GET', '$url?username={username}&password={password}&from=Amman&to={to}&text={text}&coding={coding}&charset=UTF-8',
    '^202 (0|3): ', '^503 ', '^403 Authorization failed', '^(400|403) ', '[2020-01-01,)', 'test', 'unknown');
-- (with triggers: they note the host that a credential is for)
RESET session_replication_role;
INSERT INTO licence_home.sms_gateway_credential VALUES ('kannel', 'username', '$username'), ('kannel', 'password', '$password')}
);

my $cases = 0;

sub owe
{
	my ($applicant, $body) = @_;
	$cases++;
	sql("SET session_replication_role = replica;
        WITH l AS (INSERT INTO licence_home.sms_message_text (application_no, event_no, applicant_id, template, language,
            phone, body, parts)
        VALUES (licence_home.application_no_make(2026, $cases), 1, $applicant, 'test', 'ar', '0791234567', '$body',
            licence_home.sms_parts('$body')) RETURNING *)
        INSERT INTO licence_home.sms_queue (message_id, applicant_id, turn, expires_at)
        SELECT message_id, applicant_id, clock_timestamp(), created_at + interval '1 day' FROM l");
}

my $expected = 0;

sub arrived
{
	my ($body, $seconds) = @_;
	owe(1, $body);
	$expected++;
	return ($kannel->wait_for_messages($expected, $seconds // 15))[ $expected - 1 ];
}

# The job starts with the minute.
$node->poll_query_until('postgres',
	q(SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%'))
  or die 'the job did not start';

my $begun = time;
my $got   = arrived('قُبل طلبكم للتدقيق، ورقمه A2026-00012345-7.');
cmp_ok(time - $begun, '<', 2, 'a message arrives within two seconds');
is($got->{text}, 'قُبل طلبكم للتدقيق، ورقمه A2026-00012345-7.', '... with its text');
is($got->{to},   '+962791234567',                               '... at its telephone');

my $long = join ' ', ('الطلب A2026-00012345-7: مرفقات ناقصة') x 5;
$got = arrived($long);
is($got->{text},  $long,                                         'a long text arrives whole');
is($got->{parts}, sql("SELECT licence_home.sms_parts('$long')"), '... in as many parts as counted');

my $english = 'Fee 25.500 JOD, 100% & more + [x] ~ @ ?';
$got = arrived($english);
is($got->{text}, $english, 'an English text arrives');
$english = 'Application A2026-00012345-7: ' . 'conditions not met, ' x 7;
$got     = arrived($english . '.');
is($got->{parts}, 2, 'a long English text goes in GSM-7');

owe(2, "رسالة $_") for 1 .. 20;
my @all = $kannel->wait_for_messages($expected + 20);
is_deeply(
	[ map { $_->{text} } @all[ $expected .. $#all ] ],
	[ map { "رسالة $_" } 1 .. 20 ],
	'twenty messages to one person arrive in order');
is(sql("SELECT string_agg(DISTINCT status, ' ') FROM licence_home.sms_message"), 'accepted', 'all are accepted');
is( sql("SELECT max(backend_xmin::text::bigint) IS NULL FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%'"
	),
	't',
	'the job holds no snapshot');

sql('SELECT licence_home.unschedule_jobs()');
is(sql('SELECT count(*) FROM cron.job'), 0, 'the jobs can be removed');
unlike(slurp_file($node->logfile), qr/\Q$password\E/, 'the password is not in the log');

$node->stop('immediate');
$kannel->stop;
done_testing();
