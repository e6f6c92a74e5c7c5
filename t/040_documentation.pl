# The documentation against the catalogue and the sources: doc/reference.md
# names everything there is and nothing else. What the README tells its reader
# to type gives what it shows.

use strict;
use warnings;
use utf8;

use FindBin;
use Encode   qw(decode encode);
use IPC::Run ();
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $top = "$FindBin::RealBin/..";

# A file of the checkout, as characters.
sub text_of { return decode('UTF-8', slurp_file("$top/$_[0]")) }

my $reference = text_of('doc/reference.md');
my $readme    = text_of('README.md');

my $node = PostgreSQL::Test::Cluster->new('documentation');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
my $pg_cron = -e $node->config_data('--sharedir') . '/extension/pg_cron.control';
$node->append_conf('postgresql.conf', <<'CONF') if $pg_cron;
shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
CONF
$node->start;
$node->safe_psql('postgres',  'CREATE DATABASE described');
$node->safe_psql('described', 'CREATE EXTENSION licence_home CASCADE');
$node->safe_psql('described', "SELECT licence_home.load_rules('amman')");

# The rows of a query, as lists of characters' strings.
sub rows
{
	my ($query) = @_;
	my $result = decode('UTF-8', $node->safe_psql('described', $query));
	return map { [ split /\|/, $_, -1 ] } split /\n/, $result;
}

# A test that nothing is lacking; it shows what is.
sub none_lack
{
	my ($name, @lacking) = @_;
	is(join("\n", sort @lacking), '', $name);
}

# What stands below the heading of a table or view.
sub section
{
	my ($name) = @_;
	return $reference =~ /^\#\#\# `$name`\n(.*?)(?=^\#\#)/ms ? $1 : undef;
}

# The lists of cells of the table that follows a heading, without its head.
sub cells_below
{
	my ($heading) = @_;
	my ($body)    = $reference =~ /^\#\#\# \Q$heading\E\n(.*?)(?=^\#\#)/ms or return;
	my @lines     = grep { /^\|/ } split /\n/, $body;
	return map {
		s/^\| *//;
		s/ *\|$//;
		[ map { s/`//gr } split / *\| */, $_, -1 ]
	} @lines[ 2 .. $#lines ];
}

# --- tables, views, sequences ----------------------------------------------

my %common = map { $_ => 1 }
  map { /`(\w+)`/g }
  map { $reference =~ /^\#\#\# \Q$_\E\n(.*?)(?=^\#\#)/ms } 'Columns of every rule table', 'Columns of evidence';
my %tables;
push @{ $tables{ $_->[0] } }, $_->[1] for rows(
	q{
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('r', 'p') AND a.attnum > 0
      AND NOT a.attisdropped});

none_lack('every table has a section',   grep { !defined section($_) } keys %tables);
none_lack('every section is of a table', grep { !$tables{$_} } $reference =~ /^\#\#\# `(\w+)`$/mg);
my @columns;
for my $table (sort keys %tables)
{
	my $section = section($table) // '';
	push @columns, map { "$table.$_" }
	  grep { !$common{$_} && $_ ne "${table}_id" && $section !~ /`$_`/ } @{ $tables{$table} };
}
none_lack('every column is described', @columns);
none_lack(
	'every column described exists',
	map {
		my $table = $_;
		my %has   = map { $_ => 1 } @{ $tables{$table} };
		map { "$table.$_" } grep { !$has{$_} } map { /^\| (`[^|]*`) \|/ ? $1 =~ /`(\w+)`/g : () }
		  split /\n/, section($table) =~ s/^\| placeholder.*//msr;
	} grep { defined section($_) } keys %tables);

my @views = map { $_->[0] } rows(
	q{SELECT relname FROM pg_class
    WHERE relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND relkind IN ('v', 'm')}
);
none_lack('every view is described', grep { $reference !~ /^\| `$_` \|/m } @views);
none_lack(
	'every sequence but those of identity columns is named',
	grep  { $reference !~ /`$_`/ }
	  map { $_->[0] } rows(
		q{SELECT c.relname FROM pg_class c
        WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind = 'S' AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i')}));

# --- types and functions ----------------------------------------------------

my @types = map { $_->[0] } rows(
	q{SELECT typname FROM pg_type
    WHERE typnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND typtype IN ('b', 'd', 'e', 'r') AND typelem = 0}
);
none_lack('every type is described', grep { $reference !~ /^\| `$_` \|/m } @types);

my ($internal) = $reference =~ m{^(\#\#\# Internal functions\n.*?)^\#\# }ms;
my @roles      = map { $_->[0] } rows(q{SELECT rolname FROM pg_roles WHERE rolname LIKE 'licence\_home\_%'});
my %support    = map { $_ => 1 } map { /`(_\w+)`/g } $reference =~ /Each type's functions(.*?)\n\n/s;
my %callers_of = (
	all       => [ map { s/^licence_home_//r } grep { !/_(owner|monitor|precondition)$/ } @roles ],
	decider   => [ 'committee', 'director' ],
	everybody => [],    # PUBLIC, which has no name
	superuser => [],
	nobody    => []);
my (@functions, %known);
for (
	rows(
		q{SELECT p.proname, p.prorettype = 'trigger'::regtype,
        coalesce(array_to_string(p.proargnames[1:p.pronargs], ', '), ''),
        coalesce((SELECT string_agg(a.name, ' ') FROM unnest(p.proargnames, p.proargmodes) a (name, mode)
            WHERE a.mode IN ('o', 't')), ''),
        coalesce((SELECT string_agg(replace(r.rolname, 'licence_home_', ''), ' ' ORDER BY r.rolname)
            FROM aclexplode(p.proacl) x JOIN pg_roles r ON r.oid = x.grantee WHERE x.grantee <> p.proowner), '')
    FROM pg_proc p WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)}))
{
	my ($name, $trigger, $in, $out, $callers) = @$_;
	my ($suffix) = map { $name =~ /^$_(_\w+)$/ } @types;
	next if defined $suffix && $support{$suffix} && $in eq '';
	my $signature = "$name($in)";
	$known{$name} = 1;
	my @lines  = grep { index($_, "`$signature`") >= 0 } split /\n/, $reference;
	my ($line) = ((grep { index($_, "| `$signature` |") == 0 } @lines), @lines);
	push @functions, $signature if !defined $line;

	# Who may call it; nobody calls a trigger's.
	next if !defined $line || $trigger eq 't' || $name =~ /^amman_/;
	if ($line =~ /^\| `[^`]*` \| ([^|`]*) \|/)
	{
		my $told = join ' ', sort map { @{ $callers_of{$_} // [$_] } } split /, /, $1;
		push @functions, "$signature is for: $callers" if $told ne $callers;
	}

	# What clients call says what it gives.
	next if !defined $line || index($internal, $line) >= 0;
	push @functions, map { "$signature gives $_" } grep { $line !~ /`$_`/ } split / /, $out;
}
none_lack('every function is described with its arguments and what it gives', @functions);
none_lack('every function described exists', grep { !$known{$_} } map { /^\| `(\w+)\(/ } split /\n/, $reference);

# --- roles, settings, jobs, errors ------------------------------------------

none_lack('every role is described',     grep { $reference !~ /^\| `$_` \|/m } @roles);
none_lack('every role is in the README', grep { $readme    !~ /^\| `$_` \|/m } @roles);

my @settings = slurp_file("$top/src/settings.c") =~ /DefineCustom\w+\("([\w.]+)"/g;
ok(@settings > 0, 'settings are found in the sources');
none_lack('every setting is described', grep { $reference !~ /^\| `\Q$_\E` \|/m } @settings);

my @jobs = slurp_file("$top/src/sms/jobs.c") =~ /^\t\{"([^"]+)", "([^"]+)",\s*"([^"]+)", (?:"[^"]+"|NULL), \d+\}/mg;
ok(@jobs > 0, 'jobs are found in the sources');
none_lack('every job is described, with its schedule and command', grep { index($reference, "`$_`") < 0 } @jobs);

my %raised = map { $_ => 1 } map { join '', /'(.)'/g } slurp_file("$top/src/errors.h") =~ /MAKE_SQLSTATE\(([^)]*)\)/g;
my %told   = map { $_ => 1 } $reference =~ /^\| `(LH\w{3})` \|/mg;
none_lack('every SQLSTATE is described',     grep { !$told{$_} } keys %raised);
none_lack('every SQLSTATE described exists', grep { !$raised{$_} } keys %told);

# --- the workflow as loaded -------------------------------------------------

# Two lists have the same items.
sub same_items
{
	my ($name, $told, $loaded) = @_;
	my %told   = map { $_ => 1 } @$told;
	my %loaded = map { $_ => 1 } @$loaded;
	none_lack(
		$name,
		(map { "not told: $_" } grep { !$told{$_} } @$loaded),
		map { "not loaded: $_" } grep { !$loaded{$_} } @$told);
}

same_items(
	'the states are those loaded',
	[ map { join ' ~ ', @$_ } cells_below('States') ],
	[
		map { $_->[0] } rows(
			q{SELECT concat_ws(' ~ ', state, kind, coalesce(waits_for, ''), coalesce(target_days::text, ''),
        coalesce(nullif(grace_days, 0)::text, ''), coalesce(deadline_template, ''))
        FROM licence_home.workflow_state WHERE workflow = 'first_issue'})
	]);

# One line tells of a step from several states.
my @steps;
for (cells_below('Steps'))
{
	my ($action, $from, $to, @rest) = @$_;
	push @steps, map { join ' ~ ', $action, $_, $to eq 'the same' ? $_ : $to, @rest } split /, /, $from;
}
same_items(
	'the steps are those loaded',
	\@steps,
	[
		map { $_->[0] } rows(
			q{SELECT concat_ws(' ~ ', action, from_state, to_state, role,
        array_to_string(preconditions, ', '), array_to_string(effects, ', '), array_to_string(messages, ', '))
        FROM licence_home.workflow_transition WHERE workflow = 'first_issue'})
	]);
same_items(
	'the steps of the other workflows are those loaded that differ',
	[ map { join ' ~ ', @$_ } cells_below('Steps about a licence') ],
	[
		map { $_->[0] } rows(
			q{SELECT concat_ws(' ~ ', string_agg(t.workflow, ', ' ORDER BY t.workflow), t.action, t.from_state, t.to_state, t.role,
        array_to_string(t.preconditions, ', '), array_to_string(t.effects, ', '), array_to_string(t.messages, ', '))
        FROM licence_home.workflow_transition AS t
        WHERE t.workflow <> 'first_issue' AND t.action <> 'reopen' AND NOT EXISTS (
            SELECT FROM licence_home.workflow_transition AS f WHERE f.workflow = 'first_issue'
            AND (f.action, f.from_state, f.to_state, f.role, f.preconditions, f.effects, f.messages)
                = (t.action, t.from_state, t.to_state, t.role, t.preconditions, t.effects, t.messages))
        GROUP BY t.action, t.from_state, t.to_state, t.role, t.preconditions, t.effects, t.messages})
	]);

my @evidence;
for (cells_below('Who writes which evidence'))
{
	my ($states, @rest) = @$_;
	push @evidence, map { join ' ~ ', $_, @rest } split /, /, $states;
}
same_items(
	'who writes which evidence is as loaded',
	\@evidence,
	[
		map { $_->[0] } rows(
			q{SELECT concat_ws(' ~ ', state, evidence, operation, role)
        FROM licence_home.workflow_evidence WHERE workflow = 'first_issue'})
	]);

for ([ 'Preconditions', 'preconditions' ], [ 'Effects', 'effects' ])
{
	my ($heading, $column) = @$_;
	my %described = map { $_ => 1 } map { split /, /, $_->[0] } cells_below($heading);
	none_lack(
		"every one of the $column is described",
		grep  { !$described{$_} }
		  map { $_->[0] } rows("SELECT DISTINCT unnest($column) FROM licence_home.workflow_transition"));
}

none_lack('every placeholder of a template is described',
	grep { $reference !~ /`\{$_\}`/ } slurp_file("$top/src/sms/text/placeholders.c") =~ /^\t\{"(\w+)", PLACEHOLDER/mg);

# --- links ------------------------------------------------------------------

# GitHub's name for a heading.
sub anchor { return lc($_[0]) =~ s/[^\w -]//gr =~ s/ /-/gr }

# The pages of the checkout: at the top, in doc/ and in the folders of src/.
my %pages = map { $_ => text_of($_) } map { s{^\Q$top\E/}{}r }
  map { glob "$top/$_" } '*.md', 'doc/*.md', 'src/README.md', 'src/*/README.md', 'src/*/*/README.md';
my @broken;
for my $page (keys %pages)
{
	my ($folder) = $page =~ m{^(.*/)?};
	for my $link ($pages{$page} =~ /\]\(([^)\s]+)\)/g)
	{
		next if $link =~ /^https?:/;
		my ($file, $anchor) = $link =~ /^([^#]*)#?(.*)$/;
		my $target = $file eq '' ? $page : ($folder // '') . $file;
		1 while $target =~ s{[^/.]+/\.\./}{};
		if    (!-e "$top/$target") { push @broken, "$page: $link" }
		elsif ($anchor ne '')
		{
			my @anchors = map { anchor($_) } $pages{$target} =~ /^#+ (.*)$/mg;
			push @broken, "$page: $link" if !grep { $_ eq $anchor } @anchors;
		}
	}
}
none_lack('every link leads somewhere', @broken);

# --- readable at 120 columns, and a README for each folder -------------------

# Tables aside, what stands in a block of code as some program wrote it, and
# marks of recipes, which nobody sees.
my @wide;
for my $page (keys %pages)
{
	my $text = $pages{$page} =~ s/^ *```.*?^ *```$//gmsr =~ s/<!--.*?-->//gsr;
	push @wide, map { "$page: " . substr $_, 0, 60 } grep { length > 120 && !/^ *\|/ && !/^ {4}/ } split /\n/, $text;
}
none_lack('every page is readable at 120 columns', @wide);

# --- what a comment names is there --------------------------------------------

# Files and functions that are PostgreSQL's.
my %elsewhere = map { $_ => 1 } qw(ri_triggers.c c.h storage/proc.h pg_advisory_lock lastval pg_get_loaded_modules);
my @sources   = split /\n/, qx(cd "$top" && find src sql specs t bench tools -type f);
my %there     = map { $_ => 1, m{([^/]+)$} ? ($1 => 1) : () } @sources;
my ($code, %named) = ('');
for my $source (grep { /\.(c|h|sql|spec)$/ && !m{^src/sql/versions/} } @sources)
{
	my $text     = text_of($source);
	my $comment  = $source =~ /\.[ch]$/ ? qr{/\*.*?\*/}s : qr{--[^\n]*};
	my @comments = $text   =~ /($comment)/g;
	$code .= $text =~ s/$comment/ /gr;
	push @{ $named{$_} }, $source
	  for map { m{(?<![\w./-])([\w/-]+\.(?:c|h|sql|pl|pm|spec))\b}g, /\b(\w+)\(\)/g } @comments;
}
for my $page (keys %pages)
{
	push @{ $named{$_} }, $page
	  for $pages{$page} =~ m{`((?:src|sql|specs|t|bench|tools)/[\w/-]+\.(?:c|h|sql|pl|pm|spec))`}g;
}
my %in_code = map { $_ => 1 } $code =~ /\w+/g;
my @dangling;
for my $name (grep { !$elsewhere{$_} } sort keys %named)
{
	my $found = $name =~ m{\.} ? $there{$name} || grep { m{/\Q$name\E$} } @sources : $in_code{$name};
	push @dangling, "$name in @{ $named{$name} }" if !$found;
}
none_lack('every file and function that a comment names is there', @dangling);

my @unnamed;
for my $file (map { s{^\Q$top\E/}{}r } map { glob "$top/src/$_" } '*.c', '*/*.c', '*/*/*.c')
{
	my ($folder, $name) = $file =~ m{^(.*)/(.*)$};
	push @unnamed, $file if ($pages{"$folder/README.md"} // '') !~ /`\Q$name\E`/;
}
none_lack('every file in C is named by the README of its folder', @unnamed);
my @gone;
for my $page (grep { m{^src/} } keys %pages)
{
	my ($folder) = $page =~ m{^(.*)/};
	push @gone, map { "$page: $_" } grep { !-e "$top/$folder/$_" } $pages{$page} =~ /^\|[^|]*?`(\w+\.c)`/mg;
}
none_lack('every file that such a README names exists', @gone);

# --- what packagers read ------------------------------------------------------

my $meta = decode_json(slurp_file("$top/META.json"));
my ($version) = slurp_file("$top/licence_home.control") =~ /^default_version = '(.*)'/m;
is($meta->{version}, $version, 'META.json has the version of the control file');
none_lack('META.json has what PGXN asks for',
	grep { !$meta->{$_} } qw(name abstract version maintainer license provides meta-spec));
none_lack('what META.json provides exists',
	grep { !-e "$top/$_" }
	map { @{$_}{qw(file docfile)} } values %{ $meta->{provides} });

# --- the README, typed ------------------------------------------------------

# What stands below one of the README's headings.
sub readme_section { return $readme =~ /^\#\# \Q$_[0]\E\n(.*?)(?=^\#\# )/ms ? $1 : die "no section '$_[0]'" }

# What psql prints when all of it is typed.
sub typed
{
	my ($database, $script) = @_;
	my $output = '';
	IPC::Run::run(
		[ 'psql', '-Xq', '-P', 'pager=off', '-d', $node->connstr($database) ],
		'<',  \encode('UTF-8', $script),
		'>&', \$output);
	return decode('UTF-8', $output);
}

# A block of text without blanks at the ends of its lines, as the README has it.
sub trimmed { return encode('UTF-8', $_[0] =~ s{ +$}{}mgr =~ s{\n+\z}{\n}r) }

SKIP:
{
	skip 'pg_cron is not installed', 1 unless $pg_cron;
	my $script = join '', readme_section('Installing by hand') =~ /^```sql\n(.*?)^```$/msg;
	unlike(typed('postgres', $script), qr/ERROR/, 'installing by hand works as the README says');
	$node->safe_psql('postgres', 'SELECT licence_home.unschedule_jobs()');
}

$node->safe_psql('postgres', 'CREATE DATABASE tour');
$node->safe_psql('tour',     $_) for readme_section('Five minutes in psql') =~ /-c ["'](.*?)["'](?= |\n)/g;
my @blocks = readme_section('Five minutes in psql') =~
  /^\*\*(.*?)[.:,]?\*\*(?:(?!^```).)*^```sql\n(.*?)^```\n```text\n(.*?)^```$/msg;
ok(@blocks >= 3, 'the README has a tour');
my (@titles, @typed, @shown);
while (my ($title, $typed, $shown) = splice @blocks, 0, 3)
{
	push @titles, $title;
	push @typed,  $typed;
	push @shown,  $shown;
}
my @printed = split /^----8<----\n/m, typed('tour', join("\\echo ----8<----\n", @typed)), -1;
is( trimmed($printed[$_] // ''),
	trimmed($shown[$_]),
	encode('UTF-8', "the tour prints what the README shows: $titles[$_]")) for 0 .. $#typed;
is(scalar(() = $readme =~ /^```sql$/mg), @titles + 2, 'no block of SQL in the README is left out');

SKIP:
{
	skip 'libraries have no version before PostgreSQL 18', 1
	  if $node->safe_psql('postgres', 'SHOW server_version_num') < 180000;
	is( $node->safe_psql(
			'tour', "LOAD 'licence_home';
        SELECT module_name, version FROM pg_get_loaded_modules() WHERE module_name = 'licence_home'"),
		"licence_home|$version",
		'the loaded library says its name and version');
}

$node->stop;
done_testing();
