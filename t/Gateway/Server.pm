# The process of the gateway of t/Gateway.pm: one loop around select(), fast
# enough to be a bench's gateway.  In each round it reads what has come, writes
# to the ledger what that means, and only then answers.

package Gateway::Server;

use strict;
use warnings;

use Errno qw(EAGAIN ECONNRESET EINTR EWOULDBLOCK);
use Gateway::Actions;
use IO::Socket::INET;
use POSIX       qw(strftime);
use Socket      qw(IPPROTO_TCP MSG_DONTWAIT MSG_PEEK SO_LINGER SOL_SOCKET TCP_NODELAY);
use Time::HiRes qw(time);

use constant {
	BACKLOG => 511,
	HUGE    => 4 * 1024 * 1024
};

my %option;
my ($listener, $controller, $address);
my ($ledger, $reports, $lines, $report_lines);    # files, and what goes there next
my @connections;                                  # by file descriptor
my ($reading, $writing) = ('', '');               # vectors for select()
my @handlers;                                     # by file descriptor, of what is no client
my @timers;                                       # [when, code], the next one last
my @answers;                                      # [connection, action], of this round
my $listening = 'open';
my $slow      = 0;
my @stuffing;                                     # connections that fill the backlog
my ($now, $stamp) = (0, '');
my $sequence      = 0;
my $connection_no = 0;
my $open          = 0;
my (%attempts, %count);
my $accepted = 0;
my ($second, $in_second, $best_second, $most_open, $holding) = (0, 0, 0, 0, 0);

# Serve until told to quit, or until the end of the pipe "life", if given, says
# that the parent is gone.  Options are those of Gateway->start; "listener" and
# "controller" are sockets that listen.
sub serve
{
	%option = @_;
	($listener, $controller) = @option{qw(listener controller)};
	$address = [ $listener->sockhost, $listener->sockport ];
	open $ledger,  '>>', "$option{dir}/ledger"  or die "cannot write: $!";
	open $reports, '>>', "$option{dir}/reports" or die "cannot write: $!";
	$lines     = $report_lines = '';
	$SIG{PIPE} = 'IGNORE';
	$SIG{TERM} = $SIG{INT} = \&quit;

	listen_on($listener,   \&take_connections);
	listen_on($controller, \&take_control);
	if ($option{life})
	{
		$handlers[ fileno $option{life} ] = \&quit;
		vec($reading, fileno $option{life}, 1) = 1;
	}
	round() while 1;
}

# End at once; nothing waits to be written.
sub quit { POSIX::_exit(0) }

# One round.
sub round
{
	my $patience = @timers ? $timers[-1][0] - time : undef;
	$patience = 0 if defined $patience && $patience < 0;
	my $found = select(my $readable = $reading, my $writable = $writing, undef, $patience);
	die "select: $!" if $found < 0 && $! != EINTR;

	$now   = time;
	$stamp = sprintf '%.6f', $now;
	if ($found > 0)
	{
		for_each_bit($readable, \&readable);
		for_each_bit($writable, \&flush_out) if $writing =~ /[^\0]/;
	}
	write_ledger() if $lines ne '';
	answer(@$_) for splice @answers;
	while (@timers && $timers[-1][0] <= $now)
	{
		(pop @timers)->[1]->();
	}
}

sub for_each_bit
{
	my ($vector, $do) = @_;
	my $bits = unpack 'b*', $vector;
	my $fd   = -1;
	$do->($fd) while ($fd = index $bits, '1', $fd + 1) >= 0;
}

# What was accepted is on its way to the disk before anybody hears of it.
sub write_ledger
{
	print_all($ledger,  \$lines);
	print_all($reports, \$report_lines) if $report_lines ne '';
}

sub print_all
{
	my ($file, $text) = @_;
	syswrite($file, $$text) == length $$text or die "cannot write: $!";
	$$text = '';
}

# Do something so many seconds from now.
sub later
{
	my ($seconds, $code) = @_;
	my $when = $now + $seconds;
	my $i    = @timers;
	$i-- while $i > 0 && $timers[ $i - 1 ][0] < $when;
	splice @timers, $i, 0, [ $when, $code ];
}

# --- listening --------------------------------------------------------------

# Have a handler called when a connection waits.
sub listen_on
{
	my ($socket, $handler) = @_;
	$socket->blocking(0);
	$handlers[ fileno $socket ] = $handler;
	vec($reading, fileno $socket, 1) = 1;
}

# Take no more connections on a socket, for now or for good.
sub ignore { vec($reading, fileno $_[0], 1) = 0 }

# Take the connections that wait for the gateway.
sub take_connections
{
	if ($slow)
	{
		ignore($listener);
		return later($slow, sub { listen_on($listener, \&take_connections) if $listener; accept_all() });
	}
	accept_all();
}

sub accept_all
{
	while ($listener && (my $socket = $listener->accept))
	{
		add_connection($socket, number => ++$connection_no);
		$most_open = $open if ++$open > $most_open;
	}
}

sub take_control
{
	while (my $socket = $controller->accept)
	{
		add_connection($socket, control => 1);
	}
}

sub add_connection
{
	my ($socket, %connection) = @_;
	my $fd = fileno $socket;
	$socket->blocking(0);
	setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
	$connections[$fd] = { socket => $socket, fd => $fd, in => '', out => '', requests => 0, busy => 0, %connection };
	vec($reading, $fd, 1) = 1 unless $listening eq 'deaf' && !$connection{control};
}

# Listen in one of the ways that t/Gateway.pm tells.
sub listen_as
{
	my ($how, $seconds) = @_;

	$slow = 0;
	deafen(0) if $listening eq 'deaf';
	close $_ for splice @stuffing;
	listen $listener, BACKLOG if $listening eq 'full';
	if ($how =~ /^(closed|down)$/)
	{
		if ($listener)
		{
			ignore($listener);
			$handlers[ fileno $listener ] = undef;
			close $listener;
			$listener = undef;
		}
		if ($how eq 'down')
		{
			reset_connection($_) for grep { $_ && !$_->{control} } @connections;
		}
	}
	elsif (!$listener)
	{
		$listener = IO::Socket::INET->new(
			LocalAddr => $address->[0],
			LocalPort => $address->[1],
			Listen    => BACKLOG,
			ReuseAddr => 1) or die "cannot listen again: $!";
		listen_on($listener, \&take_connections);
	}
	deafen(1)                  if $how eq 'deaf';
	$slow = ($1 || 500) / 1000 if $how =~ /^slow(\d*)$/;
	stuff()                    if $how eq 'full';
	if ($how eq 'open')
	{
		listen_on($listener, \&take_connections);
		accept_all();
	}
	$listening = $how;
	later($seconds, sub { listen_as('open') if $listening eq $how }) if $seconds;
}

# Read from no client, or from all again.
sub deafen
{
	my ($deaf) = @_;
	vec($reading, $_->{fd}, 1) = !$deaf for grep { $_ && !$_->{control} } @connections;
}

# Fill the queue of connections that wait, so that a further one gets no answer.
sub stuff
{
	ignore($listener);
	listen $listener, 0;
	for (1 .. 4)
	{
		push @stuffing,
		  IO::Socket::INET->new(PeerAddr => $address->[0], PeerPort => $address->[1], Blocking => 0) // ();
	}
}

# --- connections ------------------------------------------------------------

# Something came on a file descriptor.
sub readable
{
	my ($fd) = @_;
	return $handlers[$fd]->() if $handlers[$fd];
	my $connection = $connections[$fd] or return;    # reset in this round
	my $got        = sysread $connection->{socket}, $connection->{in}, 65536, length $connection->{in};
	if (!$got)
	{
		return if !defined $got && ($! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR);
		return drop($connection);
	}
	take_requests($connection) unless $connection->{busy};
}

# Take what is whole of the requests on a connection, until one is not answered
# at once.
sub take_requests
{
	my ($connection) = @_;
	my $in = \$connection->{in};

	while (!$connection->{busy})
	{
		my $end = index $$in, "\r\n\r\n";
		return if $end < 0;
		my $head   = substr $$in, 0, $end += 4;
		my $length = $head =~ /^GET / ? 0 : $head =~ /^content-length:\s*(\d+)/mi ? $1 : 0;
		return if length $$in < $end + $length;
		my $body = substr $$in, $end, $length;
		substr($$in, 0, $end + $length) = '';

		my ($target, $version) = $head =~ /^\w+ (\S+) HTTP\/(1\.[01])\r\n/ or return drop($connection);
		if ($connection->{control})
		{
			send_out($connection, http(200, control($target)));
			next;
		}
		$connection->{ends} =
			$version eq '1.1'
		  ? $head =~ /^connection:\s*close/mi
		  : $head !~ /^connection:\s*keep-alive/mi;
		$connection->{old} = $version eq '1.0';
		take_request($connection, $target, $body);
	}
}

# Decide on a request, and write it down.
sub take_request
{
	my ($connection, $target, $body) = @_;
	my ($id) = $target =~ /[?&]id=([^&]*)/;
	($id) = $body =~ /(?:^|&)id=([^&]*)|"id"\s*:\s*"?([^",}]*)|<id>([^<]*)/ ? $1 // $2 // $3 : ''
	  unless defined $id;
	my $attempt = ++$attempts{$id};
	my $action  = Gateway::Actions::choose("$target\n$body", $id, $attempt);
	my $reused  = $connection->{requests}++ > 0;
	my $accepts = $action->{accepts} || $action->{kind} eq 'stale' && !$reused ? 1 : 0;

	if ((my $this = int $now) != $second)
	{
		($second, $in_second) = ($this, 0);
	}
	$best_second = $in_second if ++$in_second > $best_second;
	$count{ $action->{word} }++;
	$accepted += $accepts;
	$lines .= join("\t",
		++$sequence, $stamp,   $connection->{number}, $connection->{requests},
		$id,         $attempt, $action->{word}, $accepts, gone($connection),
		$option{short} ? () : map { written($_) } $target, $body)
	  . "\n";
	schedule_reports($target, $body, $id, $attempt) if $accepts;

	$connection->{busy} = 1;
	$holding++;
	@$connection{qw(target sequence reused)} = ($target, $sequence, $reused);
	push @answers, [ $connection, $action ];
}

# Whether the client has given up by now.
sub gone
{
	my ($connection) = @_;
	my $result       = recv $connection->{socket}, my $byte, 1, MSG_PEEK | MSG_DONTWAIT;
	return (defined $result ? $byte eq '' : $! == ECONNRESET) ? 1 : 0;
}

# A field of the ledger.
sub written { return $_[0] =~ s/([\\\t\r\n])/sprintf '\\x%02x', ord $1/ger }

sub schedule_reports
{
	my ($target, $body, $id, $attempt) = @_;
	for (Gateway::Actions::reports("$target\n$body", $id, $attempt))
	{
		my $of = $_->{unknown} ? "unknown-$sequence" : $option{answer} =~ /\{n\}/ ? "g$sequence" : $id;
		$report_lines .= sprintf "%.6f\t%s\t%s\n", $now + $_->{after}, $of, $_->{status};
	}
}

# --- answers ----------------------------------------------------------------

# Treat a request as was decided.
sub answer
{
	my ($connection, $action, $delayed) = @_;
	my $kind = $action->{kind};

	return if $connection->{dropped};
	if (defined $action->{delay} && !$delayed)
	{
		return later($action->{delay}, sub { answer($connection, $action, 1) });
	}
	return if $kind eq 'hang';
	return reset_connection($connection)
	  if $kind eq 'reset' || $kind eq 'stale' && $connection->{reused};
	return drop($connection)                                        if $kind eq 'close';
	return drip($connection, good($connection), $action->{pace})    if $kind eq 'drip';
	return send_last($connection, substr(good($connection), 0, -4)) if $kind eq 'half';
	return send_last($connection, substr(good($connection), 0, 20)) if $kind eq 'half-headers';
	return send_last($connection, "\x00\xff\xfe garbage\r\n\r\n")   if $kind eq 'garbage';

	my $text =
		$kind eq 'status' ? refusal($connection, $action)
	  : $kind eq 'huge'   ? http(200, option_answer($connection) . ' ' . 'x' x HUGE, $connection)
	  :                     good($connection);
	done($connection);
	$connection->{ends} = 1 if $kind eq 'ok-close';
	send_out($connection, $text);
	return reset_connection($connection) if $kind eq 'ok-reset'     && !$connection->{dropped};
	take_requests($connection)           if $connection->{in} ne '' && !$connection->{dropped};
}

# A request is no longer held.
sub done
{
	my ($connection) = @_;
	$holding -= $connection->{busy};
	$connection->{busy} = 0;
}

# The answer that says "accepted", made once if it is always the same.
my %good;

sub good
{
	my ($connection) = @_;
	return http(200, option_answer($connection), $connection) if $option{answer} =~ /\{n\}/;
	return $good{ $connection->{old} }{ $connection->{ends} } //= http(200, $option{answer}, $connection);
}

sub option_answer { return $option{answer} =~ s/\{n\}/g$_[0]{sequence}/r }

# An answer with another status; it repeats the request, as some gateways do.
sub refusal
{
	my ($connection, $action) = @_;
	my @headers;
	push @headers, "Retry-After: $action->{wait}" if defined $action->{wait};
	push @headers, 'Date: ' . http_date(0), 'Retry-After: ' . http_date($action->{date})
	  if defined $action->{date};
	return http($action->{status}, "refused $connection->{target}", $connection, @headers);
}

sub http_date { return strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime $now + $_[0]) }

# An HTTP answer; it keeps the connection unless the client wants it closed.
sub http
{
	my ($status, $body, $connection, @headers) = @_;
	push @headers, 'Connection: ' . ($connection->{ends} ? 'close' : 'keep-alive')
	  if $connection && ($connection->{old} || $connection->{ends});
	return join("\r\n", "HTTP/1.1 $status X", 'Content-Length: ' . length $body, @headers, '', $body);
}

# Send an answer; what does not fit goes when it can.
sub send_out
{
	my ($connection, $text) = @_;
	$connection->{out} .= $text;
	flush_out($connection->{fd});
}

# Send something, and close.
sub send_last
{
	my ($connection, $text) = @_;
	done($connection);
	$connection->{ends} = 1;
	send_out($connection, $text);
}

# Write what waits to be written.
sub flush_out
{
	my ($fd)       = @_;
	my $connection = $connections[$fd] or return;
	my $put        = syswrite $connection->{socket}, $connection->{out};
	return drop($connection) if !defined $put && $! != EAGAIN && $! != EWOULDBLOCK && $! != EINTR;
	substr($connection->{out}, 0, $put // 0) = '';
	my $more = $connection->{out} ne '' ? 1 : 0;
	vec($writing, $fd, 1) = $more if $more || $connection->{blocked};
	$connection->{blocked} = $more;
	drop($connection) if !$more && $connection->{ends} && !$connection->{busy};
}

# Send an answer byte by byte, keeping the client waiting.
sub drip
{
	my ($connection, $text, $pace) = @_;
	return            if $connection->{dropped};
	done($connection) if length $text == 1;
	send_out($connection, substr $text, 0, 1);
	later($pace, sub { drip($connection, substr($text, 1), $pace) }) if length $text > 1;
}

# Close a connection with a reset.
sub reset_connection
{
	my ($connection) = @_;
	setsockopt $connection->{socket}, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
	drop($connection);
}

# Close a connection.
sub drop
{
	my ($connection) = @_;
	my $fd = $connection->{fd};
	done($connection) if !$connection->{control};
	$open--           if !$connection->{control};
	$connection->{dropped} = 1;
	vec($reading, $fd, 1) = 0;
	vec($writing, $fd, 1) = 0;
	$connections[$fd] = undef;
	close $connection->{socket};
}

# --- control ----------------------------------------------------------------

my %commands = (
	stats => sub {
		my %stats = (
			requests         => $sequence,
			open             => $open,
			most_open        => $most_open,
			most_in_a_second => $best_second,
			holding          => $holding,
			listening        => $listening,
			accepted         => $accepted,
			map { ("action:$_" => $count{$_}) } keys %count);
		return join '', map { "$_ $stats{$_}\n" } sort keys %stats;
	},
	reset => sub {
		%count    = %attempts = ();
		$accepted = 0;
		($in_second, $best_second, $most_open) = (0, 0, $open);
		return '';
	},
	rule    => sub { Gateway::Actions::add_rule(@{ $_[0] }{qw(match times action)}); '' },
	clear   => sub { Gateway::Actions::clear_rules();                                '' },
	chances => sub {
		my %chances = %{ $_[0] };
		Gateway::Actions::set_chances(delete $chances{seed}, %chances);
		return '';
	},
	listen => sub { listen_as($_[0]{as}, ($_[0]{ms} // 0) / 1000); '' },
	quit   => \&quit);

# What the control address says to a request.
sub control
{
	my ($target) = @_;
	my ($path, $query) = $target =~ /^\/([^?]*)(?:\?(.*))?/;
	my $command   = $commands{$path} or return "no such command\n";
	my %parameter = map {
		map { tr/+/ /; s/%(..)/chr hex $1/ger } split /=/, $_, 2
	} split /&/, $query // '';
	return $command->(\%parameter);
}

1;
