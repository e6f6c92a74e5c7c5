# The matrix of roles, objects and actions in doc/security.md is the catalogue's: an
# object about whose privileges nobody decided fails this.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use Test::More;

my $top = "$FindBin::Bin/..";

sub slurp
{
	my ($path) = @_;
	open my $in, '<:raw', $path or die "$path: $!";
	local $/;
	return readline $in;
}

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION licence_home CASCADE');

# What the page lacks, and what it has that is not so any more.
sub difference
{
	my ($page, $now) = @_;
	my %page = map { $_ => 1 } split /\n/, $page;
	my %now  = map { $_ => 1 } split /\n/, $now;
	return join "\n", (map { "+ $_" } grep { !$page{$_} } split /\n/, $now),
	  (map { "- $_" } grep { !$now{$_} } split /\n/, $page);
}

sub matrix { return $node->safe_psql('postgres', slurp("$top/tools/matrix.sql")) =~ s/\s+\z//r }

my ($page) = slurp("$top/doc/security.md") =~ /^<!-- the matrix: [^\n]*\n(.*?)^<!-- end of the matrix -->$/ms;
is(difference($page =~ s/\s+\z//r, matrix()), '', 'the matrix is as the catalogue has it (tools/matrix writes it)');

# it sees a table, a column, a function and a privilege that come along
for (
	[ 'a table',     'CREATE TABLE licence_home.spot_check (n integer)', qr/^\+ .*`spot_check`/m ],
	[ 'a column',    'GRANT SELECT (address) ON licence_home.application TO licence_home_analyst', qr/^- .*analyst/m ],
	[ 'a privilege', 'GRANT DELETE ON licence_home.document TO licence_home_clerk', qr/^\+ .*`document`.*rIUD/m ],
	[
		'a function',
		'GRANT EXECUTE ON FUNCTION licence_home.erase_person(bigint, text) TO licence_home_clerk',
		qr/^\+ .*`erase_person\(\)`/m
	],
	[
		'a policy',
		'CREATE POLICY nosy ON licence_home.document TO licence_home_analyst USING (review IS NULL)',
		qr/^\+ .*nosy/m
	])
{
	my ($what, $ddl, $expected) = @$_;
	my $before = matrix();
	my $after =
	  $node->safe_psql('postgres', "BEGIN; $ddl;\n" . slurp("$top/tools/matrix.sql") . 'ROLLBACK;') =~ s/\s+\z//r;
	like(difference($before, $after), $expected, "$what that comes along shows");
}

$node->stop;
done_testing();
