# Whole cases through the workflow, pg_cron, the sender and a real gateway.
# Every message of the service card reaches the far side once, in order, as it
# was written, in the applicant's language. So it does when the gateway is
# down at first. What the gateway reports on delivery comes back.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;

use Encode qw(decode encode);
use File::Temp;
use IO::Socket::INET;
use Kannel;
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'Kannel is not installed' unless Kannel->installed;

my $dir     = File::Temp->newdir('kannelXXXX', TMPDIR => 1);
my $kannel  = Kannel->start("$dir");
my $reports = reports_to("$dir/reports");

# Also when the test dies; the folder goes last, since it says what runs.
END
{
	local $?;
	kill 'KILL', $reports->{pid} if $reports;
	$kannel->stop if $kannel;
	undef $dir;
}

my $node = PostgreSQL::Test::Cluster->new('messages');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
CONF
$node->start;

sub sql
{
	my ($statement, %option) = @_;
	return decode('UTF-8', $node->safe_psql('postgres', encode('UTF-8', $statement), %option));
}

sql('CREATE EXTENSION licence_home CASCADE; CREATE EXTENSION pg_cron');
sql("SELECT licence_home.load_rules('amman')");

# Ten o'clock on a working day, when the office works.
sql(    "SELECT format('ALTER DATABASE postgres SET licence_home.clock = %L', '+' || ceil(extract(epoch FROM"
	  . " (licence_home.add_working_days(licence_home.today(), 1) + time '10:00') AT TIME ZONE 'Asia/Amman' - now())) || ' seconds') \\gexec"
);
sql("CREATE ROLE test_$_ LOGIN IN ROLE licence_home_$_") for qw(portal clerk inspector committee cashier sender);

my ($url, $username, $password) = ($kannel->url, $kannel->username, $kannel->password);
sql(qq{INSERT INTO licence_home.sms_gateway
    (gateway, method, url, accepted, retry, credentials, valid, source, certainty)
VALUES ('kannel', 'GET', '$url?username={username}&password={password}'
    '&to={to}&text={text}&coding={coding}&charset=UTF-8&dlr-mask=31'
    '&dlr-url=http%3A%2F%2F127.0.0.1%3A$reports->{port}%2F{id}%2F%25d',
    '^202 (0: Accepted|3: Queued)', '^(429 |503 Temporal failure)', '^(401 |403 Authorization failed)',
    daterange(licence_home.today(), NULL), 'test', 'unknown');
INSERT INTO licence_home.sms_gateway_credential
VALUES ('kannel', 'username', '$username'), ('kannel', 'password', '$password')});

# --- the stories ------------------------------------------------------------

# A story is a profession and a list of steps, and a step who takes it, how,
# and the messages that it owes.
my $apply = [
	'portal', q{
    INSERT INTO licence_home.document (application_no, document_type, reference_no)
        VALUES (:'no', 'title_deed', '1'), (:'no', 'occupancy_permit', '2'), (:'no', 'construction_licence', '3');
    SELECT licence_home.perform(:'no', 'submit')},
	'application_accepted'
];
my $schedule = [
	'clerk', q{
    UPDATE licence_home.document SET review = 'accepted' WHERE application_no = :'no' AND review = 'pending';
    INSERT INTO licence_home.inspection (application_no, scheduled_for)
        VALUES (:'no', licence_home.now() + interval '1 hour');
    SELECT licence_home.perform(:'no', 'schedule_inspection')},
	'inspection_scheduled'
];
my $pass = [
	'inspector', q{
    INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling)
        SELECT i.inspection_id, c.criterion, 'met' FROM licence_home.inspection AS i,
            licence_home.inspection_checklist(i.application_no) AS c
        WHERE i.application_no = :'no' AND i.outcome = 'pending';
    UPDATE licence_home.inspection SET outcome = 'passed', measured_home_area_m2 = 120, measured_work_area_m2 = 15
        WHERE application_no = :'no' AND outcome = 'pending';
    SELECT licence_home.perform(:'no', 'refer_to_committee')}
];
my $approve = [
	'committee', q{
    INSERT INTO licence_home.decision (application_no, outcome) VALUES (:'no', 'approved');
    SELECT licence_home.perform(:'no', 'approve')},
	'decision_approved', 'external_approval_required'
];

# A portal's step that sends the food authority's answer.
sub answer
{
	my ($action, $answer) = @_;
	return [
		'portal', qq{
        INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, issued_on)
            VALUES (:'no', 'jfda', '$action', '$answer', licence_home.today());
        SELECT licence_home.perform(:'no', '$action')}
	];
}

# A clerk's step that follows from a review of it.
sub review
{
	my ($review, $action, @messages) = @_;
	return [
		'clerk', qq{
        UPDATE licence_home.external_approval SET review = '$review'
            WHERE application_no = :'no' AND review = 'pending';
        SELECT licence_home.perform(:'no', '$action')},
		@messages
	];
}

my @stories = (
	{
		name       => 'a baker with every obstacle',
		profession => 'home_baking',
		end        => 'issued',
		steps      => [
			$apply,
			[
				'clerk', q{
                UPDATE licence_home.document
                    SET review = CASE document_type WHEN 'title_deed' THEN 'incorrect' ELSE 'accepted' END
                    WHERE application_no = :'no';
                SELECT licence_home.perform(:'no', 'return_documents')},
				'documents_deficient'
			],
			[
				'portal', q{
                INSERT INTO licence_home.document (application_no, document_type, reference_no)
                    VALUES (:'no', 'title_deed', '4');
                SELECT licence_home.perform(:'no', 'resubmit')}
			],
			$schedule,
			[
				'inspector', q{
                UPDATE licence_home.inspection SET outcome = 'no_access'
                    WHERE application_no = :'no' AND outcome = 'pending'}
			],
			[
				'clerk', q{
                INSERT INTO licence_home.inspection (application_no, scheduled_for)
                    VALUES (:'no', licence_home.now() + interval '2 hours');
                SELECT licence_home.perform(:'no', 'reschedule_inspection')},
				'inspection_rescheduled'
			],
			[
				'inspector', q{
                INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling)
                    SELECT inspection_id, 'nuisance', 'not_met' FROM licence_home.inspection
                    WHERE application_no = :'no' AND outcome = 'pending';
                UPDATE licence_home.inspection SET outcome = 'failed'
                    WHERE application_no = :'no' AND outcome = 'pending';
                SELECT licence_home.perform(:'no', 'require_correction')},
				'correction_required'
			],
			[ 'portal', q{SELECT licence_home.perform(:'no', 'report_correction')} ],
			$schedule,
			$pass,
			$approve,
			answer('submit_approvals', 'granted'),
			review('incorrect', 'return_approvals', 'approvals_deficient'),
			answer('resubmit_approvals', 'granted'),
			review('accepted', 'accept_approvals', 'fees_due'),
			[
				'cashier', q{
                SELECT licence_home.record_payment('pay ' || invoice_no, invoice_no, amount)
                    FROM licence_home.invoice WHERE application_no = :'no'},
				'licence_issued'
			]
		]
	},
	{
		name       => 'a marketer without obstacles',
		profession => 'electronic_marketing',
		end        => 'issued',
		steps      => [
			$apply,
			$schedule,
			$pass,
			[ @$approve[ 0, 1 ], 'decision_approved', 'fees_due' ],
			[
				'cashier', q{
                SELECT licence_home.record_payment('pay ' || invoice_no, invoice_no, amount)
                    FROM licence_home.invoice WHERE application_no = :'no'},
				'licence_issued'
			]
		]
	},
	{
		name       => 'a refusal',
		profession => 'embroidery',
		end        => 'rejected',
		steps      => [
			$apply,
			$schedule,
			$pass,
			[
				'committee', q{
                INSERT INTO licence_home.decision (application_no, outcome, reason)
                    VALUES (:'no', 'refused', 'nuisance');
                SELECT licence_home.perform(:'no', 'reject')},
				'decision_refused'
			]
		]
	},
	{
		name       => 'an authority that refuses',
		profession => 'pickles',
		end        => 'rejected',
		steps      => [
			$apply,
			$schedule,
			$pass,
			$approve,
			answer('submit_approvals', 'refused'),
			review('accepted', 'refuse_approvals', 'refused_by_authority')
		]
	});

# --- playing them -----------------------------------------------------------

# An applicant who reads a language, with a draft; gives back the case.
my $cases = 0;

sub begin_case
{
	my ($story, $language) = @_;
	$cases++;
	my ($no, $applicant) = split /\|/, sql(
		qq{
        INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone, language)
            VALUES ('citizen', '900000000$cases', 'اسم', '079000000$cases', '$language')
            RETURNING applicant_id AS applicant \\gset
        INSERT INTO licence_home.application (applicant_id, profession, home, parcel, home_area_m2,
                work_area_m2, built_on, employees, people, tenant)
            VALUES (:applicant, '$story->{profession}', ST_SetSRID(ST_MakePoint(35.866, 32.001), 4326), '$cases',
                120, 15, '1995-01-01', 0, 1, false)
            RETURNING application_no, applicant_id;},
		extra_params => [ '-1', '-U', 'test_portal' ]);
	return {
		%$story,
		name      => "$story->{name} ($language)",
		language  => $language,
		no        => $no,
		applicant => $applicant,
		phone     => "+96279000000$cases",
		left      => [ @{ $story->{steps} } ],
		expected  => []
	};
}

# Take the next step of a case; how many messages it owes.
sub step
{
	my ($case) = @_;
	my ($role, $statements, @messages) = @{ shift @{ $case->{left} } };

	$statements = "SELECT licence_home.act_for(:applicant);\n$statements" if $role eq 'portal';
	sql($statements,
		extra_params => [ '-1', '-U', "test_$role", '-v', "no=$case->{no}", '-v', "applicant=$case->{applicant}" ]);
	push @{ $case->{expected} }, @messages;
	return scalar @messages;
}

my @cases = map {
	my $story = $_;
	map { begin_case($story, $_) } qw(ar en)
} @stories;
my $owed = 0;

# The gateway is down: steps go on all the same.
$kannel->stop_box($_) for qw(smsbox fakesmsc bearerbox);
sql("SELECT licence_home.schedule_jobs('test_sender') FROM generate_series(1, 2)");
my $jobs = sql('SELECT count(*) FROM licence_home_internal.jobs()');
is(sql('SELECT count(*), count(DISTINCT jobname), min(username) FROM cron.job'),
	"$jobs|$jobs|test_sender", 'jobs that are scheduled twice are there once');
for (1 .. 2)
{
	$owed += step($_) for @cases;
}
ok($node->poll_query_until('postgres', 'SELECT count(*) > 0 FROM licence_home.sms_attempt'),
	'pg_cron starts the sender, which tries');
is(sql("SELECT count(*) FROM licence_home.sms_message WHERE status NOT IN ('waiting', 'sending')"),
	0, 'while the gateway is down every message waits');

$kannel->start_box($_) for qw(bearerbox fakesmsc smsbox);
my @arrived = $kannel->wait_for_messages($owed, 150);
is(scalar @arrived, $owed, 'when it is up again every message arrives');

# Now step by step.
my $slowest = 0;
while (my @open = grep { @{ $_->{left} } } @cases)
{
	for my $case (@open)
	{
		$owed += step($case);
		my $committed = time;
		@arrived = $kannel->wait_for_messages($owed);
		my $took = time - $committed;
		$slowest = $took if $took > $slowest;
	}
}
note sprintf 'the slowest message took %.2f s from its commit', $slowest;

# --- what came of it --------------------------------------------------------

# for what nobody expects: until the network has reported on every message, and
# nothing is left to send
ok( $node->poll_query_until(
		'postgres', q(SELECT NOT EXISTS (SELECT FROM licence_home.sms_queue WHERE status IN ('waiting', 'sending'))),),
	'nothing is left to send');
@arrived = $kannel->messages;
is(scalar @arrived, $owed, 'as many messages arrived as were owed');
for my $case (@cases)
{
	my @texts   = map { $_->{text} } grep { $_->{to} eq $case->{phone} } @arrived;
	my @written = map { [ split /\t/ ] } split /\n/, sql(
		"COPY (SELECT template, body FROM licence_home.sms_message
         WHERE application_no = '$case->{no}' ORDER BY message_id) TO STDOUT");

	is(sql("SELECT state FROM licence_home.application WHERE application_no = '$case->{no}'"),
		$case->{end}, "$case->{name}: $case->{end}");
	is_deeply([ map { $_->[0] } @written ], $case->{expected}, '... owing the messages of the card');
	is_deeply(\@texts, [ map { $_->[1] } @written ],           '... which arrived once, in order, as written');
	my $alphabet = $case->{language} eq 'ar' ? qr/\p{Arabic}/ : qr/^[\x20-\x7e]*$/;
	is_deeply([ grep { $_ !~ $alphabet } @texts ], [], '... in the language of the applicant');
}
is( sql(q{SELECT count(*) FROM licence_home.sms_template
    WHERE (template, language) NOT IN (SELECT template, language FROM licence_home.sms_message)
    AND template IN (SELECT unnest(messages) FROM licence_home.workflow_transition WHERE workflow = 'first_issue')
    AND template NOT IN ('application_withdrawn', 'application_closed', 'application_lapsed', 'application_reopened',
        'deadline_extended', 'sent_in_error', 'inspection_cancelled', 'bill_replaced', 'payment_reversed')}
	),
	0,
	'every text of the card was sent');
is(sql('SELECT count(*) FROM licence_home.verify_events()'), 0, 'the events are whole');

# --- delivery reports -------------------------------------------------------

SKIP:
{
	my $end = time + 10;
	sleep 0.1 until delivered() >= $owed || time > $end;
	skip 'this gateway reports no deliveries', 2 unless delivered();

	sql('SELECT ' . join(', ', map { "licence_home.sms_report('$_->[0]', '$_->[1]', NULL)" } reported()),
		extra_params => [ '-U', 'test_sender' ]);
	is(sql("SELECT string_agg(DISTINCT status, ' ') FROM licence_home.sms_message"),
		'delivered', 'delivery reports come back for every message');
	is(sql('SELECT count(*) FROM licence_home.sms_message WHERE delivered_at IS NULL'), 0, '... with the time');
}

# --- without jobs -----------------------------------------------------------

is(sql('SELECT licence_home.unschedule_jobs()'), $jobs, 'the jobs can be removed');
is(sql('SELECT count(*) FROM cron.job'),         0,     '... and are gone');

$node->stop('immediate');
$kannel->stop;
done_testing();

# Take delivery reports, GET /ID/STATUS, and write them to a file, a line each.
sub reports_to
{
	my ($file) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 128)
	  or die "cannot listen: $!";
	my $self = { file => $file, port => $listener->sockport };

	die "cannot fork: $!" unless defined($self->{pid} = fork);
	return $self if $self->{pid};

	open my $out, '>>', $file or POSIX::_exit(1);
	$out->autoflush(1);
	while (my $client = $listener->accept)
	{
		my $request = '';
		while (my $line = <$client>)
		{
			$request = $line if $request eq '';
			last             if $line =~ /^\r?\n$/;
		}
		print $out "$1 $2\n" if $request =~ m{^GET /(\d+)/(\d+)};
		print $client "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
		close $client;
	}
	POSIX::_exit(0);
}

# The reports until now, pairs of message and status.
sub reported
{
	open my $in, '<', $reports->{file} or return ();
	return map { [split] } <$in>;
}

# How many messages were reported as delivered, by Kannel's 1.
sub delivered
{
	my %id = map { $_->[0] => 1 } grep { $_->[1] == 1 } reported();
	return scalar keys %id;
}
