# What the gateway of t/Gateway.pm does with a request: the words for it, and
# how one is chosen.  The words are explained in t/Gateway.pm.

package Gateway::Actions;

use strict;
use warnings;

use Digest::MD5 qw(md5);

my %MEANT_WELL = map { $_ => 1 } qw(ok ok-close ok-reset half half-headers garbage drip huge);
my %KNOWN      = (%MEANT_WELL, map { $_ => 1 } qw(reset close hang stale));

my (@rules, %chances, $seed, %parsed);

# Take an action apart; each is a hash of
#
#   word      as it was written
#   accepts   whether the message is accepted
#   kind      a key of %KNOWN, or "status"
#   delay     milliseconds until the answer, or undef
#   status, wait, date    of an answer with a status; seconds for Retry-After
#   pace      milliseconds between two bytes of a drip
sub parse
{
	my ($word) = @_;
	my %action = (word => $word, accepts => 0);
	my $rest   = $word;

	$action{delay} = $1 / 1000 if $rest =~ s/^d(\d+)(?::|$)//;
	my $whether = $rest =~ s/^(swallow|lose)-// ? $1 : '';
	$rest = 'ok' if $rest eq '';

	if ($rest =~ /^(\d{3})(?:([\/@])(\d+))?$/)
	{
		@action{qw(kind status)} = ('status', $1);
		$action{ $2 eq '@' ? 'date' : 'wait' } = $3 if $2;
	}
	else
	{
		$action{pace} = $1 / 1000 if $rest =~ s/^drip\K(\d+)$//;
		$action{pace} //= 0.1;
		die "the gateway knows no action \"$word\"\n" unless $KNOWN{$rest};
		$action{kind}    = $rest;
		$action{accepts} = 1 if $MEANT_WELL{$rest};
	}
	$action{accepts} = $whether eq 'swallow' if $whether;
	return \%action;
}

# An action by its word; parsed once.
sub action { return $parsed{ $_[0] } //= parse($_[0]) }

# Have requests that match a pattern treated in one way, some times or always.
# Rules are asked in the order in which they came.
sub add_rule
{
	my ($pattern, $times, $word) = @_;
	push @rules, { pattern => qr/$pattern/, left => $times, action => action($word) };
}

sub clear_rules { @rules = () }

# Have requests that no rule and no plan speaks of treated by chance: a seed
# and the probability of each action; a key "report:PLAN" is the probability of
# a plan for delivery reports.  What is left to 1 is ok, and no report.
sub set_chances
{
	($seed, my %of) = @_;
	%chances = (action => [], report => []);
	for my $key (sort keys %of)
	{
		my ($table, $word) = $key =~ /^report:(.*)/ ? ('report', $1) : ('action', $key);
		push @{ $chances{$table} }, [ $of{$key}, $table eq 'action' ? action($word) : $word ];
	}
}

# Draw from a table; the same seed, id and attempt always give the same.
sub draw
{
	my ($table, $id, $attempt) = @_;
	my $point = unpack('N', md5("$seed $table $id $attempt")) / 2**32;
	for (@{ $chances{$table} })
	{
		return $_->[1] if ($point -= $_->[0]) < 0;
	}
	return undef;
}

# What a request says after "plan=" or "reports=", decoded.
sub plan
{
	my ($name, $request) = @_;
	return undef if index($request, $name) < 0;
	$request        =~ tr/+/ /;
	$request        =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	return $request =~ /\b$name=([\w.,:@\/+?-]+)/ ? $1 : undef;
}

# The action for an attempt to send a message.
sub choose
{
	my ($request, $id, $attempt) = @_;

	for (@rules)
	{
		next         if defined $_->{left} && $_->{left} <= 0 || $request !~ $_->{pattern};
		$_->{left}-- if defined $_->{left};
		return $_->{action};
	}
	if (defined(my $plan = plan('plan', $request)))
	{
		my @words = split /,/, $plan;
		return action($words[ $attempt <= @words ? $attempt - 1 : -1 ]);
	}
	return (defined $seed ? draw('action', $id, $attempt) : undef) // action('ok');
}

# The delivery reports for a message that was accepted: pairs of milliseconds
# after now and status, and whether the id is one that nobody knows.
sub reports
{
	my ($request, $id, $attempt) = @_;
	my $plan = plan('reports', $request) // (defined $seed ? draw('report', $id, $attempt) : undef);

	return map {
		/^(\??)(\w+)@(\d+)$/ or die "the gateway knows no report \"$_\"\n";
		{ unknown => $1 ne '', status => $2, after => $3 / 1000 }
	} split /\+/, $plan // '';
}

1;
