# Cases in every state, for tests that need a database in use.
#
#   Cases::prepare($node, 'city');      rules, and the functions spec.*
#   $node->safe_psql('city', "SELECT spec.case_in('mine', 'fee_due')");
#
# The functions are those of the isolation tests: the setup block of
# specs/cases.spec.

package Cases;

use strict;
use warnings;

use FindBin;
use PostgreSQL::Test::Utils;

sub prepare
{
	my ($node, $database, $version) = @_;
	my $spec = slurp_file("$FindBin::RealBin/../specs/cases.spec");

	$spec =~ /^setup\n\{\n(.*?)^\}\n/ms or die 'specs/cases.spec has no setup block';
	$node->safe_psql($database,
		"CREATE EXTENSION licence_home " . (defined $version ? "VERSION '$version' " : '') . "CASCADE;\n$1");

	# A test sends at any hour, also when the office's messages wait for the morning.
	$node->safe_psql($database,
		"SET session_replication_role = replica; UPDATE licence_home.sms_template SET send_from = NULL, send_until = NULL"
	) if !defined $version;
}

1;
