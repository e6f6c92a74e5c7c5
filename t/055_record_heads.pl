# The record has a signed head for each day: kept outside, it shows what a
# superuser changed with triggers off and hashes computed anew.  The verifiers
# here are openssl and node, which know nothing of the extension.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use Digest::SHA  qw(sha256_hex);
use IPC::Run     ();
use JSON::PP     qw(decode_json);
use MIME::Base64 qw(decode_base64);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $dir  = PostgreSQL::Test::Utils::tempdir;
my $node = PostgreSQL::Test::Cluster->new('heads');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf',
	"licence_home.clock = '2026-03-01 10:00:00+03'\nlicence_home.record_key_file = ''");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE city');
Cases::prepare($node, 'city');

sub sql { return $node->safe_psql('city', $_[0]) }

# What a role hears.
sub says
{
	my ($role, @lines) = @_;
	my ($out,  $err)   = ('', '');
	$node->psql(
		'city', join("\n", '\set VERBOSITY verbose', "SET SESSION AUTHORIZATION $role;", @lines),
		stdout        => \$out,
		stderr        => \$err,
		on_error_stop => 0);
	return "$out$err";
}

# The day on the clock, for sessions that begin.
sub day
{
	my ($day) = @_;
	$node->adjust_conf('postgresql.conf', 'licence_home.clock', "'2026-03-$day 10:00:00+03'");
	$node->reload;
	$node->poll_query_until('city', "SELECT licence_home.today() = '2026-03-$day'");
}

sub openssl
{
	my (@arguments) = @_;
	my ($out, $err) = ('', '');
	my $well = IPC::Run::run([ 'openssl', @arguments ], '<', \undef, '>', \$out, '2>', \$err);
	return wantarray ? ($well, "$out$err") : $out;
}

sub file
{
	my ($name, $bytes) = @_;
	open my $out, '>:raw', "$dir/$name" or die $!;
	print $out $bytes;
	close $out;
	return "$dir/$name";
}

sql('CREATE ROLE admin LOGIN IN ROLE licence_home_admin; CREATE ROLE robot LOGIN IN ROLE licence_home_sender;
    CREATE ROLE watch LOGIN IN ROLE licence_home_monitor; CREATE ROLE clerk LOGIN IN ROLE licence_home_clerk; CREATE ROLE portal LOGIN IN ROLE licence_home_portal'
);
sql("SELECT spec.case_in('mine', 'fee_due')");
my $person = sql('SELECT min(applicant_id) FROM licence_home.applicant');
says(
	'portal', 'BEGIN;',
	"SELECT licence_home.act_for($person);",
	q{SELECT licence_home.find_applicant('citizen', '9870000000');}, 'COMMIT;');

# --- the key ---------------------------------------------------------------------------

my $key = "$dir/record.key";

sub use_key
{
	my ($file) = @_;
	$node->adjust_conf('postgresql.conf', 'licence_home.record_key_file', "'$file'");
	$node->reload;
	$node->poll_query_until('city', "SELECT current_setting('licence_home.record_key_file', true) = '$file'");
}

my $ask = q{SELECT licence_home.record_head('2026-03-01');};
day('02');
like(
	says('admin', $ask),
	qr/LH025: there is no key.*DETAIL:  licence_home.record_key_file is not set/s,
	'without a key nothing is signed');
says('robot', 'CALL licence_home.sign_record_heads();');
is( sql('SELECT sqlstate, about FROM licence_home.job_failure'),
	'LH025|the head of 2026-03-01',
	'the job says so, and of which day');

openssl('genpkey', '-algorithm', 'ED25519', '-out',    $key);
openssl('genpkey', '-algorithm', 'RSA',     '-out',    "$dir/rsa.key");
openssl('genpkey', '-algorithm', 'ED25519', '-aes256', '-pass', 'pass:x', '-out', "$dir/locked.key");
chmod 0400, $key, "$dir/rsa.key", "$dir/locked.key";
my $inside = $node->data_dir . '/record.key';
IPC::Run::run([ 'cp', '-p', $key, $inside ]);
symlink $inside, "$dir/link.key";
IPC::Run::run([ 'mkfifo', '-m', '0400', "$dir/pipe" ]);
my $open = file('open.key', slurp_file($key));
chmod 0440, $open;
chmod 0400, file('empty.key', '');

for (
	[ 'that is not there',     "$dir/none",       'cannot find' ],
	[ 'in the data directory', $inside,           'in the data directory' ],
	[ 'linked to there',       "$dir/link.key",   'in the data directory' ],
	[ 'that others can read',  $open,             'Others can read' ],
	[ 'that is a pipe',        "$dir/pipe",       'is no file' ],
	[ 'that is a folder',      $dir,              'is no file' ],
	[ 'of RSA',                "$dir/rsa.key",    'no Ed25519 key' ],
	[ 'with a passphrase',     "$dir/locked.key", 'no Ed25519 key' ],
	[ 'that is empty',         "$dir/empty.key",  'no Ed25519 key' ],
	[ 'by a relative name',    'record.key',      'no absolute path' ])
{
	my ($name, $file, $why) = @$_;
	use_key($file);
	my $said = says('admin', $ask);
	like($said, qr/LH025: there is no key.*$why/s, "a key $name is refused");
	unlike($said, qr/\Q$dir\E|PRIVATE/, '... without a word of where or what it is');
}
is(sql('SELECT count(*) FROM licence_home.record_key'), '0', 'and nothing is kept of it');
use_key($key);
is(sql("SELECT count(*) FROM licence_home.record_head"), '0', 'no head so far');
like(
	says('admin', 'SELECT licence_home.now();', 'SHOW licence_home.record_key_file;'),
	qr/must be superuser|permission denied/,
	'where it is, a superuser alone is told');
like(
	says('admin', 'SELECT licence_home.now();', "SET licence_home.record_key_file = '/tmp/x';"),
	qr/permission denied/,
	'... and says');

# --- signing ---------------------------------------------------------------------------

# on the 2nd
sql("SELECT spec.case_in('other', 'inspection_scheduled')");
sql("SELECT spec.case_in('third', 'submitted')");
says(
	'portal', 'BEGIN;',
	'SELECT licence_home.act_for(' . sql(q{SELECT spec.applicant('third')}) . ');',
	q{SELECT licence_home.perform(spec.no('third'), 'withdraw', 'We move away.');}, 'COMMIT;');
day('04');
says('robot', 'CALL licence_home.sign_record_heads();');
is(sql('SELECT string_agg(to_char(day, \'DD\'), \' \' ORDER BY day) FROM licence_home.record_head'),
	'01 02 03', 'the job signs every day that is over');
is(sql("SELECT done, failed, skipped FROM licence_home.job_run ORDER BY run_no DESC LIMIT 1"),
	'3|0|0', '... a piece of work each');
says('robot', 'CALL licence_home.sign_record_heads();');
is(sql("SELECT done, failed, skipped FROM licence_home.job_run ORDER BY run_no DESC LIMIT 1"), '0|0|0', '... once');
my @heads = map { decode_json(sql("SELECT licence_home.record_head('2026-03-$_')")) } '01', '02', '03';
ok($heads[0]{ledgers}{$_}{rows} > 0, "the first day has $_: $heads[0]{ledgers}{$_}{rows}")
  for qw(events applicants reads acting rules journal);
is($heads[2]{ledgers}{events}{rows}, 0, 'a day without events has a head, too');
is( join(' ', sort keys %{ $heads[2]{ledgers} }),
	'acting applicants bills events evidence journal licences money reads rules',
	'... that names every ledger');
is($heads[0]{before}, undef, 'the first head has none before it');
like(
	says('admin', q{SELECT licence_home.record_head('2026-03-04');}),
	qr/LH025: there is no head of 2026-03-04.*signed when it is over/s,
	'a day that is not over');
like(
	says('admin', q{SELECT licence_home.record_head('2026-02-28');}),
	qr/LH025: there is no head of 2026-02-28.*begins later/s,
	'a day before the record');
is(says('admin', q{SELECT licence_home.record_head('infinity');}) =~ /LH025/ ? 1 : 0, 1, 'no day');

# --- verified by others -----------------------------------------------------------------

my $public = file('public.pem', sql('SELECT public_key FROM licence_home.record_key'));
is(slurp_file($public), scalar(openssl('pkey', '-in', $key, '-pubout')), 'the public key is in a table');
my $before = undef;
for my $n (0 .. 2)
{
	my $day  = "2026-03-0$n" =~ s/\d$/$n + 1/er;
	my $text = sql("SELECT head FROM licence_home.record_head WHERE day = '$day'");
	my ($well, $said) = openssl('pkeyutl', '-verify', '-pubin', '-inkey', $public, '-rawin', '-in', file('head', $text),
		'-sigfile', file('signature', decode_base64($heads[$n]{signature})));
	ok($well, "openssl verifies the head of $day") or diag($said);
	my %head = %{ $heads[$n] };
	delete $head{signature};
	is(JSON::PP->new->canonical->utf8->encode(\%head), $text,   '... whose text is its canonical JSON');
	is($head{before},                                  $before, '... it has the hash of the one before');
	$before = sha256_hex($text);
	my %lines;
	push @{ $lines{ $_->[0] } }, $_->[1]
	  for map { [ split /\|/ ] } split /\n/, sql("SELECT * FROM licence_home.record_of('$day')");

	for my $ledger (sort keys %{ $head{ledgers} })
	{
		my @of = @{ $lines{$ledger} // [] };
		is( sha256_hex(join '', map { "$_\n" } @of) . ' ' . @of,
			"$head{ledgers}{$ledger}{sha256} $head{ledgers}{$ledger}{rows}",
			"... and of the lines of $ledger");
	}
}
SKIP:
{
	my $node_js = IPC::Run::run([ 'which', 'node' ], '>', \my $where, '2>', \my $none);
	skip 'no node', 1 unless $node_js;
	my $script = file('verify.js', <<'JS');
const { verify, createHash } = require('crypto'), fs = require('fs');
const [heads, pem, lines] = process.argv.slice(2).map((name) => fs.readFileSync(name, 'utf8'));
const canonical = (v) => v === null || typeof v !== 'object' ? JSON.stringify(v)
  : `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(',')}}`;
let before = null;
for (const { signature, ...head } of JSON.parse(heads)) {
  if (!verify(null, canonical(head), pem, Buffer.from(signature, 'base64'))) throw new Error(`signature of ${head.day}`);
  if (head.before !== before) throw new Error(`before of ${head.day}`);
  before = createHash('sha256').update(canonical(head)).digest('hex');
  for (const [name, { sha256 }] of Object.entries(head.ledgers)) {
    const mine = lines.split('\n').filter((l) => l.startsWith(`${head.day}|${name}|`)).map((l) => `${l.split('|')[2]}\n`).join('');
    if (createHash('sha256').update(mine).digest('hex') !== sha256) throw new Error(`${name} of ${head.day}`);
  }
}
console.log('well');
JS
	my $all = file('heads.json',
		sql(q{SELECT json_agg(licence_home.record_head(day) ORDER BY day) FROM licence_home.record_head}));
	my $lines =
	  file('lines', sql(q{SELECT h.day, r.* FROM licence_home.record_head AS h, licence_home.record_of(h.day) AS r}));
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'node', $script, $all, $public, $lines ], '<', \undef, '>', \$out, '2>', \$err);
	is("$out$err", "well\n", 'node verifies all of it, from the files alone');
}

# --- what is found ------------------------------------------------------------------------

my $outside = sql(q{SELECT json_agg(licence_home.record_head(day) ORDER BY day) FROM licence_home.record_head});

# What verify_record() says, of the heads that were kept outside, or of those here.
sub found
{
	my ($heads) = @_;
	my $argument = defined $heads ? '$h$' . $heads . '$h$' : 'NULL';
	return sql("SELECT * FROM licence_home.verify_record($argument)");
}

# What a superuser's deed leaves to be found; it is undone.
sub after
{
	my ($deed, $heads) = @_;
	my $argument = defined $heads ? '$h$' . $heads . '$h$' : 'NULL';
	return sql(
		"BEGIN; SET LOCAL session_replication_role = replica; $deed; SELECT * FROM licence_home.verify_record($argument); ROLLBACK;"
	);
}
is(found($outside),         '',                               'nothing was altered');
is(found(),                 '',                               '... by the heads that are here, either');
is(found('{}'),             '||it is no head of this format', 'what is no head');
is(found('["x", 1, null]'), join("\n", ('||it is no head of this format') x 3), '... nor are these');
is(found('[]'),             '',                                                 'no head');

# A chain that is altered and computed anew from there on, so that it is whole.
my $anew = <<'SQL';
CREATE FUNCTION pg_temp.anew() RETURNS void LANGUAGE plpgsql AS $$
DECLARE e record; last bytea;
BEGIN
    FOR e IN SELECT * FROM licence_home.application_event ORDER BY application_no, case_event LOOP
        UPDATE licence_home.application_event AS u SET digest = CASE WHEN e.salt IS NULL THEN e.digest
                ELSE licence_home_internal.event_digest(e.salt, e.note, e.changes) END WHERE u.event_no = e.event_no RETURNING digest INTO e.digest;
        last := licence_home_internal.event_hash(CASE WHEN e.case_event > 1 THEN last END, e.format, e.event_no, e.application_no::text, e.case_event,
            e.action, e.from_state, e.to_state, e.actor, e.role, e.session_role, e.at, e.known_at, e.digest);
        UPDATE licence_home.application_event AS u SET hash = last WHERE u.event_no = e.event_no;
    END LOOP;
END $$
SQL
my $event   = 'event_no = (SELECT min(event_no) FROM licence_home.application_event)';
my $changed = "2026-03-01|events|its rows are not those that were signed";
my $deed    = "$anew; UPDATE licence_home.application_event SET actor = 'somebody' WHERE $event; SELECT pg_temp.anew()";
is( sql("BEGIN; SET LOCAL session_replication_role = replica; $deed; SELECT count(*) FROM licence_home.verify_events(); ROLLBACK"
	),
	"\n0",
	'an event that is altered, with its chain computed anew, looks whole');
is(after($deed, $outside), "\n$changed", '... and is found by the head');
is(after("UPDATE licence_home.application_event SET actor = 'somebody' WHERE $event", $outside),
	$changed, 'one that is altered alone');
is( after(
		"UPDATE licence_home.application_event SET note = 'x', salt = decode(repeat('00', 16), 'hex'), digest = decode(repeat('00', 32), 'hex') WHERE $event",
		$outside),
	$changed,
	'a note that is put in');

for my $altered (
	[ 'bills', 'the amount of a bill',   'UPDATE licence_home.invoice SET amount = amount + 1' ],
	[ 'bills', 'a line of a bill',       'UPDATE licence_home.invoice_line SET amount = amount - 1' ],
	[ 'bills', 'the area of a bill',     'UPDATE licence_home.invoice SET area_m2 = 1' ],
	[ 'money', 'an entry of the ledger', 'UPDATE licence_home.money_entry SET amount = 0' ])
{
	my ($ledger, $what, $update) = @$altered;
	is(after($update, $outside), "2026-03-01|$ledger|its rows are not those that were signed", "$what is found");
}
is(after("UPDATE licence_home.invoice SET due_on = '2026-12-31', cancelled_at = now()", $outside),
	'', 'what steps change of a bill is not in it: an event says that');
my $rows = $heads[0]{ledgers}{events}{rows};
is( after("DELETE FROM licence_home.application_event WHERE $event", $outside),
	"2026-03-01|events|it had $rows rows, and now there are " . ($rows - 1),
	'one that is deleted');
is( after(
		"UPDATE licence_home.application_event SET known_at = known_at + interval '2 days' WHERE $event; SELECT FROM licence_home.application_event LIMIT 0",
		$outside
	) =~ /^2026-03-01\|events\|it had $rows.*\n2026-03-03\|events\|it had 0 rows, and now there are 1$/s ? 1 : 0,
	1,
	'one that is moved to another day');
is( after('UPDATE licence_home.read_record SET applicant_ids = ARRAY[99]', $outside),
	'2026-03-01|reads|its rows are not those that were signed',
	'a look-up');
is( after("DELETE FROM licence_home.acting_record WHERE at < '2026-03-02'", $outside),
	"2026-03-01|acting|it had $heads[0]{ledgers}{acting}{rows} rows, and now there are 0",
	'who acted for whom');
is( after("UPDATE licence_home.profession SET name_en = 'x'", $outside),
	'2026-03-01|rules|its rows are not those that were signed',
	'a rule');
is( after("UPDATE licence_home.rule_journal SET actor = 'x' WHERE place = 1", $outside),
	'2026-03-01|journal|its rows are not those that were signed',
	'the journal of rules');
is( after("UPDATE licence_home.fee_rule SET recorded_by = 'x'", $outside),
	'2026-03-01|rules|its rows are not those that were signed',
	'who wrote a rule');
is( after(
		"UPDATE licence_home.zone SET valid = daterange(lower(valid), '2030-01-01'), closed_at = licence_home.now()",
		$outside),
	'',
	'closing a rule is no change of what was written');

# Heads here that are altered, too: what is outside tells.
my $forged =
  qq{UPDATE licence_home.record_head SET head = replace(head, '"before"', '"Before"') WHERE day = '2026-03-02'};
like(
	after($forged, $outside),
	qr/^2026-03-02\|\|the head that is kept here is another$/m,
	'a head that is altered here');
like(after($forged), qr/^2026-03-02\|\|its signature is not that of its key$/m, '... is found without those outside');
like(
	after("DELETE FROM licence_home.record_head WHERE day = '2026-03-02'", $outside),
	qr/^2026-03-02\|\|no head of this day is kept here$/m,
	'one that is deleted');
like(
	after("DELETE FROM licence_home.record_head WHERE day = '2026-03-02'"),
	qr/^2026-03-02\|\|this day has no head$/m,
	'... also without those outside');
my $false = $outside =~ s/"rows": ?\K$rows/$rows + 1/er;
like(
	found($false),
	qr/^2026-03-01\|\|its signature is not that of its key$/m,
	'a false head from outside is known by its signature');
openssl('genpkey', '-algorithm', 'ED25519', '-out', "$dir/mine.key");
like(
	found($outside =~ s/"key": ?"\K[0-9a-f]+/0000000000000000/r),
	qr/^2026-03-01\|\|it is signed with a key that is not known here$/m,
	'... or by its key');

# A superuser who signs anew, with the server's key: what is here is whole, what is outside tells.
my $signed_anew = sql(
	"BEGIN; SET LOCAL session_replication_role = replica; $deed; DELETE FROM licence_home.record_head; SET LOCAL session_replication_role = origin;"
	  . " SELECT count(licence_home.record_head(d::date)) FROM generate_series('2026-03-01'::date, '2026-03-03', '1 day') AS d;"
	  . ' SELECT count(*) FROM licence_home.verify_record(); SELECT * FROM licence_home.verify_record($h$'
	  . $outside
	  . '$h$); ROLLBACK;');
like(
	$signed_anew,
	qr/^\n3\n0\n.*^2026-03-01\|\|the head that is kept here is another\n\Q$changed\E$/ms,
	'heads that are signed anew hold together, and those outside show it');

# What is concealed, by right, changes no head.
sql("SET session_replication_role = replica; UPDATE licence_home.application_event SET note = NULL, changes = NULL, salt = NULL WHERE salt IS NOT NULL"
);
is(sql('SELECT count(*) > 0 FROM licence_home.application_event WHERE digest IS NOT NULL AND salt IS NULL'),
	't', 'notes and values are concealed, salts and all');
is(found($outside), '', '... and the heads hold');

# --- who may ----------------------------------------------------------------------------

like(
	says(
		'watch',
		'SELECT count(*) FROM licence_home.verify_record();',
		'SELECT count(*) FROM licence_home.record_head;'),
	qr/^0\n3$/m,
	'the monitor verifies');
like(
	says('clerk', 'SELECT count(*) FROM licence_home.record_head;', $ask),
	qr/^3.*permission denied for function record_head/s,
	'a clerk reads heads, and makes none');
like(says('portal', 'SELECT count(*) FROM licence_home.record_head;'), qr/permission denied/, 'a portal neither');
like(says('admin',  q{SELECT count(*) > 0 FROM licence_home.record_of('2026-03-01');}),
	qr/^t$/m, 'the administrator has the lines');
like(
	says('admin', "SELECT licence_home_internal.head_of('2026-03-01', 'x', now());"),
	qr/permission denied for schema/,
	'nobody has a head made up');
for (
	'UPDATE licence_home.record_head SET head = head || \'x\'',
	'INSERT INTO licence_home.record_key VALUES (\'x\', \'x\', now())')
{
	my ($out, $err) = ('', '');
	$node->psql('city', $_, stderr => \$err);
	like($err, qr/written by the steps/, 'not even a superuser writes with triggers on');
}
for ('DELETE FROM licence_home.record_head', 'TRUNCATE licence_home.record_key')
{
	my ($out, $err) = ('', '');
	$node->psql('city', $_, stderr => \$err);
	like($err, qr/never deleted/, '... nor deletes');
}

# --- somebody who is still writing ---------------------------------------------------------

my $late = Session->new($node->connstr('city'));
$late->must("SET ROLE licence_home_clerk; BEGIN; SELECT licence_home.find_applicant('citizen', '9870000001')")
  ;    # on the 4th
day('05');
says('robot', 'CALL licence_home.sign_record_heads();');
is(sql("SELECT done, failed, skipped FROM licence_home.job_run ORDER BY run_no DESC LIMIT 1"),
	'0|0|1', 'a day on which somebody is still writing is not signed yet');
$late->must('COMMIT');
says('robot', 'CALL licence_home.sign_record_heads();');
is(sql(q{SELECT head::jsonb #>> '{ledgers,reads,rows}' FROM licence_home.record_head WHERE day = '2026-03-04'}),
	'1', '... and then with what they wrote');
$late->close;

# --- another key, a restart, a dump -----------------------------------------------------------

openssl('genpkey', '-algorithm', 'ED25519', '-out', "$dir/second.key");
chmod 0400, "$dir/second.key";
use_key("$dir/second.key");
$node->restart;
day('06');
like(says('admin', q{SELECT licence_home.record_head('2026-03-05') ->> 'day';}),
	qr/^2026-03-05$/m, 'after a restart, with another key, the next day is signed');
is( sql('SELECT count(DISTINCT key_id), (SELECT count(*) FROM licence_home.record_key) FROM licence_home.record_head'),
	'2|2', '... and both keys are kept');
$outside = sql(q{SELECT json_agg(licence_home.record_head(day) ORDER BY day) FROM licence_home.record_head});
is(found($outside), '', 'all heads hold');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/dump", '-d', $node->connstr('city') ], 'a dump');
my $secret = join '', grep { !/-----/ } split /\n/, slurp_file($key);
unlike(
	slurp_file($node->logfile) . slurp_file("$dir/dump"),
	qr/\Q$secret\E|PRIVATE KEY/,
	'... and the log have no private key');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->command_ok([ 'pg_restore', '-d', $node->connstr('copy'), "$dir/dump" ], 'it is restored');
is( $node->safe_psql(
		'copy',
		'SET datestyle = german; SET timezone = "Pacific/Apia"; SET extra_float_digits = -10; SET intervalstyle = iso_8601; SET bytea_output = escape; SELECT * FROM licence_home.verify_record($h$'
		  . $outside . '$h$)'),
	'',
	'... and the heads from outside hold there, whatever a session has set');

$node->stop;
done_testing();
