# With licence_home.portal_key set, a portal acts for an applicant by a signed,
# expiring token and by nothing else; each act_for() is recorded.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use IPC::Run     ();
use MIME::Base64 qw(encode_base64url decode_base64);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $now = 1772348400;                         # 2026-03-01 10:00 in Amman
my $dir = PostgreSQL::Test::Utils::tempdir;

my $node = PostgreSQL::Test::Cluster->new('tokens');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "licence_home.clock = '2026-03-01 10:00:00+03'");
$node->start;
$node->safe_psql(
	'postgres', "CREATE EXTENSION licence_home CASCADE;
    CREATE ROLE portal LOGIN IN ROLE licence_home_portal;
    INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone)
    VALUES ('citizen', '9871234501', 'x', '0791234501'), ('citizen', '9871234502', 'y', '0791234502')");

# --- keys and tokens, made by openssl -------------------------------------------

sub openssl
{
	my ($in, @arguments) = @_;
	my $out = '';
	my $err = '';
	IPC::Run::run([ 'openssl', @arguments ], '<', \$in, '>', \$out, '2>', \$err) or die "openssl @arguments: $err";
	return $out;
}

sub file
{
	my ($name, $bytes) = @_;
	open my $out, '>:raw', "$dir/$name" or die $!;
	print $out $bytes;
	close $out;
	return "$dir/$name";
}

sub make_key
{
	my ($name, @kind) = @_;
	file("$name.key", openssl('', 'genpkey', @kind));
	return openssl('', 'pkey', '-in', "$dir/$name.key", '-pubout');
}

my $ed25519 = make_key('ed25519', '-algorithm', 'ED25519');
my $rsa     = make_key('rsa',     '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048');
my $short   = make_key('short',   '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024');
my $other   = make_key('other',   '-algorithm', 'ED25519');
my $curve   = make_key('curve',   '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256');

# The same keys as JWKs.
sub ed25519_jwk
{
	my ($pem, %more) = @_;
	my $der = decode_base64($pem =~ s/-----[^-]*-----//gr);
	return jwk(kty => 'OKP', crv => 'Ed25519', x => encode_base64url(substr $der, -32), %more);
}

sub rsa_jwk
{
	my ($name, %more) = @_;
	my ($modulus) = openssl('', 'rsa', '-in', "$dir/$name.key", '-noout', '-modulus') =~ /=(\w+)/;
	return jwk(kty => 'RSA', n => encode_base64url(pack 'H*', $modulus), e => 'AQAB', %more);
}

sub jwk
{
	my (@members) = @_;
	my @pairs;
	push @pairs, sprintf '"%s": "%s"', splice @members, 0, 2 while @members;
	return '{' . join(', ', @pairs) . '}';
}
sub jwks { return '{"keys": [' . join(', ', @_) . ']}' }

# Sign what stands before the second dot.
my %sign = (
	ed25519 => sub {
		return openssl('', 'pkeyutl', '-sign', '-rawin', '-inkey', "$dir/$_[1].key", '-in', file('to_sign', $_[0]));
	},
	rsa  => sub { return openssl($_[0], 'dgst', '-sha256', '-sign', "$dir/$_[1].key") },
	hmac => sub {
		return openssl($_[0], 'dgst', '-sha256', '-mac', 'HMAC', '-macopt', 'hexkey:' . unpack('H*', $_[1]), '-binary');
	},
	nothing => sub { return '' });

# A token; what it has of each part can be replaced.
sub token
{
	my (%it)   = @_;
	my $way    = $it{way}    // 'ed25519';
	my $header = $it{header} // sprintf '{"alg": "%s", "typ": "JWT"}', $way eq 'rsa' ? 'RS256' : 'EdDSA';
	my $claims = $it{claims} // '{"sub": "1", "exp": ' . ($now + 300) . '}';
	my $signed = encode_base64url($header) . '.' . encode_base64url($claims);
	return $signed . '.' . encode_base64url($sign{$way}->($signed, $it{key} // $way));
}
sub claims { return '{"sub": "1", "exp": ' . ($now + 300) . ", $_[0]}" }

# --- asking ----------------------------------------------------------------------

# The applicant for whom the portal acts after a call, or the error.
sub acts_for
{
	my ($argument, @before) = @_;
	my ($out,      $err)    = ('', '');
	$node->psql(
		'postgres',
		join("\n",
			'\set VERBOSITY verbose',
			'SET SESSION AUTHORIZATION portal;',
			@before, 'BEGIN;',
			"SELECT licence_home.act_for($argument) \\g /dev/null",
			'SELECT licence_home.acting_applicant();', 'COMMIT;'),
		stdout        => \$out,
		stderr        => \$err,
		on_error_stop => 1);
	return $err =~ /ERROR:  (\w+): .*?\nDETAIL:  ([^\n]*)/s ? "$1 $2" : $err ne '' ? $err : $out;
}

sub accepted { my ($token, $name) = @_; is(acts_for("'$token'"), '1', $name); }

sub refused
{
	my ($token, $why, $name) = @_;
	my $said = acts_for("'$token'");
	like($said, qr/^LH022 .*$why/, $name);
	unlike($said, qr/\Q$token\E/, '... and the error does not show it') if length $token > 40;
}

# The setting, of a session that begins.
sub configure
{
	my (%setting) = @_;
	for (sort keys %setting)
	{
		$node->safe_psql('postgres',
			"ALTER DATABASE postgres "
			  . (defined $setting{$_} ? "SET licence_home.$_ = '$setting{$_}'" : "RESET licence_home.$_"));
	}
}

# --- without a key -----------------------------------------------------------------

is(acts_for('2'),            '2', 'without a key a number is enough');
is(acts_for("'2'"),          '2', '... also as a literal without a type');
is(acts_for("'2'::varchar"), '2', '... or as text');
like(acts_for("'two'"), qr/invalid input syntax for type bigint/, '... and what is no number is an error');
refused(token(), 'No key is known', 'a token is of no use without a key');

# --- with an Ed25519 key in PEM ------------------------------------------------------

configure(portal_key => $ed25519);
accepted(token(), 'a token that an Ed25519 key signed');
accepted(
	token(claims => '{"sub": 1, "exp": ' . ($now + 300) . '.5}'),
	'its subject may be a JSON number, its end a fraction');
is(acts_for("'" . token() . "'::$_"), '1', "it may come as $_") for 'text', 'varchar', 'licence_home.applicant_proof';
refused($_, 'a token of the identity service has to name the applicant', "the bare number is refused: $_")
  for '1', ' 1 ', 'one', '';
like(acts_for('1'),    qr/^LH022 .*has to name the applicant/,         '... also as a number');
like(acts_for('NULL'), qr/portal acts for an applicant, not for null/, 'null is refused');
like(
	acts_for("'" . token(claims => '{"sub": "3", "exp": ' . ($now + 300) . '}') . "'"),
	qr/LH016: there is no applicant 3/,
	'a token of nobody who is registered');

my $good      = token();
my @parts     = split /\./, $good;
my $elsewhere = encode_base64url('{"sub": "2", "exp": ' . ($now + 300) . '}');
my @refused   = (
	[ 'alg none, no signature', token(way => 'nothing', header => '{"alg": "none"}'), 'signature is not in base64url' ],
	[ 'alg none, with a signature', token(header => '{"alg": "none"}'), 'not signed with EdDSA or RS256' ],
	[ 'alg NONE',                   token(header => '{"alg": "NONE"}'), 'not signed with EdDSA or RS256' ],
	[ 'no alg',                     token(header => '{"typ": "JWT"}'),  'not signed with EdDSA or RS256' ],
	[
		'HS256 with the public key as its secret',
		token(way => 'hmac', key => $ed25519, header => '{"alg": "HS256"}'),
		'not signed with EdDSA or RS256'
	],
	[ 'HS256 that says EdDSA',       token(way => 'hmac', key => $ed25519), 'not signed by a key' ],
	[ 'another key of the kind',     token(key => 'other'),                 'not signed by a key' ],
	[ 'a key of another kind',       token(way => 'rsa'), 'No key of licence_home.portal_key is of its algorithm' ],
	[ 'a signature of another kind', token(way => 'rsa', header => '{"alg": "EdDSA"}'), 'not signed by a key' ],
	[ 'other claims',                "$parts[0].$elsewhere.$parts[2]",                  'not signed by a key' ],
	[ 'another header', encode_base64url('{"alg": "EdDSA"}') . ".$parts[1].$parts[2]",  'not signed by a key' ],
	[
		'a bit of the signature',
		"$parts[0].$parts[1]." . ($parts[2] =~ s/^(.)/$1 eq 'A' ? 'B' : 'A'/er),
		'not signed by a key'
	],
	[ 'a signature cut off',               substr($good, 0, -6),         'not signed by a key' ],
	[ 'a signature cut off within a byte', substr($good, 0, -4),         'not in base64url|not signed by a key' ],
	[ 'no signature',                      "$parts[0].$parts[1].",       'signature is not in base64url' ],
	[ 'two parts',                         "$parts[0].$parts[1]",        'It is no JWT' ],
	[ 'four parts',                        "$good.AAAA",                 'It is no JWT' ],
	[ 'no part',                           '..',                         'not in base64url' ],
	[ 'padding',                           "$good==",                    'signature is not in base64url' ],
	[ 'the other alphabet',                $good =~ s/\.[^.]*$/.+\/8A/r, 'signature is not in base64url' ],
	[ 'a blank after it',                  "$good ",                     'signature is not in base64url' ],
	[ 'a line end after it',               "$good\n",                    'signature is not in base64url' ],
	[ 'bits left over in the signature',   $good =~ s/(.)$/chr(ord($1) + 1)/er, 'signature is not in base64url' ],
	[
		'claims not in base64url, signed so',
		do
		{
			my $signed = "$parts[0]." . ($parts[1] =~ s/$/=/r);
			"$signed." . encode_base64url($sign{ed25519}->($signed, 'ed25519'));
		},
		'claims is not in base64url'
	],
	[ 'a token of 9,000 bytes', token(claims => claims('"x": "' . 'x' x 6200 . '"')), 'longer than 8192 bytes' ],
	[ 'a megabyte',             'x' x 1_000_000,                                      'longer than 8192 bytes' ],
	[ 'deep claims', token(claims => '[' x 5000),                                   'JSON of its claims is no JSON' ],
	[ 'expired',     token(claims => '{"sub": "1", "exp": ' . ($now - 1) . '}'),    'It has expired' ],
	[ 'expired at this moment', token(claims => "{\"sub\": \"1\", \"exp\": $now}"), 'It has expired' ],
	[ 'no exp',                 token(claims => '{"sub": "1"}'),                    'does not say when it expires' ],
	[ 'exp as text',          token(claims => '{"sub": "1", "exp": "' . ($now + 300) . '"}'), '"exp" is no moment' ],
	[ 'exp beyond all time',  token(claims => '{"sub": "1", "exp": 1e300}'),                  '"exp" is no moment' ],
	[ 'exp null',             token(claims => '{"sub": "1", "exp": null}'),                   '"exp" is no moment' ],
	[ 'not valid yet',        token(claims => claims('"nbf": ' . ($now + 60))),               'It is not valid yet' ],
	[ 'issued in the future', token(claims => claims('"iat": ' . ($now + 60))),               'issued in the future' ],
	[ 'issued two hours ago', token(claims => claims('"iat": ' . ($now - 7200))), 'more than 60 minutes ago' ],
	[
		'a token for two hours, issued nobody knows when',
		token(claims => '{"sub": "1", "exp": ' . ($now + 7200) . '}'),
		'expires in more than 60 minutes'
	],
	[ 'two subjects',                  token(claims => claims('"sub": "2"')),              'has a name twice' ],
	[ 'two subjects, one in disguise', token(claims => claims('"\\u0073ub": "2"')),        'has a name twice' ],
	[ 'two algorithms',                token(header => '{"alg": "EdDSA", "alg": "none"}'), 'has a name twice' ],
	[ 'no subject',                    token(claims => '{"exp": ' . ($now + 300) . '}'),   '"sub" is no number' ],
	(   map {
			[ "the subject $_", token(claims => "{\"sub\": $_, \"exp\": " . ($now + 300) . '}'), '"sub" is no number' ]
		} '"one"',
		'""',  '" 1"', '"1 "', '"+1"', '"-1"', '"01"', '"0"', '"1.0"', '"0x1"', '"1e0"', '1e0',
		'1.0', '-1',   'null', 'true', '[1]',
		'{"n": 1}',
		'"9223372036854775808"',
		'"99999999999999999999999999"',
		'"1\\u0000"',
		'"\\u0661"'),
	[ 'a critical extension', token(header => '{"alg": "EdDSA", "crit": ["b64"], "b64": false}'), 'an extension' ],
	[ 'a kid that is no string',    token(header => '{"alg": "EdDSA", "kid": 1}'),        '"kid" is no string' ],
	[ 'claims that are an array',   token(claims => '[]'),                                'claims is no JSON object' ],
	[ 'claims that are no UTF-8',   token(claims => "{\"sub\": \"1\", \"x\": \"\xff\"}"), 'is no JSON' ],
	[ 'something after the claims', token(claims => claims('"x": 1') . '{}'),             'is no JSON' ],
	[ 'a service that was not asked for', token(claims => claims('"aud": "tax"')), 'portal_audience does not say' ]);
for (@refused)
{
	my ($name, $token, $why) = @$_;
	if ($why eq '"sub" is no number' && $name =~ /u0000/) { $why = 'is no JSON' }
	refused($token, $why, $name);
}
accepted(token(claims => claims("\"nbf\": $now, \"iat\": $now, \"jti\": \"1\"")), 'valid from this second on');

# --- settings ------------------------------------------------------------------------

configure(portal_audience => 'amman');
accepted(token(claims => claims('"aud": "amman"')),          'a token for this service');
accepted(token(claims => claims('"aud": ["tax", "amman"]')), '... or for several');
refused(token(claims => claims('"aud": "tax"')), 'for another service', 'a token for another service');
refused(token(claims => claims('"aud": ["Amman", ["amman"], 1]')), 'for another service', '... or for others');
refused(token(), 'does not say for which service', 'a token for no service');
configure(portal_audience => undef, portal_token_age => '5min');
accepted(token(claims => claims('"iat": ' . ($now - 300))), 'a token of five minutes where five are allowed');
refused(token(claims => claims('"iat": ' . ($now - 301))), 'more than 5 minutes ago', 'an older one');
configure(portal_token_age => '0');
accepted(token(claims => '{"sub": "1", "iat": 0, "exp": ' . ($now + 1e6) . '}'), 'any age where no limit is set');
configure(portal_token_age => undef);

# RSA, and several keys.
configure(portal_key => $rsa);
accepted(token(way => 'rsa'), 'a token that an RSA key signed');
refused(token(), 'No key of licence_home.portal_key is of its algorithm', '... where the key is RSA, EdDSA is refused');
refused(
	token(way => 'hmac', key => $rsa, header => '{"alg": "HS256"}'),
	'not signed with EdDSA or RS256',
	'... and HS256 with its public key');
refused(
	token(way => 'hmac', key => $rsa, header => '{"alg": "RS256"}'),
	'not signed by a key',
	'... and an HMAC that says RS256');
refused(token(way => 'rsa', key => 'short'), 'not signed by a key', '... and another RSA key');
configure(portal_key => $curve . $ed25519 . $rsa);
accepted(token(),             'one of several PEM blocks');
accepted(token(way => 'rsa'), '... or another');
configure(portal_key => ed25519_jwk($ed25519));
accepted(token(), 'a JWK');
configure(
	portal_key => jwks(
		ed25519_jwk($other,   kid => 'old', use => 'sig'),
		ed25519_jwk($ed25519, kid => 'new', alg => 'EdDSA'),
		rsa_jwk('rsa', kid => 'rsa'),
		jwk(kty => 'EC',  crv => 'P-256'),
		jwk(kty => 'oct', k   => 'c2VjcmV0'),
		rsa_jwk('short', kid => 'short')));
accepted(token(), 'a JWK set: without a kid each key is tried');
accepted(token(header => '{"alg": "EdDSA", "kid": "new"}'), '... with a kid that one');
accepted(token(header => '{"alg": "EdDSA", "kid": "old"}', key => 'other'),
	'... and the one before, while it is there');
refused(token(header => '{"alg": "EdDSA", "kid": "old"}'), 'not signed by a key', '... a kid is no way to another key');
refused(token(header => '{"alg": "EdDSA", "kid": "older"}'), 'No key',            '... a kid that is not there');
accepted(token(way => 'rsa', header => '{"alg": "RS256", "kid": "rsa"}'), '... RSA among them');
refused(token(way => 'rsa', key => 'short', header => '{"alg": "RS256", "kid": "short"}'),
	'No key', '... a key of 1,024 bits is passed over');
configure(portal_key => jwks(ed25519_jwk($ed25519, use => 'enc')));
like(acts_for("'" . token() . "'"), qr/^F0000 It has no Ed25519 key/, 'a key for another use is none');

# What cannot be read lets nobody in.
for (
	[ 'no key',                'tomorrow' ],
	[ 'a set of none',         '{"keys": []}' ],
	[ 'broken JSON',           '{"keys": [' ],
	[ 'a short key',           $short ],
	[ 'a key of another kind', $curve ],
	[ 'a damaged block',       $ed25519 =~ s/MCow/MCoX/r ])
{
	my ($name, $value) = @$_;
	configure(portal_key => $value);
	like(acts_for("'" . token() . "'"), qr/^F0000 /, "a setting with $name: no token is taken");
	like(acts_for('1'),                 qr/^LH022 /, '... and no number');
}
configure(portal_key => $ed25519);
accepted(token(), 'mended, it works at once');

# --- nobody sets it but a superuser ---------------------------------------------------

for (
	"SET licence_home.portal_key = ''",
	"SET LOCAL licence_home.portal_key = ''",
	"RESET licence_home.portal_key; SELECT set_config('licence_home.portal_key', '', false)",
	"ALTER ROLE portal SET licence_home.portal_key = ''",
	"SET licence_home.portal_token_age = 0",
	"SET licence_home.portal_audience = 'x'")
{
	for my $loaded ('', 'SELECT licence_home.now() \g /dev/null')
	{
		my ($out, $err) = ('', '');
		$node->psql(
			'postgres', "SET SESSION AUTHORIZATION portal;\n$loaded\nBEGIN;\n$_;\nSELECT licence_home.act_for(1);",
			stderr        => \$err,
			on_error_stop => 0);
		like(
			$err,
			qr/permission denied to set parameter|has to name the applicant|a number does not say/,
			"a portal cannot: $_ ($loaded)");
		unlike($err, qr/\bact_for\b.*\(1 row\)/s, '...');
	}
}
for ('', 'x', $other)
{
	local $ENV{PGOPTIONS} = '-c licence_home.portal_key=' . s/([\s\\])/\\$1/gr;
	my ($out, $err) = ('', '');
	IPC::Run::run(
		[
			'psql', '-XAt',
			'-d',   $node->connstr('postgres') . ' user=portal',
			'-c',   'SELECT licence_home.act_for(1), licence_home.acting_applicant()'
		],
		'>',
		\$out,
		'2>',
		\$err);
	is($out, '', 'a client that brings a setting of its own does not get past it');
	like($err, qr/portal_key/, '... and is told');
}

# --- the record -------------------------------------------------------------------------

my $query = 'SELECT count(*) FROM licence_home.acting_record';
my $count = $node->safe_psql('postgres', $query);

sub portal
{
	my ($out, $err) = ('', '');
	$node->psql(
		'postgres', join("\n", 'SET SESSION AUTHORIZATION portal;', @_),
		stdout        => \$out,
		stderr        => \$err,
		on_error_stop => 0);
	return "$out$err";
}

sub recorded
{
	my ($more, $name) = @_;
	$count += $more;
	$node->poll_query_until('postgres', $query, $count);
	is($node->safe_psql('postgres', $query), $count, $name);
}
my $act = "SELECT licence_home.act_for('" . token() . "');";

portal('BEGIN;', $act, 'COMMIT;');
recorded(1, 'act_for() is recorded');
is( $node->safe_psql(
		'postgres',
		'SELECT at, login, role, applicant_id, length(token_key) FROM licence_home.acting_record ORDER BY acting_no DESC LIMIT 1'
	),
	'2026-03-01 07:00:00+00|portal|portal|1|16',
	'... who, for whom, when, and whose token');
portal('BEGIN;', $act, $act, 'COMMIT;');
recorded(1, '... once in a transaction for one applicant');
portal('BEGIN;', $act, 'ROLLBACK;');
recorded(1, '... also where the transaction is rolled back');
portal('BEGIN;', $act, 'SELECT 1/0;', 'COMMIT;');
recorded(1, '... or fails');
like(portal('BEGIN READ ONLY;', $act, 'SELECT licence_home.acting_applicant();', 'COMMIT;'),
	qr/^1$/m, 'a transaction that only reads can act');
recorded(1, '... and is recorded');
my $session = Session->new($node->connstr("postgres"), "SET SESSION AUTHORIZATION portal;");
$session->must("BEGIN; SELECT licence_home.act_for('" . token() . "'); ROLLBACK;") for 1 .. 3;
recorded(0, "what was rolled back waits for the next record of its session");
$session->must("BEGIN; SELECT licence_home.act_for('" . token() . "'); COMMIT;");
recorded(4, "... and is written with it");
$session->must("BEGIN READ ONLY; SELECT licence_home.act_for('" . token() . "'); COMMIT;") for 1 .. 130;
recorded(100, "... or by a worker, when there are a hundred");
$session->close;
recorded(30, "... or when the session ends");
portal('BEGIN;', "SELECT licence_home.act_for('$parts[0].$elsewhere.$parts[2]');", 'COMMIT;');
recorded(0, 'a token that is refused acts for nobody');
like(
	portal('INSERT INTO licence_home.acting_record (at, login, role, applicant_id) VALUES (now(), \'x\', \'x\', 1);'),
	qr/permission denied/,
	'a portal cannot write the record');
like(portal('SELECT * FROM licence_home.acting_record;'), qr/permission denied/, '... nor read it');

# a business with another representative: the former one's token serves no more
my $firm = $node->safe_psql(
	'postgres', "INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone, representative_name,
        representative_identity_no, representative_capacity)
    VALUES ('business', '200012399', 'شركة', '0791234599', 'الأول', '9990000001', 'مفوض') RETURNING applicant_id");
my ($of_firm) = map { /^(\d+)/ } split /\n/, $firm;
my $former    = token(claims => "{\"sub\": \"$of_firm\", \"iat\": " . ($now - 60) . ', "exp": ' . ($now + 300) . '}');
my $again     = "BEGIN; SELECT licence_home.act_for('$former'); SELECT count(*) FROM licence_home.applicant; COMMIT;";
like(portal($again), qr/^1$/m, 'the representative of a business signs in');
$node->safe_psql('postgres',
	"UPDATE licence_home.applicant SET representative_name = 'الثاني', representative_identity_no = '9990000002' WHERE applicant_id = $of_firm"
);
like(
	portal($again),
	qr/before the business changed its representative/,
	'... and sees nothing more once there is another');
my $new = token(claims => "{\"sub\": \"$of_firm\", \"iat\": " . ($now + 1) . ', "exp": ' . ($now + 300) . '}');
like(portal("BEGIN; SELECT licence_home.act_for('$new'); SELECT count(*) FROM licence_home.applicant; COMMIT;"),
	qr/^1$/m, '... who signs in');
recorded(2, '... recorded');

configure(portal_key => undef);
portal('BEGIN;', 'SELECT licence_home.act_for(2);', 'COMMIT;');
recorded(1, 'acting by number is recorded, too');
is( $node->safe_psql(
		'postgres',
		'SELECT applicant_id, token_key IS NULL FROM licence_home.acting_record ORDER BY acting_no DESC LIMIT 1'),
	'2|t',
	'... without a key');

$node->stop;
done_testing();
