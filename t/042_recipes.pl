# Every recipe of every page is run as the role that it is written for: a
# login that is a member of that group and of nothing else.
#
# A recipe is a block ```sql or ```sh, or a whole statement in `backquotes`.
# Before a block, or behind a statement, an HTML comment says how it is run:
#
#   <!-- as: licence_home_clerk -->              a login of that group
#   <!-- as: licence_home_clerk, a superuser --> one after the other
#   <!-- as: licence_home_admin and licence_home_clerk -->  a login of both
#   <!-- not run: why -->
#   <!-- a phrase -->                            names a statement, tells nobody to type it
#
# and behind "as:", each after a semicolon,
#
#   case: STATE          on a new case in that state; A2026-00000001-6 is its number
#   ready for: ACTION    on a new case for which that step may be taken
#   with: 'a', b         what stands for the first, second ... of the dots
#   given: SQL           what a superuser does before
#   then: SQL            and afterwards
#   before: the first case  by one person; afterwards rules need two
#   gives: LH002         it is an example of this error
#   needs: pg_cron       is skipped where that is not installed
#   on: a new server     of shell commands
#
# In a table with a column "who may ask", that column says it instead.  A
# recipe without any of these fails the test.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;
use Cwd      qw(getcwd);
use Encode   qw(decode encode);
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Cases;

my $top    = "$FindBin::RealBin/..";
my $number = 'A2026-00000001-6';

# Played word by word, with what they print, by t/040_documentation.pl.
my %played = ('README.md' => { 'Installing by hand' => 1, 'Five minutes in psql' => 1 });

# Who may ask, in the words of a table.
my %asker = (
	(map { $_ => "licence_home_$_" } qw(admin analyst clerk monitor)),
	administrators => 'licence_home_admin',
	analysts       => 'licence_home_analyst',
	clerks         => 'licence_home_clerk',
	monitoring     => 'licence_home_monitor',
	'a superuser'  => 'a superuser');

my $statement = qr/^(?:SELECT\s\S|INSERT\s+INTO\s\S|UPDATE\s\S+\s+SET\s|DELETE\s+FROM\s|CALL\s\S|SET\s\S+\s+\S
    |(?:GRANT|REVOKE|ALTER|DROP|CREATE\s+(?:ROLE|TABLE|VIEW|SCHEMA))\s+\S+\s+\S)/x;
my $shell_word = qr/psql|createdb|pg_\w+|make|tools\/\w+|apt-get|su|ogr2ogr/;

# --- reading a page -----------------------------------------------------------

# The recipes of a page, in order: line, kind (sql, sh), text, mark.
sub recipes_of
{
	my ($page, $text) = @_;
	my (@recipes, @wrong, $section, $mark, $block, $ask);
	my $line = 0;
	my @prose;

	for (split /\n/, $text)
	{
		$line++;
		if ($block)
		{
			if (/^ *```$/)
			{
				$block->{text} =~ s/^ {0,$block->{indent}}//mg;
				push @recipes, $block if $block->{kind} =~ /^(?:sql|sh)$/;
				undef $block;
			}
			else { $block->{text} .= "$_\n" }
			next;
		}
		if (/^( *)```(\w*)$/)
		{
			push @wrong, "$page:$line: a block without a word for what it is" if $2 eq '';
			$block = { line => $line, indent => length $1, kind => $2, text => '', mark => $mark, section => $section };
			undef $mark;
			next;
		}
		if (/^ *<!-- (.*) -->$/ && !defined $mark && (!@prose || $prose[-1][1] !~ /`$/))
		{
			$mark = $1;
			next;
		}
		push @wrong, "$page:$line: a recipe that is not in a block"
		  if /^ {4,}(.*)/ && ($1 =~ $statement || $1 =~ /^(?:BEGIN;|COMMIT;|\\\w|$shell_word )/);
		undef $mark                     if /\S/;
		$section = $1                   if /^##? (.*)/;
		undef $ask                      if /^#/;
		$ask = /who may ask/ ? 1 : $ask if /^\|/;
		undef $ask                      if !/^\|/;
		push @prose, [ $line, $_, $section, $ask ];
	}
	push @wrong, "$page: an open block" if $block;

	# Statements in the prose; each paragraph is one text.
	my @paragraph;
	for (@prose, [ 0, '' ])
	{
		if ($_->[1] =~ /\S/ && $_->[1] !~ /^\|/) { push @paragraph, $_; next }
		push @recipes, spans(@paragraph);
		@paragraph = ();
		push @recipes, spans($_) if $_->[1] =~ /^\|/;
	}
	return (\@wrong, sort { $a->{line} <=> $b->{line} } @recipes);
}

# The statements in a paragraph or a row of a table.
sub spans
{
	my (@lines) = @_;
	my $text    = join "\n", map { $_->[1] } @lines;
	my @found;

	while ($text =~ /`([^`]+)`\**(?:\s*<!-- (.*?) -->)?/gs)
	{
		my ($code, $mark) = ($1, $2);
		my $line = $lines[ substr($text, 0, $-[0]) =~ tr/\n// ];

		next if !defined $mark && $code !~ $statement;
		$code =~ s/\s+/ /g;
		if (!defined $mark && $line->[3])
		{
			my (undef, undef, $who) = split / *\| */, $line->[1];
			$mark = 'as: ' . join ', ', map { $asker{$_} // $_ } split /, /, $who;
		}
		push @found,
		  {
			line    => $line->[0],
			kind    => $code =~ /^$shell_word / ? 'sh' : 'sql',
			text    => "$code\n",
			mark    => defined $mark ? $mark =~ s/\s+/ /gr : undef,
			section => $line->[2]
		  };
	}
	return @found;
}

# What a mark says.
sub parsed
{
	my ($mark) = @_;
	my %says;

	for (split /; /, $mark)
	{
		return undef unless /^(as|case|ready for|with|given|then|before|gives|needs|on): (.+)$/;
		$says{$1} = $2;
	}
	return $says{as} ? \%says : undef;
}

# --- a server with cases ------------------------------------------------------

my $node = PostgreSQL::Test::Cluster->new('recipes');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
my $pg_cron = -e $node->config_data('--sharedir') . '/extension/pg_cron.control';
$node->append_conf('postgresql.conf', <<'CONF') if $pg_cron;
shared_preload_libraries = 'pg_cron'
cron.database_name = 'home'
CONF
$node->append_conf('postgresql.conf', "licence_home.clock = '2026-03-01 10:00+03'\ntimezone = 'Asia/Amman'");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE prepared');
Cases::prepare($node, 'prepared');
$node->safe_psql('prepared', "SELECT spec.case_in('mine', 'fee_due'), spec.case_in('hers', 'issued')");

my $other = PostgreSQL::Test::Cluster->new('new_server');
$other->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$other->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'home'") if $pg_cron;
$other->start;

# Recipes find their files in the folder where they are typed.
my $folder = PostgreSQL::Test::Utils::tempdir;
my $back   = getcwd;
append_to_file("$folder/credentials.tsv", "smsbox\tusername\tlicence\nsmsbox\tpassword\tsecret\n");
IPC::Run::run(
	[
		qw(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=city),
		'-keyout', "$folder/authority.key", '-out', "$folder/authority.pem"
	],
	'>&',
	\my $said);

# What a page takes for granted.
my %given = ('doc/operations.md' => <<'SQL');
CREATE TABLE map_2027 (landuse text, geom geometry(Polygon, 4326));
INSERT INTO map_2027
SELECT c.class, ST_MakeEnvelope(x.x1, ST_YMin(o.b) - 0.001, x.x2, ST_YMax(o.b) + 0.001, 4326)
FROM (SELECT ST_Extent(geom) AS b FROM licence_home.zone) AS o
CROSS JOIN LATERAL (VALUES ('residential_a', ST_XMin(o.b) - 0.001, 35.9), ('commercial', 35.9, ST_XMax(o.b) + 0.001)) AS x (c, x1, x2)
CROSS JOIN LATERAL (SELECT x.c AS class) AS c;
GRANT SELECT ON map_2027 TO licence_home_admin;
SELECT licence_home.add_gateway('first', 'kannel', 'http://127.0.0.1:13113', sender_id => 'GAM');
SQL

my %login;

# A login that is a member of these groups alone.
sub login_of
{
	my ($who) = @_;
	return $node->safe_psql('postgres', 'SELECT current_user') if $who eq 'a superuser';
	return $login{$who}                                        if $login{$who};
	$node->safe_psql(
		'postgres',
		"CREATE ROLE only_" . ++$login{''} . " LOGIN IN ROLE " . join ', ',
		split / and /, $who);
	return $login{$who} = "only_$login{''}";
}

my $cases = 0;

# Run one recipe as one role; the result is its error, or nothing.
sub run_recipe
{
	my ($database, $recipe, $says, $who) = @_;
	my $text = $recipe->{text};
	my @with = split /, /, $says->{with} // '';
	my ($before, $after) = ('', '');
	my ($rc, $out, $err);

	$text =~ s/…/shift @with/ge if @with;
	if ($says->{case} || $says->{'ready for'})
	{
		my $label = 'recipe ' . ++$cases;
		my $make =
		  $says->{case}
		  ? "spec.case_in('$label', '$says->{case}')"
		  : "spec.ready_for('$says->{'ready for'}', '$label')";
		$node->safe_psql($database, "SELECT $make");
		my ($no, $applicant) = split /\|/,
		  $node->safe_psql($database, "SELECT spec.no('$label'), spec.applicant('$label')");
		$text =~ s/\Q$number\E/$no/g;
		$text =~ s/:applicant\b/$applicant/g;
		($before, $after) = ("BEGIN;\nSELECT licence_home.act_for($applicant);\n", 'COMMIT;') if $who =~ /_portal$/;
	}
	$node->safe_psql($database, $says->{given}) if $says->{given};
	$node->safe_psql($database, 'ALTER ROLE ' . login_of($who) . ' SET licence_home.four_eyes = off')
	  if $says->{before};
	chdir $folder or die $!;
	if ($recipe->{kind} eq 'sh')
	{
		my $server = ($says->{on} // '') eq 'a new server' ? $other : $node;
		local @ENV{qw(PGHOST PGPORT PGOPTIONS)} = ($server->host, $server->port, '');
		local $ENV{PATH} = $server->config_data('--bindir') . ":$ENV{PATH}";
		my $worked = IPC::Run::run([ 'sh', '-ec', encode('UTF-8', $text) ], '>', \$out, '2>', \$err);
		$err = $worked ? '' : "$err (exit status $?)";
	}
	else
	{
		$text =~ s/\s+\z//;
		$text .= "\n;" if $text !~ /;(?:\s*--.*)?\z/;
		$rc = $node->psql(
			$database, encode('UTF-8', "\\set VERBOSITY verbose\n$before$text\n$after"),
			stdout       => \$out,
			stderr       => \$err,
			extra_params => [ '-U', login_of($who) ]);
		$err = $rc == 0 ? '' : decode('UTF-8', $err);
	}
	chdir $back or die $!;
	$node->safe_psql($database, $says->{then})                                                    if $says->{then};
	$node->safe_psql($database, 'ALTER ROLE ' . login_of($who) . ' RESET licence_home.four_eyes') if $says->{before};
	return $err;
}

# --- all pages ------------------------------------------------------------------

my @pages = map { s{^\Q$top\E/}{}r } map { glob "$top/$_" } '*.md', 'doc/*.md', 'src/*/README.md', 'src/*/*/README.md',
  't/*/README.md';
my ($run, @all_wrong) = (0);
for my $page (sort @pages)
{
	my ($wrong, @recipes) = recipes_of($page, decode('UTF-8', slurp_file("$top/$page")));
	my $database = $page eq 'doc/operations.md' ? 'home' : lc($page =~ s/\W+/_/gr);

	push @all_wrong, @$wrong;
	@recipes = grep { !$played{$page}{ $_->{section} // '' } } @recipes or next;
	$node->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE prepared");
	$node->safe_psql($database,  'CREATE EXTENSION pg_cron') if $pg_cron && $database eq 'home';
	$node->safe_psql($database,  $given{$page})              if $given{$page};
	for my $recipe (@recipes)
	{
		my ($begin) = $recipe->{text} =~ /^(.{0,60})/;
		my $name    = "$page:$recipe->{line}: $begin";
		my $mark    = $recipe->{mark} // '';
		my $says;

		next if $mark =~ /^not run: .|^a phrase$/;
		if (!($says = parsed($mark)))
		{
			push @all_wrong, "$name: who runs it?";
			next;
		}
		for my $who (split /, /, $says->{as})
		{
			next if ($says->{needs} // '') eq 'pg_cron' && !$pg_cron;
			my $err = run_recipe($database, $recipe, $says, $who);
			$run++;
			if (my $code = $says->{gives})
			{
				like(encode('UTF-8', $err), qr/ERROR:  $code:/, encode('UTF-8', "$who: $name gives $code"));
			}
			else { is(encode('UTF-8', $err), '', encode('UTF-8', "$who: $name")) }
		}
	}
}
is(encode('UTF-8', join "\n", @all_wrong), '', 'every recipe says as whom it is run');
cmp_ok($run, '>', 50, 'the pages have recipes');

$other->stop;
$node->stop;
done_testing();
