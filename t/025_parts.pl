# sms_parts() against the real Kannel: as many parts as Kannel makes of a text.
# It may make fewer of one whose characters take two units in UTF-16, since it
# cuts them in two; our count leaves them whole.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;

use Encode qw(decode encode);
use File::Temp;
use Kannel;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'Kannel is not installed' unless Kannel->installed;

my $dir    = File::Temp->newdir('kannelXXXX', TMPDIR => 1);
my $kannel = Kannel->start("$dir");
my $node   = PostgreSQL::Test::Cluster->new('parts');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION licence_home CASCADE');

# Parts and alphabet of a text, as we count them.
sub counted
{
	my ($text) = @_;
	my $hex    = unpack 'H*', encode('UTF-8', $text);
	return split /\|/, $node->safe_psql(
		'postgres', "SELECT count(*), min(s.alphabet)
        FROM licence_home.sms_split(convert_from('\\x$hex', 'UTF8')) AS s");
}

# The message that arrives when it is sent as the sender would send it.
my $sent = 0;

sub arrived
{
	my ($text, $alphabet) = @_;
	my ($status) = $kannel->send(to => '+962791234567', text => $text, coding => $alphabet eq 'GSM-7' ? 0 : 2);
	return { text => "refused: $status", parts => 0 } unless $status == 202;
	$sent++;
	return ($kannel->wait_for_messages($sent))[ $sent - 1 ] // { text => 'nothing', parts => 0 };
}

# Every character of GSM-7 that a line of a log can have.
my $alphabet = '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿'
  . 'abcdefghijklmnopqrstuvwxyzäöñüà';
my $extension = '^{}\\[~]|€';
for my $letters ($alphabet, $extension)
{
	my ($parts, $is) = counted($letters);
	my $got = arrived($letters, $is);
	is($is,           'GSM-7',  'the letters are in GSM-7');
	is($got->{text},  $letters, '... for Kannel too');
	is($got->{parts}, $parts,   '... and fit into one part');
}

# Lengths around the limits, with characters of one unit and of two.
my %text = (
	(map { ("$_ letters"              => 'a' x $_) } 160, 161, 306, 307, 459, 460),
	(map { ("$_ of the extension"     => '€' x $_) } 80, 81, 152, 153),
	(map { ("a pair after $_"         => 'a' x $_ . '€' . 'b' x 152) } 151 .. 153),
	(map { ("$_ Arabic"               => 'ع' x $_) } 70,        71, 134, 135, 201, 202),
	(map { ("$_ Latin and one Arabic" => 'a' x $_ . 'ع') } 69,  70, 133, 134),
	(map { ("$_ with marks"           => "e\x{301}" x $_) } 35, 36, 67,  68));
for my $name (sort keys %text)
{
	my ($parts, $is) = counted($text{$name});
	is(arrived($text{$name}, $is)->{parts}, $parts, "$name: $parts of $is");
}
for my $n (35, 36, 66, 67, 68)
{
	my $text = "\x{1F3E0}" x $n . 'ع';
	my ($parts, $is) = counted($text);
	my $got = arrived($text, $is);
	cmp_ok($got->{parts}, '<=', $parts, "$n of two units and one: at most $parts of $is");
	is($got->{text}, $text, '... and whole at the far side');
}

$node->stop;
$kannel->stop;
done_testing();
