# Credentials of gateways are in requests and in their own table, and nowhere
# else. They are not in an error, not in a log at its most talkative, not in
# pg_stat_activity, not in what is kept of answers that repeat them in any way
# of writing.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;

use Encode qw(encode);
use IO::Socket::INET;
use IPC::Run ();
use Messages;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Providers;
use Test::More;

# Each differs in each way of writing; one is of a Jordanian's making.
my %secret = (
	key         => q{S3cr+t/"<&>\\ é%'x},
	password    => 'كلمة سر+1 /',
	account_sid => 'AC' . '0f1e2d3c' x 4,
	auth_token  => 'Tok~en/9+& 7',
	app_sid     => 'Sid"\\/<5>',
	api_key     => 'Api key=/+1',
	xml_key     => q{X<m>l&"'Key},
	head        => 'He@d{er} 1');

my $dir        = PostgreSQL::Test::Utils::tempdir;
my $server     = Providers->start($dir, %secret, account => 'account-of-gam');
my $url        = $server->url;
my $node       = PostgreSQL::Test::Cluster->new('secrets');
my $statistics = -e $node->config_data('--sharedir') . '/extension/pg_stat_statements.control';
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', <<'CONF');
log_statement = all
log_min_messages = debug5
log_min_error_statement = debug5
log_min_duration_statement = 0
log_error_verbosity = verbose
log_parameter_max_length = -1
log_parameter_max_length_on_error = -1
track_activity_query_size = 65536
CONF
$node->append_conf('postgresql.conf', <<'CONF') if $statistics;
shared_preload_libraries = 'auto_explain,pg_stat_statements'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_verbose = on
auto_explain.log_nested_statements = on
pg_stat_statements.track = all
CONF
$node->start;

# What a client sees of anything, errors too.
my $seen = '';

sub psql
{
	my (@lines) = @_;
	my $output = '';
	IPC::Run::run(
		[ 'psql', '-XAtq', '-d', $node->connstr('postgres') ],
		'<',  \encode('UTF-8', join "\n", 'SET client_min_messages = debug5;', @lines, ''),
		'>&', \$output);
	$seen .= $output;
	return $output;
}

# A test that a client saw something; what else it saw is long.
sub saw { my ($output, $pattern, $name) = @_; ok($output =~ $pattern, $name) }

# Results without the noise.
sub sql { return $node->safe_psql('postgres', encode('UTF-8', $_[0])) }

# Show trees and plans of queries, too.
my @talkative = map { "SET debug_print_$_ = on;" } qw(parse rewritten plan);

psql('CREATE EXTENSION licence_home CASCADE;', "SELECT licence_home.load_rules('amman');");
psql('CREATE EXTENSION pg_stat_statements;') if $statistics;
sql('CREATE ROLE admin LOGIN IN ROLE licence_home_admin; CREATE ROLE robot LOGIN IN ROLE licence_home_sender');

# --- in by a file, as operations.md says --------------------------------------

# Credentials for a gateway, without a secret in a statement.
sub bring_in
{
	my ($gateway, %credential) = @_;
	my $file = "$dir/credentials";
	open my $out, '>', $file or die $!;
	print $out map {
		join("\t", $gateway, $_, $credential{$_} eq '\N' ? '\N' : encode('UTF-8', $credential{$_} =~ s/\\/\\\\/gr))
		  . "\n"
	  }
	  sort keys %credential;
	close $out;
	return psql(
		'SET ROLE admin;',
		@talkative,
		'BEGIN;',
		'CREATE TEMP TABLE incoming (gateway text, name text, secret text) ON COMMIT DROP;',
		"\\copy incoming FROM '$file'",
		'INSERT INTO licence_home.sms_gateway_credential SELECT * FROM incoming;',
		'COMMIT;');
}

my @gateways = (
	[
		'trunk', "SELECT licence_home.add_gateway('trunk', 'twilio', '$url', '+15005550006');",
		account_sid => $secret{account_sid},
		auth_token  => $secret{auth_token}
	],
	[
		'local', "SELECT licence_home.add_gateway('local', 'josms', '$url', 'GAM');",
		account  => 'account-of-gam',
		password => $secret{password}
	],
	[ 'uni',  "SELECT licence_home.add_gateway('uni', 'unifonic', '$url', 'GAM');", app_sid => $secret{app_sid} ],
	[ 'info', "SELECT licence_home.add_gateway('info', 'infobip', '$url', 'GAM');", api_key => $secret{api_key} ],
	[
		'xml',
		q{INSERT INTO licence_home.sms_gateway (gateway, method, url, headers, body, body_encoding, accepted, valid, source, certainty)
        VALUES ('xml', 'POST', '} . $url
		  . q{/xml', '{"X-Key: {head}"}', '<sms to="{to}"><text>{xml_key}</text></sms>', 'xml', '^200 OK',
            '[2020-01-01,)', 'test', 'unknown');},
		xml_key => $secret{xml_key},
		head    => $secret{head}
	],
	[
		'plain',
		"INSERT INTO licence_home.sms_gateway (gateway, method, url, accepted, message_id_pattern, doubt_wait, valid, source, certainty)
        VALUES ('plain', 'GET', '$url/plain?key={key}&id={id}&to={to}&text={text}', '^200 OK', 'said (.*)', '0', '[2020-01-01,)', 'test', 'unknown');",
		key => $secret{key}
	]);

my $messages = Messages->new(\&sql);
my $people   = 0;

sub owe
{
	my ($text) = @_;
	my ($id)   = $messages->owe({ applicant_id => ++$people, language => "'ar'", body => "'$text'" });
	return $id;
}
sub status { return $messages->state($_[0])->{ $_[0] }{status} }

sub send_all { psql('SET ROLE robot;', "CALL licence_home.send_pending_sms('20 s', true);") }

# Let a gateway send, and no other.
sub only
{
	my ($name) = @_;
	sql(    "DELETE FROM licence_home.sms_gateway_pause; SET session_replication_role = replica;"
		  . " UPDATE licence_home.sms_gateway SET withdrawn_at = CASE gateway WHEN '$name' THEN NULL ELSE licence_home.now() END"
	);
}

for (@gateways)
{
	my ($name, $statement, %credential) = @$_;
	psql('SET ROLE admin;', $statement);
	only($name);
	saw(send_all(), qr/has the unknown placeholder "\{/, "$name: lacks its credentials, and says which");
	bring_in($name, %credential);
	is(sql("SELECT licence_home.missing_credentials('$name')"), '{}', "$name: they come in by a file");
	my $message = owe("message of $name");
	psql('SET ROLE robot;', @talkative, "CALL licence_home.send_pending_sms('20 s', true);");
	is(status($message), 'accepted', "$name: and are right");
}

# --- for one host --------------------------------------------------------------

sub move
{
	my ($from, $to) = @_;
	sql(    "SET session_replication_role = replica; DELETE FROM licence_home.sms_gateway_pause;"
		  . " UPDATE licence_home.sms_gateway SET url = replace(url, '$from', '$to') WHERE gateway = 'plain'");
}
move('127.0.0.1', '127.0.0.2');
my $moved = owe('moved');
saw(send_all(),
	qr/credential "key" of SMS gateway "plain" was not entered for its host/,
	'a gateway that is moved has no credentials');
is(sql("SELECT licence_home.missing_credentials('plain')"), '{key}', '... and says which are missing');
isnt(status($moved), 'accepted', '... and sends nothing');
move('127.0.0.2', '127.0.0.1');
send_all();
is(status($moved), 'accepted', 'back at its host it sends');

# --- answers that repeat them -------------------------------------------------

my $ways = Providers::ways($secret{key});
for (sort keys %$ways)
{
	my $leak = owe("#leak-$_");
	send_all();    # by itself: many such answers would pause the gateway
	my $answer = sql("SELECT answer FROM licence_home.sms_attempt WHERE message_id = $leak");
	like(
		$answer,
		qr/^wrong: \W{0,4}[\w%]{0,7}\*{6,}[\w=%]{0,8}$/,
		"an answer that repeats a secret is kept without it: $_");
}
for (sort keys %$ways)
{
	next if /base|basic/;
	my $long = owe("#cite-$_ " . 'سر' x 300);
	send_all();    # longer than what is read of an answer, in some of these ways
	my $answer = sql("SELECT answer FROM licence_home.sms_attempt WHERE message_id = $long");
	like($answer, qr/^cannot read: \*{100,}$/, "an answer that repeats a long text is kept without it: $_");
}
my $echo = owe('#echo');
send_all();
like(sql("SELECT gateway_message_id FROM licence_home.sms_message WHERE message_id = $echo"),
	qr/key=\*+&/, 'a message id with a secret in it, too');

# --- errors -------------------------------------------------------------------

for (
	[ 'a line break', key => "$secret{key}\\n", 'secret' ],
	[ 'nothing',      key => '',                'secret' ],
	[ 'null',         key => '\N',              'secret' ])
{
	my ($what, $name, $value, $column) = @$_;
	my $file = "$dir/credentials";
	open my $out, '>', $file or die $!;
	print $out "plain\t",
	  $value =~ /é/ ? encode('UTF-8', "two\t" . $secret{key} =~ s/\\/\\\\/gr . '\n') : "two\t$value", "\n";
	close $out;
	saw(psql(
			'SET ROLE admin;',
			'CREATE TEMP TABLE incoming (gateway text, name text, secret text);',
			"\\copy incoming FROM '$file'",
			'INSERT INTO licence_home.sms_gateway_credential SELECT * FROM incoming;'),
		qr/cannot have this "$column"/,
		"a credential with $what is refused");
}
saw(bring_in('plain', $secret{auth_token} => 'x'), qr/cannot have this "name"/, 'a secret in the place of a name, too');
saw(psql(
		'CREATE TEMP TABLE incoming (gateway text, name text, secret text);',
		"\\copy incoming FROM '$dir/credentials'",
		'INSERT INTO licence_home.sms_gateway_credential SELECT gateway, NULL, name FROM incoming;'),
	qr/cannot have this "name"/,
	'... for a superuser, whom a constraint would show the row');
saw(bring_in('plain', key => $secret{key}), qr/duplicate key/, 'a credential that is there already is refused');
only('trunk');    # in force, so that the new credential is for its host
psql(
	'SET ROLE admin;',
	q(UPDATE licence_home.sms_gateway_credential SET secret = 'wrong' WHERE gateway = 'trunk' AND name = 'account_sid';)
);
owe('with wrong credentials');
send_all();
like(
	sql("SELECT why FROM licence_home.sms_gateway_pause WHERE gateway = 'trunk'"),
	qr/^401 .*Basic /,
	'a gateway that is refused says why');

# A gateway that nobody can reach, one that is cancelled, one that is no TLS.
my $closed = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)->sockport;
my $silent = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5);
my %broken = (
	closed => "http://127.0.0.1:$closed",
	tls    => $url =~ s/http/https/r,
	silent => 'http://127.0.0.1:' . $silent->sockport);
for my $name (sort keys %broken)
{
	psql(
		'SET ROLE admin;',
		"INSERT INTO licence_home.sms_gateway (gateway, method, url, headers, accepted, connect_timeout_ms, answer_timeout_ms, valid, source, certainty)
        VALUES ('$name', 'GET', '$broken{$name}/plain?key={key}&text={text}', '{\"Authorization: Basic {basic:password:key}\"}', '^200 OK',
            300, 300, '[2020-01-01,)', 'test', 'unknown');");
	bring_in($name, key => $secret{key}, password => $secret{password});
	only($name);
	my $message = owe("to $name");
	send_all();
	like(status($message), qr/^(waiting|in_doubt)$/, "a gateway that is $name takes nothing");
}

# --- in flight ----------------------------------------------------------------

sql('SET session_replication_role = replica; UPDATE licence_home.sms_gateway SET answer_timeout_ms = 60000');
only('silent');
my $flying = owe('in flight');
my ($in, $out) = ('', '');
my $sender = IPC::Run::start(
	[ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', "CALL licence_home.send_pending_sms('60 s')" ],
	'<', \$in, '>&', \$out);
$node->poll_query_until('postgres', "SELECT status = 'sending' FROM licence_home.sms_queue WHERE message_id = $flying");
my $activity = sql('SELECT to_jsonb(a) FROM pg_stat_activity AS a');
like($activity, qr/CALL licence_home\.send_pending_sms/, 'a sender is at work');
sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL licence%'");
$sender->finish;
$seen .= $out;

# --- the hunt -----------------------------------------------------------------

# Every way of writing every secret, and pairs as Basic authentication has them.
my %hunted;
for my $name (keys %secret)
{
	my $ways = Providers::ways($secret{$name});
	$hunted{"$name, $_"} = $ways->{$_} for keys %$ways;
}
$hunted{'pair of Twilio'}  = Providers::ways("$secret{account_sid}:$secret{auth_token}")->{base64};
$hunted{'pair of our own'} = Providers::ways("$secret{password}:$secret{key}")->{base64};

my $hunted = join '|', map { quotemeta } values %hunted;
$hunted = qr/$hunted/;

# Those found in a text.
sub found
{
	my ($text) = @_;
	return '' unless $text =~ $hunted;
	return join ', ', grep { index($text, $hunted{$_}) >= 0 } sort keys %hunted;
}

my $requests = slurp_file("$dir/requests");
my @raw      = map { join '', %{ $_->{header} }, $_->{target}, $_->{body} } $server->requests;
for my $name (sort keys %secret)
{
	my @forms = grep { /^\Q$name\E, / } keys %hunted;
	ok( (   grep {
				my $form = $hunted{$_};
				grep { index($_, $form) >= 0 } @raw
			} @forms,
			'pair of Twilio') > 0,
		"the hunt finds the secret of $name in the requests");
}

my $log = slurp_file($node->logfile);
cmp_ok(length($log), '>', 1_000_000, 'the server logged at its most talkative');
is(found($log),      '', 'no secret is in the log');
is(found($seen),     '', 'nor in what clients saw, errors too');
is(found($activity), '', 'nor in pg_stat_activity while requests were under way');
is(found(sql('SELECT to_jsonb(s) FROM pg_stat_statements AS s')), '', 'nor in pg_stat_statements') if $statistics;
my @tables = split /\n/, sql(
	q(SELECT oid::regclass FROM pg_class
    WHERE relnamespace = 'licence_home'::regnamespace AND relkind = 'r' AND relname <> 'sms_gateway_credential'));
cmp_ok(scalar(@tables), '>', 40, 'there are tables to look through');
for (map { [ $_, sql("SELECT t.*::text FROM $_ AS t") . sql("SELECT to_jsonb(t) FROM $_ AS t") ] } @tables)
{
	my ($table, $rows) = @$_;
	is(found($rows), '', "nor in $table") if found($rows) ne '' || $table =~ /sms_|sender/;
}
isnt(found(sql('SELECT t.*::text FROM licence_home.sms_gateway_credential AS t')),
	'', 'but in the table of credentials');

$node->stop;
$server->stop;
done_testing();
