# Arabic texts as a telephone shows them.  Here stands the part of the Unicode
# bidirectional algorithm (UAX #9) that a line without marks of direction
# needs, written from the standard alone. It judges the texts that we ship, and
# whatever else our own check lets through or refuses.

use strict;
use warnings;
use utf8;

use Encode qw(decode encode);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# --- UAX #9 -----------------------------------------------------------------

# The bidirectional class of a character, neutrals as one.
sub class_of
{
	my ($c) = @_;
	for my $class (qw(L R AL EN ES ET AN CS NSM))
	{
		return $class if $c =~ /\p{Bidi_Class=$class}/;
	}
	return 'ON';
}

# The characters of a line in the order in which they stand from left to right,
# as indexes.
sub laid_out
{
	my @class = map { class_of($_) } split //, shift;

	# P2, P3: the first strong character gives the line its direction.
	my ($first) = grep { /^(L|R|AL)$/ } @class;
	my $base    = $first && $first ne 'L' ? 1   : 0;
	my $edge    = $base                   ? 'R' : 'L';

	# W1: a mark is like what it stands on.  W2: numbers after Arabic letters.
	my ($before, $strong) = ($edge, $edge);
	for (@class)
	{
		$_      = $before if $_ eq 'NSM';
		$before = $_;
	}
	for (@class)
	{
		$strong = $_   if /^(L|R|AL)$/;
		$_      = 'AN' if $_ eq 'EN' && $strong eq 'AL';
	}
	s/^AL$/R/ for @class;           # W3
	for my $i (1 .. $#class - 1)    # W4
	{
		my ($left, $right) = @class[ $i - 1, $i + 1 ];
		$class[$i] = 'EN' if $class[$i] =~ /^(ES|CS)$/ && $left eq 'EN' && $right eq 'EN';
		$class[$i] = 'AN' if $class[$i] eq 'CS'        && $left eq 'AN' && $right eq 'AN';
	}
	for my $i (1 .. $#class, reverse 0 .. $#class - 1)    # W5
	{
		$class[$i] = 'EN'
		  if $class[$i] eq 'ET'
		  && ($i && $class[ $i - 1 ] eq 'EN' || ($class[ $i + 1 ] // '') eq 'EN');
	}
	s/^(ES|ET|CS)$/ON/ for @class;                        # W6
	$strong = $edge;                                      # W7
	for (@class)
	{
		$strong = $_  if /^[LR]$/;
		$_      = 'L' if $_ eq 'EN' && $strong eq 'L';
	}

	# N1, N2: neutrals go with both sides where they agree, else with the line.
	for (my $i = 0; $i < @class; $i++)
	{
		next if $class[$i] ne 'ON';
		my $end = $i;
		$end++ while $end < @class && $class[$end] eq 'ON';
		my ($left, $right) = map { s/^(EN|AN)$/R/r } $i ? $class[ $i - 1 ] : $edge, $class[$end] // $edge;
		@class[ $i .. $end - 1 ] = ($left eq $right ? $left : $edge) x ($end - $i);
		$i = $end - 1;
	}

	# I1, I2: levels.  L2: what lies deeper is turned first.
	my @level = map { $base ? ($_ eq 'R' ? 1 : 2) : $_ eq 'L' ? 0 : $_ eq 'R' ? 1 : 2 } @class;
	my @order = 0 .. $#class;
	for my $depth (2, 1)
	{
		for (my $i = 0; $i < @order; $i++)
		{
			next if $level[ $order[$i] ] < $depth;
			my $end = $i;
			$end++ while $end + 1 < @order && $level[ $order[ $end + 1 ] ] >= $depth;
			@order[ $i .. $end ] = reverse @order[ $i .. $end ];
			$i = $end;
		}
	}
	return @order;
}

# Whether a line runs from right to left, and whoever reads it so meets its
# numbers in their order and sees each from left to right as it is written.
sub is_in_order
{
	my ($text) = @_;
	return 0 unless $text =~ /^[^\p{Bidi_Class=L}]*\p{Bidi_Class=AL}/;
	my @order = laid_out($text);
	my @place;
	@place[@order] = 0 .. $#order;
	my $last;

	while ($text =~ /[A-Za-z]*[0-9][A-Za-z0-9.,:\/+\-]*/g)
	{
		my ($from, $to) = ($-[0], $+[0] - 1);
		$to-- while substr($text, $to, 1) =~ /[.,:\/]/;    # the sentence's, not the number's
		for ($from + 1 .. $to)
		{
			return 0 if $place[$_] != $place[ $_ - 1 ] + 1;
		}
		return 0 if defined $last && $place[$from] > $last;
		$last = $place[$from];
	}
	return 1;
}

ok(is_in_order('رسوم الطلب A2026-00000001-6: المبلغ 40.000 د.أ، حتى 23/3/2026.'), 'a line in order');
ok(!is_in_order('رسوم الطلب A2026-00000001-6: 40.000 د.أ'),                       'two numbers that change places');
ok(!is_in_order('رقم 2026-00000001-6 قُبل'),                                      'a number with hyphens');
ok(!is_in_order('A2026-00000001-6 قُبل'),                                         'a line that begins with Latin');
ok(is_in_order('الساعة 09:05 يوم 1/3/2026'),                                      'times and days');

# --- the texts that we ship -------------------------------------------------

my $node = PostgreSQL::Test::Cluster->new('direction');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
sub sql { return decode('UTF-8', $node->safe_psql('postgres', encode('UTF-8', $_[0]))) }
sql('CREATE EXTENSION licence_home CASCADE');
sql("SELECT licence_home.load_rules('amman')");

# What placeholders stand for, each with every name that it can have.
my @names = split /\n/, sql(
	q{
    SELECT name_ar FROM licence_home.authority UNION SELECT name_ar FROM licence_home.document_type
    UNION SELECT name_ar FROM licence_home.application_field UNION SELECT name_ar FROM licence_home.reason
    UNION SELECT label_ar FROM licence_home.criterion});
my %value = (
	no      => 'A2026-00012345-7',
	licence => 'L2026-00000077-1',
	bill    => '10000099',
	amount  => '1,225.500',
	due     => '15/3/2026',
	date    => '3/12/2026',
	until   => '28/2/2027',
	time    => '09:05',
	weekday => 'الثلاثاء',
	decider => 'اللجنة المختصة');
my (@wrong, $texts);
for my $body (split /\n/, sql(q{SELECT body FROM licence_home.sms_template WHERE language = 'ar' ORDER BY 1}))
{
	for my $name (@names)
	{
		my $text = $body =~ s/\{(\w+)\}/$value{$1} \/\/ "$name وغيرها (12)"/ger;
		$texts++;
		push @wrong, $text unless is_in_order($text);
	}
}
cmp_ok($texts, '>', 300, "$texts texts of Amman are laid out");
is(join("\n", @wrong), '', '... and each is read in its order');

# --- our check against the standard -----------------------------------------

# Texts put together at random from pieces that can get into disorder.
my @pieces = (
	'طلب', 'المبلغ', 'حتى', 'GAM', 'A2026-00012345-7', 'L2026-00000077-1', '40.000', '15/3/2026', '09:05',
	'06-1234567', '+962', 'في', '12', 'JD', 'د.أ', '،', ':', '(', ')', '.', '10000099', '3-4', 'رقم');
sql(q{CREATE FUNCTION fate(body text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO licence_home.sms_template (template, language, body, valid, source, certainty)
        VALUES ('trial', 'ar', body, '[2026-01-01,)', 'test', 'likely');
    RAISE EXCEPTION 'written';
EXCEPTION
    WHEN SQLSTATE 'LH015' THEN RETURN CASE WHEN SQLERRM LIKE '%disorder' THEN 'refused' ELSE SQLERRM END;
    WHEN raise_exception THEN RETURN SQLERRM;
END $$});
srand 20260301;
my @texts = map {
	join ' ',
	  map { $pieces[ rand @pieces ] }
	  1 .. 2 +
	  rand 6
} 1 .. 4000;
my @fates = split /\n/,
  sql(  "SELECT fate(t) FROM unnest('{"
	  . join(',', map { "\"$_\"" } @texts)
	  . "}'::text[]) WITH ORDINALITY AS x (t, n) ORDER BY n");
my (%fate, @let_through, @refused);
for my $i (0 .. $#texts)
{
	my ($text, $result) = ($texts[$i], $fates[$i]);
	$fate{$result}++;
	push @let_through, $text if $result eq 'written' && !is_in_order($text);
	push @refused,     $text if $result eq 'refused' && is_in_order($text);
}
is(join(' ', sort keys %fate), 'refused written',
	"of 4000 texts $fate{written} are written and $fate{refused} refused");
is(join("\n", @let_through), '', 'none is written that would be shown in disorder');
note('refused though a reader would not stumble: ' . @refused);
$node->stop;
done_testing();
