# A day's way is short, and a calendar is one that others read.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use List::Util qw(min sum);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('visits');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION licence_home CASCADE');

# --- 200 random days: our way against the shortest --------------------------

# The length of the shortest way through points, from the first on, ending
# anywhere: the table of Held and Karp.
sub shortest
{
	my ($x, $y) = @_;
	my $n = @$x;
	my @d;
	for my $i (0 .. $n - 1)
	{
		$d[$i][$_] = sqrt(($x->[$i] - $x->[$_])**2 + ($y->[$i] - $y->[$_])**2) for 0 .. $n - 1;
	}
	my @best = ([]);
	$best[1][0] = 0;
	for my $set (1 .. 2**$n - 1)
	{
		next unless $set & 1;
		for my $last (grep { defined $best[$set][$_] } 0 .. $n - 1)
		{
			for my $next (grep { !($set & 2**$_) } 0 .. $n - 1)
			{
				my $length = $best[$set][$last] + $d[$last][$next];
				my $with   = $set | 2**$next;
				$best[$with][$next] = $length if !defined $best[$with][$next] or $length < $best[$with][$next];
			}
		}
	}
	return min grep { defined } @{ $best[ 2**$n - 1 ] };
}

srand(17);
my @days = map {
	my $n = 4 + int rand 6;
	{ x => [ map { 35.8 + rand 0.1 } 1 .. $n ], y => [ map { 31.9 + rand 0.1 } 1 .. $n ] }
} 1 .. 200;
my @ways = split /\n/, $node->safe_psql(
	'postgres',
	join ';',
	map {
		sprintf "SELECT array_to_string(licence_home_internal.short_route('{%s}', '{%s}'), ',')",
		  join(',', @{ $_->{x} }),
		  join(',', @{ $_->{y} })
	} @days);
is(scalar @ways, 200, 'each day has its way');

my (@ratios, $wrong);
for my $day (0 .. $#days)
{
	my ($x, $y) = @{ $days[$day] }{qw(x y)};
	my @way   = map { $_ - 1 } split /,/, $ways[$day];
	my $scale = cos($y->[0] * atan2(1, 1) / 45);
	my @x     = map { $_ * $scale } @$x;
	$wrong++ if join(',', sort { $a <=> $b } @way) ne join(',', 0 .. $#$x) or $way[0] != 0;
	my $ours =
	  sum map { sqrt(($x[ $way[ $_ - 1 ] ] - $x[ $way[$_] ])**2 + ($y->[ $way[ $_ - 1 ] ] - $y->[ $way[$_] ])**2) }
	  1 .. $#way;
	push @ratios, $ours / shortest(\@x, $y);
}
ok(!$wrong, 'each way begins at the first appointment and visits every home once');
my $mean  = sum(@ratios) / @ratios;
my $exact = grep { $_ < 1 + 1e-9 } @ratios;
diag(
	sprintf
	  'ways of 200 random days against the shortest: %.4f times as long on average, %.4f at most, the shortest itself on %d',
	$mean, (sort { $b <=> $a } @ratios)[0], $exact);
cmp_ok($mean, '<', 1.03, 'a way is hardly longer than the shortest');

# --- a calendar that another program reads -----------------------------------

SKIP:
{
	skip 'no python3-icalendar', 2 if system("/usr/bin/python3 -c 'import icalendar' 2>/dev/null") != 0;
	my $long = 'شارع المدينة المنورة، عمارة 5; الطابق 2, ' x 4;
	$node->safe_psql('postgres', "CREATE TABLE lines (n serial, line text)");
	$node->safe_psql(
		'postgres',
		"INSERT INTO lines (line) VALUES ('BEGIN:VCALENDAR'), ('VERSION:2.0'), ('PRODID:-//x//EN'), ('BEGIN:VEVENT'), ('UID:1\@x'), ('DTSTAMP:20260301T070000Z'),
        ('DTSTART:20260305T063000Z'), ('LOCATION:' || licence_home_internal.ics_text(\$\$$long\$\$ || E'\\n\\\\end')), ('END:VEVENT'), ('END:VCALENDAR')"
	);
	my $file = "$PostgreSQL::Test::Utils::tmp_check/visits.ics";
	$node->safe_psql('postgres',
		"COPY (SELECT encode(convert_to(string_agg(licence_home_internal.ics_line(line), '' ORDER BY n), 'UTF8'), 'hex') FROM lines) TO '$file.hex'"
	);
	append_to_file($file, pack 'H*', slurp_file("$file.hex") =~ s/\s//gr);
	my $read = `/usr/bin/python3 -c "
import icalendar
raw = open('$file', 'rb').read()
event = icalendar.Calendar.from_ical(raw).walk('VEVENT')[0]
print(event['DTSTART'].dt.isoformat(), max(len(l) for l in raw.split(b'\\r\\n')) <= 75, event['LOCATION'].count(';'), event['LOCATION'].endswith('\\\\\\\\end'), len(event['LOCATION']))
"`;
	chomp $read;
	is($?, 0, 'python3-icalendar reads a calendar');
	like($read, qr/^2026-03-05T06:30:00\+00:00 True 4 True/, 'and finds in it what we wrote');
	diag($read);
}

$node->stop;
done_testing();
