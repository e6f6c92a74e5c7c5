# An SMS gateway that fails on purpose.
#
#   my $gateway = Gateway->start($folder);
#   ... GET $gateway->url?id=7&to=...&text=plan%3D503,ok ...
#   my @accepted = $gateway->ledger;    # hashes of id, to, text
#   $gateway->stop;
#
# The text of a message says what happens to each attempt to send it: after
# "plan=" a list of
#
#   ok             accepted, and said so
#   503 (or any)   refused with that status; the answer repeats the request
#   swallow-500    accepted, but answered with that status
#   reset, swallow-reset    the connection is reset, before or after acceptance
#   hang, swallow-hang      no answer
#   half           accepted; the answer ends in the middle
#   garbage        accepted; the answer is no HTTP
#   MS             (with a leading "d", as in d500) accepted, answered after MS
#
# The last of the list holds for all further attempts.  What is accepted is
# written to the ledger before it is answered: the ledger is the truth.

package Gateway;

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER);
use POSIX ();
use Time::HiRes qw(time);

# Start one in a folder, on a free port.
sub start
{
    my ($class, $dir) = @_;
    my $listener = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', Listen => 128, ReuseAddr => 1)
      or die "cannot listen: $!";
    my $self = bless {
        ledger => "$dir/ledger",
        url => 'http://127.0.0.1:' . $listener->sockport . '/send'
    }, $class;

    open my $ledger, '>>', $self->{ledger} or die "cannot write: $!";
    $ledger->autoflush(1);
    die "cannot fork: $!" unless defined($self->{pid} = fork);
    if (!$self->{pid})
    {
        serve($listener, $ledger);
        POSIX::_exit(0);
    }
    return $self;
}

sub url { $_[0]{url} }

# What was accepted, in order.
sub ledger
{
    my ($self) = @_;
    open my $in, '<', $self->{ledger} or die "cannot read: $!";
    return map { chomp; my %entry; @entry{qw(id to text)} = split /\t/; \%entry } <$in>;
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

# Serve until killed.
sub serve
{
    my ($listener, $ledger) = @_;
    my $select = IO::Select->new($listener);
    my (%buffer, %attempts, @later);

    $SIG{PIPE} = 'IGNORE';
    for (;;)
    {
        my ($due) = sort { $a <=> $b } map { $_->[0] } @later;
        my $patience = defined $due ? $due - time : undef;

        for my $socket ($select->can_read(defined $patience && $patience < 0 ? 0 : $patience))
        {
            if ($socket == $listener)
            {
                $select->add($listener->accept // next);
                next;
            }
            if (!sysread $socket, $buffer{$socket}, 65536, length($buffer{$socket} // ''))
            {
                drop($select, \%buffer, $socket);
                next;
            }
            while ($buffer{$socket} =~ s/^(\w+) (\S+) HTTP.*?\r\n\r\n//s)
            {
                answer($select, \%buffer, $socket, $2, $ledger, \%attempts, \@later);
            }
        }
        for (grep { $_->[0] <= time } @later)
        {
            syswrite $_->[1], reply(200, "0: Accepted");
        }
        @later = grep { $_->[0] > time } @later;
    }
}

# Treat one request as its text says.
sub answer
{
    my ($select, $buffer, $socket, $url, $ledger, $attempts, $later) = @_;
    my %parameter = map { map { s/%(..)/chr hex $1/ger } split /=/, $_, 2 }
      split /&/, $url =~ s/^[^?]*\?//r;
    my $attempt = $attempts->{ $parameter{id} }++;
    my @plan = split /,/, ($parameter{text} =~ /plan=(\S+)/ ? $1 : 'ok');
    my $act = $plan[ $attempt < @plan ? $attempt : -1 ];

    print $ledger join("\t", @parameter{qw(id to text)}) . "\n"
      if $act =~ /^(ok|half|garbage|d\d+)$/ || $act =~ s/^swallow-//;

    if ($act =~ /^d(\d+)$/) { push @$later, [ time + $1 / 1000, $socket ] }
    elsif ($act eq 'ok') { syswrite $socket, reply(200, '0: Accepted') }
    elsif ($act =~ /^\d+$/) { syswrite $socket, reply($act, "refused $url") }
    elsif ($act eq 'half')
    {
        syswrite $socket, substr(reply(200, '0: Accepted'), 0, -4);
        drop($select, $buffer, $socket);
    }
    elsif ($act eq 'garbage')
    {
        syswrite $socket, "\x00\xff\xfe garbage\r\n\r\n";
        drop($select, $buffer, $socket);
    }
    elsif ($act eq 'reset')
    {
        setsockopt $socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
        drop($select, $buffer, $socket);
    }
}

# An HTTP answer on a connection that is kept.
sub reply
{
    my ($status, $body) = @_;
    return "HTTP/1.1 $status X\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
}

# Close a connection.
sub drop
{
    my ($select, $buffer, $socket) = @_;
    $select->remove($socket);
    delete $buffer->{$socket};
    close $socket;
}

1;
