# doc/analyst.md: each question, asked by an analyst of a city to practise on, gives what
# the page shows.  With LICENCE_HOME_WRITE set, the page is written anew.

use strict;
use warnings;
use utf8;

use Encode qw(decode encode);
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $top  = "$FindBin::RealBin/..";
my $page = "$top/doc/analyst.md";

my $node = PostgreSQL::Test::Cluster->new('analyst');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "fsync = off\ntimezone = 'Asia/Amman'");
$node->start;
$node->safe_psql('postgres', <<'SQL');
SET client_min_messages = warning;
CREATE EXTENSION licence_home CASCADE;
SELECT licence_home.load_rules('amman');
CREATE ROLE reem LOGIN IN ROLE licence_home_analyst;
SQL
$node->command_ok(
	[
		'psql', '-Xq',      '-d', $node->connstr('postgres'), '-v', 'cases=150',
		'-v',   'seed=3',   '-v', 'from_day=2024-11-30',      '-v', 'to_day=2026-11-30',
		'-v',   'days=730', '-f', "$top/tools/practice.sql"
	],
	'a city is made');
$node->append_conf('postgresql.conf', "licence_home.clock = '2026-11-30 14:00+03'");
$node->restart;

my $text  = decode('UTF-8', slurp_file($page));
my $asked = 0;
my $new   = '';
while ($text =~ s/\A(.*?^```sql\n(.*?)^```\n)(?:\n```text\n(.*?)^```\n)?//ms)
{
	my ($whole, $sql, $shown) = ($1, $2, $3);
	my ($out, $err);
	my ($question) = $whole =~ /.*^\*\*(\d+\. [^*]+)\*\*/ms;

	$node->psql(
		'postgres', encode('UTF-8', $sql),
		stdout       => \$out,
		stderr       => \$err,
		extra_params =>
		  [ '-U', 'reem', '--no-align', '--pset=tuples_only=off', '--pset=footer=off', '--field-separator= | ' ]);
	is($err, '', encode('UTF-8', "an analyst may ask: $question"));
	is("$out\n", encode('UTF-8', $shown // ''), encode('UTF-8', "... and is told what the page shows"));
	$new .= "$whole\n```text\n" . decode('UTF-8', $out) . "\n```\n";
	$asked++;
}
is($asked, 20, 'twenty questions');
append_to_file($ENV{LICENCE_HOME_WRITE}, encode('UTF-8', $new . $text)) if $ENV{LICENCE_HOME_WRITE};

done_testing();
