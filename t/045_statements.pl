# How many queries a step and a row of evidence run. perform() asks no more than
# it must beyond its UPDATE. A row of evidence asks once whether its writer sees
# the case.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;

use Cases;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('statements');
plan skip_all => 'pg_stat_statements is not installed'
  unless -e $node->config_data('--sharedir') . '/extension/pg_stat_statements.control';
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track = all
CONF
$node->start;
Cases::prepare($node, 'postgres');
$node->safe_psql('postgres', 'CREATE EXTENSION pg_stat_statements');
$node->safe_psql(
	'postgres', q{
SELECT spec.case_in('sent', 'submitted');
SELECT spec.case_in('drafted', 'draft')});

# The queries behind a statement, in a session that has taken it once before: a
# line each of how often and its text.
sub queries
{
	my ($statement) = @_;
	my $once        = "BEGIN; $statement; ROLLBACK;";
	my $counted     = q{SELECT s.calls || ' ' || regexp_replace(s.query, '\s+', ' ', 'g')
        FROM pg_stat_statements AS s WHERE NOT s.toplevel ORDER BY s.query};
	my $out = $node->safe_psql('postgres',
		"SET client_min_messages = error; $once SELECT 1 FROM pg_stat_statements_reset(); $once SELECT '--'; $counted");
	return split /\n/, $out =~ s/.*^--$//msr =~ s/^\n//r;
}

sub total { my $sum = 0; $sum += (split / /)[0] for @_; return $sum }

sub but
{
	my ($pattern, @queries) = @_;
	return grep { !/$pattern/ } @queries;
}

my $update  = q{UPDATE licence_home.application SET state = 'withdrawn' WHERE application_no = spec.no('sent')};
my $perform = q{SELECT licence_home.perform(spec.no('sent'), 'withdraw')};

# (spec.no() is the test's own; 17 counts its body too)
my $own     = qr/spec\.|SELECT max\(application_no\)/;
my @update  = but($own, queries($update));
my @perform = but($own, queries($perform));
note(scalar(@update) . " and " . scalar(@perform) . " different queries");
note($_) for @perform;
is(total(@perform) - total(@update), 2, 'perform() runs two queries more than its UPDATE');
my %update = map { $_ => 1 } @update;
is_deeply(
	[
		map  { /^1 (SELECT 1 FROM|UPDATE) licence_home/ ? $1 : $_ }
		grep { !$update{$_} } @perform
	],
	[ 'SELECT 1 FROM', 'UPDATE' ],
	'... whether its caller sees the case, and the UPDATE itself');

my @evidence = queries(
	q{INSERT INTO licence_home.document (application_no, document_type, reference_no)
    VALUES (spec.no('drafted'), 'title_deed', '7/12')});
my @sees = grep { /SELECT 1 FROM licence_home\.application AS a WHERE a\.application_no OPERATOR/ } @evidence;
is(total(@sees), 1, 'a row of evidence asks once whether its writer sees the case');

done_testing();
