# What happens in one run of t/064_sender_faults.pl: all of it follows from the
# seed.

package Faults::Plan;

use strict;
use warnings;

# The seed chooses the scenario, so that each comes equally often (an outage, of
# which no other run has any, twice). Most runs get some of the others too.
my @SCENARIOS = (
	[ answers                       => sub { } ],
	[ 'kill -9'                     => sub { crash($_[0], 'kill') } ],
	[ outage                        => sub { outage($_[0], 1) } ],
	[ 'two senders'                 => \&two_senders ],
	[ 'immediate stop'              => sub { crash($_[0], 'stop') } ],
	[ listener                      => \&listener ],
	[ terminate                     => sub { crash($_[0], 'terminate') } ],
	[ credentials                   => \&credentials ],
	[ 'kill -9 of one of two'       => sub { two_senders(@_); crash($_[0], 'kill') } ],
	[ clock                         => \&clock ],
	[ 'outage with several senders' => sub { outage($_[0], pick(2, 2, 3)) } ],
	[ cancel                        => sub { crash($_[0], 'cancel') } ],
	[ reports                       => \&reports ],
	[ expiry                        => \&expiry ],
	[ anything                      => sub { crash($_[0], pick(qw(kill stop terminate cancel))) } ],
	[ outage                        => sub { outage($_[0], 1) } ],
	[ 'outage with several senders' => sub { outage($_[0], pick(2, 2, 3)) } ]);
my @EXTRAS = (
	\&two_senders, \&listener, \&credentials, \&clock, \&reports, \&expiry,
	(sub { crash($_[0], pick(qw(kill stop terminate cancel))) }) x 2);

# What an attempt can meet, and how often.  Whatever is accepted is either told
# so, or leaves a doubt: a gateway that accepts and says "refused" deceives any
# sender.
my @ANSWERS = (
	(qw(ok)) x 30,
	(qw(d20 d60 ok-close)) x 4,
	(qw(503 429 503/2 429/40 503@30 503/5400)) x 3,
	(qw(500 swallow-500 reset swallow-reset close swallow-close stale swallow-stale)) x 2,
	(qw(hang swallow-hang half half-headers lose-half lose-half-headers garbage lose-garbage)) x 2,
	qw(drip20 lose-drip20 huge lose-huge d900 d900:500 d900:swallow-500 ok-reset swallow-502 400 400 403));
my @LAST_ANSWERS = grep { !/^(429|503|403)/ } @ANSWERS;    # the others would go on for ever

my @REPORTS = (
	('') x 8,   '1@30',     '8@5+1@60',      '1@5+8@20', '1@0+1@0+1@40', '2@20',
	'2@5+1@50', '1@5+2@50', '4@5+8@10+1@20', '16@10',    '?1@5',         '?8@1+1@10');

sub chance  { return rand() < $_[0] }
sub pick    { return $_[ rand @_ ] }
sub between { return $_[0] + int rand($_[1] - $_[0] + 1) }

# The plan of a seed:
#
#   title, faults     what is in it, for people and for counting
#   gateway           columns of its row
#   ids               whether the gateway gives ids of its own
#   settings          SQL for the sessions of senders
#   messages          hashes: phase (in which it is owed), late (milliseconds
#                     after that began), person, plan, reports, priority,
#                     doubt, expires (seconds after the run begins)
#   phases            one after the other, hashes:
#     clock           seconds the extension's clock is ahead
#     senders         how many
#     run_for         of each, in milliseconds; else until idle
#     listen          how the gateway listens meanwhile
#     change          likewise, [how, milliseconds after the beginning]
#     password        which the database has
#     rule            an action for each request meanwhile
#     crash           how a sender ends: kill, stop, terminate, cancel
#     requests, wait  when: after so many requests, and milliseconds more
#     reports         now (as they come), after (the phase), or later
#     outage          the gateway serves nobody in this phase
#     back            it does again, and takes its time for the first request
sub make
{
	my ($seed) = @_;
	srand($seed);
	my ($title, $scenario) = @{ $SCENARIOS[ $seed % @SCENARIOS ] };
	my $plan = {
		seed     => $seed,
		title    => $title,
		ids      => chance(0.3) ? 1 : 0,
		settings => pick('', '', 'SET synchronous_commit = off;'),
		gateway  => {
			connections        => pick(1, 2, 4, 4, 8),
			answer_timeout_ms  => between(150, 350),
			connect_timeout_ms => between(100, 200),
			connection_idle_s  => pick(1,     10),
			doubt_wait         => pick("'0'", "'0'", "'20 seconds'", "'10 minutes'")
		},
		phases => []
	};

	my $clock = 0;
	for (1 .. between(2, 4))
	{
		push @{ $plan->{phases} }, phase($clock);
		$clock += pick(0, 1, 6, 45, 700, 3600);
	}
	$plan->{messages} = [ messages($plan, between(3, 12), between(10, 40)) ];
	$scenario->($plan);
	for my $extra ($title =~ /^outage/ ? () : @EXTRAS)
	{
		$extra->($plan) if chance($title eq 'anything' ? 0.5 : 0.2);
	}
	$plan->{faults} = [ faults($plan) ];
	return $plan;
}

sub phase
{
	my ($clock) = @_;
	return { clock => $clock, senders => 1, reports => pick(qw(now after later)) };
}

# Messages for some persons, in the order in which they are owed.
sub messages
{
	my ($plan, $persons, $n) = @_;
	my $evil     = pick(0.1, 0.3, 0.6, 1);
	my @messages = map {
		{
			phase  => chance(0.6) ? 0 : between(0, $#{ $plan->{phases} }),
			late   => chance(0.8) ? 0 : pick(between(0, 30), between(0, 300)),
			person => between(1, $persons),
			plan   => join(',',
				(map { chance($evil) ? pick(@ANSWERS) : 'ok' } 1 .. between(1, 4)),
				chance(0.9) ? 'ok' : pick(@LAST_ANSWERS)),
			reports  => pick(@REPORTS),
			priority => pick(0, 0, 0, 5, 9),
			doubt    => pick(qw(hold hold resend)),
			expires  => pick((86400 * 30) x 16, 0.2, 0.5, 0.9, 1.5, 20, 1800, 5000, 40000)
		}
	} 1 .. $n;
	return sort { $a->{phase} <=> $b->{phase} || $a->{late} <=> $b->{late} } @messages;
}

# --- scenarios --------------------------------------------------------------

# A sender ends before its time, in some phases, first in the way that is named
# and then in any: after a while, when the gateway has had a request, or just
# when it answered.  With slow commits a moment is likely to lie in one; with a
# gateway that does not answer, between claim and request.
sub crash
{
	my ($plan, $how) = @_;
	my @phases = @{ $plan->{phases} };

	pop @phases while @phases > 1 && chance(0.5);
	for (@phases)
	{
		$_->{crash}    = $how;
		$how           = pick(qw(kill stop terminate cancel));
		$_->{wait}     = pick(0, rand 3, rand 30, rand 300);
		$_->{requests} = pick(0, 1, 1, 2, between(1, 20));
		($_->{listen}, $_->{requests}) = (pick(qw(full slow400 deaf)), 0) if chance(0.15);
	}
	$plan->{settings} .= sprintf 'SET commit_siblings = 0; SET commit_delay = %d;', between(5000, 40000)
	  if chance(0.3) && $plan->{settings} !~ /commit_delay/;
}

sub two_senders
{
	my ($plan) = @_;
	for (@{ $plan->{phases} })
	{
		next if chance(0.2);
		$_->{senders} = pick(2, 2, 3);
		$_->{run_for} = between(200, 800) if chance(0.5);
	}
}

# The gateway is gone for an hour of the clock, while there is enough to send.
sub outage
{
	my ($plan, $senders) = @_;
	my $clock = between(0, 100);
	my %how   = %{
		pick(
			{ listen => 'down' },
			{ listen => 'closed' },
			{ listen => 'down' },
			{ rule   => '503' },
			{ rule   => 'reset' },
			{ listen => 'deaf' },
			{ listen => 'full' })
	};

	push @{ $plan->{messages} }, messages($plan, 60, 40);
	for (@{ $plan->{messages} })
	{
		$_->{person}  = between(1, 60);
		$_->{expires} = pick(86400 * 30, 86400 * 30, 1800, 5000);
		($_->{phase}, $_->{late}) = (1, 0) if $_->{phase} > 0;
	}
	$plan->{messages}                   = [ sort { $a->{phase} <=> $b->{phase} } @{ $plan->{messages} } ];
	$plan->{gateway}{connections}       = pick(4, 8);
	$plan->{gateway}{answer_timeout_ms} = 150;
	$plan->{phases}                     = [
		phase(0),
		(   map {
				{ %{ phase($clock + $_) }, senders => $senders, outage => 1, reports => 'later', %how }
			} (0, 1, 12, 25, 40, 55, 71, 110, 400, 1500, 3000, 3600)),
		{ %{ phase($clock + 3640) }, senders => $senders, back => 1 }
	];
}

# The gateway listens in some way that hurts.
sub listener
{
	my ($plan) = @_;
	for (@{ $plan->{phases} })
	{
		next if chance(0.2);
		$_->{listen} = pick(qw(closed down deaf full slow20 slow400)) if chance(0.4);
		$_->{change} = [ pick(qw(closed down deaf full slow50 open)), pick(between(0, 20), between(0, 300)) ]
		  if !$_->{listen} || chance(0.5);
	}
}

# The database has a wrong password for a while.
sub credentials
{
	my ($plan) = @_;
	my @phases = @{ $plan->{phases} };
	$_->{password} = 'wrong' for grep { chance(0.6) } @phases[ 1 .. $#phases ], $phases[0];
	$_->{senders}  = 2 for grep { chance(0.3) } @phases;
}

# The clock goes to and fro.
sub clock
{
	my ($plan) = @_;
	$_->{clock} += pick(0, 3600, -3600, 3600 * between(-30, 30)) for @{ $plan->{phases} };
}

# Some persons have many messages, each of which takes a while; those behind
# expire meanwhile.
sub expiry
{
	my ($plan) = @_;
	my @slow = map {
		my $person = $_;
		map {
			{
				phase    => 0,
				late     => 0,
				person   => $person,
				plan     => 'd' . between(60, 140),
				reports  => '',
				priority => 0,
				doubt    => 'hold',
				expires  => 0.1 + rand 1.2
			}
		} 1 .. between(5, 9);
	} 1 .. between(1, 4);
	unshift @{ $plan->{messages} }, @slow;
}

# Reports for everything, as they come.
sub reports
{
	my ($plan) = @_;
	$_->{reports} = pick(grep { $_ ne '' } @REPORTS) for @{ $plan->{messages} };
	$_->{reports} = 'now'                            for grep { chance(0.7) } @{ $plan->{phases} };
}

# --- what is in a plan ------------------------------------------------------

# The faults that a plan has, in the words of what was asked for.
sub faults
{
	my ($plan) = @_;
	my %has;

	for (@{ $plan->{messages} })
	{
		for (split /,/, $_->{plan})
		{
			$has{
				  /swallow-50/             ? '500 after acceptance'
				: /500/                    ? '500 before acceptance'
				: /^(429|503)([\/@])?/     ? $1 . ($2 ? ' with' : ' without') . ' Retry-After'
				: /hang|d900/              ? 'timeout'
				: /drip/                   ? 'a dripping answer'
				: /swallow-(reset|close)/  ? 'reset after acceptance'
				: /^(reset|close)/         ? 'reset before acceptance'
				: /stale|ok-(close|reset)/ ? 'reset on a reused connection'
				: /half/                   ? 'half an answer'
				: /garbage/                ? 'garbage'
				: /huge/                   ? 'an answer beyond the cap'
				: /^400/                   ? 'refused for good'
				: /^403/                   ? 'wrong credentials'
				:                            'ok'
			}++;
		}
		$has{'reports out of order'}++         if $_->{reports} =~ /1\@.*[28]\@/;
		$has{'reports twice'}++                if $_->{reports} =~ /1\@.*1\@/;
		$has{'reports for unknown messages'}++ if $_->{reports} =~ /\?/;
		$has{ $_->{reports} eq '' ? 'reports lost' : 'reports' }++;
	}
	for (@{ $plan->{phases} })
	{
		my @listening = grep { defined } $_->{listen}, $_->{change} ? $_->{change}[0] : undef;
		$has{'connection refused'}++           if grep { /closed|down/ } @listening;
		$has{'a gateway that does not hear'}++ if grep { /deaf|full|slow/ } @listening;
		$has{'an hour without the gateway'}++  if $_->{outage};
		$has{'wrong credentials'}++            if $_->{password};
		$has{
			{
				kill      => 'kill -9 of the sender',
				stop      => 'immediate stop',
				terminate => 'pg_terminate_backend',
				cancel    => 'cancel'
			}->{ $_->{crash} }
		  }++
		  if $_->{crash};
		$has{'two senders at once'}++ if $_->{senders} > 1;
		$has{'the clock moved'}++     if $_->{clock} < 0 || $_->{clock} >= 3600;
	}
	delete $has{ok};
	return sort keys %has;
}

1;
