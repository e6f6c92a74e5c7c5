# A mobile operator that speaks SMPP 3.4 on loopback, and reports on each
# message what it is told to.
#
#   my $operator = Operator->start($folder);
#   ... Kannel->start($other_folder, operator => $operator) ...
#   my @messages = $operator->wait_for_messages(1);    # hashes of id, to, text
#   $operator->report($messages[0]{id}, 'DELIVRD');
#   $operator->wait_until_reported(1);
#   $operator->stop;
#
# A message whose text has "reject" in it is refused.  Reports go out in the
# order in which they are asked for.  One that is not taken goes out again,
# a moment later or on the next connection, as operators do it;
# $operator->reported counts those taken.  Parts of a long message are messages
# of their own.
#
# A process of its own serves one connection at a time. It writes what happens
# to a log, which is the truth that tests compare with.

package Operator;

use strict;
use warnings;

use Encode qw(decode);
use IO::Select;
use IO::Socket::INET;
use POSIX       ();
use Socket      qw(AF_UNIX SOCK_STREAM PF_UNSPEC);
use Time::HiRes qw(sleep time);

my $PATIENCE = 15;     # seconds
my $PAUSE    = 0.2;    # before a report that was not taken goes out again

# Commands of SMPP, and the status of a message that is refused.
my %COMMAND  = (bind_transceiver => 0x09, submit_sm => 0x04, deliver_sm => 0x05, enquire_link => 0x15, unbind => 0x06);
my $RESPONSE = 0x80000000;
my $REFUSED  = 0x45;

# Start one in a folder, on a free port.
sub start
{
	my ($class, $dir) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1, ReuseAddr => 1)
	  or die "cannot listen: $!";
	socketpair(my $tell, my $told, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "cannot talk: $!";
	my $self = bless { log => "$dir/operator.log", port => $listener->sockport, tell => $tell }, $class;

	open my $log, '>>', $self->{log} or die "cannot write: $!";
	$log->autoflush(1);
	die "cannot fork: $!" unless defined($self->{pid} = fork);
	if (!$self->{pid})
	{
		close $tell;
		serve($listener, $told, $log);
		POSIX::_exit(0);
	}
	close $told;
	return $self;
}

sub port { $_[0]{port} }

# Have a message reported: DELIVRD, UNDELIV, EXPIRED, REJECTD, ENROUTE ...
sub report
{
	my ($self, $id, $status) = @_;
	syswrite $self->{tell}, "$id $status\n";
}

# What was accepted, in order.
sub messages
{
	my ($self) = @_;
	return map {
		my ($kind, $id, $to, $coding, $header, $data) = split /\t/;
		$kind eq 'message'
		  ? {
			id   => $id,
			to   => $to,
			part => $header ne '',
			text => decode($coding == 8 ? 'UTF-16BE' : 'UTF-8', pack 'H*', $data)
		  }
		  : ();
	} $self->lines;
}

# How many reports were taken.
sub reported
{
	return scalar grep { /^reported\t/ } $_[0]->lines;
}

sub wait_for_messages
{
	my ($self, $count) = @_;
	within(sub { $self->messages >= $count });
	return $self->messages;
}

sub wait_until_reported
{
	my ($self, $count) = @_;
	return within(sub { $self->reported >= $count });
}

sub stop
{
	my ($self) = @_;
	my $pid = delete $self->{pid} or return;
	local $?;
	kill 'KILL', $pid;
	waitpid $pid, 0;
}

sub DESTROY { $_[0]->stop }

# The lines of the log.
sub lines
{
	my ($self) = @_;
	open my $in, '<', $self->{log} or die "cannot read: $!";
	return map { chomp; $_ } <$in>;
}

# Try until something is true or the time is over.
sub within
{
	my ($true) = @_;
	my $end = time + $PATIENCE;

	until ($true->())
	{
		return 0 if time > $end;
		sleep 0.05;
	}
	return 1;
}

# Serve until the test ends, which closes the other end of the pipe.
sub serve
{
	my ($listener, $told, $log) = @_;
	my $select = IO::Select->new($listener, $told);
	my ($peer, $bound, %buffer, @due, %sent);
	my ($serial, $pause) = (0, 0);

	$SIG{PIPE} = 'IGNORE';
	for (;;)
	{
		my $wait = @due && $peer && $bound ? $pause - time : undef;
		for my $socket ($select->can_read(defined $wait && $wait < 0 ? 0 : $wait))
		{
			if ($socket == $listener)
			{
				# What the one before did not take goes out again.
				my $new = $listener->accept // next;
				close_peer($select, \%buffer, $peer) if $peer;
				($peer, $bound) = ($new, 0);
				unshift @due, map { $sent{$_} } sort { $a <=> $b } keys %sent;
				%sent = ();
				$select->add($peer);
				next;
			}
			if (!sysread $socket, $buffer{$socket}, 65536, length($buffer{$socket} // ''))
			{
				return if $socket == $told;
				close_peer($select, \%buffer, $socket);
				undef $peer;
				next;
			}
			if ($socket == $told)
			{
				push @due, $1 while $buffer{$told} =~ s/^(.*)\n//;
				next;
			}
			while (length($buffer{$socket}) >= 16 && length($buffer{$socket}) >= unpack 'N', $buffer{$socket})
			{
				my $unit    = substr $buffer{$socket}, 0, unpack('N', $buffer{$socket}), '';
				my $command = unpack 'x4 N', $unit;
				if ($command == ($COMMAND{deliver_sm} | $RESPONSE))
				{
					my (undef, undef, $status, $number) = unpack 'N4', $unit;
					my $report = delete $sent{$number} // next;
					if ($status) { push @due, $report; $pause = time + $PAUSE }
					else         { print $log "reported\t$report\n" }
				}
				else
				{
					answer($socket, $unit, $log);
					$bound = 1 if $command == $COMMAND{bind_transceiver};
				}
			}
		}
		while ($peer && $bound && @due && time >= $pause)
		{
			my $report = shift @due;
			$sent{ ++$serial } = $report;
			syswrite $peer, unit('deliver_sm', 0, $serial, receipt(split / /, $report));
		}
	}
}

# Close a connection.
sub close_peer
{
	my ($select, $buffer, $socket) = @_;
	$select->remove($socket);
	delete $buffer->{$socket};
	close $socket;
}

# Answer one unit that asks for it.
sub answer
{
	my ($socket, $unit, $log) = @_;
	my (undef, $command, undef, $serial) = unpack 'N4', $unit;
	my ($name) = grep { $COMMAND{$_} == $command } keys %COMMAND;

	return if !defined $name;
	if ($name eq 'submit_sm')
	{
		my ($id, $refused) = accept_message(substr($unit, 16), $log);
		syswrite $socket, unit($name, $RESPONSE, $serial, "$id\0", $refused ? $REFUSED : 0);
	}
	else
	{
		syswrite $socket, unit($name, $RESPONSE, $serial, $name eq 'bind_transceiver' ? "operator\0" : '');
	}
}

# Note a message: its number, and whether it is refused.
my $messages = 0;

sub accept_message
{
	my ($body, $log) = @_;
	my (undef, undef, undef, undef, undef, undef,   $to,   $class, undef,
		undef, undef, undef, undef, undef, $coding, undef, $data
	) = unpack 'Z* C C Z* C C Z* C C C Z* Z* C C C C C/a', $body;
	my $header  = $class & 0x40 ? substr $data, 0, 1 + ord $data, '' : '';
	my $text    = decode($coding == 8 ? 'UTF-16BE' : 'UTF-8', "$data");
	my $refused = $text =~ /reject/;
	my $id      = sprintf '%08x', ++$messages;

	print $log
	  join("\t", $refused ? 'refused' : 'message', $id, $to, $coding, unpack('H*', $header), unpack 'H*', $data) . "\n";
	return ($id, $refused);
}

# A receipt, as most operators write it.
sub receipt
{
	my ($id, $status) = @_;
	my $text = "id:$id sub:001 dlvrd:001 submit date:2603011000 done date:2603011001 stat:$status err:000 text:";
	return pack 'Z* C C Z* C C Z* C C C Z* Z* C C C C C/a', '', 1, 1, '962790000000', 0, 0, 'Amman',
	  0x04, 0, 0, '', '', 0, 0, 0, 0, $text;
}

# A unit of SMPP.
sub unit
{
	my ($name, $response, $serial, $body, $status) = @_;
	return pack('N4', 16 + length $body, $COMMAND{$name} | $response, $status // 0, $serial) . $body;
}

1;
