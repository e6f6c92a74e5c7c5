# An independent ledger: each call of a function that shows a person, as pgaudit
# logs it, stands in read_record, whatever became of its transaction.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

chomp(my $libraries = `pg_config --pkglibdir`);
plan skip_all => 'pgaudit is not installed (package postgresql-NN-pgaudit)' if !-e "$libraries/pgaudit.so";

my $node = PostgreSQL::Test::Cluster->new('audited');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pgaudit'\nfsync = off");
$node->start;
$node->safe_psql(
	'postgres', q{CREATE EXTENSION licence_home CASCADE; SELECT licence_home.load_rules('amman');
    CREATE ROLE huda LOGIN IN ROLE licence_home_clerk;
    CREATE ROLE sami LOGIN IN ROLE licence_home_inspector;
    CREATE ROLE portal LOGIN IN ROLE licence_home_portal;
    CREATE ROLE nadia LOGIN IN ROLE licence_home_auditor;
    ALTER ROLE huda SET pgaudit.log = 'function';
    ALTER ROLE sami SET pgaudit.log = 'function';
    ALTER ROLE portal SET pgaudit.log = 'function';
    ALTER ROLE nadia SET pgaudit.log = 'function';
    INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone)
        SELECT 'citizen', 9871234500 + n, 'x', '0791234501' FROM generate_series(1, 20) AS n;
    INSERT INTO licence_home.application (applicant_id, profession) SELECT applicant_id, 'jams' FROM licence_home.applicant}
);
my @cases = split /\n/, $node->safe_psql('postgres', 'SELECT application_no FROM licence_home.application ORDER BY 1');
my $size  = -s $node->logfile;

my $seed = $ENV{SEED} // time;
note("SEED=$seed");
srand $seed;
my %calls = (
	huda   => [ 'person_of(%s)', 'find_person(%s)', 'find_applicant(%s)', 'case_card(%s)' ],
	sami   => [ 'person_of(%s)', 'case_card(%s)' ],
	portal => ['find_applicant(%s)'],
	nadia  => [ 'person_of(%s)', 'who_sought(%s)', 'find_person(%s)' ]);

for (1 .. 40)
{
	my $who = (sort keys %calls)[ rand keys %calls ];
	my @day = ('BEGIN;', 'SAVEPOINT s;');
	for (1 .. 1 + rand 8)
	{
		my $call = $calls{$who}[ rand @{ $calls{$who} } ];
		my $argument =
		  $call =~ /person_of|case_card/ ? "'$cases[rand @cases]'" : sprintf(q('citizen', '%d'), 9871234490 + rand 40);
		push @day,
			'SELECT FROM licence_home.'
		  . sprintf($call, $argument)
		  . (rand() < 0.1 ? ' WHERE 1 / (random() * 0)::int = 0;' : ';');
		push @day, 'ROLLBACK TO s;' if rand() < 0.3;
	}
	push @day, ('COMMIT;', 'ROLLBACK;', 'SELECT 1 / 0;', '')[ rand 4 ];
	local $ENV{PGUSER} = $who;
	$node->psql(
		'postgres', join("\n", @day),
		stdout        => \my $out,
		stderr        => \my $err,
		on_error_stop => 0,
		extra_params  => [ '-U', $who ]);
}

my $log = slurp_file($node->logfile, $size);
my %logged;
$logged{$1}++
  while $log =~
  /AUDIT: SESSION,\d+,\d+,FUNCTION,EXECUTE,FUNCTION,licence_home\.(person_of|find_person|find_applicant|who_sought|message_text|event_notes|case_card),/g;
my $audited = join ' ', map { "$_ $logged{$_}" } sort keys %logged;
my $query   = q(SELECT string_agg(function || ' ' || n, ' ' ORDER BY function COLLATE "C") FROM (
    SELECT function, count(*) AS n FROM licence_home.read_record WHERE login <> current_user GROUP BY function) AS r);
$node->poll_query_until('postgres', $query, $audited);
cmp_ok(scalar keys %logged, '==', 5, "pgaudit logged $audited");
is($node->safe_psql('postgres', $query), $audited, 'what pgaudit logged is recorded, and nothing else');

$node->stop;
done_testing();
