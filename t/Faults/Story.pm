# Tells a run of t/064_sender_faults.pl, so that a failed one can be understood:
# the plan, what was done and what the gateway had in one list by time, and the
# messages in the end with their attempts and reports.

package Faults::Story;

use strict;
use warnings;

use JSON::PP;

my $JSON = JSON::PP->new->canonical;

# The plan, when the run began, what was done (pairs of time and text) and the
# facts of Faults::Check.
sub tell
{
	my ($plan, $began, $done, $facts) = @_;
	my @events = (@$done, map { [ $_->{time}, request($_) ] } @{ $facts->{requests} // [] });
	my (%attempts, %reports);
	push @{ $attempts{ $_->{message_id} } }, $_ for @{ $facts->{attempts} // [] };
	push @{ $reports{ $_->{message_id} } },  $_ for @{ $facts->{reports}  // [] };

	return join "\n",
	  "seed $plan->{seed}, $plan->{title}: " . join('; ', @{ $plan->{faults} }),
	  "the gateway's row: " . $JSON->encode($plan->{gateway}) . ($plan->{ids} ? ', with ids of its own' : ''),
	  "sessions of senders: $plan->{settings}",
	  (map { "phase $_: " . $JSON->encode($plan->{phases}[$_]) } 0 .. $#{ $plan->{phases} }),
	  'seconds since the run began:',
	  (map { sprintf '%8.3f %s', $_->[0] - $began, $_->[1] } sort { $a->[0] <=> $b->[0] } @events),
	  'messages in the end, attempts on the clock of the extension:', (
		map {
			(message($facts->{state}{$_}, $began), map { '    ' . attempt($_, $began) } @{ $attempts{$_} }),
			  map { sprintf '    report %s at %+.3f', $_->{status}, $_->{received} - $began }
			  @{ $reports{$_} }
		  }
		  sort { $a <=> $b } keys %{ $facts->{state} // {} }),
	  '';
}

sub request
{
	my ($r) = @_;
	return
		"    the gateway's request $r->{sequence}, connection $r->{connection}/$r->{reuse}: message $r->{id},"
	  . " attempt $r->{attempt}: $r->{action}"
	  . ($r->{accepted} ? ', accepted' : '')
	  . ($r->{gone}     ? ', too late' : '');
}

sub message
{
	my ($m, $began) = @_;
	return sprintf '%s of %s, %s, expires %+.1f: %s%s, %s attempts%s%s %s', @$m{qw(message_id person doubt)},
	  $m->{expires} - $began, $m->{status}, $m->{queued} ? ' (queued)' : '', $m->{attempts},
	  $m->{resent} ? ', resent' : '',
	  defined $m->{gateway_message_id} ? ", id $m->{gateway_message_id}" : '', $m->{body};
}

sub attempt
{
	my ($a, $began) = @_;
	return sprintf 'attempt %s of run %s: %s, %s, %s, claimed %+.3f, recorded %+.3f', @$a{qw(attempt run_id outcome)},
	  $a->{http_status} // 'no status', $a->{error} // 'no error', $a->{claimed} - $began, $a->{recorded} - $began;
}

1;
