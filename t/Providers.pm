# A server that answers as providers of SMS do, each at its own path:
#
#   my $server = Providers->start($folder, %secret);
#   ... POST $server->url . '/sms/3/messages' ...
#   my @accepted = $server->accepted;      # hashes of provider, to, from, text
#   my @requests = $server->requests;      # each request, as it came
#   $server->stop;
#
# It takes requests apart as strictly as the real ones: credentials, the
# content type, percent signs, JSON, numbers.  What it cannot read it refuses
# as they would.  A message may ask for an answer: "#429" in its text gets
# the provider's answer of that name once, "##429" always.  With a key and a
# certificate it speaks TLS, one connection after the other.
#
# Only core modules are used, and openssl for TLS.

package Providers;

use strict;
use warnings;

use Encode qw(decode encode FB_CROAK);
use IO::Select;
use IO::Socket::INET;
use IPC::Open2;
use JSON::PP;
use MIME::Base64;
use POSIX ();

my $json = JSON::PP->new->utf8->canonical;

# Providers by method and path.
my @providers = (
	[ 'GET',  qr{^/SMSServices/Clients/Prof/RestSingleSMS_General/SendSMS$}, \&josms ],
	[ 'POST', qr{^/2010-04-01/Accounts/(\w+)/Messages\.json$},               \&twilio ],
	[ 'POST', qr{^/rest/SMS/messages$},                                      \&unifonic ],
	[ 'POST', qr{^/sms/3/messages$},                                         \&infobip ],
	[ 'POST', qr{^/xml$},                                                    \&xml ],
	[ 'GET',  qr{^/plain$},                                                  \&plain ]);

# --- for the test -----------------------------------------------------------

# Start one in a folder, on a free port of loopback.
sub start
{
	my ($class, $dir, %secret) = @_;
	return $class->launch($dir, 'http', %secret, listener => listener('127.0.0.1'));
}

# Start one that speaks TLS with a certificate; the name in its URL as given.
sub start_tls
{
	my ($class, $dir, $name, $certificate, $key, %secret) = @_;
	my $port = listener('127.0.0.1')->sockport;
	return $class->launch(
		$dir, "https://$name", %secret,
		port => $port,
		tls  => [ 'openssl', 's_server', '-quiet', '-accept', "127.0.0.1:$port", '-cert', $certificate, '-key', $key ]);
}

# A socket that listens on a free port.
sub listener
{
	return IO::Socket::INET->new(LocalAddr => $_[0], Listen => 64, ReuseAddr => 1) // die "cannot listen: $!";
}

sub launch
{
	my ($class, $dir, $origin, %option) = @_;
	my $self = bless { dir => $dir, secret => \%option }, $class;
	$self->{port} = $option{port} // $option{listener}->sockport;
	$self->{url}  = $origin =~ m{//} ? "$origin:$self->{port}" : "$origin://127.0.0.1:$self->{port}";
	die "cannot fork: $!" unless defined($self->{pid} = fork);
	if (!$self->{pid})
	{
		setpgrp;
		$option{tls} ? $self->serve_tls(@{ $option{tls} }) : $self->serve($option{listener});
		POSIX::_exit(0);
	}
	return $self if !$option{tls};
	for (1 .. 200)
	{
		last if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port});
		select undef, undef, undef, 0.05;
	}
	return $self;
}

sub url  { $_[0]{url} }
sub port { $_[0]{port} }

# What was accepted, in order, as characters.
sub accepted { return $_[0]->records('accepted') }

# Every request: method, target, headers, body; and who was refused.
sub requests { return $_[0]->records('requests') }

# How many connections were made.
sub connections { return scalar $_[0]->records('connections') }

sub records
{
	my ($self, $name) = @_;
	open my $in, '<', "$self->{dir}/$name" or return ();
	return map { $json->decode($_) } <$in>;
}

sub stop
{
	my ($self) = @_;
	my $pid = delete $self->{pid} or return;
	local $?;
	kill 'KILL', -$pid, $pid;
	waitpid $pid, 0;
}

sub DESTROY { $_[0]->stop }

# --- serving ----------------------------------------------------------------

# Note something in a file of the folder.
sub note
{
	my ($self, $name, $record) = @_;
	open my $out, '>>', "$self->{dir}/$name" or die "$self->{dir}/$name: $!";
	print $out $json->encode($record), "\n";
	close $out;
}

# Serve many connections until killed.
sub serve
{
	my ($self, $listener) = @_;
	my $select = IO::Select->new($listener);
	my %buffer;

	$SIG{PIPE} = 'IGNORE';
	for (;;)
	{
		for my $socket ($select->can_read)
		{
			if ($socket == $listener)
			{
				my $new = $listener->accept // next;
				$self->note('connections', { from => $new->peerhost });
				$select->add($new);
				next;
			}
			if (!sysread $socket, $buffer{$socket}, 65536, length($buffer{$socket} // ''))
			{
				$select->remove($socket);
				delete $buffer{$socket};
				close $socket;
				next;
			}
			while (my $request = take_request(\$buffer{$socket}))
			{
				write_all($socket, $self->answer($request));
			}
		}
	}
}

# Serve what openssl decrypts, one connection after the other.
sub serve_tls
{
	my ($self, @command) = @_;
	my $buffer = '';

	open STDERR, '>', "$self->{dir}/openssl.log";
	my $pid = open2(my $from, my $to, @command);
	while (sysread $from, $buffer, 65536, length $buffer)
	{
		while (my $request = take_request(\$buffer))
		{
			write_all($to, $self->answer($request));
		}
	}
}

sub write_all
{
	my ($socket, $bytes) = @_;
	while (length $bytes)
	{
		my $n = syswrite $socket, $bytes or return;
		substr $bytes, 0, $n, '';
	}
}

# Take one whole request out of a buffer.
sub take_request
{
	my ($buffer) = @_;
	my ($head,   $lines)  = $$buffer =~ /\A((\w+ \S+ HTTP\/1\.1\r\n(?:.*\r\n)*?)\r\n)/ or return;
	my ($method, $target) = $lines   =~ /^(\w+) (\S+)/;
	my %header;
	for (split /\r\n/, $lines =~ s/^.*?\r\n//r)
	{
		my ($name, $value) = /^([!#\$%&'*+.^_`|~0-9A-Za-z-]+): *(.*)$/ or die "no header: $_";
		die "header twice: $name" if exists $header{ lc $name };
		$header{ lc $name } = $value;
	}
	die 'no framing but Content-Length is known' if exists $header{'transfer-encoding'};
	my $length = $header{'content-length'} // 0;
	return if length($$buffer) < length($head) + $length;
	substr $$buffer, 0, length $head, '';
	return {
		method => $method,
		target => $target,
		header => \%header,
		body   => substr $$buffer,
		0, $length, ''
	};
}

# The bytes of the answer to a request.
sub answer
{
	my ($self, $request) = @_;
	my ($path, $query) = split /\?/, $request->{target}, 2;

	$self->note('requests', $request);
	for (@providers)
	{
		my ($method, $pattern, $provider) = @$_;
		next unless $request->{method} eq $method && $path =~ $pattern;
		return reply($self->$provider($request, $query // '', $1));
	}
	return reply(404, 'no such path');
}

# An answer: status, body (a reference is JSON), headers.
sub reply
{
	my ($status, $body, @headers) = @_;
	$body = JSON::PP->new->ascii->canonical->encode($body) if ref $body;
	return join "\r\n", "HTTP/1.1 $status Answer", 'Content-Length: ' . length $body, @headers, '', $body;
}

# Take a message in, once it is known to be one.
sub accept_message
{
	my ($self, %message) = @_;
	$self->note('accepted', \%message);
	return ++$self->{number};
}

# What a message's text asks for; once if it has one sign.
sub wish
{
	my ($self, $text) = @_;
	my ($sign, $wish) = $text =~ /(##?)([\w-]+)/ or return '';
	return $sign eq '##' || !$self->{granted}{$text}++ ? $wish : '';
}

# The pairs of a query or a form; undef when a percent sign, a byte or a name
# is not as it should be.
sub pairs
{
	my ($text, @names) = @_;
	my %pair;
	for (split /&/, $text)
	{
		return undef unless /^([\w.]+)=((?:[A-Za-z0-9._~*-]|\+|%[0-9A-Fa-f]{2})*)$/;
		return undef if exists $pair{$1};
		my ($name, $value) = ($1, $2);
		$value =~ s/\+/ /g;
		$value =~ s/%(..)/chr hex $1/ge;
		$pair{$name} = eval { decode('UTF-8', $value, FB_CROAK) } // return undef;
	}
	return undef if grep { !defined $pair{$_} } @names;
	return undef if keys %pair != @names;
	return \%pair;
}

# The ways in which an answer may repeat a text, as bytes.
sub ways
{
	my ($text)  = @_;
	my $bytes   = encode('UTF-8', $text);
	my $percent = $bytes =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger;
	my %entity  = ('&' => 'amp', '<' => 'lt', '>' => 'gt', '"' => 'quot', "'" => 'apos');
	return {
		raw           => $bytes,
		percent       => $percent,
		lower         => $percent                                          =~ s/(%..)/lc $1/ger,
		plus          => $percent                                          =~ s/%20/+/gr,
		twice         => $percent                                          =~ s/%/%25/gr,
		json          => JSON::PP->new->allow_nonref->utf8->encode($text)  =~ s/^"|"$//gr,
		ascii         => JSON::PP->new->allow_nonref->ascii->encode($text) =~ s/^"|"$//gr =~ s{/}{\\/}gr,
		xml           => $bytes                                            =~ s/([&<>"'])/&$entity{$1};/gr,
		entities      => join('', map { '&#' . ord($_) . ';' } split //,     $text),
		hex           => join('', map { sprintf '&#x%X;', ord $_ } split //, $text),
		base64        => encode_base64($bytes,       ''),
		basic         => encode_base64("me:$bytes",  ''),
		basic_percent => encode_base64("you:$bytes", '') =~ s/([+\/=])/sprintf '%%%02X', ord $1/ger,
	};
}

# --- the providers ----------------------------------------------------------

# A bulk gateway in Amman: GET, and "… = id".
sub josms
{
	my ($self, $request, $query) = @_;
	my $pair = pairs($query, qw(senderid numbers accname AccPass msg)) or return (400, 'Bad Request');

	return (401, 'Unauthorized')
	  unless $pair->{accname} eq $self->{secret}{account} && $pair->{AccPass} eq $self->{secret}{password};
	return (400, 'Bad Request') unless $pair->{numbers} =~ /^9627\d{8}$/;
	my $wish = $self->wish($pair->{msg});
	return (429, 'Too Many Requests')       if $wish eq '429';
	return (200, 'Sorry, try another time') if $wish eq 'strange';
	my $id = $self->accept_message(
		provider => 'josms',
		to       => $pair->{numbers},
		from     => $pair->{senderid},
		text     => $pair->{msg});
	return (200, "\"MsgID = 8800$id\"");
}

# Twilio: Basic authentication, a form, 201 and a long resource.
sub twilio
{
	my ($self, $request, $query, $account) = @_;
	my $header = $request->{header};
	my $error  = sub {
		my ($status, $code, $message, @headers) = @_;
		return (
			$status,
			{
				code      => $code,
				message   => $message,
				status    => $status,
				more_info => "https://www.twilio.com/docs/errors/$code"
			},
			@headers);
	};
	my $right = 'Basic ' . encode_base64("$self->{secret}{account_sid}:$self->{secret}{auth_token}", '');

	return $error->(401, 20003, "Authenticate; you sent $header->{authorization}")
	  unless ($header->{authorization} // '') eq $right;
	return $error->(404, 20404, 'The requested resource was not found') unless $account eq $self->{secret}{account_sid};
	return $error->(415, 20415, 'Unsupported Media Type')
	  unless ($header->{'content-type'} // '') eq 'application/x-www-form-urlencoded';
	my $pair = pairs($request->{body}, qw(To From Body)) or return $error->(400, 20001, 'Invalid parameter');
	return $error->(400, 21211, "Invalid 'To' Phone Number: $pair->{To}") unless $pair->{To} =~ /^\+9627\d{8}$/;
	my $wish = $self->wish($pair->{Body});
	return $error->(429, 20429, 'Too Many Requests', 'Retry-After: 7') if $wish eq '429';
	return $error->(400, 21610, 'Attempt to send to unsubscribed recipient')      if $wish eq '21610';
	return $error->(400, 21606, "The 'From' phone number is not message-capable") if $wish eq '21606';
	return $error->(500, 20500, 'Internal Server Error')                          if $wish eq '500';
	my $sid = sprintf 'SM%032x',
	  $self->accept_message(
		provider => 'twilio',
		to       => $pair->{To},
		from     => $pair->{From},
		text     => $pair->{Body});
	return (
		201,
		{
			account_sid           => $account,
			api_version           => '2010-04-01',
			body                  => $pair->{Body},
			to                    => $pair->{To},
			from                  => $pair->{From},
			date_created          => 'Sun, 01 Mar 2026 07:00:00 +0000',
			direction             => 'outbound-api',
			error_code            => undef,
			error_message         => undef,
			messaging_service_sid => undef,
			num_media             => '0',
			num_segments          => '1',
			price                 => undef,
			price_unit            => 'USD',
			sid                   => $sid,
			status                => 'queued',
			subresource_uris      => { media => "/2010-04-01/Accounts/$account/Messages/$sid/Media.json" },
			uri                   => "/2010-04-01/Accounts/$account/Messages/$sid.json"
		});
}

# An object of JSON with just these members; undef otherwise.
sub object
{
	my ($request, @names) = @_;
	return undef unless ($request->{header}{'content-type'} // '') eq 'application/json';
	my $object = eval { $json->decode($request->{body}) };
	return members($object, @names);
}

sub members
{
	my ($object, @names) = @_;
	return undef unless ref $object eq 'HASH' && keys %$object == @names;
	return undef if grep { !defined $object->{$_} } @names;
	return $object;
}

# Unifonic: JSON with the key in it; refusals in answers of status 200.
sub unifonic
{
	my ($self, $request) = @_;
	my $sent = object($request, qw(AppSid SenderID Recipient Body responseType CorrelationID))
	  or return (406, { success => 'false', message => 'Wrong parameter format', errorCode => 'ER-406' });
	my $error = sub {
		my ($code, $message) = @_;
		return (200, { success => JSON::PP::false, message => $message, errorCode => $code, data => {} });
	};

	return (401, { success => 'false', message => "Authentication failed for $sent->{AppSid}" })
	  unless $sent->{AppSid} eq $self->{secret}{app_sid};
	return $error->('ER-04', 'Dest num is too short') unless $sent->{Recipient} =~ /^9627\d{8}$/;
	my $wish = $self->wish($sent->{Body});
	return (429, { success => 'false', message => 'Too many requests' }) if $wish eq '429';
	return $error->('ER-01', 'No rate found or insufficient funds') if $wish eq 'ER-01';
	return $error->($wish,   'refused')                             if $wish =~ /^ER-/;
	my $id = $self->accept_message(
		provider => 'unifonic',
		to       => $sent->{Recipient},
		from     => $sent->{SenderID},
		text     => $sent->{Body});
	return (
		200,
		{
			success   => JSON::PP::true,
			message   => '',
			errorCode => 'ER-00',
			data      => {
				MessageID     => 42000348806900 + $id,
				CorrelationID => $sent->{CorrelationID},
				Status        => 'Sent',
				NumberOfUnits => 1,
				Cost          => 0,
				Balance       => 0,
				Recipient     => $sent->{Recipient},
				TimeCreated   => '2026-03-01 10:00:00.000',
				CurrencyCode  => ''
			}
		});
}

# Infobip: the key in a header, an array of messages, groups of statuses.
sub infobip
{
	my ($self, $request) = @_;
	return (401,
		{ requestError => { serviceException => { messageId => 'UNAUTHORIZED', text => 'Invalid login details' } } })
	  unless ($request->{header}{authorization} // '') eq "App $self->{secret}{api_key}";
	my $bad = sub {
		return (400, { requestError => { serviceException => { messageId => 'BAD_REQUEST', text => 'Bad Request' } } });
	};
	my $sent = object($request, 'messages') or return $bad->();
	return $bad->() unless ref $sent->{messages} eq 'ARRAY' && @{ $sent->{messages} } == 1;
	my $message = members($sent->{messages}[0], qw(sender destinations content)) or return $bad->();
	return $bad->() unless ref $message->{destinations} eq 'ARRAY' && @{ $message->{destinations} } == 1;
	my $to      = members($message->{destinations}[0], 'to')   or return $bad->();
	my $content = members($message->{content},         'text') or return $bad->();

	my $wish = $self->wish($content->{text});
	return (429,
		{ requestError => { serviceException => { messageId => 'TOO_MANY_REQUESTS', text => 'Too many requests' } } })
	  if $wish eq '429';
	my ($group, $group_name, $id, $name) = (1, 'PENDING', 26, 'PENDING_ACCEPTED');
	($group, $group_name, $id, $name) = (5, 'REJECTED', 99, $wish) if $wish                          =~ /^REJECTED_/;
	($group, $group_name, $id, $name) = (5, 'REJECTED', 14, 'REJECTED_DESTINATION') unless $to->{to} =~ /^9627\d{8}$/;
	my $number =
	  $group == 1
	  ? $self->accept_message(
		provider => 'infobip',
		to       => $to->{to},
		from     => $message->{sender},
		text     => $content->{text})
	  : 0;
	return (
		200,
		{
			bulkId   => "2034072219640523072$number",
			messages => [
				{
					messageId   => "2250be2d4219-3af1-78856-aabe-$number",
					destination => $to->{to},
					details     => { messageCount => 1 },
					status      => {
						groupId     => $group,
						groupName   => $group_name,
						id          => $id,
						name        => $name,
						description => 'Message status'
					}
				}
			]
		});
}

# Nobody's, in XML: what a row can say beyond the profiles.
sub xml
{
	my ($self, $request) = @_;
	my $body   = decode('UTF-8', $request->{body});
	my %entity = (amp => '&', lt => '<', gt => '>', quot => '"', apos => "'");
	my ($to, $text) = $body =~ m{^<sms to="([^"<>]*)"><text>([^<>]*)</text></sms>$} or return (400, 'no such XML');
	s/&(?:#(\d+)|(\w+));/defined $1 ? chr $1 : $entity{$2}/ge for $to, $text;
	$self->accept_message(
		provider => 'xml',
		to       => $to,
		text     => $text,
		type     => $request->{header}{'content-type'},
		key      => $request->{header}{'idempotency-key'});
	return (200, 'OK');
}

# Nobody's, with answers of every kind.
sub plain
{
	my ($self, $request, $query) = @_;
	my $pair = pairs($query, qw(key id to text)) or return (400, 'Bad Request');
	my $wish = $self->wish($pair->{text});
	return (302, 'elsewhere', "Location: $self->{url}/plain?key=&id=1&to=2&text=redirected") if $wish eq 'redirect';
	return (200, 'OK ' . 'x' x 100_000)                                                      if $wish eq 'long';
	return (200, 'OK', map { "X-$_: " . 'x' x 1000 } 1 .. 100)                               if $wish eq 'headers';
	my %date = (past => 'Fri, 01 Jan 1999 00:00:00 GMT', future => 'Fri, 01 Jan 2100 00:00:00 GMT');
	return ($1,  'later', 'Retry-After: ' . ($date{$2} // $2)) if $wish =~ /^(\d+)-after-(\w+)/;
	return (200, "OK, you said $query")                       if $wish eq 'echo';
	return (400, 'cannot read: ' . ways($pair->{text})->{$1}) if $wish =~ /^cite-(\w+)$/;
	return (403, 'wrong: ' . ways($pair->{key})->{$1})        if $wish =~ /^leak-(\w+)$/;
	$self->accept_message(provider => 'plain', %$pair);
	return (
		200, 'OK',
		'Set-Cookie: session=1; Path=/',
		'Alt-Svc: h2=":9"; ma=3600',
		'Strict-Transport-Security: max-age=3600');
}

1;
