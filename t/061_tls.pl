# https: certificates are checked against the system's authorities or those of
# the gateway's row, and against the host's name. What is refused was
# certainly not sent.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;

use Encode   qw(encode);
use IPC::Run ();
use Messages;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Providers;
use Test::More;

my $dir = PostgreSQL::Test::Utils::tempdir;

# Run openssl; what it says matters only if it fails.
sub openssl
{
	my (@arguments) = @_;
	my $said = '';
	IPC::Run::run([ 'openssl', @arguments ], '<', \'', '>&', \$said) or die "openssl @arguments: $said";
}

# An authority.
sub authority
{
	my ($name) = @_;
	openssl(qw(req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj),
		"/CN=$name", '-keyout', "$dir/$name.key", '-out', "$dir/$name.pem");
	return slurp_file("$dir/$name.pem");
}

# A certificate of an authority for a name; days it is valid, from now on.
sub certificate
{
	my ($name, $authority, $alternative, $days) = @_;
	append_to_file("$dir/$name.ext", "subjectAltName = $alternative\n");
	openssl(qw(req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj),
		"/CN=$name", '-keyout', "$dir/$name.key", '-out', "$dir/$name.csr");
	openssl(qw(x509 -req -CAcreateserial -days),
		$days,    '-in', "$dir/$name.csr", '-CA', "$dir/$authority.pem",
		'-CAkey', "$dir/$authority.key", '-extfile', "$dir/$name.ext", '-out', "$dir/$name.pem");
}

my $ours   = authority('ours');
my $theirs = authority('theirs');
certificate('good',  'ours', 'DNS:localhost',      2);
certificate('other', 'ours', 'DNS:sms.example.jo', 2);

my %server;
for (qw(good other))
{
	mkdir "$dir/$_" or die $!;
	$server{$_} = Providers->start_tls("$dir/$_", 'localhost', "$dir/$_.pem", "$dir/$_.key", api_key => 'Inf0bip-key');
}

my $node = PostgreSQL::Test::Cluster->new('tls');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;

sub sql { return $node->safe_psql('postgres', encode('UTF-8', $_[0])) }

sql('CREATE EXTENSION licence_home CASCADE');
sql("SELECT licence_home.load_rules('amman')");

my $messages = Messages->new(\&sql);
my $people   = 0;

# Send so many messages to a server, trusting authorities (undef: the
# system's): their status, the requests that it got, and the error if any.
sub try
{
	my ($url, $ca, $server, $count) = @_;
	my @before = $server->requests;
	$ca = defined $ca ? "'$ca'" : 'NULL';
	sql(qq{UPDATE licence_home.sms_gateway SET withdrawn_at = licence_home.now() WHERE withdrawn_at IS NULL;
        DELETE FROM licence_home.sms_gateway_pause;
        INSERT INTO licence_home.sms_gateway (gateway, method, url, headers, body, body_encoding, sender_id, accepted, retry,
            message_id_pattern, ca, connections, valid, source, certainty)
        SELECT 'info', p.method, '$url' || p.path, p.headers, p.body, p.body_encoding, 'GAM', p.accepted, p.retry,
            p.message_id_pattern, $ca, 1, '[2020-01-01,)', 'test', 'unknown'
        FROM licence_home.sms_gateway_profile AS p WHERE p.profile = 'infobip';
        -- (a credential belongs to the host of the address that it was given for)
        DELETE FROM licence_home.sms_gateway_credential;
        INSERT INTO licence_home.sms_gateway_credential VALUES ('info', 'api_key', 'Inf0bip-key')});
	my @sent =
	  $messages->owe(map { $people++; { applicant_id => $people, language => "'ar'", body => "'نص رقم $people'" } }
		  1 .. $count // 1);
	my ($code, $out, $err) = $node->psql('postgres', "CALL licence_home.send_pending_sms('20 s', true)");
	my $state  = $messages->state(@sent);
	my %result = map { $_->{status} => 1 } values %$state;
	my $error  = $state->{ $sent[0] }{last_error};
	my @after  = $server->requests;
	sql('SET session_replication_role = replica; DELETE FROM licence_home.sms_queue');
	return (join(', ', keys %result) . ', ' . (@after - @before) . ' requests', $error);
}

my $url = $server{good}->url;

my ($result, $error) = try($url, $ours, $server{good}, 3);
is($result, 'accepted, 3 requests', 'a gateway with a certificate of the authority in its row is spoken to');
is(scalar(grep { $_->{text} =~ /^نص رقم \d$/ } $server{good}->accepted), 3, '... and Arabic arrives');

($result, $error) = try($url, $theirs . $ours, $server{good});
is($result, 'accepted, 1 requests', 'a row may have several authorities');

($result, $error) = try($url, undef, $server{good});
is($result, 'waiting, 0 requests', 'without an authority in its row the system\'s are asked, and nothing is sent');
like($error, qr/certificate/i, '... and it says that it is the certificate');

($result, $error) = try($url, $theirs, $server{good});
is($result, 'waiting, 0 requests', 'a certificate of another authority is refused');
like($error, qr/certificate/i, '... and it says so');

($result, $error) = try($server{other}->url, $ours, $server{other});
is($result, 'waiting, 0 requests', 'a certificate for another host is refused');
like($error, qr/certificate|subject name/i, '... and it says so');

($result, $error) = try($url =~ s/localhost/127.0.0.1/r, $ours, $server{good});
is($result, 'waiting, 0 requests', '... also where the address is right');
like($error, qr/certificate|subject name/i, '... for the same reason');

($result, $error) = try($url, $ours, $server{good});
is($result, 'accepted, 1 requests', 'after all that the right one still works');

$node->stop;
$_->stop for values %server;
done_testing();
