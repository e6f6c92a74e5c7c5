# What a dump has of a person who was erased: nothing, neither of the whole
# database nor of some tables. And what the table files have after VACUUM FULL.
# The job erases by a rule of the office's own, each person in a transaction.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('personal');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf',
	"licence_home.clock = '2026-03-01 10:00+03'\nsession_preload_libraries = 'licence_home'");
$node->start;
Cases::prepare($node, 'postgres');

sub sql { return $node->safe_psql('postgres', @_) }

# Values that nobody else has.
my %value = (
	identity  => '9771234567',
	name      => 'ZaynabErasable',
	arabic    => 'زينبالمحجوبة',
	phone     => '795551237',
	old_phone => '795551236',
	address   => 'StreetOfNoReturn',
	note      => 'NoteOfNoReturn',
	reference => 'DeedOfNoReturn',
	locator   => 'store:of-no-return',
	review    => 'ReviewOfNoReturn',
	finding   => 'FindingOfNoReturn',
	decision  => 'ConditionOfNoReturn',);
sql(q(SELECT spec.case_in('gone', 'fee_due')));
my $who = sql(q(SELECT spec.applicant('gone')));
my $no  = sql(q(SELECT spec.no('gone')));

# Rows as steps and messages leave them, with these values wherever a column takes one.
sql(<<"SQL");
SET session_replication_role = replica;
UPDATE licence_home.applicant SET identity_no = '$value{identity}', name_ar = '$value{arabic}', name_en = '$value{name}', phone = '0$value{old_phone}' WHERE applicant_id = $who;
UPDATE licence_home.application SET address = '$value{address}', village = '$value{address}', parcel = '$value{address}' WHERE application_no = '$no';
UPDATE licence_home.document SET reference_no = '$value{reference}', attachment_locator = '$value{locator}', review_note = '$value{review}',
    attachment_sha256 = sha256('$value{locator}') WHERE application_no = '$no';
UPDATE licence_home.inspection SET findings = '$value{finding}' WHERE application_no = '$no';
UPDATE licence_home.decision SET conditions = '$value{decision}', note = '$value{decision}' WHERE application_no = '$no';
INSERT INTO licence_home.application_finding (application_no, field, note, found_value) VALUES ('$no', 'floor', '$value{finding}', '$value{address}');
SQL

# changes that leave events, by the applicant
sql("BEGIN; SET LOCAL ROLE licence_home_portal; SELECT licence_home.act_for($who);
    UPDATE licence_home.applicant SET phone = '0$value{phone}', name_en = '$value{name} II'; COMMIT;");

# the message of the new telephone, sent; another of long ago
sql(<<"SQL");
SET session_replication_role = replica;
UPDATE licence_home.sms_message_text SET body = '$value{note}' WHERE applicant_id = $who;
INSERT INTO licence_home.sms_attempt (message_id, attempt, series, resent, outcome, run_id, phone, claimed_at, recorded_at, gateway, answer, error)
    SELECT message_id, 1, 1, false, 'accepted', 1, '0$value{old_phone}', now(), now(), 'none', '$value{phone}', '$value{phone}'
    FROM licence_home.sms_message_text WHERE applicant_id = $who;
DELETE FROM licence_home.sms_queue WHERE message_id = (SELECT min(message_id) FROM licence_home.sms_message_text WHERE applicant_id = $who);
INSERT INTO licence_home.sms_intervention (message_id, action, was, reason, actor, role, at)
    SELECT message_id, 'resend', 'dead', '$value{note}', 'x', 'y', now() FROM licence_home.sms_message_text WHERE applicant_id = $who;
CREATE TABLE licence_home.sms_history_2024_01 () INHERITS (licence_home.sms_history);
ALTER TABLE licence_home.sms_history_2024_01 OWNER TO licence_home_owner;
INSERT INTO licence_home.sms_history_2024_01 (message_id, application_no, event_no, applicant_id, template, language, phone, body, parts, priority, doubt,
    status, attempts, expires_at, resent, created_at, trail, last_error)
    VALUES (-1, '$no', 1, $who, 'x', 'ar', '0$value{phone}', '$value{note}', 1, 0, 'hold', 'dead', 1, now(), false, now(),
        jsonb_build_array(jsonb_build_object('kind', 'attempt', 'what', 'dead', 'at', now(), 'detail', '$value{phone}')), '$value{phone}');
SQL

# it ends, with notes in its events
sql("BEGIN; SET LOCAL ROLE licence_home_portal; SELECT licence_home.act_for($who);
    SELECT licence_home.perform('$no', 'withdraw', note => '$value{note}'); COMMIT;");

my $dir = PostgreSQL::Test::Utils::tempdir;

# Which of the values a dump has.
sub found
{
	my ($name, @options) = @_;
	my $file = "$dir/$name.sql";
	system_or_bail('pg_dump', '-f', $file, @options, $node->connstr('postgres'));
	my $dump = slurp_file($file);
	utf8::decode(my $arabic = $value{arabic});
	return join ' ', grep { index($dump, $value{$_}) >= 0 } sort keys %value;
}
my $all = join ' ', sort keys %value;
is(found('before'), $all, 'a dump has every value of a person');

my $figures = sql(q(SELECT count(*), sum(events), sum(work_area_m2) FROM licence_home.application));
my $counts  = sql(
	q(SELECT string_agg(table_name || row_count, ' ' ORDER BY table_name) FROM licence_home.row_counts WHERE table_name <> 'applicant_event')
);
my $remains = sql(
	"SELECT string_agg(place || ' ' || coalesce(item, ''), ', ') FROM licence_home.erase_person($who, 'asked by letter')"
);
like($remains, qr/\battachment \Q$value{locator}\E/, 'whoever erases is told which files to delete');
like($remains, qr/\b$_\b/,                           "... and of the $_")
  for 'WAL', 'backups', 'replicas', 'server log', 'table files', 'SMS provider';

is(found('after'), '', 'after an erasure a dump has none of them');
is( found(
		'some',
		map { ('-t', "licence_home.$_") } qw(applicant applicant_event sms_message_text sms_history_2024_01 document)),
	'',
	'... nor of some tables');
is(found('custom', '-Fc', '-Z0'), '', '... nor in the custom format');
is(sql(q(SELECT count(*), sum(events), sum(work_area_m2) FROM licence_home.application)),
	$figures, 'the figures are as they were');
is( sql(q(SELECT string_agg(table_name || row_count, ' ' ORDER BY table_name) FROM licence_home.row_counts WHERE table_name <> 'applicant_event')
	),
	$counts,
	'no row is gone');
is( join(' ',
		map { sql("SELECT count(*) FROM licence_home.$_") } 'verify_events()', 'verify_applicants()',
		'verify_restore()'),
	'0 0 0',
	'the chains are whole');

# a restored dump is whole, too
$node->safe_psql('postgres', 'CREATE DATABASE again');
$node->command_ok([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('again'), '-f', "$dir/after.sql" ],
	'the dump is restored');
is($node->safe_psql('again', 'SELECT count(*) FROM licence_home.verify_applicants()'),
	0, '... and its chains of applicants are whole');
is($node->safe_psql('again', "SELECT name_ar FROM licence_home.applicant WHERE applicant_id = $who"),
	'محجوب', '... and the person concealed');

# table files, after VACUUM FULL and a checkpoint
sql("VACUUM FULL licence_home.$_")
  for qw(applicant applicant_event application application_event application_finding document decision inspection
  licence_holder sms_message_text sms_queue sms_attempt sms_intervention sms_history_2024_01);
sql('ANALYZE; CHECKPOINT');
my $oid  = sql(q(SELECT oid FROM pg_database WHERE datname = current_database()));
my @with = grep {
	my $f = $_;
	-f $f && do
	{
		my $bytes = slurp_file($f);
		grep { index($bytes, $_) >= 0 } values %value;
	}
} glob $node->data_dir . "/base/$oid/*";
is(scalar(map { m{/(\d+)[^/]*$} ? sql("SELECT relname FROM pg_class WHERE relfilenode = $1") : () } @with),
	0, 'no table file has them after VACUUM FULL, nor the statistics after ANALYZE');

# --- retention --------------------------------------------------------------

sql(q(SELECT spec.case_in('old', 'withdrawn'), spec.case_in('open', 'submitted')));

sub erased
{
	return sql(
		q(SELECT string_agg(address, ' ' ORDER BY address) FROM licence_home.application AS a WHERE EXISTS (SELECT FROM licence_home.applicant AS p WHERE p.applicant_id = a.applicant_id AND p.erased_at IS NULL))
	);
}
sub run_job { return $node->psql('postgres', "SET licence_home.clock = '$_[0]';\nCALL licence_home.erase_due();") }
run_job('2037-01-01 10:00+03');
is(erased(), 'old open', 'a rule that is illustrative erases nobody');
sql(q{BEGIN; UPDATE licence_home.retention_rule SET withdrawn_at = licence_home.now();
    INSERT INTO licence_home.retention_rule (keep, valid, source, certainty, instrument) VALUES ('12 years', '[2012-01-01,)', 'a test', 'official', 'a test'); COMMIT;}
);
run_job('2037-01-01 10:00+03');
is(erased(), 'old open', 'before its time is over nobody is erased');
is( sql(q(SELECT string_agg(a.address, ' ') FROM licence_home.due_for_erasure('2039-01-01') AS d JOIN licence_home.application AS a USING (applicant_id))
	),
	'old',
	'the trial run says who would be');
run_job('2039-01-01 10:00+03');
is(erased(), 'open', 'the job erases them, and nobody with an open case');
is( sql(q(SELECT done || ' ' || failed FROM licence_home.job_run WHERE job = 'erase due' ORDER BY run_no DESC LIMIT 1)),
	'1 0',
	'... and says so');
is(sql('SELECT count(*) FROM licence_home.verify_applicants()'), 0, 'the chains are whole');

done_testing();
