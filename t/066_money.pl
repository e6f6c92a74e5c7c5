# Many clients notify payments at once, the same and different ones, alone, as
# the network and as a bank's file, while others take payments back and pay back.
# Backends are killed in the middle. Nothing is lost and nothing counts twice.
#
#   LICENCE_HOME_MONEY_CLIENTS=64 LICENCE_HOME_SECONDS=60 prove t/066_money.pl

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Cases;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $clients = $ENV{LICENCE_HOME_MONEY_CLIENTS} // 8;
my $seconds = $ENV{LICENCE_HOME_SECONDS}       // 6;
my $cases   = 12;

my $node = PostgreSQL::Test::Cluster->new('money');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "restart_after_crash = on\nmax_connections = " . ($clients + 30));
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE city');
Cases::prepare($node, 'city');

sub sql { return $node->safe_psql('city', @_) }

sql("SELECT spec.ready_for('issue', 'case ' || n) FROM generate_series(1, $cases) AS n");

# What clients were told, in their own transactions: an answer that a client got
# is one that must be found in the tables.  A reference is of one bill, whoever
# notifies it.
sql(q{
CREATE TABLE told (reference text, said text);
CREATE TABLE lot AS SELECT n, spec.bill('case ' || n) AS bill FROM generate_series(1, } . $cases . q{) AS n;
GRANT ALL ON told, lot TO PUBLIC;
CREATE FUNCTION pay_somehow(n integer, part integer, way integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    bill bigint := (SELECT l.bill FROM lot AS l WHERE l.n = $1);
    reference text := format('N-%s-%s', $1, $2);
    said text;
BEGIN
    PERFORM set_config('role', 'licence_home_cashier', true);
    CASE way
        WHEN 1 THEN
            said := (SELECT outcome FROM licence_home.record_payment(reference, bill, 10));
        WHEN 2 THEN
            said := licence_home.notify(jsonb_build_object('AcctInfo', jsonb_build_object('BillingNo', bill::text),
                'JOEBPPSTrx', lower(reference), 'PaidAmt', '10.000')) #>> '{MFEP,MsgHeader,Result,ErrorDesc}';
        WHEN 3 THEN
            said := (SELECT string_agg(f.outcome || coalesce(' ' || f.code, ''), ' ' ORDER BY f.row_no)
                FROM licence_home.record_payments(jsonb_build_array(
                    jsonb_build_object('payment_reference', reference, 'invoice_no', bill, 'amount', 10),
                    jsonb_build_object('payment_reference', ' ' || reference, 'invoice_no', bill, 'amount', '10.000'))) AS f);
        WHEN 4 THEN
            said := (SELECT outcome FROM licence_home.reverse_payment(reference, 'the bank'));
        ELSE
            said := (SELECT outcome FROM licence_home.refund_payment(bill, 5, 'back ' || reference));
    END CASE;
    PERFORM set_config('role', 'none', true);
    INSERT INTO told VALUES (reference, way || ' ' || said);
    RETURN said;
END $$;
CREATE FUNCTION try_to_pay(n integer, part integer, way integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN pay_somehow(n, part, way);
EXCEPTION WHEN SQLSTATE 'LH032' THEN
    RETURN 'LH032';
END $$});

my $dir = PostgreSQL::Test::Utils::tempdir;
append_to_file(
	"$dir/pay", qq{
\\set n random(1, $cases)
\\set part random(1, 6)
\\set way random(1, 10)
SELECT try_to_pay(:n, :part, CASE WHEN :way <= 4 THEN 1 WHEN :way <= 6 THEN 2 WHEN :way <= 8 THEN 3 WHEN :way = 9 THEN 4 ELSE 5 END);
});

sub clients_at_work
{
	my $said = '';
	my $run  = IPC::Run::start(
		[
			'pgbench',   '-n',     '-c',             $clients, '-j',       2,
			'-T',        $seconds, '--max-tries=20', '-f',     "$dir/pay", '-h',
			$node->host, '-p',     $node->port,      'city'
		],
		'<',
		\undef,
		'>',
		\$said,
		'2>',
		\$said);
	return ($run, \$said);
}

my %truths = (
	'each payment is there once' => q{
        SELECT licence_home.fold_reference(payment_reference) FROM licence_home.payment GROUP BY 1 HAVING count(*) > 1},
	'what a client was told of is there' => q{
        SELECT t.reference, t.said FROM told AS t
        WHERE t.said !~ '^5' AND NOT EXISTS (SELECT FROM licence_home.payment AS p
            WHERE licence_home.fold_reference(p.payment_reference) = licence_home.fold_reference(t.reference))},
	'it was recorded once, and the others were told that it is a repeat' => q{
        SELECT t.reference, count(*) FROM told AS t WHERE t.said = '1 recorded' GROUP BY 1 HAVING count(*) > 1},
	'nothing went wrong in a file' => q{SELECT DISTINCT said FROM told WHERE said ~ 'refused|^2 (?!Success)'},
	'the ledger has every row, and none besides' => q{
        SELECT e.kind, e.source_no FROM licence_home.money_entry AS e
        FULL JOIN (SELECT 'payment' AS kind, payment_id AS source_no, amount FROM licence_home.payment
            UNION ALL SELECT 'reversal', payment_reversal_id, amount FROM licence_home.payment_reversal
            UNION ALL SELECT 'refund', payment_refund_id, amount FROM licence_home.payment_refund
            UNION ALL SELECT 'bill', invoice_no, amount FROM licence_home.invoice) AS r USING (kind, source_no)
        WHERE e.amount IS DISTINCT FROM r.amount},
	'it balances from both ends'                        => 'SELECT * FROM licence_home.reconcile() WHERE NOT balanced',
	'a licence was issued once, when its bill was paid' => q{
        SELECT a.application_no, a.state FROM licence_home.application AS a
        LEFT JOIN licence_home.licence AS l USING (application_no)
        WHERE (a.state = 'issued') <> (l.licence_no IS NOT NULL)},
	'an open bill that is paid has its licence' => q{
        SELECT a.application_no FROM licence_home.application AS a
        CROSS JOIN LATERAL licence_home_internal.open_bill_money(a.application_no) AS m
        WHERE a.state = 'fee_due' AND m.lacking = 0},
	'no more went back than came' => q{
        SELECT m.* FROM licence_home.invoice AS i
        CROSS JOIN LATERAL licence_home_internal.account_money(i.invoice_no, i.application_no) AS m WHERE m.net + m.reversed < 0},
	"what is refundable is somebody's task" => q{
        SELECT i.invoice_no FROM licence_home.invoice AS i
        CROSS JOIN LATERAL licence_home_internal.account_money(i.invoice_no, i.application_no) AS m
        WHERE m.surplus > 0 AND NOT EXISTS (SELECT FROM licence_home.refundable AS r WHERE r.invoice_no = i.invoice_no AND r.amount = m.surplus)},
	'the chains of events are whole'                       => 'SELECT * FROM licence_home.verify_events()',
	'every licence is proven, but for what was taken back' => q{
        SELECT * FROM licence_home.unproven_licences() WHERE about IS DISTINCT FROM 'reversed'});

sub all_is_well
{
	my ($title) = @_;
	subtest $title => sub {
		is(sql($truths{$_}), '', $_) for sort keys %truths;
	};
}

my $recorded = 0;
for my $round (1 .. 2)
{
	my ($run, $said) = clients_at_work();
	sleep($seconds / 3);
	my $pid = '';
	for (1 .. 200)
	{
		$pid = sql(
			q{SELECT pid FROM pg_stat_activity WHERE query LIKE '%try_to_pay%' AND pid <> pg_backend_pid()
            AND state = 'active' LIMIT 1});
		last if $pid;
	}
	ok($pid, "kill -9 of a backend, round $round") && kill 'KILL', $pid;
	$run->finish;
	ok($run->result != 0, 'the clients lost their connections');
	$node->poll_query_until('postgres', 'SELECT true');
	all_is_well("after kill -9, round $round");
}
my ($run, $said) = clients_at_work();
$run->finish;
ok($run->result == 0, 'the clients go on to their end') or diag $$said;
all_is_well('in the end');
$recorded = sql('SELECT count(*) FROM licence_home.payment');
cmp_ok($recorded, '>', $cases,
		"payments were recorded: $recorded, and "
	  . sql('SELECT count(*) FROM licence_home.payment_reversal')
	  . ' taken back, '
	  . sql('SELECT count(*) FROM licence_home.payment_refund')
	  . ' paid back');
cmp_ok(sql('SELECT count(*) FROM told'),                 '>', $recorded, 'by more answers than that');
cmp_ok(sql('SELECT count(*) FROM licence_home.licence'), '>', 0,         'licences were issued');

$node->stop;
done_testing();
