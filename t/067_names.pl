# find_cases() by a name in another spelling: 2,000 pairs that an independent
# normaliser made (t/names/make_pairs.mjs says which, and how).  What one person
# wrote, with vowel signs, hamza and tatweel or without, another says in the other
# way, the whole name or its first and last.  At least 99 of 100 are found among the
# fifty that are shown, and of those shown at most one in a thousand is somebody whose
# name, as the normaliser has it, lacks a word that was said (the article aside).

use strict;
use warnings;
use utf8;

use Encode qw(decode encode);
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @pairs = map { [ split /\t/ ] } split /\n/, decode('UTF-8', slurp_file("$FindBin::RealBin/names/names.tsv"));
is(scalar @pairs, 2000, 'there are 2,000 pairs');

my $node = PostgreSQL::Test::Cluster->new('names');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', 'fsync = off');
$node->start;

sub sql    { return decode('UTF-8', $node->safe_psql('postgres', encode('UTF-8', $_[0]))) }
sub quoted { return "'" . $_[0] =~ s/'/''/gr . "'" }

sql(q{CREATE EXTENSION licence_home CASCADE; SELECT licence_home.load_rules('amman')});
sql('CREATE TABLE pair (n bigint PRIMARY KEY, written text, asked text); GRANT SELECT ON pair TO licence_home_clerk;'
	  . 'INSERT INTO pair VALUES '
	  . join(
		', ',
		map {
			'('
			  . join(', ', $_ + 1, map { quoted($_) } @{ $pairs[$_] }[ 0, 1 ]) . ')'
		} 0 .. $#pairs));
sql(q{INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone)
    SELECT 'citizen', 9870000000 + n, written, '0790000000' FROM pair});
my %found;
for my $line (
	split /\n/,
	sql(    'SET ROLE licence_home_clerk;'
		  . ' SELECT p.n, f.identity_no::bigint - 9870000000 FROM pair AS p CROSS JOIN LATERAL licence_home.find_cases(p.asked) AS f'
	))
{
	my ($asked, $shown) = split /\|/, $line;
	push @{ $found{$asked} }, $shown;
}

sub words
{
	return map { s/^ال(?=..)//r } split / +/, $_[0];
}

my ($missed, $shown, $wrong) = (0, 0, 0);
for my $n (1 .. @pairs)
{
	my @shown = @{ $found{$n} // [] };
	$missed++                                                                  unless grep { $_ == $n } @shown;
	note(encode('UTF-8', "not found: $pairs[$n - 1][0] by $pairs[$n - 1][1]")) unless grep { $_ == $n } @shown;
	for my $person (@shown)
	{
		my %has = map { $_ => 1 } words($pairs[ $person - 1 ][2]);
		$shown++;
		next unless grep { !$has{$_} } words($pairs[ $n - 1 ][3]);
		$wrong++;
		note(encode('UTF-8', "wrong: $pairs[$n - 1][1] shows $pairs[$person - 1][0]"));
	}
}
diag("of 2000 names $missed not found; of $shown persons shown $wrong wrong");
cmp_ok($missed, '<=', 20,            'at least 99 of 100 are found');
cmp_ok($wrong,  '<=', $shown / 1000, 'at most one in a thousand is wrong');

done_testing();
