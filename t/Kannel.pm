# Kannel on loopback with a simulated operator behind it: for the TAP tests,
# and through tools/kannel for the demo.
#
#   my $kannel = Kannel->start($folder);
#   my ($status, $body) = $kannel->send(to => '0791234567', text => '...');
#   my @messages = $kannel->wait_for_messages(1);    # as the far side got them
#   $kannel->stop_box('bearerbox', 'KILL');          # a crash
#   $kannel->start_box('bearerbox');
#   $kannel->stop;
#
#   Kannel->start($folder, reports_to => 'licence_home');    # a box of that
#                        name takes the delivery reports, at $kannel->box_port
#   Kannel->start($folder, operator => $operator);    # an Operator (SMPP) is
#                        the far side
#
# Three programs ("boxes") run, all in one folder that holds their
# configuration, spool, logs (BOX.log) and process ids (BOX.pid):
#
#   bearerbox   queues messages and routes them to the operator
#   fakesmsc    plays the operator; its log is what the far side received (it
#               does not run where there is another operator)
#   smsbox      answers HTTP at /cgi-bin/sendsms
#
# Only core modules are used.  Every process runs as the caller.

package Kannel;

use strict;
use warnings;

use Encode     qw(decode);
use File::Path qw(make_path);
use HTTP::Tiny;
use IO::Socket::INET;
use POSIX       qw(setsid WNOHANG);
use Time::HiRes qw(sleep time);

my %BOXES    = (fake => [qw(bearerbox fakesmsc smsbox)], smpp => [qw(bearerbox smsbox)]);
my $FAKESMSC = '/usr/lib/kannel/test/fakesmsc';
my $PATIENCE = 15;    # seconds for a box to start or stop

# What this process started, to be stopped when it dies.
my %started;

# Whether Kannel and its simulator are on this machine.
sub installed
{
	return -x $FAKESMSC
	  && 2 == grep {
		my $box = $_;
		grep { -x "$_/$box" } path()
	  } qw(bearerbox smsbox);
}

# Start all boxes in a folder, on free ports; give back the handle.
sub start
{
	my ($class, $dir, %option) = @_;

	make_path("$dir/spool", "$dir/reports");
	my $self = bless { dir => $dir, %option, smsc => $option{operator} ? 'smpp' : 'fake' }, $class;

	# A port found free may be taken before it is used: then try others.
	for my $try (1 .. 3)
	{
		$self->configure;
		my $up = eval { $self->start_box($_) for $self->boxes; 1 };
		if ($up)
		{
			$started{$dir} = $self;
			return $self;
		}
		$self->stop;
		die $@ if $try == 3;
	}
}

# The handle of what another process started in a folder.
sub attach
{
	my ($class, $dir) = @_;
	my $self  = bless { dir => $dir }, $class;
	my %value = $self->slurp('kannel.conf') =~ /^(\S+) = (.*)$/mg;

	@$self{qw(admin_port box_port smsc_port http_port username password smsc)} =
	  @value{qw(admin-port smsbox-port port sendsms-port username password smsc)};
	return $self;
}

# The boxes that run, in the order in which they start.
sub boxes { @{ $BOXES{ $_[0]{smsc} } } }

# Where sendsms answers, and who may call it.
sub url      { "http://127.0.0.1:$_[0]{http_port}/cgi-bin/sendsms" }
sub username { $_[0]{username} }
sub password { $_[0]{password} }

# Where bearerbox takes other boxes.
sub box_port { $_[0]{box_port} }

# Send a message as an HTTP client would; parameters (characters, not bytes)
# replace or, if undef, remove the defaults.  Gives back status and body.
sub send
{
	my ($self, %parameter) = @_;
	%parameter = (
		username => $self->username,
		password => $self->password,
		from     => 'Amman',
		coding   => 2,
		charset  => 'UTF-8',
		%parameter);
	delete @parameter{ grep { !defined $parameter{$_} } keys %parameter };

	my $http  = HTTP::Tiny->new(timeout => $PATIENCE);
	my $reply = $http->get($self->url . '?' . $http->www_form_urlencode(\%parameter));
	return ($reply->{status}, $reply->{content});
}

# Run a command of bearerbox's HTTP administration ('status.txt', or
# 'stop-smsc?smsc=operator'); gives back what it says.
sub admin
{
	my ($self, $command) = @_;
	my $mark  = $command =~ /\?/ ? '&' : '?';
	my $reply = HTTP::Tiny->new(timeout => $PATIENCE)
	  ->get("http://127.0.0.1:$self->{admin_port}/$command${mark}password=" . $self->password);
	return $reply->{content} // '';
}

# The messages that the far side received whole, in the order in which they
# became whole: hashes of from, to, text (characters, not bytes) and parts.
sub messages
{
	my ($self) = @_;
	return decode_log($self->slurp('fakesmsc.log'));
}

# Wait until the far side received this many messages; gives them back, or
# what there is when the time is over.
sub wait_for_messages
{
	my ($self, $count, $seconds) = @_;
	my @messages;

	within($seconds // $PATIENCE, sub { (@messages = $self->messages) >= $count });
	return @messages;
}

# Start one box, and wait until it does its work.
sub start_box
{
	my ($self, $box) = @_;
	my $conf       = "$self->{dir}/kannel.conf";
	my $reports_to = $self->{reports_to} // '';
	my %plan       = (
		bearerbox => [
			[ 'bearerbox', '-v', 4, $conf ],
			sub {
				return 0                             if grep { !listening($self->{$_}) } qw(admin_port box_port);
				return listening($self->{smsc_port}) if $self->{smsc} eq 'fake';
				return $self->admin('status.txt') =~ /SMPP:\S+ \(online/;
			}
		],

		# The message given here is never sent: -m 0.
		fakesmsc => [
			[ $FAKESMSC, '-H', '127.0.0.1', '-r', $self->{smsc_port}, '-m', 0, '1 2 text never' ],
			sub { $self->admin('status.txt') =~ /FAKE:\d+ \(online/ }
		],
		smsbox => [
			[ 'smsbox', '-v', 4, $conf ],
			sub {
				listening($self->{http_port})
				  && $self->admin('status.txt') =~ /smsbox:(?!\Q$reports_to\E,).*on-line/;
			}
		]);
	my ($command, $ready) = @{ $plan{$box} };

	my $pid = $self->spawn($box, @$command);
	return if within($PATIENCE, sub { !alive($pid) || $ready->() }) && alive($pid);
	die "$box did not start:\n" . $self->slurp("$box.log");
}

# Stop one box, with SIGTERM or the signal named.
sub stop_box
{
	my ($self, $box, $signal) = @_;
	my $file = "$self->{dir}/$box.pid";
	return unless -e $file;

	my ($pid) = $self->slurp("$box.pid") =~ /(\d+)/;
	for my $try ($signal // 'TERM', 'KILL')
	{
		# To the box's process group: smsbox forks to begin anew.
		kill $try, -$pid if ours($pid, $self->{dir}, $box);
		last if within($PATIENCE, sub { !ours($pid, $self->{dir}, $box) });
	}
	unlink $file;
}

# Stop all boxes.
sub stop
{
	my ($self) = @_;
	$self->stop_box($_) for reverse $self->boxes;
	delete $started{ $self->{dir} };
}

# Leave the boxes running when this process ends.
sub detach
{
	my ($self) = @_;
	delete $started{ $self->{dir} };
}

# A test that dies leaves nothing running.
END
{
	local $?;
	$_->stop for values %started;
}

# What fakesmsc logged, as messages.  A line of its log reads
#
#   ... Got message N: <SENDER RECEIVER FORM>
#
# and FORM, where DATA is URL-encoded, one of
#
#   ucs-2 DATA            a short message of UTF-16BE
#   text TEXT             a short message, as is; a line break in it begins a
#                         log line of its own without sender and receiver
#   data DATA             a short message of bytes
#   udh HEADER data DATA  a part of a long message: any of the above, and
#                         nothing tells which
sub decode_log
{
	my ($log) = @_;
	my (@messages, %open);

	while ($log =~ /Got message \d+: <(.*)>$/mg)
	{
		my $line = $1;
		my ($from, $to, $header, $form, $data) = $line =~ /^(.*?) (\S+) (?:udh (\S+) )?(text|data|ucs-2) (.*)$/;

		if (!defined $form)
		{
			$messages[-1]{text} .= "\n" . decode('UTF-8', $line)
			  if @messages;
			next;
		}

		my %message = (from => decode('UTF-8', $from), to => $to, parts => 1);
		my $bytes   = $form eq 'text' ? $data : url_decoded($data);

		if (defined $header)
		{
			# Information element 00 of the header (3GPP TS 23.040,
			# 9.2.3.24.1): reference, number of parts, number of this part.
			my ($reference, $parts, $part) = concatenation(url_decoded($header));
			my $key = "$from\0$to\0$reference\0$parts";

			$open{$key}[ $part - 1 ] = $bytes;
			next if $parts > grep { defined } @{ $open{$key} };

			$bytes          = join '', @{ delete $open{$key} };
			$message{parts} = $parts;
			$form           = 'ucs-2' if looks_like_utf16($bytes);
		}

		$message{text} = decode($form eq 'ucs-2' ? 'UTF-16BE' : 'UTF-8', $bytes);
		push @messages, \%message;
	}
	return @messages;
}

# Reference, number of parts and number of this part in a user data header.
sub concatenation
{
	my ($length, @element) = unpack 'C (C C/a)*', shift;

	while (my ($id, $data) = splice @element, 0, 2)
	{
		return unpack 'C3',   $data if $id == 0x00;
		return unpack 'n C2', $data if $id == 0x08;
	}
	return (0, 1, 1);
}

# Text in bytes has no control characters other than line breaks; Arabic and
# Latin in UTF-16 have one in nearly every character.
sub looks_like_utf16
{
	return length($_[0]) % 2 == 0 && $_[0] =~ /[\x00-\x09\x0b\x0c\x0e-\x1f]/;
}

sub url_decoded
{
	my ($data) = @_;
	$data =~ tr/+/ /;
	$data =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	return $data;
}

# Choose ports and a password, and write the configuration.
sub configure
{
	my ($self) = @_;

	@$self{qw(admin_port box_port smsc_port http_port)} = free_ports(4);
	$self->{smsc_port}                                  = $self->{operator}->port if $self->{operator};
	$self->{username}                                   = 'licence_home';
	$self->{password}                                   = join '', map { ('a' .. 'z', 2 .. 9)[ rand 34 ] } 1 .. 16;

	my $operator = $self->{operator} ? <<"CONF" : <<"CONF";
smsc = smpp
host = 127.0.0.1
transceiver-mode = true
smsc-username = kannel
smsc-password = kannel
system-type = ""
reconnect-delay = 1
CONF
smsc = fake
connect-allow-ip = 127.0.0.1
CONF

	# A report goes to the box that sent the message, if that has a name; else
	# where a route says.
	my $name  = $self->{reports_to} ? ''       : "smsbox-id = smsbox\n";
	my $route = $self->{reports_to} ? <<"CONF" : '';
group = smsbox-route
smsbox-id = $self->{reports_to}
smsc-id = operator
CONF

	# No text of a sms-service is ever sent: max-messages = 0.
	my $conf = <<"CONF";
group = core
admin-port = $self->{admin_port}
admin-interface = 127.0.0.1
admin-password = $self->{password}
status-password = $self->{password}
smsbox-port = $self->{box_port}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
store-type = spool
store-location = $self->{dir}/spool
dlr-storage = spool
dlr-spool = $self->{dir}/reports
sms-outgoing-queue-limit = 1000000

group = smsc
smsc-id = operator
port = $self->{smsc_port}
$operator
group = smsbox
${name}bearerbox-host = 127.0.0.1
bearerbox-port = $self->{box_port}
sendsms-port = $self->{http_port}
sendsms-interface = 127.0.0.1
global-sender = Amman
http-request-retry = 5
http-queue-delay = 2

$route
group = sendsms-user
username = $self->{username}
password = $self->{password}
max-messages = 10
concatenation = true

group = sms-service
keyword = default
max-messages = 0
text = never
CONF
	my $file = "$self->{dir}/kannel.conf";
	open my $out, '>', $file or die "$file: $!";
	chmod 0600, $file;
	print $out $conf;
	close $out or die "$file: $!";
}

# Run a program in a session of its own, its output appended to BOX.log; gives
# back its process id once it runs.
sub spawn
{
	my ($self, $box, @command) = @_;
	my $dir = $self->{dir};

	# exec closes the child's end of the pipe; only a failure writes to it.
	pipe my $failure, my $tell or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid)
	{
		local $ENV{PATH} = join ':', path();
		setsid;
		chdir $dir
		  && open(STDIN,  '<',  '/dev/null')
		  && open(STDOUT, '>>', "$dir/$box.log")
		  && open(STDERR, '>&', \*STDOUT)
		  && exec { $command[0] } @command;
		syswrite $tell, "$command[0]: $!";
		POSIX::_exit(127);
	}
	close $tell;
	my $problem = <$failure>;
	die $problem if defined $problem;

	open my $out, '>', "$dir/$box.pid" or die "$dir/$box.pid: $!";
	print $out "$pid\n";
	close $out or die "$dir/$box.pid: $!";
	return $pid;
}

# Whether a process of this group is alive; one that ended is reaped if it was
# ours.
sub alive
{
	my ($pid) = @_;
	waitpid $pid, WNOHANG;
	return kill 0, -$pid;
}

# Whether a process group still is the box that was started in a folder, and
# not another that got its number.
sub ours
{
	my ($pid, $dir, $box) = @_;
	return 0 unless alive($pid);
	return 1 unless -e "/proc/$pid";
	return (readlink("/proc/$pid/cwd") // '') eq $dir;
}

# Whether somebody listens on a port, without disturbing him by a connection
# (the far side takes only one).
sub listening
{
	my $port = sprintf ':%04X', shift;
	open my $tcp, '<', '/proc/net/tcp' or die "/proc/net/tcp: $!";
	return scalar grep { /^\s*\d+: \w+\Q$port\E \w+:0000 0A / } <$tcp>;
}

# Ports that were free a moment ago.
sub free_ports
{
	my @sockets =
	  map { IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "no free port: $!" } 1 .. shift;
	return map { $_->sockport } @sockets;
}

# Try until something is true or the time is over.
sub within
{
	my ($seconds, $true) = @_;
	my $end = time + $seconds;

	until ($true->())
	{
		return 0 if time > $end;
		sleep 0.05;
	}
	return 1;
}

# The content of a file in the folder, as bytes; empty if there is none.
sub slurp
{
	my ($self, $name) = @_;
	open my $in, '<', "$self->{dir}/$name" or return '';
	local $/;
	return <$in> // '';
}

# Where programs are: Debian has the boxes in sbin.
sub path
{
	return (split(/:/, $ENV{PATH} // ''), '/usr/sbin', '/usr/bin');
}

1;
