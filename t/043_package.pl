# The package of Debian's that make deb makes: what is in it, and that an extension
# comes of it, on a server that has nothing else of ours.

use strict;
use warnings;

use File::Copy qw(copy);
use File::Path qw(make_path);
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

chomp(my $bin = `pg_config --bindir`);
my ($prefix, $major) = $bin =~ m{^(/.+)/usr/lib/postgresql/(\d+)/bin$};
plan skip_all => 'the server is not a private copy' if !defined $prefix;
plan
  skip_all => 'no dpkg-deb or dpkg-shlibdeps'
  if grep { system("command -v $_ >/dev/null") != 0 } 'dpkg-deb',
  'dpkg-shlibdeps';

my $top       = "$FindBin::RealBin/..";
my $dir       = PostgreSQL::Test::Utils::tempdir;
my ($version) = slurp_file("$top/licence_home.control") =~ /^default_version = '(.*)'/m;

# --- made -----------------------------------------------------------------------

# as make deb does, of what is built, but in a folder of our own
copy("$top/$_", "$dir/$_") or die "$_: $!" for 'licence_home.so', "licence_home--$version.sql";
my $made = `cd '$dir' && '$top/tools/deb' '$top' $major $version 2>&1`;
is($?, 0, 'the package is made') or diag $made;
my ($package) = glob "$dir/*.deb";
like(
	$package,
	qr{/postgresql-$major-licence-home_\Q$version\E-1_\w+\.deb$},
	'under the name that Debian gives extensions');

my $depends = `dpkg-deb -f '$package' Depends`;
like($depends, qr/\b\Q$_\E/, "it depends on $_")
  for "postgresql-$major", "postgresql-$major-postgis-3", 'libcurl', 'libssl', 'libc6';
my @files = grep { !m{/$} } map { (split)[5] } split /\n/, `dpkg-deb -c '$package'`;
is( join("\n", grep { m{^\./usr/(?!share/doc/)} } @files),
	join("\n",
		map { "./usr/$_" } "lib/postgresql/$major/lib/licence_home.so",
		sort "share/postgresql/$major/extension/licence_home--$version.sql",
		"share/postgresql/$major/extension/licence_home.control",
		map { m{([^/]+)$}; "share/postgresql/$major/extension/$1" } glob "$top/src/sql/versions/licence_home--*.sql"),
	'it has the library and the scripts, where the server looks for them');
is( join(' ', grep { /copyright|changelog\.gz|operations\.md/ } map { m{([^/]+)$} } @files),
	'changelog.gz copyright operations.md',
	'and the documentation');
is(join(' ', sort { $a cmp $b } keys %{ { map { ((split)[1] => 1) } split /\n/, `dpkg-deb -c '$package'` } }),
	'root/root', 'all of it is root\'s');

# --- built in another folder ----------------------------------------------------

# (what make would do, since compiling all of it once more takes minutes)
make_path("$dir/elsewhere");
my $plan = `cd '$dir/elsewhere' && make -n -B -f '$top/Makefile' PG_CONFIG='$bin/pg_config' with_llvm=no all 2>&1`;
is($?, 0, 'a build in another folder finds all that it needs') or diag $plan;
my @sources = sort map { s{^\Q$top\E/}{}r } map { glob "$top/src/$_" } '*.c', '*/*.c', '*/*/*.c';
is( join("\n", sort $plan =~ m{ -o src/\S+\.o \Q$top\E/(src/\S+\.c)}g),
	join("\n", @sources),
	'and writes each object there');
like($plan, qr{> licence_home--\Q$version\E\.sql\n}, 'and the script');

# --- installed ------------------------------------------------------------------

my $fresh = "$dir/server";
make_path($fresh);
system('cp', '-a', "$prefix/usr", "$fresh/usr");    # t/013_update.pl may take a script of its own away meanwhile
system_or_bail('find', "$fresh/usr", '-name', 'licence_home*', '-delete');
system_or_bail('dpkg-deb', '-x', $package, $fresh);

my $node = PostgreSQL::Test::Cluster->new('packaged', install_path => "$fresh/usr/lib/postgresql/$major");
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;
$node->safe_psql(
	'postgres', q{
    CREATE EXTENSION licence_home CASCADE;
    GRANT licence_home_admin TO CURRENT_USER;
    SET ROLE licence_home_admin;
    SELECT licence_home.load_rules('amman')});
is($node->safe_psql('postgres', q{SELECT extversion FROM pg_extension WHERE extname = 'licence_home'}),
	$version, 'CREATE EXTENSION works');
is($node->safe_psql('postgres', q{SELECT count(*) > 0 FROM licence_home.profession}), 't', 'and rules load');
$node->stop;

done_testing();
