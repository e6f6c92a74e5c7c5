# The table of characters (src/text/characters.c), one code point after the
# other, against what Perl's copy of the Unicode Character Database says.
#
# Each is put between x and y.  As a name, these are one word (it says nothing),
# two (it divides), or one with a letter or a digit more.

use strict;
use warnings;
use utf8;

use Encode qw(decode);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Unicode::Normalize qw(NFKC NFKD);
use Unicode::UCD       qw(charinfo);

my $node = PostgreSQL::Test::Cluster->new('characters');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION licence_home CASCADE');

# The scripts whose signs divide the words of a name.
my $OURS = qr/[\p{scx=Common}\p{scx=Arabic}\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}]/;

# What sits on a letter: accents of all scripts, and what Arabic has.
my $MARK =
  qr/(?=\p{M})[\p{InDiacriticals}\x{1AB0}-\x{1AFF}\x{1DC0}-\x{1DFF}\x{20D0}-\x{20FF}\x{FE20}-\x{FE2F}\p{sc=Arabic}\x{64B}-\x{655}\x{670}]/;

# We add: a high hamza, which stands beside its letter, is a mark. The Braille
# pattern without a dot is a blank. A letter that looks like an apostrophe is
# a sign.
my $HIGH_HAMZA    = "\x{674}";
my $BRAILLE_BLANK = "\x{2800}";
my $APOSTROPHE    = qr/[\x{2B9}-\x{2BF}\x{2C8}]/;

# What a character that is made of nothing else is.
sub kind
{
	my ($c) = @_;
	return 'tatweel'   if $c eq "\x{640}";
	return 'mark'      if $c eq $HIGH_HAMZA;
	return 'blank'     if $c =~ /\p{White_Space}/ || $c eq $BRAILLE_BLANK;
	return 'sign'      if $c =~ $APOSTROPHE || $c =~ /\p{Prepended_Concatenation_Mark}/;
	return 'invisible' if $c =~ /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/;
	return 'mark'      if $c =~ $MARK;
	return 'digit'     if $c =~ /[0-9\p{InArabic}]/ && $c =~ /\p{Nd}/;
	return 'sign'      if $c =~ /[\p{P}\p{S}]/      && $c =~ $OURS;
	return 'letter';
}

# All code points, as the database folds them.
my $answers = decode(
	'UTF-8',
	$node->safe_psql(
		'postgres', q{
    SELECT i, licence_home.is_visible(chr(i))::integer, licence_home.fold_name('x' || chr(i) || 'y'),
        licence_home.fold_plain('1' || chr(i) || '2')
    FROM generate_series(1, 1114111) AS i
    WHERE i NOT BETWEEN 55296 AND 57343
    ORDER BY i}, timeout => 600));

# What our table knows: Unicode 15.  A Perl that is older knows nothing newer.
my $KNOWN = eval 'qr/\p{Present_In: 15.0}/' // qr/./s;

my %wrong;
my %seen;
my $asked = 0;
for my $line (split /\n(?=\d+\|[01]\|x)/, $answers)
{
	my ($i, $visible, $name, $plain) = split /\|/, $line, 4;
	my $c          = chr $i;
	my $decomposed = NFKD($c);
	$asked++;

	my @kinds = map  { kind($_) } split //, $decomposed;
	my $shows = grep { /letter|digit|sign/ } @kinds;
	next if $c !~ $KNOWN && $c !~ /\p{Unassigned}/;

	# (what this Perl does not know yet the table may)
	next if $c =~ /\p{Unassigned}/ && $c !~ /\p{Default_Ignorable_Code_Point}|\p{NChar}/;
	push @{ $wrong{visible} }, sprintf 'U+%04X', $i if $visible != ($shows > 0);

	next if $decomposed ne $c;
	my $kind = $kinds[0];
	$seen{$kind}++;
	my $right =
		$kind eq 'blank'                        ? $name eq 'x y' && $plain eq '12'
	  : $kind eq 'invisible' || $kind eq 'mark' ? $name eq 'xy'  && $plain eq '12'
	  : $kind eq 'tatweel'                      ? $name eq 'xy'  && $plain eq '1-2'
	  : $kind eq 'sign'                         ? $name eq 'x y' && $plain =~ /^1.2$/
	  : $kind eq 'digit'                        ? $name eq 'x'
	  . charinfo($i)->{digit} . 'y'
	  && $plain eq '1'
	  . charinfo($i)->{digit} . '2'

	  # hamza on the line and a tail are no letters of a name
	  : $i == 0x621 || $i == 0xFE73 ? $name eq 'xy' && $plain eq "1${c}2"

	  # a sign of a script that is not ours may be one of its letters
	  : $c =~ /[\p{P}\p{S}]/ ? $name =~ /^x.y$/

	  # what stands for itself in a number, and in a name for itself or its like
	  : $name =~ /^x\S?y$/
	  && ($plain eq "1${c}2")
	  && ($c =~ /[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}]/ || $name eq "x${c}y");
	push @{ $wrong{$kind} }, sprintf 'U+%04X', $i unless $right;
}
is($asked,                                0x10FFFF - 2048, 'every code point was asked');
is(join(' ', @{ $wrong{visible} // [] }), '',              'what can be seen');
for my $kind (qw(letter digit sign blank tatweel mark invisible))
{
	ok($seen{$kind}, "there are characters of the kind $kind");
	is(join(' ', @{ $wrong{$kind} // [] }), '', "... and each of them is folded as such");
}

# Compatibility forms by Perl's own NFKC; a capital and its small letter.
my @pairs;
for my $i (1 .. 0xD7FF, 0xE000 .. 0x1FFFF)
{
	my $c = chr $i;
	next if $c =~ /\p{Unassigned}/;
	push @pairs, [ 'NFKC', $c, NFKC($c) ] if NFKC($c) ne $c;
	push @pairs, [ 'small', $c, lc $c ]
	  if $i < 0x500 && $c =~ /\p{Lu}/ && NFKD($c) =~ /^[A-Z\x{391}-\x{3A9}\x{400}-\x{42F}ÆÐØÞĐĦŁŒ]/;
}
my %folded;
for my $pair (@pairs)
{
	my ($what, @texts) = @$pair;
	push @{ $folded{$what} }, sprintf "('%s', '%s')", map { unpack 'H*', Encode::encode('UTF-8', $_) } @texts;
}
for my $what (sort keys %folded)
{
	my $differing = $node->safe_psql(
		'postgres', "SELECT count(*), string_agg(f.a, ' ')
        FROM (VALUES " . join(', ', @{ $folded{$what} }) . ") AS f (a, b)
        CROSS JOIN LATERAL (SELECT convert_from(decode(f.a, 'hex'), 'UTF8') AS a, convert_from(decode(f.b, 'hex'), 'UTF8') AS b) AS t
        WHERE licence_home.fold_reference(t.a) IS DISTINCT FROM licence_home.fold_reference(t.b)
           OR licence_home.fold_place(t.a) IS DISTINCT FROM licence_home.fold_place(t.b)
           OR licence_home.fold_name(t.a) IS DISTINCT FROM licence_home.fold_name(t.b)");
	ok(@{ $folded{$what} } > 100, "$what: " . @{ $folded{$what} } . ' pairs');
	is($differing, '0|', '... and each is folded to one text');
}

done_testing();
