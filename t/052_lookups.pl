# Who looks a person up leaves a record, also where the transaction is undone,
# and by whatever statement the question is asked.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('lookups');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', 'max_prepared_transactions = 2');
$node->start;
$node->safe_psql('postgres', "CREATE EXTENSION licence_home CASCADE;
    CREATE ROLE portal LOGIN IN ROLE licence_home_portal;
    INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234501', 'x', '0791234501')");

# Statements of the portal's, and what they said.
sub portal
{
    my ($out, $err) = ('', '');
    $node->psql('postgres', join("\n", 'SET SESSION AUTHORIZATION portal;', @_), stdout => \$out, stderr => \$err, on_error_stop => 0);
    return "$out$err";
}

my $query = q(SELECT count(applicant_id) || '|' || count(*) - count(applicant_id) FROM licence_home.applicant_lookup);
my @before = split /\|/, $node->safe_psql('postgres', $query);

# So many look-ups found the applicant, and nobody, since the last time.
sub recorded
{
    my ($found, $nobody, $name) = @_;
    @before = ($before[0] + $found, $before[1] + $nobody);
    $node->poll_query_until('postgres', $query, "$before[0]|$before[1]");
    is($node->safe_psql('postgres', $query), "$before[0]|$before[1]", $name);
}

my $look = q(SELECT licence_home.find_applicant('citizen', '9871234501'););
my $miss = q(SELECT licence_home.find_applicant('citizen', '9871234502'););
my $insert = q(INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '%s', 'y', '0791234502'));
my $same = sprintf($insert, '9871234501');
my $other = sprintf($insert, '9871234503');

portal('BEGIN;', $look, $miss, 'COMMIT;');
recorded(1, 1, 'a look-up that is committed');
portal('BEGIN;', $look, $miss, 'ROLLBACK;');
recorded(1, 1, 'one that is rolled back');
portal('BEGIN;', $look, 'SELECT 1/0;', 'COMMIT;');
recorded(1, 0, 'one before an error');
portal('SELECT licence_home.find_applicant(\'citizen\', \'9871234501\') / 0;');
recorded(1, 0, 'one in the statement of an error');
portal('BEGIN;', 'SAVEPOINT a;', $look, 'SAVEPOINT b;', $miss, 'RELEASE b;', 'ROLLBACK TO a;', $look, 'COMMIT;');
recorded(2, 1, 'those of a savepoint that is rolled back');
portal('BEGIN;', 'SAVEPOINT a;', $look, 'ROLLBACK TO a;', 'ROLLBACK;');
recorded(1, 0, 'once where both are rolled back');
portal("DO \$\$BEGIN PERFORM licence_home.find_applicant('citizen', '9871234501'); RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN NULL; END\$\$;");
recorded(1, 0, 'one in a block that catches an error');
portal('BEGIN;', ($look) x 300, 'ROLLBACK;');
recorded(300, 0, 'many at once');
portal('BEGIN;', $look, "PREPARE TRANSACTION 'p';", "ROLLBACK PREPARED 'p';");
recorded(1, 0, 'one in a transaction that is prepared and rolled back');
portal($look =~ s/;$//r . ';');
recorded(1, 0, 'one without a transaction block');

# An INSERT answers the same question.
like(portal($same . ';'), qr/applicant_identity_is_unique/, 'an INSERT of who is registered says so');
recorded(1, 0, '... and is recorded as a look-up');
portal("$same ON CONFLICT DO NOTHING;");
recorded(1, 0, '... with ON CONFLICT DO NOTHING');
portal('BEGIN;', "$same ON CONFLICT DO NOTHING;", 'ROLLBACK;');
recorded(1, 0, '... rolled back');
portal('BEGIN;', "$other ON CONFLICT DO NOTHING;", 'ROLLBACK;');
recorded(0, 1, 'an INSERT of who is not registered, rolled back');
portal("$other;");
recorded(0, 0, '... needs no other record than its row');

# A session that is ended.
my $session = Session->new($node->connstr('postgres'), 'SET SESSION AUTHORIZATION portal;');
$session->open;
$session->send("BEGIN; $look");
$session->receive;
$node->safe_psql('postgres', 'SELECT pg_terminate_backend(' . $session->pid . ')');
recorded(1, 0, 'one in a session that is terminated');

# Who looked, and when, is what it was.
is($node->safe_psql('postgres', "SELECT count(DISTINCT actor), min(actor), bool_and(at BETWEEN now() - interval '1 hour' AND now())
    FROM licence_home.applicant_lookup WHERE actor <> current_user"), '1|portal|t', 'it says who looked, and when');

# No worker to be had: the record is in the server's log.
$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
$node->restart;
my $size = -s $node->logfile;
portal('BEGIN;', $look, $miss, 'ROLLBACK;');
my $log = slurp_file($node->logfile, $size);
like($log, qr/could not be written.*\n.*"actor": "portal", "applicant_id": 1\}/, 'where no worker can be had the log says who looked for whom');
like($log, qr/"actor": "portal"\}/, '... and who looked for nobody');
portal('BEGIN;', $look, 'COMMIT;');
recorded(1, 0, 'a transaction that is committed needs none');

$node->stop;
done_testing();
