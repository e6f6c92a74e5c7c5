# The gateway that fails on purpose does what it says, and its ledger says what
# it did: the tests of the sender rest on it.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Gateway;
use IO::Select;
use IO::Socket::INET;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $dir     = PostgreSQL::Test::Utils::tempdir;
my $gateway = Gateway->start($dir);
my ($port)  = $gateway->url =~ /:(\d+)/;

# A connection, or undef when none is to be had within a time.
sub connection
{
	my ($patience) = @_;
	return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => $patience // 5);
}

# Send a request for a message; the text may have a plan.
sub request
{
	my ($socket, $id, $text) = @_;
	syswrite $socket,
		"GET /send?id=$id&to=%2B962791234567&text="
	  . ($text =~ s/(\W)/sprintf '%%%02X', ord $1/ger)
	  . " HTTP/1.1\r\nHost: x\r\n\r\n";
	return $socket;
}

# What comes back until it is whole, the connection ends ("closed", "reset"), or
# nothing more comes for a time ("silence").
sub answer
{
	my ($socket, $patience) = @_;
	my $text = '';
	while (IO::Select->new($socket)->can_read($patience // 5))
	{
		my $got = sysread $socket, $text, 65536, length $text;
		return "$text reset"  if !defined $got;
		return "$text closed" if !$got;
		return $text          if $text =~ /^content-length: (\d+)\r\n(?:.*?\r\n)?\r\n(.*)/ims && length $2 == $1;
	}
	return "$text silence";
}

# The answer to a message with a plan, on a connection of its own.
my $ids = 0;

sub tried
{
	my ($plan, $patience) = @_;
	return answer(request(connection(), ++$ids, "plan=$plan"), $patience);
}

# The last line of the ledger.
sub last_request { return ($gateway->requests)[-1] }

# --- actions ----------------------------------------------------------------

my $good     = "HTTP/1.1 200 X\r\nContent-Length: 11\r\n\r\n0: Accepted";
my @expected = (
	'ok'            => qr/^\Q$good\E$/                                                             => 1,
	'503'           => qr/^HTTP\/1.1 503 X\r\n.*refused \/send\?id=/s                              => 0,
	'429/20'        => qr/^HTTP\/1.1 429 .*\r\nRetry-After: 20\r\n/s                               => 0,
	'503@20'        => qr/\r\nDate: \w.* GMT\r\nRetry-After: \w+, \d\d \w+ \d{4} [\d:]{8} GMT\r\n/ => 0,
	'swallow-500'   => qr/^HTTP\/1.1 500 /                                                         => 1,
	'lose-ok'       => qr/^\Q$good\E$/                                                             => 0,
	'reset'         => qr/^ reset$/                                                                => 0,
	'swallow-reset' => qr/^ reset$/                                                                => 1,
	'close'         => qr/^ closed$/                                                               => 0,
	'half'          => qr/^HTTP.*0: Acce closed$/s                                                 => 1,
	'half-headers'  => qr/^HTTP\/1.1 200 X\r\nCont closed$/                                        => 1,
	'lose-half'     => qr/0: Acce closed$/                                                         => 0,
	'garbage'       => qr/^\0.*garbage.*closed$/s                                                  => 1,
	'huge'          => qr/^HTTP\/1.1 200 X\r\nContent-Length: 4194316\r\n.*x$/s                    => 1,
	'ok-close'      => qr/^HTTP\/1.1 200 X\r\nContent-Length: 11\r\n\r\n0: Accepted$/              => 1,
	'd20'           => qr/^\Q$good\E$/                                                             => 1,
	'd20:503'       => qr/^HTTP\/1.1 503 /                                                         => 0,
	'stale'         => qr/^\Q$good\E$/                                                             => 1,
	'drip1'         => qr/^\Q$good\E$/                                                             => 1);
while (my ($plan, $answer, $accepted) = splice @expected, 0, 3)
{
	like(tried($plan), $answer, "$plan: the answer");
	my $request = last_request();
	is("$request->{id} $request->{action} $request->{accepted}", "$ids $plan $accepted", '... and the ledger');
}
for ([ 'hang', 0 ], [ 'swallow-hang', 1 ])
{
	is(tried($_->[0], 0.1),        ' silence', "$_->[0]: no answer");
	is(last_request()->{accepted}, $_->[1],    '... and the ledger');
}
like(tried('drip30') . last_request()->{accepted}, qr/^\Q$good\E1$/, 'a drip goes on');

my $kept = connection();
is(answer(request($kept, 1000, 'plan=ok')),    $good,    'a connection is kept');
is(answer(request($kept, 1001, 'plan=stale')), ' reset', '... and stale resets one that was used before');
is_deeply(
	[ map { "$_->{id} $_->{reuse} $_->{accepted}" } ($gateway->requests)[ -2, -1 ] ],
	[ '1000 1 1', '1001 2 0' ],
	'... and the ledger');

# --- choice -----------------------------------------------------------------

sub statuses
{
	my ($text, @ids) = @_;
	return join ' ', map { answer(request(connection(), $_, $text)) =~ /^\S+ (\d+)/ ? $1 : 'none' } @ids;
}

is( statuses('plan=503,400,ok', (2000) x 4),
	'503 400 200 200',
	'a plan has an action for each attempt, the last for all further');
is(join(' ', map { $_->{attempt} } grep { $_->{id} == 2000 } $gateway->requests), '1 2 3 4', 'attempts are counted');
$gateway->rule(match => 'id=2001\b', times => 2, action => '429');
$gateway->rule(match => '.', action => '500');
is(statuses('plan=ok', 2001, 2000, 2001, 2001), '429 500 429 500', 'rules go before plans, as often as they say');
$gateway->clear_rules;
is(statuses('plan=ok', 2001), '200', '... until they are cleared');

$gateway->chances(seed => 7, '503' => 0.3, '400' => 0.3, 'report:1@10+8@30+?2@20' => 1);
my $drawn = statuses('x', 3000 .. 3039);
like($drawn, qr/$_/, "chance gives $_") for qw(200 400 503);
isnt($drawn, statuses('x', 3000 .. 3039), '... and something else at the next attempt');
$gateway->turn_page;
is(statuses('x', 3000 .. 3039), $drawn, '... but the same to the same seed, id and attempt');
my @accepted = map { $_->{id} } $gateway->ledger;
is_deeply(
	[
		map { "$_->{id} $_->{status}" }
		sort { $a->{time} <=> $b->{time} } grep { $_->{id} eq $accepted[0] } $gateway->reports
	],
	[ "$accepted[0] 1", "$accepted[0] 8" ],
	'delivery reports are planned for what is accepted');
is((grep { $_->{id} =~ /^unknown/ } $gateway->reports), @accepted, '... and for unknown messages');
$gateway->chances(seed => 7);

# --- the listener -----------------------------------------------------------

answer(request($kept = connection(), 1, 'x'));
$gateway->listen('closed');
is(connection(),                   undef, 'closed: a connection is refused');
is(answer(request($kept, 1, 'x')), $good, '... but one that is open goes on');
$gateway->listen('open');
is(answer(request($kept = connection(), 1, 'x')), $good, '... and all can come when it is open again');
$gateway->listen('down');
is(answer($kept), ' reset', 'down: what was open is reset');
is(connection(),  undef,    '... and a connection refused');
$gateway->listen('down', 50);

for (1 .. 500)
{
	last if $kept = connection();
	sleep 0.01;
}
is(answer(request($kept, 1, 'x')), $good, '... for a while, if that was said');
$gateway->listen('deaf');
is(answer(request($kept = connection(), 4000, 'x'), 0.1), ' silence', 'deaf: it does not read');
isnt(last_request()->{id}, 4000, '... so nothing is accepted');
my $gone = request(connection(), 4001, 'x');
close $gone;
$gateway->listen('open');
is(answer($kept), $good, '... until it hears again');
is_deeply(
	[ map { "$_->{id} $_->{accepted} $_->{gone}" } ($gateway->requests)[ -2, -1 ] ],
	[ '4000 1 0', '4001 1 1' ],
	'... also those who have gone, and says so');
$gateway->listen('slow150');
my $before = time;
answer(request(connection(), 4002, 'x'));
cmp_ok(time - $before, '>', 0.14, 'slow: it takes its time to accept');
$gateway->listen('full');
is(connection(0.3), undef, 'full: a connection gets no answer');
$gateway->listen('open');
is(tried('ok'), $good, '... until there is room');

# --- what it tells ----------------------------------------------------------

$gateway->turn_page;
my @crowd = map { request(connection(), $_, 'plan=d10') } 1 .. 20;
is_deeply([ map { answer($_) } @crowd ], [ ($good) x 20 ], 'it serves 20 at once');
my $stats = $gateway->stats;
cmp_ok($stats->{most_open}, '>=', 20, 'it tells how many were connected at once');
is($stats->{'action:d10'}, 20, '... and how often it did what');
request($kept = connection(), 21, 'plan=hang');
my $holding = 0;

for (1 .. 500)
{
	last if ($holding = $gateway->stats->{holding});
	sleep 0.01;
}
is($holding, 1, '... and how many wait for an answer');

my $post = connection();
my $body = 'id=5000&to=%2B962&text=two+words%0A';
syswrite $post, "POST /send HTTP/1.1\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
is(answer($post),                                  $good,                   'it takes a form');
is(join('|', @{ last_request() }{qw(id to text)}), "5000|+962|two words\n", '... and reads it');
$body = qq({"text": "x\ty", "id": "5001"});
syswrite $post, "POST /send HTTP/1.1\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
is(answer($post),                               $good,        'it takes JSON');
is(join('|', @{ last_request() }{qw(id body)}), "5001|$body", '... and keeps it');

my $other = Gateway->start($dir = PostgreSQL::Test::Utils::tempdir, answer => 'OK {n}');
($port) = $other->url =~ /:(\d+)/;
like(tried('ok'), qr/OK g1$/, 'it can give ids of its own');
$_->stop for $gateway, $other;
is(connection(), undef, 'stopped, it is gone');

done_testing();
