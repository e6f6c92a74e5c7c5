# A name server that does not answer: the lookup has a thread of libcurl's,
# and neither the sender nor who ends it waits for that.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use IPC::Run ();
use Messages;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

# The server's lookups go through this one, which never ends for one name.
my $dir = PostgreSQL::Test::Utils::tempdir;
append_to_file("$dir/slow.c", <<'C');
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");

	if (node != NULL && strcmp(node, "slow.example.jo") == 0)
		sleep(600);
	return real(node, service, hints, res);
}
C
plan skip_all => 'there is no C compiler'
  unless eval { IPC::Run::run([ 'cc', '-shared', '-fPIC', '-o', "$dir/slow.so", "$dir/slow.c", '-ldl' ], '>&', \my $said) };

my $node = PostgreSQL::Test::Cluster->new('names');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
{
    local $ENV{LD_PRELOAD} = "$dir/slow.so";
    $node->start;
}
$node->safe_psql('postgres', 'CREATE EXTENSION licence_home CASCADE');
my $messages = Messages->new(sub { $node->safe_psql('postgres', @_) });
$messages->gateway(
    url => "'http://slow.example.jo/?id={id}&text={text}'",
    accepted => "'^200 '",
    connect_timeout_ms => '300',
    answer_timeout_ms => '300');
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
my $sender = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', "CALL licence_home.send_pending_sms('300 s')" ],
    '<', \undef, '>&', \my $said);
$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM licence_home.sms_queue WHERE status = 'sending'")
  or die 'nothing was claimed';
$begun = time;
$node->safe_psql('postgres', "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.send%'");
$sender->finish;
like($said, qr/canceling statement/, 'a sender is cancelled while it looks up a name');
cmp_ok(time - $begun, '<', 300, '... at once');

$node->stop('immediate');
done_testing();
