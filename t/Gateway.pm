# An SMS gateway that fails on purpose.
#
#   my $gateway = Gateway->start($folder);
#   ... GET $gateway->url?id=7&to=...&text=plan%3D503,ok ...
#   my @accepted = $gateway->ledger;    # hashes of id, to, text and more
#   $gateway->stop;
#
# tools/gateway starts one from a shell.  Only core modules are used.  It takes
# GET, and POST with a form, JSON or XML that has an "id".
#
# What it does with a request is an action:
#
#   ok                      accepted, and said so
#   503 (or any)            refused with that status; the answer repeats the
#                           request
#   503/20, 503@20          ... with Retry-After: 20 seconds, or the date then
#   reset, close            the connection is reset, or closed, without an answer
#   stale                   likewise reset if the connection was used before,
#                           else ok: what libcurl by itself would send again
#   hang                    no answer
#   half, half-headers      accepted; the answer ends in the middle
#   garbage                 accepted; the answer is no HTTP
#   drip, dripMS            accepted; the answer comes byte by byte, one each
#                           100 or MS milliseconds
#   huge                    accepted; the answer has 4 MB
#   ok-close, ok-reset      accepted, and said so, on a connection that then
#                           ends though the answer had promised to keep it
#   swallow-ACTION          accepted, whatever the answer: swallow-500
#   lose-ACTION             not accepted, whatever the answer: lose-garbage
#   dMS, dMS:ACTION         ok, or the action, answered after MS milliseconds;
#                           accepted or not at once
#
# It is chosen by the first of these that speaks of the request:
#
#   rules      $gateway->rule(match => 'id=7', times => 2, action => '503')
#   a plan     "plan=503,ok" in the text or anywhere else in the request: one
#              action for each attempt to send this id, the last for all further
#   chance     $gateway->chances(seed => 1, '503' => 0.2, 'reset' => 0.1): the
#              rest is ok; the same seed, id and attempt give the same
#
# Delivery reports are planned likewise, for what is accepted, by "reports=" in
# the request or by chance ('report:1@50' => 0.5).  A plan is a list, joined by
# "+", of STATUS@MS: that status so many milliseconds after acceptance; with a
# leading "?" for a message that nobody knows.  The gateway only writes them
# down: a test delivers what $gateway->reports lists.
#
# The listener can be (of $gateway->listen):
#
#   open
#   closed     further connections are refused
#   down       likewise, and those that are open are reset
#   deaf       connections are accepted but not read; when it hears again, it
#              takes what has come, as an overloaded gateway does
#   slowMS     each connection waits MS milliseconds before it is accepted
#   full       the queue of connections that wait is full: no answer at all
#
# The ledger is the truth: it has a line for each request, written before a
# byte of the answer is, in the order of acceptance.  Of each request it says
#
#   sequence     from 1 on
#   time         seconds since 1970
#   connection   which one, from 1 on
#   reuse        which request on it, from 1 on
#   id, attempt  of the message; how often this id came, this one included
#   action       as above
#   accepted     1 or 0
#   gone         1 when the client had given up before the gateway read it
#   target, body    the request, unless started with short => 1

package Gateway;

use strict;
use warnings;

use Gateway::Server;
use HTTP::Tiny;
use IO::Socket::INET;
use POSIX ();

my @COLUMNS = qw(sequence time connection reuse id attempt action accepted gone target body);

# Start one in a folder, which gets the files "ledger" and "reports".  Options:
#
#   port, control_port    else free ones
#   answer                the body that says "accepted"; {n} in it is an id of
#                         the gateway's own, which its reports then bear.
#                         Else "0: Accepted"
#   short                 do not keep the requests themselves
sub start
{
	my ($class, $dir, %option) = @_;
	my $self = prepare($class, $dir, %option);

	pipe my $life, $self->{life} or die "cannot make a pipe: $!";
	die "cannot fork: $!" unless defined($self->{pid} = fork);
	if (!$self->{pid})
	{
		close $self->{life};
		eval { Gateway::Server::serve(%{ $self->{option} }, life => $life) };
		warn $@;
		POSIX::_exit(1);
	}
	close delete $self->{option}{$_} for qw(listener controller);
	return $self;
}

# Listen; what comes is served by start, or by serve in this process.
sub prepare
{
	my ($class, $dir, %option) = @_;
	my ($listener, $controller) = map {
		IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $_ // 0, Listen => 511, ReuseAddr => 1)
		  or die "cannot listen: $!";
	} @option{qw(port control_port)};

	return bless {
		dir         => $dir,
		url         => 'http://127.0.0.1:' . $listener->sockport . '/send',
		control_url => 'http://127.0.0.1:' . $controller->sockport,
		start       => { ledger => 0, reports => 0 },
		option      => {
			answer => '0: Accepted',
			%option,
			dir        => $dir,
			listener   => $listener,
			controller => $controller
		}
	}, $class;
}

sub serve { Gateway::Server::serve(%{ $_[0]{option} }) }

sub url         { $_[0]{url} }
sub control_url { $_[0]{control_url} }

# --- what it did ------------------------------------------------------------

# Every request, in order; hashes.
sub requests
{
	my ($self) = @_;
	return map {
		my %request;
		@request{@COLUMNS} = map { s/\\x(..)/chr hex $1/ger } split /\t/;
		for my $query (grep { defined } $request{target} =~ /\?(.*)/ ? $1 : undef, $request{body})
		{
			$request{$1} = decoded($2) while $query =~ /(?:^|&)(to|text)=([^&]*)/g;
		}
		\%request;
	} $self->lines('ledger');
}

# Those that were accepted.
sub ledger
{
	return grep { $_->{accepted} } $_[0]->requests;
}

# The delivery reports for them, by time: hashes of time, id, status and number
# (in the order in which they were planned).
sub reports
{
	my ($self) = @_;
	my $number = 0;
	return sort { $a->{time} <=> $b->{time} } map {
		my %report = (number => ++$number);
		@report{qw(time id status)} = split /\t/;
		\%report;
	} $self->lines('reports');
}

# A function that says how many requests have come since its last call.
sub counter
{
	my ($self) = @_;
	open my $in, '<', "$self->{dir}/ledger" or die "cannot read: $!";
	seek $in, 0, 2;
	return sub {
		my $n = 0;
		while (sysread $in, my $text, 65536) { $n += $text =~ tr/\n// }
		return $n;
	};
}

# Have requests, ledger and reports tell only what comes from now on, and attempts counted anew.
sub turn_page
{
	my ($self) = @_;
	$self->control('reset');
	$self->{start}{$_} = -s "$self->{dir}/$_" for qw(ledger reports);
}

# The lines of a file; what is half written is no line yet.
sub lines
{
	my ($self, $name) = @_;
	open my $in, '<', "$self->{dir}/$name" or die "cannot read: $!";
	seek $in, $self->{start}{$name}, 0;
	return map { chomp ? $_ : () } <$in>;
}

sub decoded
{
	my ($text) = @_;
	$text =~ tr/+/ /;
	return $text =~ s/%(..)/chr hex $1/ger;
}

# --- control ----------------------------------------------------------------

# Give a command to the control address, which is a GET of /COMMAND?NAME=VALUE&…
# too; what it says.
sub control
{
	my ($self, $command, @parameters) = @_;
	my $http   = $self->{http} //= HTTP::Tiny->new(timeout => 60, proxy => undef);
	my $query  = $http->www_form_urlencode(\@parameters);
	my $answer = $http->get("$self->{control_url}/$command?$query");
	die "the gateway does not answer: $answer->{content}" unless $answer->{success};
	return $answer->{content};
}

# A hash of requests, accepted, action:… for each action, open (connections
# now), most_open, most_in_a_second (requests), holding (requests that have no
# answer yet) and listening.
sub stats { return { split /[ \n]/, $_[0]->control('stats') } }

sub rule
{
	my ($self, %rule) = @_;
	$self->control('rule', map { $_ => $rule{$_} } grep { defined $rule{$_} } keys %rule);
}
sub clear_rules { $_[0]->control('clear') }
sub chances     { my ($self, %chances) = @_; $self->control('chances', %chances) }

# Listen in another way; with a time in milliseconds for so long, then again.
sub listen { my ($self, $as, $ms) = @_; $self->control('listen', as => $as, ms => $ms // 0) }

sub stop
{
	my ($self) = @_;
	my $pid = delete $self->{pid} or return;
	local $?;
	kill 'KILL', $pid;
	waitpid $pid, 0;
}

sub DESTROY { $_[0]->stop }

1;
