# One run of t/064_sender_faults.pl: carries out what Faults::Plan says, then
# lets everything come to its end.
#
#   my $run = Faults::Run->new($node, $database, $gateway);
#   my @violations = $run->carry_out(Faults::Plan::make($seed));
#   print $run->story;      # all that is needed to understand them
#   $run->{totals}          # what all its runs had

package Faults::Run;

use strict;
use warnings;

use Faults::Check;
use Faults::Story;
use Messages;
use Session;
use Time::HiRes qw(sleep time);

my $SECRET            = 'T0p+Secret/9';
my $MOST_ROUNDS       = 100;              # of an hour each, until all must have come to an end
my $PROBE_INTERVAL    = 30;               # seconds
my $FAILURES_TO_PAUSE = 20;
my $SLOW_PROBE        = 0.1;              # seconds that the gateway takes when it is back

sub new
{
	my ($class, $node, $database, $gateway) = @_;
	my $connstr = $node->connstr($database);
	my $main    = Session->new($connstr, "SET client_min_messages = 'error';");
	my $self    = bless {
		node     => $node,
		gateway  => $gateway,
		main     => $main,
		messages => Messages->new(sub { $main->must(@_) }),
		senders  => [ map { Session->new($connstr) } 1 .. 3 ],
		persons  => 0,
		totals   => {}
	}, $class;
	$main->must('SELECT licence_home.arm_sender()');
	$self->{messages}->gateway(
		url         => sprintf(q('%s?id={id}&to={to}&password={password}&text={text}'), $gateway->url),
		accepted    => q('^200 0: '),
		retry       => q('^(429|503) '),
		credentials => q('^403 '));
	return $self;
}

sub secret { return $SECRET }

# Carry out a plan; what was violated, in words.
sub carry_out
{
	my ($self, $plan) = @_;

	@$self{qw(plan began ids spans given crashes left done violations)} = ($plan, time, map { [] } 1 .. 7);
	$self->{persons} += 100;
	eval {
		$self->prepare;
		$self->phase($_) for 0 .. $#{ $plan->{phases} };
		$self->close;
		my $facts = $self->facts;
		push @{ $self->{violations} }, Faults::Check::violations($facts);
		$self->count($facts);
		1;
	} or push @{ $self->{violations} }, "the run broke off: $@";
	return @{ $self->{violations} };
}

# Everything that tells what happened, for people.
sub story
{
	my ($self) = @_;
	return Faults::Story::tell(@$self{qw(plan began done)}, eval { $self->facts } // {});
}

# Add a run to the totals.
sub count
{
	my ($self, $facts) = @_;
	my $totals = $self->{totals};
	my @states = values %{ $facts->{state} };

	$totals->{messages} += @states;
	$totals->{"messages that ended $_->{status}"}++ for @states;
	$totals->{'messages sent once more for a doubt'} += grep { $_->{resent} } @states;
	$totals->{requests}                              += @{ $facts->{requests} };
	$totals->{'requests accepted'}                   += grep { $_->{accepted} } @{ $facts->{requests} };
	$totals->{'delivery reports given'}              += @{ $facts->{given} };
}

# Note what is done, with the time since the run began.
sub note
{
	my ($self, $text) = @_;
	push @{ $self->{done} }, [ time, $text ];
}

sub violated
{
	my ($self, $text) = @_;
	$self->note("VIOLATED: $text");
	push @{ $self->{violations} }, $text;
}

# --- before -----------------------------------------------------------------

sub prepare
{
	my ($self) = @_;
	my ($plan, $messages, $gateway) = @$self{qw(plan messages gateway)};

	$gateway->turn_page;
	$self->listen('open');
	$messages->end_pause;
	$messages->gateway(
		%{ $plan->{gateway} },
		url                => sprintf(q('%s?id={id}&to={to}&password={password}&text={text}'), $gateway->url),
		message_id_pattern => $plan->{ids} ? q('(g\d+)') : 'NULL');
	for (@{ $self->{senders} })
	{
		$_->close;
		$_->{settings} = $plan->{settings};
	}
}

# Have the gateway listen in a way, if it does not yet.
sub listen
{
	my ($self, $how) = @_;
	return if ($self->{listening} // '') eq $how;
	$self->{gateway}->listen($how);
	$self->{listening} = $how;
	$self->note("the gateway listens: $how");
}

# Owe some of the plan's messages.
sub owe
{
	my ($self, @messages) = @_;
	return unless @messages;
	my @ids = $self->{messages}->owe(
		map {
			{
				applicant_id => $self->{persons} + $_->{person},
				body         => "'plan=$_->{plan}" . ($_->{reports} ne '' ? " reports=$_->{reports}" : '') . "'",
				priority     => $_->{priority},
				doubt        => "'$_->{doubt}'",
				expires_at   => sprintf('to_timestamp(%.6f)', $self->{began} + $_->{expires})
			}
		} @messages);
	push @{ $self->{ids} }, @ids;
	$self->{expires}{ $ids[$_] } = $self->{began} + $messages[$_]{expires} for 0 .. $#ids;
	$self->note('owed: ' . join ' ', @ids);
}

# --- a phase ----------------------------------------------------------------

sub phase
{
	my ($self, $n) = @_;
	my ($plan, $messages, $gateway) = @$self{qw(plan messages gateway)};
	my $phase = $plan->{phases}[$n];
	my @due   = grep { $_->{phase} == $n } @{ $plan->{messages} };

	$self->note("phase $n, clock $phase->{clock}");
	$self->owe(grep { !$_->{late} } @due);
	$self->listen($phase->{listen} // 'open');
	$gateway->clear_rules;
	$gateway->rule(match => 'password=wrong', action => '403');
	$gateway->rule(match => '.', action => $phase->{rule}) if $phase->{rule};
	$gateway->rule(match => '.', action => 'd' . $SLOW_PROBE * 1000, times => 1) if $phase->{back};
	$messages->password($phase->{password} // $SECRET);

	my ($pause, $begun, $from) = ($messages->pause, $self->begun($phase), time);
	my @events  = $self->events($phase, grep { $_->{late} } @due);
	my $crashed = $self->send_meanwhile($phase, @events);

	$self->check_leftovers($phase, $crashed, $from);
	$self->take_reports if $phase->{reports} ne 'later';
	my $most =
		$phase->{outage} ? $FAILURES_TO_PAUSE + $plan->{gateway}{connections}
	  : $phase->{password} && !$phase->{listen} && !$phase->{change} ? $plan->{gateway}{connections}
	  :                                                                undef;
	my $set_back = grep { $_->{clock} > $phase->{clock} } @{ $plan->{phases} }[ 0 .. $n ];
	$self->check_attempts(
		$most * $phase->{senders},
		$pause, $self->begun($phase) - $begun,
		$from,  $phase->{clock}, $set_back) if defined $most;
	$self->check_return($from) if $phase->{back} && defined $pause;
}

# What happens while senders are at work: pairs of milliseconds and code.
sub events
{
	my ($self, $phase, @late) = @_;
	my %at;
	push @{ $at{ $_->{late} } }, $_ for @late;
	my @events = map {
		my $messages = $at{$_};
		[ $_, sub { $self->owe(@$messages) } ]
	} keys %at;

	push @events, [ $phase->{change}[1], sub { $self->listen($phase->{change}[0]) } ] if $phase->{change};
	push @events, map {
		[ $_, sub { $self->take_reports } ]
	  } 3, 8, 15, 25, map { 40 * $_ } 1 .. 10
	  if $phase->{reports} eq 'now';
	return sort { $a->[0] <=> $b->[0] } @events;
}

# Run the phase's senders, with events and a crash on the way; whether there was
# one.
sub send_meanwhile
{
	my ($self, $phase, @events) = @_;
	my @running = $self->start_senders($phase);
	my $began   = time;
	my $come    = $self->{gateway}->counter;
	my ($requests, $crashed) = (0, 0);

	while (@running)
	{
		(shift @events)->[1]->() while @events && time - $began >= $events[0][0] / 1000;
		$requests += $come->();
		@running = grep { !$self->ended($_, $crashed) } @running;
		if ($phase->{crash} && !$crashed && @running && $requests >= $phase->{requests})
		{
			sleep $phase->{wait} / 1000;
			$self->crash($phase->{crash}, $running[0]->{pid});
			$crashed = 1;
		}
	}
	$_->close   for $crashed ? @{ $self->{senders} } : ();
	$_->[1]->() for @events;
	return $crashed;
}

sub start_senders
{
	my ($self, $phase) = @_;
	my @senders = @{ $self->{senders} }[ 0 .. $phase->{senders} - 1 ];

	$_->open for @senders;
	push @{ $self->{spans} },
	  { from => time, clock => $phase->{clock}, hard_of_hearing => $phase->{listen} || $phase->{change} ? 1 : 0 };
	$_->send(
		sprintf(q(SET licence_home.clock = '%+d seconds'; ), $phase->{clock})
		  . (
			$phase->{run_for}
			? "CALL licence_home.send_pending_sms('$phase->{run_for} milliseconds', false);"
			: "CALL licence_home.send_pending_sms('5 s', true);")) for @senders;
	$self->note(@senders . " sending, clock $phase->{clock}");
	return @senders;
}

# Whether a sender has come to its end.
sub ended
{
	my ($self, $sender, $crashed) = @_;
	my ($said, $there) = $sender->poll(0.0005) or return 0;
	$self->note('a sender ended' . ($there ? '' : ', its session is gone') . ($said ne '' ? ": $said" : ''));
	$self->violated("a sender failed: $said") if !$crashed && (!$there || $said =~ /^(ERROR|FATAL|PANIC):/m);
	return 1;
}

# End a sender before its time, by its process id.
sub crash
{
	my ($self, $how, $pid) = @_;
	my ($node, $main) = @$self{qw(node main)};

	$self->note("$how of $pid");
	if ($how eq 'kill')
	{
		kill 'KILL', $pid or die "no process $pid";
		1 while defined $main->query('SELECT 1');    # the server ends every session
	}
	elsif ($how eq 'stop')
	{
		$main->close;
		$node->stop('immediate');
		$node->start;
	}
	elsif ($how eq 'terminate') { $main->must("SELECT pg_terminate_backend($pid)") }
	elsif ($how eq 'cancel')    { $main->must("SELECT pg_cancel_backend($pid)") }
	$main->open;
	$self->note('the server is there');
}

# Deliver the reports that have come by now, each as often as it came.
sub take_reports
{
	my ($self, $all) = @_;
	my %given   = map  { $_->{number} => 1 } @{ $self->{given} };
	my @reports = grep { !$given{ $_->{number} } && ($all || $_->{time} <= time) } $self->{gateway}->reports;
	my $clock   = @{ $self->{spans} } ? $self->{spans}[-1]{clock} : 0;

	return unless @reports;
	my @moved = split /\n/,
	  $self->{main}->must(
			sprintf(q(SET licence_home.clock = '%+d seconds';), $clock)
		  . join('', map { "SELECT licence_home.sms_report('$_->{id}', '$_->{status}', NULL);" } @reports)
		  . 'RESET licence_home.clock;');
	$self->note('reports: ' . join ' ',
		map { "$reports[$_]{id}=$reports[$_]{status}" . ($moved[$_] eq 't' ? '!' : '') } 0 .. $#reports);
	push @{ $self->{given} }, map {
		{ %{ $reports[$_] }, at => time, moved => $moved[$_] }
	} 0 .. $#reports;
}

# After a sender that ended well nothing is left half done; after a crash, at
# most one message for each connection.
sub check_leftovers
{
	my ($self, $phase, $crashed, $from) = @_;
	my %before = map { $_ => 1 } @{ $self->{left} };    # by an earlier crash, and not recovered
	$self->{left} = [ $self->{messages}->sending ];
	my @sending = grep { !$before{$_} } @{ $self->{left} };
	my $most    = $crashed ? $self->{plan}{gateway}{connections} * $phase->{senders} : 0;

	$self->note("left in flight: @{ $self->{left} }")                                    if @{ $self->{left} };
	$self->violated(@sending . " messages are left in flight, and at most $most may be") if @sending > $most;
	$self->violated('a sender did not recover what a crash had left') if @{ $self->{left} } && !$crashed;
	return unless $phase->{crash};
	push @{ $self->{crashes} }, { from => $from, to => time, most => $most } if $crashed;
	$self->{totals}{"$phase->{crash}: $_"}++ for $crashed ? $self->stages($from, @sending) : 'the sender had ended';
}

# In which stages messages were when a sender was hit.
sub stages
{
	my ($self, $from, @sending) = @_;
	my %last   = map { $_->{id} => $_->{action} } grep { $_->{time} >= $from } $self->{gateway}->requests;
	my %stages = map {
		my $action = $last{$_};
		(     !defined $action            ? 'claimed, not yet sent'
			: $action =~ /hang|^d\d|drip/ ? 'sent, not yet answered'
			:                               'answered, not yet recorded') => 1;
	} @sending;
	return %stages ? keys %stages : 'nothing in flight';
}

# How many attempts have begun, for check_attempts.  That a password is wrong is
# told by an answer: attempts without one, as on a busy machine, do not count.
sub begun
{
	my ($self, $phase) = @_;
	return $self->{messages}->attempts_begun - ($phase->{outage} ? 0 : $self->{messages}->unanswered);
}

# When the gateway serves nobody, there are so many attempts at most until it is
# paused, and then one each interval. The interval begins anew when the clock is
# set back.
sub check_attempts
{
	my ($self, $most, $pause, $begun, $from, $clock, $set_back) = @_;
	my $end = time + $clock;

	if (defined $pause)
	{
		$most = $end < $pause && !$set_back ? 0 : 1 + int((time - $from) / $PROBE_INTERVAL);
		$self->note(sprintf 'the probe was due %.3f s before the end', $end - $pause);
	}
	$self->note("attempts begun: $begun");
	$self->violated("$begun attempts begun though the gateway serves nobody, and at most $most may be")
	  if $begun > $most;
}

# Nothing goes before the probe is answered.
sub check_return
{
	my ($self,  $from) = @_;
	my ($probe, $next) = grep { $_->{time} >= $from } $self->{gateway}->requests;
	return if !$next;
	$self->violated(sprintf 'request %s came %.3f s after the probe', $next->{sequence}, $next->{time} - $probe->{time})
	  if $next->{time} - $probe->{time} < 0.95 * $SLOW_PROBE;
}

# --- after ------------------------------------------------------------------

# Let everything come to its end, the clock moving on by an hour a round.
sub close
{
	my ($self)   = @_;
	my $messages = $self->{messages};
	my ($clock)  = sort { $b <=> $a } 0, map { $_->{clock} } @{ $self->{plan}{phases} };

	$self->listen('open');
	$self->{gateway}->clear_rules;
	$messages->password($SECRET);
	for my $round (1 .. $MOST_ROUNDS)
	{
		$self->send_meanwhile({ clock => $clock += 3600, senders => 1 });
		$self->check_leftovers({ senders => 1 });
		$self->take_reports(1);
		last if !$messages->unsettled;
	}
	$self->take_reports(1);
}

# What the gateway and the tables say, for Faults::Check.
sub facts
{
	my ($self) = @_;
	my ($plan, $messages, @ids) = (@$self{qw(plan messages)}, @{ $self->{ids} });
	my %mine  = map { $_ => 1 } @ids;
	my $state = $messages->state(@ids);

	$state->{$_}{expires} = $self->{expires}{$_} for @ids;    # as planned, whatever the table says
	return {
		plan     => $plan,
		spans    => $self->{spans},
		given    => $self->{given},
		crashes  => $self->{crashes},
		patience => ($plan->{gateway}{answer_timeout_ms} + $plan->{gateway}{connect_timeout_ms}) / 1000,
		requests => [ grep { $mine{ $_->{id} } } $self->{gateway}->requests ],
		state    => $state,
		attempts => [ $messages->attempts(@ids) ],
		reports  => [ $messages->reports(@ids) ]
	};
}

1;
