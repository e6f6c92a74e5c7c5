# The questions of doc/operations.md, each asked as the roles that its page
# names: logins that are members of one group and of nothing else.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;
use Encode qw(decode);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Cases;

my %role_of = (
    administrators => 'admin',
    analysts => 'analyst',
    clerks => 'clerk',
    monitoring => 'monitor',
    'a superuser' => undef);

my $page = decode('UTF-8', slurp_file("$FindBin::RealBin/../doc/operations.md"));
my $node = PostgreSQL::Test::Cluster->new('recipes');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE home');
Cases::prepare($node, 'home');
$node->safe_psql('home', "SELECT spec.case_in('mine', 'fee_due')");
$node->safe_psql('home', "CREATE ROLE only_$_ LOGIN IN ROLE licence_home_$_") for grep { defined } values %role_of;

my ($section) = $page =~ /^## Is all well\?\n(.*?)^\*\*/ms;
my @rows = grep { /`SELECT / } split /\n/, $section;
is(scalar @rows, 7, 'the page has questions');
for my $row (@rows)
{
    my (undef, undef, $who, $answer) = split / *\| */, $row, 4;
    my ($question) = $answer =~ /`(SELECT [^`]*;)`/;

    for my $name (split /, /, $who)
    {
        BAIL_OUT("who are \"$name\"?") if !exists $role_of{$name};
        my $role = $role_of{$name};
        my ($rc, $out, $err) = $node->psql('home', $question, extra_params => $role ? [ '-U', "only_$role" ] : []);
        is("$rc $err", '0 ', "$name: $question");
    }
}

$node->stop;
done_testing();
