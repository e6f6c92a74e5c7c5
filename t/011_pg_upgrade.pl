# pg_upgrade brings a database with cases to a new server, and the result to
# the next. They have the same rows, the same rights, and a service that goes
# on.
#
# By itself this server is upgraded to itself twice.  LICENCE_HOME_SERVERS names
# folders of older servers that come before it (bin below each), oldest first.
# The oldest is upgraded to itself, then to the next, and at last to this one.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use Contents qw(contents rights);
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @servers = split /:/, $ENV{LICENCE_HOME_SERVERS} // '';
@servers = ($servers[0] // undef, @servers, undef);
push @servers, undef if @servers == 2;

# A cluster of a server; undef is the one that is tested.
my $clusters = 0;

sub cluster
{
	my ($server) = @_;
	my $node     = PostgreSQL::Test::Cluster->new('c' . ++$clusters, defined $server ? (install_path => $server) : ());
	my @options  = ('--encoding=UTF8', '--locale=C.UTF-8');

	# from 18 on they are the default, and pg_upgrade wants both to be alike
	push @options, '--no-data-checksums' if version($node) >= 18;
	$node->init(extra => \@options);
	return $node;
}

# The major version of a cluster's server.
sub version
{
	my ($node) = @_;
	return int($node->config_data('--version') =~ /PostgreSQL (\d+)/ && $1);
}

# Upgrade a cluster that is stopped to another; what it logged if that fails.
sub upgrade
{
	my ($from, $to) = @_;
	my $log = '';
	my $bin = $to->config_data('--bindir');
	my $dir = PostgreSQL::Test::Utils::tempdir_short;

	# its folder for the old server's socket
	chdir $dir or die "$dir: $!";
	IPC::Run::run(
		[
			"$bin/pg_upgrade", '-d', $from->data_dir, '-D', $to->data_dir, '-b', $from->config_data('--bindir'),
			'-B', $bin, '-s', $dir, '-p', $from->port, '-P', $to->port
		],
		'<',
		\undef,
		'>',
		\$log,
		'2>&1') and return undef;

	# what it says itself names a log at most; the errors stand in those
	my @logs =
	  map { slurp_file($_) } glob($to->data_dir . '/pg_upgrade_output.d/*/log/pg_upgrade_{dump_*,utility}.log');
	return join "\n", $log, map { /^(?=.*ERROR:)(.*(?:\n.*){0,5})/mg } @logs;
}

# Whether a database with one table, and nothing of ours, fails as well.
sub fails_without_us
{
	my ($from, $to) = map { cluster($_) } @_;
	$from->start;
	$from->safe_psql('postgres', 'CREATE TABLE shelf (place int)');
	$from->stop;
	my ($error) = (upgrade($from, $to) // '') =~ /(ERROR: .*)/;
	return $error;
}

# Two answers are the same; what differs is shown.
sub same
{
	my ($is, $was, $title) = @_;
	my %was = map { $_ => 1 } split /\n/, $was;
	my %is  = map { $_ => 1 } split /\n/, $is;
	return is(
		join("\n", (map { "-$_" } grep { !$is{$_} } sort keys %was), map { "+$_" } grep { !$was{$_} } sort keys %is),
		'', $title);
}

# Without a privilege of the owner's that 17 brought.
sub comparable
{
	my ($rights) = @_;
	return $rights =~ s/arwdDxtm\b/arwdDxt/gr;
}

# Bodies and views, and whether their sorts and groups may use a hash table.
my $kept = q{
SELECT p.oid::regprocedure::text COLLATE "C",
    (SELECT count(*) FROM regexp_matches(p.prosqlbody::text, ':hashable true', 'g')),
    (SELECT count(*) FROM regexp_matches(p.prosqlbody::text, ':hashable false', 'g'))
FROM pg_proc AS p WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND p.prosqlbody IS NOT NULL
UNION ALL
SELECT c.relname::text COLLATE "C",
    (SELECT count(*) FROM regexp_matches(r.ev_action::text, ':hashable true', 'g')),
    (SELECT count(*) FROM regexp_matches(r.ev_action::text, ':hashable false', 'g'))
FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
ORDER BY 1};

# --- a database in use ------------------------------------------------------

my $first = shift @servers;
my $node  = cluster($first);
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE city');
Cases::prepare($node, 'city');
$node->safe_psql(
	'city', q{
-- what the municipality has beside the extension
CREATE TABLE shelf (application_no licence_home.application_no PRIMARY KEY, phone licence_home.phone_number, place int);
CREATE INDEX ON shelf USING hash (phone);
CREATE VIEW shelved AS SELECT DISTINCT s.place, a.application_no FROM shelf AS s JOIN licence_home.application AS a USING (application_no);
REVOKE SELECT ON licence_home.payment FROM licence_home_clerk;
-- messages of long ago, in a table of their month
SET licence_home.clock = '-70 days';
SELECT spec.case_in_every_state();
UPDATE licence_home.sms_queue SET status = 'cancelled', open = false, parked = false, turn = NULL;
RESET licence_home.clock;
CALL licence_home.archive_sms();
SELECT spec.case_in_every_state();
INSERT INTO shelf SELECT application_no, '0791234567', 1 FROM licence_home.application;
});

my $contents = contents($node, 'city');
my $rights   = rights($node, 'city');
my $hashing  = $node->safe_psql('city', $kept);
like($contents, qr/^licence_home\.sms_history_\d{4}_\d\d\|\d+\|/m, 'there are messages of long ago');
like($hashing,  qr/\|[1-9]\d*\|0$/m,                               'some bodies group');

# --- one server after the other ---------------------------------------------

my $server = $first;
while (@servers)
{
	my $of_next = shift @servers;
	my $next    = cluster($of_next);
	my $title   = version($node) . ' to ' . version($next);
	my $stuck;

	subtest $title => sub {
		$node->stop;
		my $trouble = upgrade($node, $next);
		my $known   = defined $trouble ? fails_without_us($server, $of_next) : undef;
		$stuck = defined $known;
		plan(skip_all => "these two releases cannot upgrade any table: $known") if $stuck;
		is($trouble, undef, "pg_upgrade of $title") or return;
		$next->start;
		my $sql = sub { $next->safe_psql('city', @_) };

		same(contents($next, 'city'), $contents, 'the same rows, the same sequences');
		same(comparable(rights($next, 'city')),
			comparable($rights), 'the same owners, privileges, policies and triggers');
		same($sql->($kept), $hashing, 'what could be hashed can be hashed');
		is($sql->('SELECT * FROM licence_home.verify_restore()'),    '',  'verify_restore() has no complaint');
		is($sql->('SELECT * FROM licence_home.verify_events()'),     '',  'the chains of events are whole');
		is($sql->('SELECT * FROM licence_home.unproven_licences()'), '',  'every licence is proven');
		is($sql->('SELECT licence_home.sender_armed()'),             'f', 'it sends nothing until it is armed');
		is($sql->('SELECT count(*) = (SELECT count(*) FROM shelf) FROM shelved'),
			't', 'a view of the municipality works');
		is( $sql->(
				"SELECT spec.case_in('new $title $clusters', 'issued');
                   SELECT state, whole FROM spec.story('new $title $clusters')"),
			"\nissued|t",
			'a new case goes all its way');
		is($sql->('SELECT * FROM licence_home.verify_restore()'), '',
			'... and verify_restore() has still no complaint');
		$contents = contents($next, 'city');
	} or last;
	last if $stuck;    # nothing came, so nothing can go on
	($node, $server) = ($next, $of_next);
}

$node->stop;
done_testing();
