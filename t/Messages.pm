# Messages that are owed, for tests of the sender: the only place in the tests
# that knows how they are stored.
#
#   my $messages = Messages->new(sub { $node->safe_psql('postgres', @_) });
#   my ($id) = $messages->owe({ applicant_id => 7, body => "'plan=503,ok'" });
#   $messages->state($id)->{$id}{status}

package Messages;

use strict;
use warnings;

use JSON::PP qw(decode_json);

# $run runs statements as a superuser and gives back what they say.
sub new
{
	my ($class, $run) = @_;
	return bless { run => $run, cases => 0 }, $class;
}

sub run { my $self = shift; return $self->{run}->(@_) }

# The rows of a query, as hashes.
sub rows
{
	my ($self, $query) = @_;
	return @{ decode_json($self->run("SELECT coalesce(json_agg(q), '[]') FROM ($query) AS q")) };
}

# Owe messages as a step does, each of a case of its own, in this order; their
# message_id.  Values are SQL expressions.
sub owe
{
	my ($self, @messages) = @_;
	my @names = qw(application_no event_no applicant_id template language phone body parts priority
	  doubt send_from send_until lasts useless_from created_at);
	my (@rows, @places);
	for my $message (@messages)
	{
		my %column = (
			application_no => "licence_home.application_no_make(2026, @{[ ++$self->{cases} ]})",
			event_no       => 1,
			template       => "'test'",
			language       => "'en'",
			phone          => "'0791234567'",
			parts          => 1,
			priority       => 0,
			doubt          => "'hold'",
			send_from      => 'NULL::time',
			send_until     => 'NULL::time',
			created_at     => 'licence_home.now()',
			expires_at     => "licence_home.now() + interval '3 days'",
			lasts          => "interval '1 year'",
			%$message);
		$column{useless_from} = "($column{expires_at})::timestamptz";
		push @rows,   '(' . join(', ', @column{@names}) . ')';
		push @places, "($column{application_no}, $column{event_no}, ($column{expires_at})::timestamptz)";
	}

	return split /\n/,
	  $self->run('SET session_replication_role = replica;'
		  . 'WITH message AS (INSERT INTO licence_home.sms_message_text ('
		  . join(', ', @names)
		  . ') VALUES '
		  . join(', ', @rows)
		  . ' RETURNING *)'
		  . ' INSERT INTO licence_home.sms_queue (message_id, applicant_id, lane, turn, send_from, send_until, expires_at)'
		  . ' SELECT l.message_id, l.applicant_id, l.priority, l.created_at, l.send_from, l.send_until, p.expires_at'
		  . ' FROM message AS l JOIN (VALUES '
		  . join(', ', @places)
		  . ') AS p (application_no, event_no, expires_at) USING (application_no, event_no)'
		  . ' ORDER BY l.message_id RETURNING message_id;'
		  . 'RESET session_replication_role');
}

# Publish the one gateway, or change columns of it.
sub gateway
{
	my ($self, %column) = @_;
	my @names = sort keys %column;
	my $old   = $self->run("SELECT count(*) FROM licence_home.sms_gateway");
	my %new   = (
		gateway   => "'faulty'",
		method    => "'GET'",
		valid     => "'[2020-01-01,)'",
		source    => "'test'",
		certainty => "'unknown'",
		%column);

	$self->run(
		'SET session_replication_role = replica;'
		  . (
			$old
			? 'UPDATE licence_home.sms_gateway SET ' . join(', ', map { "$_ = $column{$_}" } @names)
			: 'INSERT INTO licence_home.sms_gateway ('
			  . join(', ', sort keys %new)
			  . ') VALUES ('
			  . join(', ', @new{ sort keys %new }) . ')')
		  . '; RESET session_replication_role');
}

# Set the gateway's password.
sub password
{
	my ($self, $secret) = @_;
	$self->run("INSERT INTO licence_home.sms_gateway_credential VALUES ('faulty', 'password', '$secret')"
		  . ' ON CONFLICT (gateway, name) DO UPDATE SET secret = excluded.secret');
}

# Until when the gateway rests (seconds since 1970); undef when it does not.
sub pause
{
	my ($self) = @_;
	my $until = $self->run('SELECT EXTRACT(epoch FROM max(probe_at)) FROM licence_home.sms_gateway_pause');
	return $until eq '' ? undef : $until;
}

sub end_pause { $_[0]->run('DELETE FROM licence_home.sms_gateway_pause') }

# What is known of messages, by message_id: status, attempts, waits_for, doubt,
# resent, person, body, expires (seconds since 1970), last_error, gateway_message_id,
# and queued. queued: whether later messages to the person wait for this one.
sub state
{
	my ($self, @ids) = @_;
	return {
		map { $_->{message_id} => $_ } $self->rows(
				'SELECT m.message_id, m.status, m.attempts, m.waits_for, m.doubt, m.resent, m.applicant_id AS person,'
			  . ' EXTRACT(epoch FROM m.expires_at) AS expires, m.body, m.last_error, m.gateway_message_id,'
			  . ' coalesce(q.open, false) AS queued FROM licence_home.sms_message AS m'
			  . ' LEFT JOIN licence_home.sms_queue AS q USING (message_id)'
			  . ' WHERE m.message_id = ANY ('
			  . list(@ids)
			  . ') ORDER BY m.message_id')
	};
}

# The attempts recorded for messages, in order of recording: message_id,
# attempt, run_id, outcome, http_status, answer, error, claimed and recorded
# (seconds since 1970, on the extension's clock).
sub attempts
{
	my ($self, @ids) = @_;
	return $self->rows('SELECT message_id, attempt, run_id, outcome, http_status, answer, error,'
		  . ' EXTRACT(epoch FROM claimed_at) AS claimed, EXTRACT(epoch FROM recorded_at) AS recorded'
		  . ' FROM licence_home.sms_attempt WHERE message_id = ANY ('
		  . list(@ids)
		  . ') ORDER BY recorded_at, message_id, attempt');
}

# The delivery reports kept for messages: message_id, status, received.
sub reports
{
	my ($self, @ids) = @_;
	return $self->rows('SELECT message_id, status, EXTRACT(epoch FROM received_at) AS received'
		  . ' FROM licence_home.sms_delivery_report WHERE message_id = ANY ('
		  . list(@ids)
		  . ') ORDER BY received_at, message_id, status');
}

# How many attempts there are in all, those under way included.
sub attempts_begun
{
	my ($self) = @_;
	return $self->run('SELECT (SELECT count(*) FROM licence_home.sms_attempt)'
		  . " + (SELECT count(*) FROM licence_home.sms_queue WHERE status = 'sending')");
}

# How many of them ended without an answer.
sub unanswered { return $_[0]->run('SELECT count(*) FROM licence_home.sms_attempt WHERE http_status IS NULL') }

# Those that are being sent, as far as the table says.
sub sending
{
	my ($self) = @_;
	return split /\n/, $self->run("SELECT message_id FROM licence_home.sms_queue WHERE status = 'sending' ORDER BY 1");
}

# How many will still move by themselves.
sub unsettled
{
	my ($self) = @_;
	return $self->run('SELECT count(*) FROM licence_home.sms_queue WHERE open');
}

sub list { return "'{" . join(',', @_) . "}'" }

1;
