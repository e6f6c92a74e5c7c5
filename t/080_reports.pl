# Every report against DuckDB, which computes it once more from exported rows, cell by
# cell: as of today, and as of three days that are past.  What is kept gives the same as
# what is computed.

use strict;
use warnings;

use Cwd qw(getcwd);
use FindBin;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $top       = "$FindBin::RealBin/..";
my ($modules) = grep { -d } $ENV{LICENCE_HOME_DUCKDB} // (), glob '/var/cache/licence_home/duckdb-*/node_modules';
plan skip_all => 'DuckDB is not here: tools/check installs it' if !$modules;
my @days = ('2026-11-30', '2026-05-17', '2025-12-31', '2025-06-06');

my $node = PostgreSQL::Test::Cluster->new('reports');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "fsync = off\ntimezone = 'Asia/Amman'");
$node->start;
$node->safe_psql('postgres', <<'SQL');
SET client_min_messages = warning;
CREATE EXTENSION licence_home CASCADE;
SELECT licence_home.load_rules('amman');
SQL
$node->command_ok(
	[
		'psql', '-Xq',      '-d', $node->connstr('postgres'), '-v', 'cases=60',
		'-v',   'seed=3',   '-v', 'from_day=2024-11-30',      '-v', 'to_day=2026-11-30',
		'-v',   'days=730', '-f', "$top/tools/practice.sql"
	],
	'a city is made');

# The reports of a day, by the extension: {name day} => [rows].
sub blocks
{
	my (%blocks, $name);
	for (split /\n/, $_[0])
	{
		if (/^== (.*)/) { $blocks{ $name = $1 } = [] }
		else            { push @{ $blocks{$name} }, $_ if /\S/ }
	}
	return map { $_ => join("\n", sort @{ $blocks{$_} }) } keys %blocks;
}

sub by_extension
{
	my %all;
	for my $day (@days)
	{
		my ($out, $err);
		IPC::Run::run(
			[
				'psql', '-Xq',             '-d', $node->connstr('postgres'),
				'-v',   'ON_ERROR_STOP=1', '-v', "day=$day",
				'-f',   "$top/t/duckdb/reports.sql"
			],
			'>',
			\$out,
			'2>',
			\$err) or die $err;
		%all = (%all, blocks($out));
	}
	return %all;
}

my $folder = PostgreSQL::Test::Utils::tempdir;
my $back   = getcwd;
chdir $folder or die $!;
$node->command_ok(
	[ 'psql', '-Xq', '-d', $node->connstr('postgres'), '-v', 'ON_ERROR_STOP=1', '-f', "$top/t/duckdb/export.sql" ],
	'the rows are exported');
chdir $back or die $!;
my ($out, $err);
local $ENV{LICENCE_HOME_DUCKDB} = $modules;
ok(IPC::Run::run([ 'node', "$top/t/duckdb/reports.mjs", $folder, @days ], '>', \$out, '2>', \$err),
	'DuckDB computes all')
  or diag $err;
my %expected = blocks($out);
cmp_ok(scalar keys %expected, '>', 50, 'it has computed every report of each day');

my %live = by_extension();
is($live{$_}, $expected{$_}, "$_, computed") for sort keys %expected;
$node->safe_psql('postgres', 'CALL licence_home.keep_reports()');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM licence_home.report_day'), '>', 500, 'the days are kept');
my %kept = by_extension();
is($kept{$_}, $expected{$_},                                                        "$_, kept") for sort keys %expected;
is($node->safe_psql('postgres', 'SELECT * FROM licence_home.verify_reports()'), '', 'what is kept is proved');

done_testing();
