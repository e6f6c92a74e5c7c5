# Name servers that are slow or do not answer: a lookup has a thread of
# libcurl's. Neither the sender nor a session that ends it waits for that.
# What expires meanwhile is not sent, and says nothing of the gateway.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Gateway;
use IPC::Run ();
use Messages;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

# The server's lookups go through this one, which for one name never ends, and
# for another when there is a file.
my $dir = PostgreSQL::Test::Utils::tempdir;
append_to_file("$dir/slow.c", <<'C');
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");

	if (node != NULL && strcmp(node, "slow.example.jo") == 0)
		sleep(600);
	if (node != NULL && strcmp(node, "later.example.jo") == 0)
	{
		while (access(getenv("LATER"), F_OK) != 0)
			usleep(10000);
		node = "127.0.0.1";
	}
	return real(node, service, hints, res);
}
C
plan skip_all => 'there is no C compiler'
  unless
  eval { IPC::Run::run([ 'cc', '-shared', '-fPIC', '-o', "$dir/slow.so", "$dir/slow.c", '-ldl' ], '>&', \my $said) };

my $node = PostgreSQL::Test::Cluster->new('names');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
{
	local $ENV{LD_PRELOAD} = "$dir/slow.so";
	local $ENV{LATER}      = "$dir/go";
	$node->start;
}
$node->safe_psql('postgres', 'CREATE EXTENSION licence_home CASCADE');
my $messages = Messages->new(sub { $node->safe_psql('postgres', @_) });
$messages->gateway(
	url                => "'http://slow.example.jo/?id={id}&text={text}'",
	accepted           => "'^200 '",
	connect_timeout_ms => '300',
	answer_timeout_ms  => '300');
$node->safe_psql('postgres', 'SELECT licence_home.arm_sender()');

my ($late) = $messages->owe({ applicant_id => 1, body => "'late'" });
my $begun = time;
$node->safe_psql('postgres', "CALL licence_home.send_pending_sms('30 s', true)");
cmp_ok(time - $begun, '<', 300, 'a lookup has no longer than a connection may take');
my $state = $messages->state($late)->{$late};
is($state->{status}, 'waiting', '... and the message was certainly not sent');
like($state->{last_error}, qr/Resolving timed out/, '... for that reason');

$messages->end_pause;
$messages->gateway(connect_timeout_ms => '60000');
$messages->owe({ applicant_id => 2, body => "'later'" });
my $sender = IPC::Run::start(
	[ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', "CALL licence_home.send_pending_sms('300 s')" ],
	'<', \undef, '>&', \my $said);
$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM licence_home.sms_queue WHERE status = 'sending'")
  or die 'nothing was claimed';
$begun = time;
$node->safe_psql('postgres',
	"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%'");
$sender->finish;
like($said, qr/canceling statement/, 'a sender is cancelled while it looks up a name');
cmp_ok(time - $begun, '<', 300, '... at once');

# --- what expires meanwhile ---------------------------------------------------

my $gateway = Gateway->start($dir);
my ($port) = $gateway->url =~ /:(\d+)/;
$messages->end_pause;
$node->safe_psql('postgres',
	'SET session_replication_role = replica; TRUNCATE licence_home.sms_queue, licence_home.sms_message_text');
$messages->gateway(url => "'http://later.example.jo:$port/send?id={id}&text={text}'", connections => 12);

# Send what expires while its connection is made, and then another.
sub send_late
{
	my (@late) = $messages->owe(
		map { { applicant_id => 10 + $_, body => "'late'", expires_at => "now() + interval '10 seconds'" } } 1 .. 12);
	my ($next) = $messages->owe({ applicant_id => 100, body => "'next'" });
	unlink "$dir/go";
	my $sender = IPC::Run::start(
		[
			'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c',
			"CALL licence_home.send_pending_sms('300 s', true)"
		],
		'<',
		\undef,
		'>&',
		\my $said);
	$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM licence_home.sms_queue WHERE status = 'sending'")
	  or die 'nothing was claimed';
	$node->poll_query_until('postgres',
		"SELECT bool_and(expires_at < now()) FROM licence_home.sms_queue WHERE message_id <> $next")
	  or die 'nothing expires';
	append_to_file("$dir/go", '');
	$sender->finish;
	is($messages->pause, undef, 'what expires while its connection is made says nothing of the gateway');
	$node->safe_psql('postgres', "CALL licence_home.send_pending_sms('300 s', true)");
	my $state = $messages->state(@late, $next);
	is(join(' ', sort map { $state->{$_}{status} } @late), join(' ', ('expired') x 12), '... is not sent');
	is($state->{$next}{status},                            'accepted', '... and keeps nothing else from that');
}

send_late();
$node->safe_psql('postgres',
	"INSERT INTO licence_home.sms_gateway_pause VALUES ('faulty', now() - interval '1 hour', now() - interval '1 minute', 'it was down')"
);
send_late();
is(join(' ', map { $_->{text} } $gateway->ledger), 'next next', 'the gateway had no other');

$node->stop('immediate');
done_testing();
