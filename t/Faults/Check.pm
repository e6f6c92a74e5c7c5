# What must hold after a run of t/064_sender_faults.pl.  The gateway's ledger is
# the truth; each check has its own function and gives back complaints.

package Faults::Check;

use strict;
use warnings;

my $SLACK = 0.25;    # seconds that a request may be under way to a gateway that listens

# Facts are a hash:
#
#   spans      when senders were at work (from), how far their clock was ahead
#              (clock), and whether the gateway may have heard late
#              (hard_of_hearing)
#   requests   what the gateway was asked, in order
#   state      the messages in the end, by id
#   attempts   the attempts recorded for them, in order of recording
#   reports    the delivery reports kept for them
#   given      those that the gateway gave, in order, and when (at)
#   crashes    when (from, to) senders were hit, and how many messages they
#              may have lost track of (most)
#   patience   seconds that a sender waits for an answer
sub violations
{
	my ($facts)  = @_;
	my %requests = map { $_ => [] } keys %{ $facts->{state} };
	my %attempts = map { $_ => [] } keys %{ $facts->{state} };
	push @{ $requests{ $_->{id} } },         $_ for @{ $facts->{requests} };
	push @{ $attempts{ $_->{message_id} } }, $_ for @{ $facts->{attempts} };
	my @each;

	for my $id (sort { $a <=> $b } keys %{ $facts->{state} })
	{
		my $message = {
			%{ $facts->{state}{$id} },
			requests => $requests{$id},
			accepted => [ grep { $_->{accepted} } @{ $requests{$id} } ],
			tried    => $attempts{$id}
		};
		push @each, map { "message $id: $_" } map { $_->($message, $facts) } \&has_ended, \&status_is_true,
		  \&sent_once,    \&not_too_late,  \&attempts_are_kept,
		  \&outcomes_fit, \&waits_as_told, \&follows_reports;
	}
	return @each, nobody_overtakes($facts);
}

# The time when senders were at work to which a moment belongs.
sub span_at
{
	my ($facts, $time) = @_;
	my ($span) = grep { $_->{from} <= $time } reverse @{ $facts->{spans} };
	return $span // { clock => 0, hard_of_hearing => 0 };
}

# The extension's time at a moment.
sub clock_at { return $_[1] + span_at(@_)->{clock} }

# How long a request that came at a moment may have been under way.
sub under_way { return $SLACK + (span_at(@_)->{hard_of_hearing} ? $_[0]{patience} : 0) }

# It is in a final state, or held for a person with the reason.
sub has_ended
{
	my ($message) = @_;
	my $status = $message->{status};

	return () if $status =~ /^(accepted|delivered|failed|dead|expired)$/;
	return () if $status eq 'in_doubt' && !$message->{queued} && defined $message->{last_error};
	return "it is still $status" . ($message->{queued} ? ', in the queue' : '');
}

# The status does not contradict the ledger.
sub status_is_true
{
	my ($message) = @_;
	my ($status, $n) = ($message->{status}, scalar @{ $message->{accepted} });

	return () if $status eq 'in_doubt';
	return "it is $status, but the gateway never accepted it"
	  if $status =~ /^(accepted|delivered|failed)$/ && !$n;
	return "it is $status, but the gateway accepted it" if $status !~ /^(accepted|delivered|failed)$/ && $n;
	return ();
}

# It was accepted once, or twice where a doubt was to be resolved so and the
# record says it.
sub sent_once
{
	my ($message) = @_;
	my $n         = @{ $message->{accepted} };
	my $most      = $message->{doubt} eq 'resend' && $message->{resent} ? 2 : 1;

	return "the gateway accepted it $n times, and its doubt is '$message->{doubt}'"
	  . ($message->{resent} ? ', resent' : '')
	  if $n > $most;
	return 'it is resent, though its doubt is to be held' if $message->{resent} && $message->{doubt} ne 'resend';
	return ();
}

# Nothing was accepted after it had expired, but what was under way; nothing
# expired before.
sub not_too_late
{
	my ($message, $facts) = @_;
	my @complaints = map {
		sprintf 'the gateway accepted it %.3f s after it had expired',
		  clock_at($facts, $_->{time}) - $message->{expires}
	  }
	  grep { !$_->{gone} && clock_at($facts, $_->{time}) > $message->{expires} + under_way($facts, $_->{time}) }
	  @{ $message->{accepted} };

	push @complaints, 'it expired before its time'
	  if $message->{status} eq 'expired'
	  && !grep { clock_at($facts, $_->{from}) + 60 > $message->{expires} } @{ $facts->{spans} };
	return @complaints;
}

# Each request is recorded as an attempt that may have been sent, unless it was
# lost in a crash; what is recorded as accepted was.
sub attempts_are_kept
{
	my ($message, $facts) = @_;
	my $sent = grep { $_->{outcome} ne 'retry' || $_->{http_status} } @{ $message->{tried} };
	my $lost = grep { lost_in_crash($facts, $_) } @{ $message->{requests} };
	my $said = grep { $_->{outcome} eq 'accepted' } @{ $message->{tried} };
	my ($requests, $accepted) = map { scalar @$_ } @$message{qw(requests accepted)};
	my @complaints;

	push @complaints, "the gateway had $requests requests, and $sent attempts are recorded that sent one"
	  if $requests > $sent + $lost;
	push @complaints, "$said attempts are recorded as accepted, and the gateway accepted it $accepted times"
	  if $said > $accepted;
	return @complaints;
}

# Whether a request came while a sender was hit.
sub lost_in_crash
{
	my ($facts, $request) = @_;
	return scalar grep { $_->{from} <= $request->{time} && $request->{time} <= $_->{to} } @{ $facts->{crashes} };
}

# Each outcome follows from the answer: a whole one says what it says, anything
# else is a doubt once a request was sent.
sub outcomes_fit
{
	my ($message) = @_;
	my @complaints;

	for (@{ $message->{tried} })
	{
		my $status = $_->{http_status} // 0;
		my $fits =
			defined $_->{error} && !$status ? $_->{outcome} =~ /^(in_doubt|retry)$/
		  : defined $_->{error}             ? $_->{outcome} eq 'in_doubt'
		  : $status == 200 ? $_->{outcome} eq (($_->{answer} // '') =~ /^0: Accepted/ ? 'accepted' : 'in_doubt')
		  : $_->{outcome} eq
		  ({ 429 => 'retry', 503 => 'retry', 403 => 'credentials', 400 => 'permanent' }->{$status} // 'in_doubt');
		push @complaints,
		  "attempt $_->{attempt} is recorded as $_->{outcome}, status $status, error " . ($_->{error} // 'none')
		  unless $fits;
	}
	push @complaints, 'it is dead, though nobody refused it for good'
	  if $message->{status} eq 'dead' && !grep { $_->{outcome} eq 'permanent' } @{ $message->{tried} };
	push @complaints, 'it is resent, though no attempt left a doubt'
	  if $message->{resent} && !grep { $_->{outcome} eq 'in_doubt' } @{ $message->{tried} };
	return @complaints;
}

# A gateway that said when to come again was not asked before. That holds for up
# to an hour, as long as nobody set the clock back, and if somebody was there to
# hear it.
sub waits_as_told
{
	my ($message, $facts) = @_;
	my ($not_before, $ahead, @complaints) = (0, 0);

	for (@{ $message->{requests} })
	{
		my $at = clock_at($facts, $_->{time});
		push @complaints, sprintf 'it was tried again %.1f s earlier than the gateway had asked', $not_before - $at
		  if $at < $not_before - 1 && $at - $_->{time} >= $ahead;
		$ahead      = $at - $_->{time};
		$not_before = $at + ($1 < 3600 ? $1 : 3600)
		  if $_->{action} =~ /^\d{3}[\/@](\d+)$/ && !$_->{gone} && !lost_in_crash($facts, $_);
	}
	return @complaints;
}

# Delivery reports moved it, and once one had it was not sent again.
sub follows_reports
{
	my ($message, $facts)  = @_;
	my ($id,      $status) = @$message{qw(message_id status)};
	my %sequence = map  { ("g$_->{sequence}" => 1) } @{ $message->{requests} };
	my @given    = grep { $_->{id} eq $id || $sequence{ $_->{id} } } @{ $facts->{given} };
	my @kept     = grep { $_->{message_id} == $id } @{ $facts->{reports} };
	my %kept     = map  { $_->{status} => 1 } @kept;
	my $due      = $kept{delivered} ? 'delivered' : $kept{failed} || $kept{rejected} ? 'failed' : undef;
	my ($moved)  = grep { $_->{moved} eq 't' } @given;
	my @complaints;

	push @complaints, "it is $status, but a report says $due" if defined $due                      && $status ne $due;
	push @complaints, "it is $status, but no report says so"  if $status =~ /^(delivered|failed)$/ && !defined $due;
	push @complaints, 'a report was kept twice'               if @kept > keys %kept;
	push @complaints, 'a report was not kept: ' . word($_->{status})
	  for grep { !$facts->{plan}{ids} && !$kept{ word($_->{status}) } } @given;
	push @complaints, 'it was sent again although a report had come'
	  if $moved && grep { !$_->{gone} && $_->{time} > $moved->{at} + under_way($facts, $_->{time}) }
	  @{ $message->{requests} };
	return @complaints;
}

sub word { return { 1 => 'delivered', 2 => 'failed', 4 => 'buffered', 8 => 'accepted', 16 => 'rejected' }->{ $_[0] } }

# No message was accepted after a later one to the same person, except by a
# gateway that read a request whose sender had long given up.
sub nobody_overtakes
{
	my ($facts) = @_;
	my (%last, @complaints);

	for (grep { $_->{accepted} && !$_->{gone} } @{ $facts->{requests} })
	{
		my $person = $facts->{state}{ $_->{id} }{person};
		push @complaints, "message $_->{id} was accepted after $last{$person}, to the same person"
		  if ($last{$person} // 0) > $_->{id};
		$last{$person} = $_->{id} if ($last{$person} // 0) < $_->{id};
	}
	return @complaints;
}

1;
