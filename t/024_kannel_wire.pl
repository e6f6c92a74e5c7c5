# The protocol between Kannel's bearerbox and its boxes, byte by byte. A report
# is acknowledged when it is committed and not before. Nothing that bearerbox
# sends harms, and what is no report changes nothing. The test plays bearerbox.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $PATIENCE = $PostgreSQL::Test::Utils::timeout_default;

my $node = PostgreSQL::Test::Cluster->new('wire');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
sub sql { return $node->safe_psql('postgres', @_) }

my $bearerbox = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5, ReuseAddr => 1)
  or die "cannot listen: $!";
my $port = $bearerbox->sockport;
sql("CREATE EXTENSION licence_home CASCADE; SELECT licence_home.arm_sender();
    CREATE ROLE robot LOGIN IN ROLE licence_home_sender");

# Ten messages that a gateway accepted.
sql(q{SET session_replication_role = replica;
INSERT INTO licence_home.sms_message_text (application_no, event_no, applicant_id, template, language, phone, body, parts)
    SELECT licence_home.application_no_make(2026, n), 1, 1, 'test', 'en', '0791234567', 'text', 1
    FROM generate_series(1, 510) AS n;
INSERT INTO licence_home.sms_attempt (message_id, attempt, series, resent, outcome, run_id, phone, claimed_at, recorded_at, gateway)
    SELECT message_id, 1, 1, false, 'accepted', 1, phone, now(), now(), 'kannel' FROM licence_home.sms_message_text});

sub status  { return sql("SELECT status FROM licence_home.sms_status WHERE message_id = $_[0]") }
sub trouble { return sql('SELECT trouble FROM licence_home.kannel_box') }

# --- frames -----------------------------------------------------------------

sub string { return defined $_[0] ? pack 'N/a*', $_[0] : pack 'N', 0xffffffff }
sub frame { return pack 'N/a*', join '', @_ }

my $uuids = 0;
sub new_uuid { return sprintf '%08d-0000-4000-8000-000000000000', ++$uuids }

# An SMS as bearerbox packs it, with a UUID, its type, status and dlr-url.
sub sms
{
	my ($uuid, $type, $status, $url) = @_;
	my $unset = 0xffffffff;
	return frame(
		pack('N', 2),                                                               string('Amman'),
		string('+962791234567'),                                                    string(undef),
		string("ACK/\0\xff"),                                                       pack('N', time - 5),
		string('operator'),                                                         string(undef),
		string('0000002a'),                                                         string('licence_home'),
		string(undef),                                                              string($uuid),
		pack('N8', $type, $unset, $unset, $unset, $unset, $unset, $unset, $status), string($url),
		pack('N3', $unset, $unset, $unset),                                         string(undef),
		string(undef),                                                              string(undef),
		pack('N4', 0, $unset, $unset, $unset),                                      string('?orig_msg?dlr_mask=31&'));
}

sub report { my ($uuid, $message, $status) = @_; return sms($uuid, 3, $status, "http://licence_home/$message") }

# --- the connection ---------------------------------------------------------

my ($receiver, $peer);
my $read = '';

sub start_receiver
{
	my ($in, $out) = ('', '');
	$receiver = IPC::Run::start(
		[
			'psql', '-XAtq', '-U', 'robot', '-d', $node->connstr('postgres'),
			'-c',   "CALL licence_home.receive_kannel_reports('@{[ 10 * $PATIENCE ]} s')"
		],
		\$in,
		\$out,
		\$out);
}

# Take the next connection; what it says first.
sub accept_box
{
	$read = '';
	IO::Select->new($bearerbox)->can_read($PATIENCE) or die 'nobody connected';
	$peer = $bearerbox->accept;
	return next_frame();
}

# The next frame from the other side, undef at the end.
sub next_frame
{
	until (length $read >= 4 && length $read >= 4 + unpack 'N', $read)
	{
		IO::Select->new($peer)->can_read($PATIENCE) or die 'no answer';
		sysread $peer, $read, 65536, length $read or return undef;
	}
	return unpack 'N/a', substr $read, 0, 4 + unpack('N', $read), '';
}

# The UUIDs of the next acknowledgements.
sub acknowledged
{
	my ($n) = @_;
	my @uuids;
	while (@uuids < $n)
	{
		my ($type, $nack, $time, $uuid) = unpack 'N3 N/a', next_frame() // return 'the end';
		push @uuids, $type == 3 && $nack == 0 ? $uuid : 'something else';
	}
	return @uuids == 1 ? $uuids[0] : join ' ', sort @uuids;
}

# Send a frame, and see whether it is acknowledged.
sub is_acknowledged
{
	my ($uuid, $frame) = @_;
	syswrite $peer, $frame;
	return acknowledged(1) eq $uuid;
}

is(sql("CALL licence_home.receive_kannel_reports('1 hour')"), '', 'where there is no bearerbox, the call ends at once');
sql("INSERT INTO licence_home.kannel_box (box, port) VALUES ('licence_home', $port)");
start_receiver();
is(accept_box(), pack('N2', 1, 3) . string('licence_home'), 'the receiver says who it is');
my $uuid;

# --- reports ----------------------------------------------------------------

ok(is_acknowledged($uuid = new_uuid(), report($uuid, 1, 1)), 'a report is acknowledged');
is(status(1), 'delivered', '... and taken in');
ok(is_acknowledged($uuid, report($uuid, 1, 1)), '... again when it comes again');
is(status(1), 'delivered', '... which changes nothing');

$uuid = new_uuid();
for my $byte (split //, report($uuid, 2, 2))
{
	syswrite $peer, $byte;
	sleep 0.001;
}
is(acknowledged(1), $uuid,    'a report may come byte by byte');
is(status(2),       'failed', '... and is whole');

my @uuid = map { new_uuid() } 1 .. 500;
syswrite $peer, join('', map { report($uuid[ $_ - 1 ], 10 + $_, 1) } reverse 1 .. 500);
is(acknowledged(500), join(' ', sort @uuid), 'many may come at once');
is(sql("SELECT count(*) FROM licence_home.sms_status WHERE status = 'delivered' AND message_id > 10"),
	500, '... and all count');

# Not committed, not acknowledged.
my $session = $node->background_psql('postgres', on_error_stop => 0);
$session->query_safe('BEGIN; LOCK TABLE licence_home.sms_delivery_report IN EXCLUSIVE MODE');
my $blocked =
  q(SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.receive%' AND wait_event_type = 'Lock');
syswrite $peer, report($uuid = new_uuid(), 3, 1);
$node->poll_query_until('postgres', $blocked);
ok(!IO::Select->new($peer)->can_read(0), 'a report is not acknowledged before it is committed');
$session->query_safe('COMMIT');
is(acknowledged(1), $uuid, '... but then');
$session->query_safe('BEGIN; LOCK TABLE licence_home.sms_delivery_report IN EXCLUSIVE MODE');
syswrite $peer, report($uuid = new_uuid(), 4, 1);
$node->poll_query_until('postgres', $blocked);
sql(q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.receive%'));
is(next_frame(), undef, 'a receiver that ends before the commit acknowledges nothing');
$session->query_safe('COMMIT');
$session->quit;
is(status(4), 'accepted', '... and has taken in nothing');
eval { $receiver->finish };
start_receiver();
accept_box();
ok(is_acknowledged($uuid, report($uuid, 4, 1)), '... so that it comes again to the next');
is(status(4), 'delivered', '... which takes it in');

# --- what is no report of ours ----------------------------------------------

my $before = sql('SELECT count(*) FROM licence_home.sms_delivery_report');
ok(is_acknowledged($uuid = new_uuid(), report($uuid, 999999, 1)), 'a report on an unknown message is acknowledged');
ok(is_acknowledged($uuid = new_uuid(), sms($uuid, 3, 1, undef)),                  '... and one without a dlr-url');
ok(is_acknowledged($uuid = new_uuid(), sms($uuid, 3, 1, 'http://licence_home/')), '... and one without a number in it');
ok(is_acknowledged($uuid = new_uuid(), sms($uuid, 3, 1, q{http://x/5'); DROP TABLE x; --})),
	'... and one with another text');
ok(is_acknowledged($uuid = new_uuid(), report($uuid, 5, 32)), '... and one that says only that it is under way');
ok(is_acknowledged($uuid = new_uuid(), report($uuid, 5, 77)), '... and one with a status that nobody knows');
ok(is_acknowledged($uuid = new_uuid(), sms($uuid, 0, 0, 'http://licence_home/5')), '... and what a telephone sent');
is(sql('SELECT count(*) FROM licence_home.sms_delivery_report'), $before, '... and none of them changes anything');
syswrite $peer, frame(pack 'N2', 0, 17);
syswrite $peer, frame(pack('N', 4), 'a datagram');
ok(is_acknowledged($uuid = new_uuid(), report($uuid, 5, 8)), 'a heartbeat and a datagram are passed over');

# --- what breaks the rules --------------------------------------------------

# What was wrong is kept, since it is over so soon.
sql(q{CREATE TABLE troubles (n bigint GENERATED ALWAYS AS IDENTITY, trouble text); GRANT INSERT ON troubles TO PUBLIC;
    CREATE FUNCTION keep_trouble() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO public.troubles (trouble) VALUES (NEW.trouble); RETURN NULL; END $$;
    CREATE TRIGGER keep_trouble AFTER UPDATE ON licence_home.kannel_box FOR EACH ROW WHEN (NEW.trouble IS NOT NULL)
        EXECUTE FUNCTION keep_trouble()});

# Send something, and see the connection end, with a reason, and another begin.
sub breaks
{
	my ($bytes, $why, $name) = @_;
	my $troubles = sql('SELECT count(*) FROM troubles');
	syswrite $peer, $bytes;
	is(next_frame(), undef, "$name ends the connection");

	# (which is written down after the connection has ended, and is gone when the next one begins)
	$node->poll_query_until('postgres', "SELECT count(*) > $troubles FROM troubles");
	like(sql('SELECT trouble FROM troubles ORDER BY n DESC LIMIT 1'), $why, '... with a reason');
	accept_box();
	ok(is_acknowledged($uuid = new_uuid(), report($uuid, 6, 8)), '... and the next one works');
}

my $whole = report(new_uuid(), 6, 1);
breaks(pack('N', 0xffffffff),                           qr/not the protocol/, 'a length below zero');
breaks(pack('N', 100_000_000),                          qr/not the protocol/, 'a length that no message has');
breaks("GET / HTTP/1.1\r\n\r\n",                        qr/not the protocol/, 'another protocol');
breaks(frame(pack 'N', 99),                             qr/not the protocol/, 'an unknown type');
breaks(frame(substr $whole, 4, 60),                     qr/not the protocol/, 'a frame that ends in a field');
breaks(frame(pack('N', 2), pack('N', 0x7fffffff), 'x'), qr/not the protocol/, 'a field longer than its frame');
breaks(sms('no-uuid', 3, 1, 'http://licence_home/6'),   qr/not the protocol/, 'a message without a UUID');
breaks(frame(pack 'N2', 1, 0),                          qr/bearerbox ended/,  'a goodbye');
is(status(6), 'accepted', 'nothing of that was taken for a report');

# What came before the fault counts.
syswrite $peer, report($uuid = new_uuid(), 7, 1) . pack('N', 0xffffffff);
is(acknowledged(1), $uuid,       'a report before a fault is acknowledged');
is(status(7),       'delivered', '... and taken in');
accept_box();
syswrite $peer, report($uuid = new_uuid(), 8, 1);
shutdown $peer, 1;
is(acknowledged(1), $uuid, 'a report before the end of the connection too');
accept_box();

# --- where it may connect ---------------------------------------------------

sql(q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.receive%'));
eval { $receiver->finish };
sql("SET licence_home.sms_gateway_addresses = '10.0.0.0/8'; CALL licence_home.receive_kannel_reports('1 s')");
like(trouble(), qr/not one of licence_home.sms_gateway_addresses/, 'where gateways may not be, no bearerbox is asked');
ok(!IO::Select->new($bearerbox)->can_read(0), '... nor connected to');
start_receiver();
accept_box();

# --- who may ----------------------------------------------------------------

close $bearerbox;
close $peer;
$node->poll_query_until('postgres', q(SELECT trouble LIKE 'cannot connect%' FROM licence_home.kannel_box))
  or die 'no trouble';
like(trouble(), qr/Connection refused/, 'a bearerbox that is down is told');
sql(q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL licence_home.receive%'));
eval { $receiver->finish };
for my $role (qw(portal clerk inspector committee director cashier analyst admin))
{
	my (undef, undef, $err) =
	  $node->psql('postgres', "SET ROLE licence_home_$role; CALL licence_home.receive_kannel_reports('0')");
	like($err, qr/permission denied/, "$role may not receive");
}
sql(q(SET ROLE licence_home_admin; UPDATE licence_home.kannel_box SET port = port; SELECT licence_home.remove_kannel_box(box) FROM licence_home.kannel_box)
);
$node->stop;
done_testing();
