# Plain pg_dump and pg_restore, with no special flag, give the same rows,
# sequences that go on, triggers that work, and no SMS sent again. What lets a
# dump in lets nobody else in.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use Contents qw(contents rights);
use Gateway;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $dir     = PostgreSQL::Test::Utils::tempdir;
my $gateway = Gateway->start($dir);

# A cluster; logins and groups are made by its databases.
sub cluster
{
	my $node = PostgreSQL::Test::Cluster->new($_[0]);
	$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
	$node->start;
	return $node;
}

# Run a program against a cluster: its exit status and what it complained of.
sub run_program
{
	my ($node, @command) = @_;
	my ($out, $err)      = ('', '');
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	IPC::Run::run(\@command, '<', \undef, '>', \$out, '2>', \$err);

	# the one key of a table to itself, of which doc/operations.md speaks
	$err =~
	  s/^pg_dump: warning: there are circular foreign-key constraints on this table:\npg_dump: detail: licence_term\n(?:pg_dump: hint: .*\n)+//m;
	return ($? >> 8) . " $err";
}

# The SQLSTATE with which statements end, or 00000.
sub sqlstate
{
	my ($node, $database, $sql) = @_;
	my ($code, $out,      $err) = $node->psql($database, "\\set VERBOSITY verbose\n$sql");
	return $err =~ /^.*ERROR:  (\w{5}):/m ? $1 : '00000';
}

# --- a database in use ------------------------------------------------------

my $here = cluster('here');
$here->safe_psql('postgres', 'CREATE DATABASE city');
Cases::prepare($here, 'city');

my $url = $gateway->url;
$here->safe_psql(
	'city', qq{
-- one SMS gateway, as an administrator of rules writes it
SET ROLE licence_home_admin;
INSERT INTO licence_home.sms_gateway (gateway, method, url, accepted, rate, burst, valid, source, certainty)
VALUES ('ledger', 'GET', '$url?id={id}&to={to}&key={key}&text={text}', '^200 0: ', 1000, 100, '[2020-01-01,)', 'test', 'unknown');
INSERT INTO licence_home.sms_gateway_credential VALUES ('ledger', 'key', 'secret');
INSERT INTO licence_home.kannel_box (box, port) VALUES ('licence_home', 13001);
RESET ROLE;
INSERT INTO licence_home.workflow_precondition (name, function, hint_ar, hint_en, source) VALUES ('inspection_rested', 'city.inspection_rested', 'انتظر', 'Wait.', 'test');
});

# cases of long ago, whose messages are archived in a table of their month
$here->safe_psql(
	'city', q{
SET licence_home.clock = '-70 days';
SELECT spec.case_in_every_state();
CALL licence_home.send_pending_sms('20 s', true);
RESET licence_home.clock;
CALL licence_home.archive_sms();
INSERT INTO licence_home.job_failure (run_no, about, at, sqlstate, message)
SELECT max(run_no), 'a month', now(), 'XX000', 'it failed' FROM licence_home.job_run;
});
$here->safe_psql('city', q{SELECT spec.case_in_every_state()});
$here->safe_psql('city', q{CALL licence_home.send_pending_sms('20 s', true)});
$here->safe_psql(
	'city', q{
-- the same again: these messages wait
UPDATE licence_home.applicant SET phone = '0770000001' WHERE applicant_id = spec.applicant('in submitted');
SELECT spec.case_in_every_state();
BEGIN; SET LOCAL ROLE licence_home_portal; SELECT licence_home.find_applicant('citizen', '9000000001');
SELECT licence_home.act_for(}
	  . $here->safe_psql('city', 'SELECT min(applicant_id) FROM licence_home.applicant') . q{); COMMIT;
SET ROLE licence_home_clerk;
INSERT INTO licence_home.application_finding (application_no, field) VALUES (spec.no('in submitted'), 'floor');
SET ROLE licence_home_cashier;
SELECT licence_home.record_payment('part', spec.bill('in fee_due'), 1.005);
SELECT licence_home.record_payment('late', spec.bill('in issued'), 3);
SET ROLE licence_home_clerk;
SELECT licence_home.cancel_sms(max(message_id), 'the applicant called') FROM licence_home.sms_status WHERE status = 'waiting';
RESET ROLE;
SELECT licence_home.sms_report(message_id::text, 'delivered', NULL)
FROM licence_home.sms_message WHERE status = 'accepted' AND message_id IN (SELECT message_id FROM licence_home.sms_message_text)
ORDER BY message_id LIMIT 3;
});
$here->safe_psql(
	'city', q{
-- rules change: one is closed and followed by another, one is withdrawn, one added
SET ROLE licence_home_admin;
UPDATE licence_home.fee_adjustment SET valid = daterange(lower(valid), '2027-01-01') WHERE upper(valid) IS NULL;
BEGIN;
UPDATE licence_home.sms_template SET withdrawn_at = licence_home.now()
WHERE template = 'licence_issued' AND language = 'en';
INSERT INTO licence_home.sms_template (template, language, body, max_parts, valid, source, certainty)
VALUES ('licence_issued', 'en', 'Licence {licence}.', 2, '[2012-01-01,)', 'test', 'unknown');
COMMIT;
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty)
VALUES ('2040-06-03', 'عطلة', 'holiday', '[2040-06-03,2040-06-04)', 'test', 'unknown');
UPDATE licence_home.zone_class SET valid = daterange(lower(valid), '2030-01-01') WHERE class = 'industry';
});
$here->safe_psql(
	'city', q{
-- two administrators, a clerk who gives a case up, a proposal that waits and one that was approved
CREATE ROLE restore_rania LOGIN IN ROLE licence_home_admin;
CREATE ROLE restore_sami LOGIN IN ROLE licence_home_admin;
CREATE ROLE restore_huda LOGIN IN ROLE licence_home_clerk;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty) VALUES
    ('R-1', 'رانيا', 'Rania', 'restore_rania', '{admin}', '[2026-01-01,)', 'test', 'unknown'),
    ('R-2', 'سامي', 'Sami', 'restore_sami', '{admin}', '[2026-01-01,)', 'test', 'unknown'),
    ('R-3', 'هدى', 'Huda', 'restore_huda', '{clerk}', '[2026-01-01,)', 'test', 'unknown');
SET SESSION AUTHORIZATION restore_huda;
SELECT licence_home.recuse(min(application_no), 'my cousin') FROM licence_home.application;
SELECT licence_home.add_note(min(application_no), 'called') FROM licence_home.application;
INSERT INTO licence_home.agency (applicant_id, kind, scope, agent_name, agent_identity_no, reference_no, from_day)
    SELECT min(applicant_id), 'attorney', 'general', 'x', '9871234567', '1', '2026-01-01' FROM licence_home.application;
RESET SESSION AUTHORIZATION;
SELECT * FROM licence_home.import_licence_rows('[{"licence_no": "VL 1", "kind": "citizen", "identity_no": "9000000001", "name_ar": "سعاد",
    "profession": "knitting", "district": 4, "terms": [{"starts": "2025-06-01", "last_day": "2026-05-31"}, {"starts": "2026-06-01", "last_day": "2027-05-31"}]},
    {"licence_no": "VL 2"}]', sound_rows => true);
SET session_replication_role = replica;
INSERT INTO licence_home.case_assignment (application_no, official, kind, at_event) SELECT min(application_no), 'R-1', 'claimed', 0 FROM licence_home.application;
INSERT INTO licence_home.counter_act (application_no, applicant_id, what, identity_seen, at_event)
    SELECT application_no, applicant_id, 'begin', 'x', 0 FROM licence_home.application ORDER BY 1 LIMIT 1;
-- (a row of each table that no case here has come to)
UPDATE licence_home.application SET licence_no = (SELECT max(licence_no) FROM licence_home.licence)
    WHERE application_no = (SELECT min(application_no) FROM licence_home.application WHERE state = 'draft');
INSERT INTO licence_home.workflow_change (workflow, version, fact, source, certainty) VALUES ('first_issue', 1, 'licence', 'test', 'unknown')
    ON CONFLICT DO NOTHING;
INSERT INTO licence_home.workflow_conflict (workflow, version, other, ruling, source, certainty)
    VALUES ('first_issue', 1, 'first_issue', 'refused', 'test', 'unknown') ON CONFLICT DO NOTHING;
INSERT INTO licence_home.representative_proof (application_no, applicant_id, recorded_role, session_role)
    SELECT application_no, applicant_id, 'x', 'x' FROM licence_home.application ORDER BY 1 LIMIT 1;
INSERT INTO licence_home.owner_withdrawal (application_no, owner_id, reference_no, reason, message_id, recorded_role, session_role)
    SELECT application_no, applicant_id, '1', 'sold', 1, 'x', 'x' FROM licence_home.application ORDER BY 1 LIMIT 1;
INSERT INTO licence_home.submit_refused (application_no, at, workflow, profession, criteria)
    SELECT application_no, '2026-03-01', workflow, profession, '{zone}' FROM licence_home.application ORDER BY 1 LIMIT 1;
INSERT INTO licence_home.carried_evidence (application_no, kind, from_application, evidence_id)
    SELECT min(application_no), 'document', max(application_no), 1 FROM licence_home.application;
INSERT INTO licence_home.licence_copy (licence_no, copy_no, version_no, term_no, application_no, case_event)
    SELECT v.licence_no, 2, v.version_no, t.term_no, a.application_no, 1 FROM licence_home.licence_version AS v
    JOIN licence_home.licence_term AS t USING (licence_no), licence_home.application AS a ORDER BY 1, 5 LIMIT 1;
INSERT INTO licence_home.reminder_run (day, owed, beyond, allowed, stopped) VALUES ('2026-03-01', 1, 0, 1, false);
INSERT INTO licence_home.reminder (licence_no, term_no, days_before, outcome, template, run_no)
    SELECT t.licence_no, t.term_no, 30, 'overtaken', 'x', r.run_no FROM licence_home.licence_term AS t, licence_home.reminder_run AS r
    ORDER BY 1, 2 LIMIT 1;
INSERT INTO licence_home.attachment (application_no, inspection_id, inspection_finding_id, attachment_type, attachment_sha256,
        attachment_locator, at_event)
    SELECT i.application_no, i.inspection_id, f.inspection_finding_id, 'image/jpeg', sha256('x'), 'store:1', 1
    FROM licence_home.inspection AS i JOIN licence_home.inspection_finding AS f USING (inspection_id) ORDER BY 2, 3 LIMIT 1;
INSERT INTO licence_home.visit_report (client_ref, application_no, inspection_id, outcome, result_sha256)
    SELECT 'tablet 1', application_no, inspection_id, 'recorded', sha256('x') FROM licence_home.inspection ORDER BY 3 LIMIT 1;
INSERT INTO licence_home.inspection_capacity (visits, valid, source, certainty) VALUES (9, '[2012-01-01,)', 'test', 'unknown');
INSERT INTO licence_home.committee_session (committee_session_id, held_on, quorum) VALUES (1, '2026-03-01', 2), (2, '2026-03-08', 2);
INSERT INTO licence_home.committee_member (committee_session_id, official) VALUES (1, 'R-1'), (1, 'R-2');
INSERT INTO licence_home.committee_agenda (committee_session_id, application_no, origin, outcome, decision_id, next_session)
    SELECT 1, application_no, 'hand', 'deferred', decision_id, 2 FROM licence_home.decision ORDER BY decision_id LIMIT 1;
INSERT INTO licence_home.breach (breach_id, login, since, until, why) VALUES (1, 'restore_huda', '2026-02-01', '2026-02-02', 'test');
INSERT INTO licence_home.breach_person (breach_id, applicant_id, columns, times, first_at, last_at, notice)
    SELECT 1, min(applicant_id), '{applicant.phone}', 1, '2026-02-01', '2026-02-01', 'letter' FROM licence_home.applicant;
INSERT INTO licence_home.payment_reversal (payment_id, reason, application_no, invoice_no, amount, after_issue)
    SELECT p.payment_id, 'test', i.application_no, p.invoice_no, 1, true
    FROM licence_home.payment AS p JOIN licence_home.invoice AS i USING (invoice_no) ORDER BY 1 LIMIT 1;
INSERT INTO licence_home.payment_refund (refund_reference, invoice_no, amount, application_no)
    SELECT 'test', invoice_no, 1, application_no FROM licence_home.invoice ORDER BY 2 LIMIT 1;
INSERT INTO licence_home.unpaid_decision (invoice_no, decision, note, application_no, amount)
    SELECT invoice_no, 'waive', 'test', application_no, 1 FROM licence_home.invoice ORDER BY 1 LIMIT 1;
INSERT INTO licence_home.till_closing (day, counted, receiver, expected, note) VALUES ('2026-03-01', 0, 'R-1', 0, 'test');
SELECT setval('licence_home.committee_session_committee_session_id_seq', 2), setval('licence_home.breach_breach_id_seq', 1);
RESET session_replication_role;
SET SESSION AUTHORIZATION restore_rania;
SELECT licence_home.propose_rules('[{"call": "end_official", "arguments": {"official": "R-3"}}]', 'she leaves');
SELECT licence_home.propose_rules('[{"table": "reason", "insert": {"reason": "moved_abroad", "purpose": "closure", "name_ar": "سافر",
    "name_en": "moved abroad", "valid": "[2027-01-01,)", "source": "test", "certainty": "likely"}}]', 'asked for');
SET SESSION AUTHORIZATION restore_sami;
SELECT licence_home.approve_rules(max(rule_proposal_id)) FROM licence_home.rule_proposal;
RESET SESSION AUTHORIZATION;
-- privileges of the municipality's own, and a table that uses the types
GRANT SELECT ON licence_home.read_record TO licence_home_director;
REVOKE SELECT ON licence_home.payment FROM licence_home_clerk;
GRANT UPDATE (name_en) ON licence_home.applicant TO licence_home_clerk;
CREATE TABLE shelf (application_no licence_home.application_no PRIMARY KEY, phone licence_home.phone_number, place int);
CREATE INDEX ON shelf USING hash (phone);
INSERT INTO shelf SELECT application_no, '0791234567', 1 FROM licence_home.application;
});

# heads of the days until yesterday, by a key of this test
my $key = PostgreSQL::Test::Utils::tempdir . '/record.key';
PostgreSQL::Test::Utils::system_or_bail('openssl', 'genpkey', '-algorithm', 'ED25519', '-out', $key);
chmod 0400, $key;
$here->safe_psql('city',
	"SET licence_home.record_key_file = '$key'; CALL licence_home.sign_record_heads(); CALL licence_home.count_expected_days(); CALL licence_home.keep_reports()"
);

my $contents = contents($here, 'city');
my $rights   = rights($here, 'city');
my $statuses = $here->safe_psql('city', 'SELECT status, count(*) FROM licence_home.sms_message GROUP BY 1 ORDER BY 1');
like(
	$statuses,
	qr/^accepted\|\d+\ncancelled\|\d+\ndelivered\|3\nwaiting\|\d+$/,
	'messages were sent, cancelled, delivered, and some wait');
is($here->safe_psql('city', q{SELECT count(DISTINCT state) FROM licence_home.application}),
	15, 'there are cases in every state');
my $empty = join ' ', $contents =~ /^licence_home\.(\w+)\|0\|$/mg;
is($empty, 'sms_gateway_pause', 'every table has rows, but the one of pauses');
like(
	$contents,
	qr/^licence_home\.sms_history_\d{4}_\d\d\|\d{2,}\|/m,
	'messages of long ago are in a table of their month');
my $sent = () = $gateway->ledger;

# --- dumps ------------------------------------------------------------------

sub dumped
{
	my ($name, @options) = @_;
	is(run_program($here, 'pg_dump', '-f', "$dir/$name", @options, 'city'), '0 ', "pg_dump @options");
	return "$dir/$name";
}

my $custom    = dumped('custom',    '-Fc');
my $directory = dumped('directory', '-Fd');
my $plain     = dumped('plain');
my $inserts   = dumped('inserts', '--inserts');
my @ways      = (
	[ 'pg_restore of -Fc'     => 'pg_restore', '-d',   'DB', $custom ],
	[ 'pg_restore of -Fd'     => 'pg_restore', '-d',   'DB', $directory ],
	[ 'pg_restore -j4 of -Fd' => 'pg_restore', '-j4',  '-d', 'DB', $directory ],
	[ 'pg_restore -j4 of -Fc' => 'pg_restore', '-j4',  '-d', 'DB', $custom ],
	[ 'psql'                  => 'psql',       '-Xq',  '-d', 'DB', '-f', $plain ],
	[ 'psql -1'               => 'psql',       '-Xq1', '-d', 'DB', '-f', $plain ],
	[ 'psql of --inserts'     => 'psql',       '-Xq',  '-d', 'DB', '-f', $inserts ],
	[ 'pg_restore -1'         => 'pg_restore', '-1',   '-d', 'DB', $custom ]);

# --- what a restored database must do ---------------------------------------

sub works
{
	my ($node, $database) = @_;
	my $sql     = sub { $node->safe_psql($database, @_) };
	my $numbers = q{SELECT (SELECT max(application_no)::text FROM licence_home.application),
        (SELECT max(licence_no)::text FROM licence_home.licence),
        (SELECT max(event_no) FROM licence_home.application_event),
        (SELECT max(message_id) FROM licence_home.sms_message),
        (SELECT max(invoice_no) FROM licence_home.invoice)};

	is($sql->('SELECT * FROM licence_home.verify_restore()'), '', 'verify_restore() has no complaint');
	is($sql->('SELECT * FROM licence_home.verify_events()'),  '', 'the chains of events are whole');

	my ($status, $said, $complaint) = $node->psql($database, q{CALL licence_home.send_pending_sms('5 s', true)});
	like($complaint, qr/not armed to send SMS.*arm_sender/s, 'the sender says that it is not armed');
	is($sql->('SELECT status, count(*) FROM licence_home.sms_message GROUP BY 1 ORDER BY 1'),
		$statuses, '... and sends nothing');

	is( sqlstate(
			$node, $database, q{
            SET ROLE licence_home_committee; SELECT licence_home.perform(spec.no('in submitted'), 'reject')}),
		'LH001',
		'a step that there is not is refused');
	is( sqlstate(
			$node, $database, q{
            SET ROLE licence_home_clerk; SELECT licence_home.perform(spec.no('in submitted'), 'schedule_inspection')}),
		'LH003',
		'a step whose evidence lacks is refused');
	is(sqlstate($node, $database, q{UPDATE licence_home.fee_rule SET amount = 0}),
		'LH011', 'a published rule is not edited');
	is(sqlstate($node, $database, q{DELETE FROM licence_home.document}), 'LH010', 'evidence is not deleted');
	is( $sql->(
			q{SET ROLE licence_home_cashier;
            SELECT outcome FROM licence_home.record_payment('part', spec.bill('in fee_due'), 1.005)}),
		'repeated',
		'a payment notified again is known');
	is( $sql->(
			q{SET ROLE licence_home_cashier;
            SELECT outcome FROM licence_home.record_payment('rest', spec.bill('in fee_due'), 38.995)}),
		'recorded',
		'the rest is paid');
	is($sql->(q{SELECT state, whole FROM spec.story('in fee_due')}), 'issued|t', '... and issues the licence');

	my @before = split /\|/, $sql->($numbers);
	$sql->(q{SELECT spec.case_in('new', 'issued')});
	my @after = split /\|/, $sql->($numbers);
	my ($was, $is) = map { /-(\d{8})-/ && $1 } $before[0], $after[0];
	is($is, sprintf('%08d', $was + 1), 'the next application has the next number');
	($was, $is) = map { /-(\d{8})-/ && $1 } $before[1], $after[1];
	is($is, sprintf('%08d', $was + 1), '... and the next licence');
	is_deeply([ map { $after[$_] - $before[$_] } 2 .. 4 ], [ 5, 5, 1 ], '... and the next events, messages and bill');
	is($sql->('SELECT * FROM licence_home.verify_restore()'), '', 'verify_restore() has still no complaint');
	my $new = () = $gateway->ledger;
	is($new, $sent, 'nothing was sent');
}

# Restore in one way into a new database of a cluster, and look.
my $databases = 0;

sub restored
{
	my ($node, $where, $title, @command) = @_;
	my $database = 'copy' . ++$databases;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	subtest "$title into $where" => sub {
		$node->safe_psql($database, 'CREATE EXTENSION licence_home CASCADE') if $where =~ /prepared/;
		is(run_program($node, map { $_ eq 'DB' ? $database : $_ } @command), '0 ', 'no complaint');
		is(contents($node, $database), $contents, 'the same rows, the same sequences');
		is(rights($node, $database),   $rights,   'the same owners, privileges, policies and triggers');
		works($node, $database);
	};
	return $database;
}

my $there = cluster('there');
is($there->safe_psql('postgres', q{SELECT count(*) FROM pg_roles WHERE rolname ~ '^licence_home'}),
	0, 'the other cluster has never heard of licence_home');
for my $way (@ways)
{
	my ($title, @command) = @$way;
	restored($here,  'the same cluster', $title, @command);
	restored($there, 'another cluster',  $title, @command);
}
my $copy = restored($there, 'a prepared database', 'pg_restore', @{ $ways[0] }[ 1 .. 4 ]);

# What was restored can be dumped and restored again.
is(run_program($there, 'pg_dump', '-Fc', '-f', "$dir/second", $copy), '0 ', 'the copy can be dumped');
my $second = contents($there, $copy);
$there->safe_psql('postgres', 'CREATE DATABASE grandchild');
is(run_program($there, 'pg_restore', '-d', 'grandchild', "$dir/second"), '0 ',    '... and restored');
is(contents($there, 'grandchild'),                                       $second, '... with the same rows');
is(rights($there, 'grandchild'),                                         $rights, '... and the same rights');

# --- what a restore does not check on the way ------------------------------

# Each foreign key, by its constraint: without the parents, verify_restore()
# names the children.
my $keys = $there->safe_psql(
	'grandchild', q{
    SELECT conname, conrelid::regclass, confrelid::regclass FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'licence_home'::regnamespace ORDER BY 1});
for my $key (split /\n/, $keys)
{
	my ($name, $child, $parent) = split /\|/, $key;
	is( $there->safe_psql(
			'grandchild', qq{
            SET session_replication_role = replica;
            BEGIN;
            DELETE FROM $parent;
            SELECT count(*) > 0 FROM licence_home.verify_restore() WHERE 'licence_home.' || table_name = '$child';
            ROLLBACK}),
		't',
		"verify_restore() looks at $name");
}

# Each table without a row, as if the dump had none: the numbers that it carries show it.
my $counted =
  $there->safe_psql('grandchild', q{SELECT table_name FROM licence_home.row_counts WHERE row_count > 0 ORDER BY 1});
cmp_ok(scalar(split /\n/, $counted), '>', 30, 'most tables are counted');
for my $table (split /\n/, $counted)
{
	my $rows =
	  join '; ',
	  map { "DELETE FROM licence_home.$_" } $table eq 'sms_message' ? ('sms_message_text', 'sms_history', 'sms_queue')
	  : $table eq 'sms_trail' ? ('sms_attempt', 'sms_delivery_report', 'sms_intervention', 'sms_history')
	  :                         $table;
	like(
		$there->safe_psql(
			'grandchild', qq{
            SET session_replication_role = replica;
            BEGIN;
            $rows;
            SELECT defect FROM licence_home.verify_restore() WHERE table_name = '$table' AND row_key IS NULL;
            ROLLBACK}),
		qr/^the dump of .* had \d+ rows, and here are \d+$/,
		"verify_restore() counts $table");
}
is( $there->safe_psql(
		'grandchild', q{
        SET session_replication_role = replica;
        BEGIN;
        DELETE FROM licence_home.document WHERE document_id = (SELECT max(document_id) FROM licence_home.document);
        SELECT table_name FROM licence_home.verify_restore();
        ROLLBACK}),
	'document',
	'... to the last row');

# The extension's part alone, without what is the municipality's.
is( run_program(
		$here,          'pg_dump', '-Fc',     '-n', 'licence_home', '-e',
		'licence_home', '-e',      'postgis', '-f', "$dir/part",    'city'),
	'0 ',
	'pg_dump -n -e');
$there->safe_psql('postgres', 'CREATE DATABASE part');
is(run_program($there, 'pg_restore', '-d', 'part', "$dir/part"), '0 ', '... can be restored');
is($there->safe_psql('part', 'SELECT * FROM licence_home.verify_restore()'), '',  '... and is whole');
is($there->safe_psql('part', q{SELECT to_regclass('public.shelf') IS NULL}), 't', '... without anything else');

# --- a copy by template -----------------------------------------------------

$here->safe_psql('postgres', 'CREATE DATABASE twin TEMPLATE city');
subtest 'createdb -T' => sub { works($here, 'twin') };
my ($code, $out, $err) = $here->psql('city', q{CALL licence_home.send_pending_sms('0 s')});
is($err, '', 'the original is armed as before');

# --- arming -----------------------------------------------------------------

my $due = $there->safe_psql($copy, q{SELECT count(*) FROM licence_home.sms_message WHERE status = 'waiting'});
$there->safe_psql($copy, q{SELECT licence_home.arm_sender()});
$there->safe_psql($copy, q{CALL licence_home.send_pending_sms('30 s', true)});
my @ledger = $gateway->ledger;
is(@ledger - $sent, $due, 'once armed, it sends what waited');
my %times;
$times{ $_->{id} }++ for @ledger;
is_deeply([ grep { $times{$_} > 1 } keys %times ], [], '... and nothing that was sent before');

# --- the door is for dumps alone --------------------------------------------

$here->safe_psql(
	'city', q{
CREATE ROLE portal_login LOGIN IN ROLE licence_home_portal;
CREATE ROLE owner_login LOGIN IN ROLE licence_home_owner;
CREATE ROLE bypassing LOGIN BYPASSRLS IN ROLE licence_home_owner;
CREATE FUNCTION as_definer() RETURNS void LANGUAGE sql SECURITY DEFINER SET row_security = off AS $$
    INSERT INTO licence_home.application (applicant_id, profession, state) VALUES (1, 'pottery', 'issued') $$;
});
my $forged = q{INSERT INTO licence_home.application (applicant_id, profession, state) VALUES (1, 'pottery', 'issued')};
my $event  = q{INSERT INTO licence_home.application_event (application_no, case_event, action, to_state, actor, role,
    session_role, at, hash) SELECT application_no, 99, 'issue', 'issued', 'x', 'x', 'x', now(), sha256('') FROM licence_home.application};
my @locked = (
	[ 'a superuser', '', $forged, 'LH001' ],
	[ 'a superuser', '', $event,  'LH005' ],
	[
		'a superuser without row security',
		'SET row_security = off',
		q{UPDATE licence_home.application SET state = 'issued' WHERE state = 'submitted'}, 'LH001'
	],
	[ 'a superuser in the role of a portal', 'SET ROLE licence_home_portal; SET row_security = off', $forged, '42501' ],
	[ 'a superuser in the role of the owner', 'SET ROLE licence_home_owner; SET row_security = off', $event,  '42501' ],
	[
		'a superuser in another session',
		'SET SESSION AUTHORIZATION bypassing; SET row_security = off',
		$forged, 'LH001'
	],
	[ 'a portal', '\c - portal_login', "BEGIN; SELECT licence_home.act_for(1); $forged", 'LH001' ],
	[ 'a portal', "\\c - portal_login\nSET row_security = off", $forged,                 '42501' ],
	[
		'a portal through a function of a superuser',
		"\\c - portal_login\nSET row_security = off",
		'SELECT as_definer()',
		'LH001'
	],
	[ 'a member of the owner', "\\c - owner_login\nSET row_security = off",                         $forged, '42501' ],
	[ 'a member of the owner who bypasses row security', "\\c - bypassing\nSET row_security = off", $forged, 'LH001' ],
	[ 'a member of the owner who bypasses row security', "\\c - bypassing\nSET row_security = off", $event,  'LH005' ],
	[ 'a member of the owner', '\c - owner_login', 'SET session_replication_role = replica',                 '42501' ]);
for my $try (@locked)
{
	my ($who, $as, $what, $refusal) = @$try;
	is(sqlstate($here, 'city', "$as\n;\n$what;"), $refusal, "$who cannot use it: " . substr($what, 0, 50));
}
is($here->safe_psql('city', q{SELECT count(*) FROM licence_home.application WHERE profession = 'pottery'}),
	0, '... and left nothing behind');

is( $here->safe_psql(
		'city', q{
        SET row_security = off;
        BEGIN;
        INSERT INTO licence_home.read_record (actor, login, role, function) VALUES ('restore', 'x', 'x', 'x');
        SHOW session_replication_role;
        SAVEPOINT a;
        \set ON_ERROR_STOP off
        INSERT INTO licence_home.read_record (actor) VALUES (NULL);
        \set ON_ERROR_STOP on
        ROLLBACK TO a;
        SHOW session_replication_role;
        COPY licence_home.read_record (actor, login, role, function) FROM stdin;
restore	x	x	x
\.
        SHOW session_replication_role;
        ROLLBACK;}, on_error_die => 0),
	"origin\norigin\norigin",
	'it closes behind each statement, whatever comes of that');

$here->stop;
$there->stop;
$gateway->stop;
done_testing();
