# A subscription brings a database with cases to another cluster, which then
# takes over. Sequences go on behind the rows, and no number is given twice.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use Contents qw(contents);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

sub cluster
{
	my $node = PostgreSQL::Test::Cluster->new($_[0]);
	$node->init(allows_streaming => 'logical', extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
	$node->append_conf('postgresql.conf', "max_logical_replication_workers = 8\nmax_sync_workers_per_subscription = 4");
	$node->start;
	$node->safe_psql('postgres', 'CREATE DATABASE city');
	return $node;
}

my $old = cluster('old');
Cases::prepare($old, 'city');
$old->safe_psql('city', 'SELECT spec.case_in_every_state()');

# every table but those that are one database's own
my $tables = $old->safe_psql(
	'city', q{
    SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
    WHERE relnamespace = 'licence_home'::regnamespace AND relkind = 'r'
      AND relname NOT IN ('sender_identity', 'restored_rows', 'number_pool')});
$old->safe_psql('city', "CREATE PUBLICATION moving FOR TABLE $tables");

my $new = cluster('new');
$new->safe_psql('city', 'CREATE EXTENSION licence_home CASCADE');
my $source = $old->connstr . ' dbname=city';

# (Since 16 a subscription works as each table's owner, whom row security binds.)
my $as_owner = $new->safe_psql('city', 'SHOW server_version_num') >= 160000 ? 'WITH (run_as_owner = true)' : '';
$new->safe_psql('city', "CREATE SUBSCRIPTION moving CONNECTION '$source' PUBLICATION moving $as_owner");
$new->wait_for_subscription_sync($old, 'moving', 'city');

# What happens meanwhile comes, too.
$old->safe_psql(
	'city', q{
    SELECT spec.case_in('meanwhile', 'fee_due');
    SELECT spec.advance('in submitted', 'inspection_scheduled')});
$old->wait_for_catchup('moving');

# The old one stops, and the new one goes on.
sub rows_alone
{
	return join "\n", grep { !/_seq\||_serial\||_claim_no\||sender_identity|number_pool|spec\./ } split /\n/,
	  contents($_[0], 'city');
}
is(rows_alone($new), rows_alone($old), 'all rows have come');
$new->safe_psql('city', 'DROP SUBSCRIPTION moving');
$old->stop;

sub sql { return $new->safe_psql('city', @_) }

my $numbers = q{SELECT (SELECT max(application_no)::text FROM licence_home.application),
    (SELECT max(licence_no)::text FROM licence_home.licence),
    (SELECT max(event_no) FROM licence_home.application_event),
    (SELECT max(message_id) FROM licence_home.sms_message_text),
    (SELECT max(invoice_no) FROM licence_home.invoice)};
my @before = split /\|/, sql($numbers);

my $moved = sql('SELECT sequence_name, stood_at < stands_at OR stands_at = 1 FROM licence_home.advance_sequences()');
for my $name (
	'application_serial',             'licence_serial',
	'application_event_event_no_seq', 'sms_message_text_message_id_seq',
	'invoice_serial',                 'document_document_id_seq',
	'zone_zone_id_seq')
{
	like($moved, qr/^$name\|t$/m, "$name is brought up to its rows");
}
unlike($moved, qr/\|f$/m, 'none goes back');
is(sql('SELECT * FROM licence_home.advance_sequences()'), '', 'a second time there is nothing to do');
is(sql('SELECT * FROM licence_home.verify_restore()'),    '', 'verify_restore() has no complaint');
is(sql('SELECT * FROM licence_home.verify_events()'),     '', 'the chains of events are whole');

# No sequence is forgotten: each stands at its rows.
is( sql(q{
        SELECT string_agg(format('SELECT %L WHERE (SELECT max(%I) FROM %s) > (SELECT last_value FROM %s)',
            s.relname, a.attname, c.oid::regclass, s.oid::regclass), ' UNION ALL ')
        FROM pg_class AS s JOIN pg_depend AS d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
        JOIN pg_class AS c ON c.oid = d.refobjid JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
        WHERE s.relkind = 'S' AND s.relnamespace = 'licence_home'::regnamespace \gexec}),
	'',
	'no identity is behind its rows');

# The functions of the tests, which no subscription brings.
slurp_file("$FindBin::RealBin/../specs/cases.spec") =~ /^setup\n\{\n(.*?)^\}\n/ms or die;
sql("$1\nSELECT setval('spec.person', 1000)");
sql(q{SELECT spec.case_in('new', 'issued')});
my @after = split /\|/, sql($numbers);
my ($was, $is) = map { /-(\d{8})-/ && $1 } $before[0], $after[0];
is($is, sprintf('%08d', $was + 1), 'the next application has the next number');
($was, $is) = map { /-(\d{8})-/ && $1 } $before[1], $after[1];
is($is, sprintf('%08d', $was + 1), '... and the next licence');
is_deeply([ map { $after[$_] - $before[$_] } 2 .. 4 ], [ 5, 5, 1 ], '... and the next events, messages and bill');
is(sql('SELECT * FROM licence_home.verify_restore()'), '',  'verify_restore() has still no complaint');
is(sql(q{SELECT licence_home.sender_armed()}),         'f', 'it sends nothing until it is armed');

$new->stop;
done_testing();
