# Every profile against a server that answers like its provider, and Kannel's
# against Kannel. Texts arrive whole in Arabic and English, and numbers as the
# provider wants them. What each answer means is what becomes of a message.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;

use Encode qw(decode encode);
use File::Temp;
use IO::Socket::IP;
use Kannel;
use Messages;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Providers;
use Test::More;

my %secret = (
	account     => 'gam',
	account_sid => 'AC' . '0123456789abcdef' x 2,
	auth_token  => 'Tw1l!o/+ token',
	app_sid     => 'Un1"fonic\\sid',
	api_key     => 'Inf0bip-key&more',
	password    => 'J0sms+pass word',
	key         => 'Pl&ain%key');
my $server     = Providers->start(PostgreSQL::Test::Utils::tempdir, %secret);
my $url        = $server->url;
my $kannel_dir = File::Temp->newdir('kannelXXXX', TMPDIR => 1);
my $kannel     = Kannel->installed ? Kannel->start("$kannel_dir") : undef;

END
{
	local $?;
	$kannel->stop if $kannel;
	undef $kannel_dir;
}

my $node = PostgreSQL::Test::Cluster->new('providers');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
{
	# What the server's environment says of proxies and log-ins is not used.
	local @ENV{qw(http_proxy https_proxy ALL_PROXY)} = ('http://127.0.0.1:9/') x 3;
	local $ENV{no_proxy}                             = '';
	local $ENV{HOME}                                 = PostgreSQL::Test::Utils::tempdir;
	append_to_file("$ENV{HOME}/.netrc", "default login somebody password else\n");
	$node->start;
}

sub sql { return decode('UTF-8', $node->safe_psql('postgres', encode('UTF-8', $_[0]))) }

# A literal.
sub q_ { return "'" . $_[0] =~ s/'/''/gr . "'" }

sql('CREATE EXTENSION licence_home CASCADE');
sql("SELECT licence_home.load_rules('amman')");
sql('CREATE ROLE admin LOGIN IN ROLE licence_home_admin; CREATE ROLE robot LOGIN IN ROLE licence_home_sender');

my $messages = Messages->new(sub { $node->safe_psql('postgres', encode('UTF-8', $_[0])) });

# A message to somebody else each time; its message_id.
my $people = 0;

sub owe
{
	my ($text) = @_;
	$people++;
	my ($id) = $messages->owe(
		{
			applicant_id => $people,
			phone        => "'079" . (1000000 + $people) . "'",
			language     => "'ar'",
			body         => q_($text)
		});
	return $id;
}

# Forget what waits, and why the gateway rests.
sub clear
{
	$messages->end_pause;
	sql('SET session_replication_role = replica; DELETE FROM licence_home.sms_queue');
}

# Send all that can go, as the job would; what it says.
sub send_all
{
	my (@settings) = @_;
	my ($code, $out, $err) = $node->psql('postgres',
		encode('UTF-8', join "\n", @settings, 'SET ROLE robot;', "CALL licence_home.send_pending_sms('20 s', true);"));
	return decode('UTF-8', $err);
}

# A column of a message.
sub of { return sql("SELECT $_[1] FROM licence_home.sms_message WHERE message_id = $_[0]") }

# The gateway that sends from now on; credentials as given.  Made as the
# administrator of rules would.
sub use_gateway
{
	my ($call, %credential) = @_;
	my ($gateway) = grep { defined } $call =~ /add_gateway\('(\w+)'|RETURNING '(\w+)'/;
	my ($code, $out, $err) = $node->psql(
		'postgres',
		encode(
			'UTF-8',
			join "\n",
			'SET ROLE admin;',
			'UPDATE licence_home.sms_gateway SET withdrawn_at = licence_home.now() WHERE withdrawn_at IS NULL;',
			$call,
			(   map {
					'INSERT INTO licence_home.sms_gateway_credential VALUES ('
					  . join(', ', map { q_($_) } $gateway, $_, $credential{$_}) . ');'
				} sort keys %credential),
			"SELECT licence_home.missing_credentials('$gateway');"));
	is($out =~ /^(.*)\z/m ? (split /\n/, $out)[-1] : $out, '{}', "$gateway: a profile and credentials make a gateway")
	  or diag($err);
}

sub add { return "SELECT licence_home.add_gateway($_[0]);" }

my $arabic     = 'موعد الكشف للطلب A2026-00012345-7: الأحد 15/3/2026 الساعة 10:00. «أحضروا» الهوية؟';
my $english    = qq{Fee: 20.500 & "due" <soon> 100%; a+b=c \\ it's 5/8 {not} [a] #\x{20AC} tilde~};
my $many_lines = "سطر أول\nسطر ثانٍ\t\x{1F3E0} نهاية";

# Texts arrive at a provider as they were written.
sub arrives
{
	my ($provider, $to, $from, $id_pattern) = @_;
	my @sent = map { owe($_) } $arabic, $english, $many_lines;
	send_all();
	is(join(' ', map { of($_, 'status') } @sent), 'accepted accepted accepted', "$provider: accepted");
	my %got = map { $_->{text} => $_ } grep { $_->{provider} eq $provider } $server->accepted;
	is( join("\n", map { encode('UTF-8', $_) } sort keys %got),
		join("\n", map { encode('UTF-8', $_) } sort $arabic, $english, $many_lines),
		"$provider: Arabic and English arrive whole");
	is($got{$arabic}{to},   $to->(of($sent[0], 'phone')), "$provider: the number is as it wants it");
	is($got{$arabic}{from}, $from,                        "$provider: with the name of who sends");
	like(of($_, 'gateway_message_id'), $id_pattern, "$provider: its id of the message is kept") for $sent[0];
	is( sql(    "SELECT count(*) FROM licence_home.sms_attempt WHERE position('"
			  . substr($arabic, 0, 20)
			  . "' IN answer) > 0 OR answer LIKE '%791000%'"),
		0,
		"$provider: neither text nor number is in what is kept of its answers");
}

# What becomes of messages that ask for an answer.
sub becomes
{
	my ($provider, %expected) = @_;
	my %message = map { $_ => owe("نص يطلب جوابًا من $provider: $_") } sort keys %expected;
	send_all();
	is(of($message{$_}, 'status'), $expected{$_}, "$provider: what asks for $_ is then $expected{$_}")
	  for sort keys %expected;
	return \%message;
}

# What pauses the gateway, and is no failure of the message.
sub pauses
{
	my ($provider, $gateway, $name, $text) = @_;
	my $message = owe($text);
	send_all();
	is( of($message, 'status') . sql(" SELECT ' ' || failures FROM licence_home.sms_queue WHERE message_id = $message"),
		'waiting 0',
		"$provider: $name is no failure of the message");
	is(sql("SELECT count(*) FROM licence_home.sms_gateway_pause WHERE gateway = '$gateway'"),
		1, '... and pauses the gateway');
	clear();
}

# The same with a wrong secret.
sub wrong_secret
{
	my ($provider, $gateway, $name) = @_;
	sql("UPDATE licence_home.sms_gateway_credential SET secret = 'quite wrong' WHERE gateway = '$gateway' AND name = '$name'"
	);
	pauses($provider, $gateway, 'a wrong secret', 'x');
}

# --- Kannel -----------------------------------------------------------------

SKIP:
{
	skip 'Kannel is not installed', 6 unless $kannel;
	my $base = $kannel->url =~ s{/cgi-bin/.*}{}r;
	use_gateway(
		add("'kannel', 'kannel', '$base', 'Amman'"),
		username => $kannel->username,
		password => $kannel->password);
	my @sent = map { owe($_) } $arabic, 'Fee: 20.500 [JOD] & more';
	send_all();
	is(join(' ', map { of($_, 'status') } @sent), 'accepted accepted', 'kannel: accepted');
	my %got = map { $_->{text} => $_ } $kannel->wait_for_messages(2);
	is( join("\n", sort map { encode('UTF-8', $_) } keys %got),
		join("\n", sort map { encode('UTF-8', $_) } $arabic, 'Fee: 20.500 [JOD] & more'),
		'kannel: both alphabets arrive');
	is(of($sent[0], 'gateway_message_id'), $sent[0], 'kannel: reports are to bring back our own id');
	wrong_secret('kannel', 'kannel', 'password');
}

# --- a GET gateway in Amman -------------------------------------------------

use_gateway(add("'local', 'josms', '$url', 'GAM Amman'"), account => $secret{account}, password => $secret{password});
is(sql("SELECT ucs2_part FROM licence_home.sms_gateway WHERE gateway = 'local'"), 62,
	'josms: a part has 62 characters');
arrives('josms', sub { substr $_[0], 1 }, 'GAM Amman', qr/^8800\d$/);
becomes('josms', '#429' => 'waiting', '#strange' => 'in_doubt');
clear();
wrong_secret('josms', 'local', 'password');

# --- Twilio -----------------------------------------------------------------

use_gateway(
	add("'trunk', 'twilio', '$url', '+15005550006'"),
	account_sid => $secret{account_sid},
	auth_token  => $secret{auth_token});
arrives('twilio', sub { $_[0] }, '+15005550006', qr/^SM[0-9a-f]{32}$/);
becomes('twilio', '#429' => 'waiting', '#21610' => 'dead', '#500' => 'in_doubt');
clear();
pauses('twilio', 'trunk', 'a number that may not send', '#21606');
wrong_secret('twilio', 'trunk', 'auth_token');

# --- Unifonic ---------------------------------------------------------------

use_gateway(add("'uni', 'unifonic', '$url', 'GAM-\"Amman\"'"), app_sid => $secret{app_sid});
arrives('unifonic', sub { substr $_[0], 1 }, 'GAM-"Amman"', qr/^4200034880\d+$/);
becomes('unifonic', '#429' => 'waiting', '#ER-02' => 'dead', '#ER-07' => 'dead', '#ER-09' => 'in_doubt');
clear();
pauses('unifonic', 'uni', 'an empty account', '#ER-01');
wrong_secret('unifonic', 'uni', 'app_sid');

# --- Infobip ----------------------------------------------------------------

use_gateway(add("'info', 'infobip', '$url/', 'أمانة'"), api_key => $secret{api_key});
arrives('infobip', sub { substr $_[0], 1 }, 'أمانة', qr/^2250be2d4219-3af1-78856-aabe-\d+$/);
becomes('infobip', '#429' => 'waiting', '#REJECTED_DESTINATION' => 'dead', '#REJECTED_SYSTEM_ERROR' => 'waiting');
clear();
pauses('infobip', 'info', 'an empty account', '#REJECTED_NOT_ENOUGH_CREDITS');
wrong_secret('infobip', 'info', 'api_key');

# --- beyond the profiles ----------------------------------------------------

sub insert
{
	my (%column) = @_;
	%column = (
		method     => 'GET',
		accepted   => '^200 OK',
		retry      => '^(429|503) ',
		valid      => '[2020-01-01,)',
		source     => 'test',
		certainty  => 'unknown',
		doubt_wait => '0',
		%column);
	my @names = sort keys %column;
	return
		'INSERT INTO licence_home.sms_gateway ('
	  . join(', ', @names)
	  . ') VALUES ('
	  . join(', ', map { q_($_) } @column{@names})
	  . ") RETURNING '$column{gateway}';";
}

use_gateway(
	insert(
		gateway       => 'xml',
		method        => 'POST',
		url           => "$url/xml",
		headers       => '{"Idempotency-Key: licence-{id}"}',
		body          => '<sms to="{to}"><text>{text}</text></sms>',
		body_encoding => 'xml'));
my @xml = map { owe($_) } $english, $arabic;
send_all();
my @got = grep { $_->{provider} eq 'xml' } $server->accepted;
is( join("\n", sort map { encode('UTF-8', $_->{text}) } @got),
	join("\n", sort map { encode('UTF-8', $_) } $english, $arabic),
	'XML: texts arrive whole');
is( join(' ', sort map { $_->{key} } @got),
	join(' ', sort map { "licence-$_" } @xml),
	'a header may have the id of each message');
is($got[0]{type}, 'text/xml; charset=utf-8', 'a body says what it is, if the row does not');

use_gateway(insert(gateway => 'plain', url => "$url/plain?key={key}&id={id}&to={to}&text={text}"), key => $secret{key});
becomes('plain', '#redirect' => 'in_doubt', '#long' => 'in_doubt', '#headers' => 'in_doubt');
clear();
is(scalar(grep { $_->{text} eq 'redirected' } map { $_->{text} // () ? $_ : () } $server->accepted),
	0, 'a redirect is not followed');
is( sql(q(SELECT string_agg(DISTINCT error, ',') FROM licence_home.sms_attempt WHERE error LIKE '%longer%')),
	"the gateway's answer is longer than 65536 bytes",
	'an answer, or its headers, above 64 kB is not read');

# --- Retry-After ------------------------------------------------------------

# Seconds that are asked for; what is not asked for is at most 5 s of jitter.
my %asked = (
	'#429-after-120'    => 120,
	'#503-after-7'      => 7,
	'#429-after-future' => 3600,
	'#429-after-86400'  => 3600,
	'#429-after-past'   => 0,
	'#429-after-soon'   => 0);
my $asking = becomes('plain', map { $_ => 'waiting' } keys %asked);
for (sort keys %asked)
{
	my $wait = sql(
		qq{SELECT EXTRACT(epoch FROM q.wake_at - t.recorded_at) BETWEEN $asked{$_} AND $asked{$_} + 5.1
        FROM licence_home.sms_queue AS q JOIN licence_home.sms_attempt AS t USING (message_id) WHERE q.message_id = $asking->{$_}}
	);
	is($wait, 't', "$_: the message waits for $asked{$_} seconds, an hour at most");
}
clear();
my $broken = becomes('plain', '#500-after-120' => 'in_doubt');
is(sql('SELECT count(*) FROM licence_home.sms_gateway_pause'),
	0, 'a 500 with Retry-After is a doubt like any other, and asks for nothing');
clear();

# --- where the sender may connect -------------------------------------------

sub allowed
{
	my ($addresses, $name) = @_;
	my $before  = $server->connections;
	my $message = owe("to $addresses");
	send_all("SET licence_home.sms_gateway_addresses = '$addresses';");
	my $result = of($message, 'status') . ' ' . ($server->connections - $before > 0 ? 'connected' : 'not connected');
	my $error  = of($message, 'last_error');
	clear();
	return ($result, $error);
}

is((allowed($_))[0], 'accepted connected', "'$_' allows 127.0.0.1")
  for '', '127.0.0.1', '10.0.0.0/8, 127.0.0.0/8', '0.0.0.0/0', '::ffff:127.0.0.1';
for ('10.0.0.0/8', '127.0.0.2', '::/0', '127.0.0.0/32')
{
	my ($result, $error) = allowed($_);
	is($result, 'waiting not connected', "'$_' does not: the message waits, and no connection is made");
	is( $error,
		"the gateway's address 127.0.0.1 is not one of licence_home.sms_gateway_addresses",
		'... and it says why');
}
my $port = $server->port;
use_gateway(insert(gateway => 'named', url => "http://localhost:$port/plain?key={key}&id={id}&to={to}&text={text}"),
	key => $secret{key});
is((allowed('127.0.0.1'))[0], 'accepted connected', 'a name is allowed by the address that it leads to');
my ($result, $error) = allowed('10.0.0.0/8');
is($result, 'waiting not connected', '... and refused by it');
like($error, qr/address (127\.0\.0\.1|::1) is not one of licence_home\.sms_gateway_addresses/, '... and it says which');

# Without a list this machine alone, and link-local hosts with none.
my $inside = 0;
my $tail   = 'plain?key={key}&id={id}&to={to}&text={text}';
for (
	[ 'http://169.254.169.254',          '169.254.169.254',    '', '0.0.0.0/0', '169.254.169.254' ],
	[ 'http://[::ffff:169.254.169.254]', '169.254.169.254',    '', '0.0.0.0/0', '::/0' ],
	[ 'http://[64:ff9b::a9fe:a9fe]',     '64:ff9b::a9fe:a9fe', '::/0' ],
	[ 'http://[fd00:ec2::254]',          'fd00:ec2::254',      '::/0' ],
	[ 'http://[fe80::1]',                'fe80::1',            '', '::/0', 'fe80::/10' ],
	[ 'http://10.255.255.1',             '10.255.255.1',       '' ],
	[ 'http://[2001:db8::1]',            '2001:db8::1',        '' ])
{
	my ($url, $address, @lists) = @$_;
	use_gateway(insert(gateway => 'inside' . ++$inside, url => "$url/$tail"), key => $secret{key});
	is( (allowed($_))[1],
		"the gateway's address $address is not one of licence_home.sms_gateway_addresses",
		"'$_' does not allow $url") for @lists;
}

use_gateway(insert(gateway => 'six', url => "http://[::1]:$port/plain?key={key}&id={id}&to={to}&text={text}"),
	key => $secret{key});
like((allowed($_))[1], qr/address ::1 is not one of/, "'$_' does not allow ::1") for '127.0.0.0/8', '::2/127', '::/128';
unlike((allowed($_))[1], qr/is not one of/, "'$_' does")                         for '::/0',        '::1',     '::/127';

SKIP:
{
	skip 'no IPv6', 3 unless socket(my $socket, Socket::AF_INET6(), Socket::SOCK_STREAM(), 0);
	use_gateway(
		insert(
			gateway => 'mapped',
			url     => "http://[::ffff:127.0.0.1]:$port/plain?key={key}&id={id}&to={to}&text={text}"),
		key => $secret{key});
	is((allowed('127.0.0.1'))[0], 'accepted connected',    'an IPv4 address within IPv6 is the IPv4 address');
	is((allowed('::/0'))[0],      'waiting not connected', '... and no IPv6 address');
}

SKIP:
{
	my $four = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 5);
	my $six  = IO::Socket::IP->new(LocalHost => '::1', LocalPort => $four->sockport, Listen => 5);
	skip 'no IPv6', 2 unless $six;
	use_gateway(
		insert(
			gateway           => 'both',
			url               => 'http://localhost:' . $four->sockport . '/?id={id}&text={text}',
			answer_timeout_ms => 300));
	like((allowed($_))[1], qr/timed out/, "a doubt at $_ is not put down to another address of the same name")
	  for '127.0.0.1', '::1';
}

# --- what no request has ------------------------------------------------------

my @plain = grep { $_->{target} =~ /^\/plain/ } $server->requests;
cmp_ok(scalar(@plain), '>', 10, 'there are requests to look at');
is( join(' ', sort { $a cmp $b } keys %{ { map { $_ => 1 } map { keys %{ $_->{header} } } @plain } }),
	'accept host user-agent',
	'a request has no cookie, no log-in of the environment, and nothing else that no row says');

$node->stop;
$server->stop;
done_testing();
