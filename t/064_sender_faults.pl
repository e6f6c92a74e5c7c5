# The sender in runs that follow from a seed. A gateway fails in every way
# while senders are killed, two send at once, the clock moves and reports come
# as they like. After each run, by the gateway's ledger: no message lost, none
# sent twice unless its policy says so and the record too, none overtaking
# another to the same person. None is sent after its expiry, and at most one is
# in doubt for each connection when something crashes. Each is in a final state
# or held for a stated reason.
#
# Here two seeds of each scenario; tools/faults runs as many as it is asked.
# The environment may have FAULT_SEED, the first of the seeds, FAULT_RUNS, how
# many, and FAULT_TELL, to tell every run and not only a failed one.  What is
# planned for a seed is always the same; at which instruction a sender is hit is
# not.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Faults::Plan;
use Faults::Run;
use Gateway;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $first = $ENV{FAULT_SEED} // 1;
my $runs  = $ENV{FAULT_RUNS} // 34;

my $gateway = Gateway->start(PostgreSQL::Test::Utils::tempdir);
my $node    = PostgreSQL::Test::Cluster->new('faults');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf(
	'postgresql.conf', join "\n", 'fsync = on',
	'restart_after_crash = on',
	'shared_buffers = 32MB',
	'log_statement = none',
	'recovery_init_sync_method = syncfs', '');
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE template');
$node->safe_psql('template', 'CREATE EXTENSION licence_home CASCADE');

# A database that no failed run has left anything in.
my $databases = 0;

sub new_run
{
	my $name = 'city' . ++$databases;
	$node->safe_psql('postgres', "CREATE DATABASE $name TEMPLATE template");
	return Faults::Run->new($node, $name, $gateway);
}

my (%having, %totals, @failed);
my $run   = new_run();
my $began = time;
for my $seed ($first .. $first + $runs - 1)
{
	my $plan       = Faults::Plan::make($seed);
	my @violations = $run->carry_out($plan);

	$having{$_}++ for @{ $plan->{faults} };
	ok(!@violations, "seed $seed: $plan->{title}");
	note($run->story) if @violations || $ENV{FAULT_TELL};
	next unless @violations;
	diag(map { "seed $seed: $_\n" } @violations);
	push @failed, $seed;
	$totals{$_} += $run->{totals}{$_} for keys %{ $run->{totals} };
	$run = new_run();
}
$totals{$_} += $run->{totals}{$_} for keys %{ $run->{totals} };
note(sprintf '%d runs in %.0f s', $runs, time - $began);
note("total of runs with $_: $having{$_}") for sort keys %having;
note("total of $_: $totals{$_}")           for sort keys %totals;
diag("failed seeds: @failed") if @failed;

my $log = slurp_file($node->logfile);
unlike($log, qr/\Q@{[ Faults::Run::secret() ]}/,           'no credential is in the log');
unlike($log, qr/PANIC:|TRAP:|terminated by signal (?!9:)/, 'nothing crashed that was not killed');

$node->stop;
done_testing();
