#!/usr/bin/perl
# What route.sql printed, against the shortest way of each day (the table of Held and
# Karp): how much longer on average, at most, how often the shortest itself.
use strict;
use warnings;
use List::Util qw(max min sum);

my (%place, %way, %time);
while (<>)
{
	chomp;
	my ($kind, @rest) = split /\|/;
	next unless defined $kind;
	$place{ $rest[0] }[ $rest[1] - 1 ] = [ @rest[ 2, 3 ] ]   if $kind eq 'place';
	$way{ $rest[1] }{ $rest[0] }       = [ split /,/, $rest[2] ] if $kind eq 'visits';
	$time{ $rest[0] }                  = $rest[1]            if $kind eq 'time';
}

sub between { return sqrt(($_[0][0] - $_[1][0])**2 + ($_[0][1] - $_[1][1])**2) }

# The length of the shortest way from the first place on, ending anywhere.
sub shortest
{
	my @at = @_;
	my @d;
	for my $i (0 .. $#at)
	{
		$d[$i] = [ map { between($at[$i], $_) } @at ];
	}
	my @best = ([]);
	$best[1][0] = 0;
	for my $set (1 .. 2**@at - 1)
	{
		next unless $set & 1;
		for my $last (grep { defined $best[$set][$_] } 0 .. $#at)
		{
			for my $next (grep { !($set & 2**$_) } 0 .. $#at)
			{
				my $length = $best[$set][$last] + $d[$last][$next];
				my $with   = $set | 2**$next;
				$best[$with][$next] = $length if !defined $best[$with][$next] or $length < $best[$with][$next];
			}
		}
		$best[$set] = undef if $set != 2**@at - 1;
	}
	return min grep { defined } @{ $best[ 2**@at - 1 ] };
}

my %shortest = map { $_ => shortest(@{ $place{$_} }) } keys %place;
printf "%-6s %10s %10s %10s %10s\n", qw(way average most shortest ms/day);
for my $name (sort keys %way)
{
	my @ratios;
	for my $day (sort { $a <=> $b } keys %{ $way{$name} })
	{
		my @way = map { $_ - 1 } @{ $way{$name}{$day} };
		my $at  = $place{$day};
		die "day $day: $name is no way\n" if $way[0] != 0 or join(',', sort { $a <=> $b } @way) ne join ',', 0 .. $#$at;
		push @ratios, sum(map { between($at->[ $way[ $_ - 1 ] ], $at->[ $way[$_] ]) } 1 .. $#way) / $shortest{$day};
	}
	printf "%-6s %10.4f %10.4f %10d %10.3f\n", $name, sum(@ratios) / @ratios, max(@ratios),
	  scalar(grep { $_ < 1 + 1e-9 } @ratios), $time{$name} / @ratios;
}
