# A session that lasts: statements go to one psql, which a test need not wait
# for, and which may lose its server.
#
#   my $session = Session->new($node->connstr('postgres'));
#   $session->query('SELECT 1');      # "1"
#   $session->send('CALL ...');       # and meanwhile something else
#   kill 'KILL', $session->pid;       # the server process
#   $session->receive;                # what it said; the session may be lost

package Session;

use strict;
use warnings;

use IO::Select;
use IPC::Open3  qw(open3);
use Time::HiRes qw(sleep time);

my $MARK     = '-- that was all --';
my $PATIENCE = 60;                     # seconds

# One that is opened when it is needed, each time with these statements.
sub new
{
	my ($class, $connstr, $settings) = @_;
	return bless { connstr => $connstr, settings => $settings // '' }, $class;
}

# Connect, waiting for a server that starts; nothing if it is connected.  (An
# idle psql does not notice that its server has gone: close it.)
sub open
{
	my ($self) = @_;
	my $end = time + $PATIENCE;

	until ($self->{psql})
	{
		$self->{psql} =
		  open3($self->{in}, $self->{out}, undef, 'psql', '-XAtq', '-d', $self->{connstr});
		$self->{in}->autoflush(1);
		$self->{heard} = '';
		$self->write("$self->{settings}\nSELECT pg_backend_pid();");
		my ($said) = $self->receive;
		next if defined $said && (($self->{pid}) = $said =~ /^(\d+)$/m);
		$self->close;
		die "cannot connect: $said" if time > $end;
		sleep 0.02;
	}
}

# The process id of its server.
sub pid
{
	my ($self) = @_;
	$self->open;
	return $self->{pid};
}

# Have statements run.
sub send
{
	my ($self, $sql) = @_;
	$self->open;
	$self->write($sql);
}

sub write
{
	my ($self, $sql) = @_;
	local $SIG{PIPE} = 'IGNORE';
	print { $self->{in} } "$sql\n;\\echo $MARK\n";
}

# What statements say, errors included, and whether the session is still there.
sub receive
{
	my ($self) = @_;
	my $end = time + $PATIENCE;
	my @result;

	until (@result = $self->poll($end - time))
	{
		die "no answer after $PATIENCE s; until then: $self->{heard}\n" if time > $end;
	}
	return @result;
}

# Likewise, or nothing if that is not yet known after some seconds.
sub poll
{
	my ($self, $patience) = @_;
	return () unless IO::Select->new($self->{out})->can_read($patience);
	if (!sysread $self->{out}, $self->{heard}, 65536, length $self->{heard})
	{
		my $said = $self->{heard};
		$self->close;
		return ($said, 0);
	}
	return $self->{heard} =~ s/^(.*?)\n?^\Q$MARK\E\n//ms ? ($1, 1) : ();
}

# Run statements and give back what they say; undef when the session was lost.
sub query
{
	my ($self, $sql) = @_;
	$self->send($sql);
	my ($said, $there) = $self->receive;
	return $there ? $said : undef;
}

# Likewise for what must not fail.
sub must
{
	my ($self, $sql) = @_;
	my $said = $self->query($sql);
	die "$sql\nfailed: " . ($said // 'session lost') . "\n" if !defined $said || $said =~ /^ERROR:/m;
	return $said;
}

sub close
{
	my ($self) = @_;
	my $psql = delete $self->{psql} or return;
	local $?;
	CORE::close $self->{in};
	kill 'TERM', $psql;
	waitpid $psql, 0;
	CORE::close $self->{out};
}

sub DESTROY { $_[0]->close }

1;
