# The other tests rely on this: what is given to Kannel over HTTP arrives at
# the far side, and the harness reads it there as a person's telephone would.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::RealBin;

use File::Temp;
use Kannel;
use Test::More;

binmode $_, ':utf8' for map { Test::More->builder->$_ } qw(output failure_output todo_output);

plan skip_all => 'Kannel is not installed' unless Kannel->installed;

my $dir      = File::Temp->newdir('kannelXXXX', TMPDIR => 1);
my $kannel   = Kannel->start("$dir");
my $expected = 0;

# Send, and give back what arrived.
sub arrived
{
	my ($text, %parameter) = @_;
	my ($status) = $kannel->send(to => '+962791234567', text => $text, %parameter);
	return { text => "refused: $status" } unless $status == 202;
	$expected++;
	return ($kannel->wait_for_messages($expected))[ $expected - 1 ];
}

my $short = "طلبكم رقم ١٢٣ قيد التدقيق.\nالرسوم: 25 ديناراً + 100% \x{1F3E0}";
my $got   = arrived($short);
is($got->{text},  $short,          'an Arabic message arrives with the same text');
is($got->{to},    '+962791234567', '... at the number it was sent to');
is($got->{parts}, 1,               '... in one part');

my $long = join ' ', map { "القسم $_: موعد الكشف يوم الأحد؛" } 1 .. 12;
$got = arrived($long);
is($got->{text}, $long, 'a long Arabic message arrives joined in order');
cmp_ok($got->{parts}, '>', 1, "... from $got->{parts} parts");

my $split = 'x' x 66 . "\x{1F3E0}" x 30;
is(arrived($split)->{text}, $split, 'a character cut in two by the end of a part arrives whole');

my $english = 'Application 17: approved [25 JOD].';
is(arrived($english, coding => undef)->{text}, $english, 'an English message arrives with the same text');

my $long_english = join ' ', map { "Part $_ of the decision." } 1 .. 20;
is(arrived($long_english, coding => undef)->{text}, $long_english, 'a long English message arrives joined in order');

# Long messages whose parts alternate, the later parts first; of the third a
# part is missing.
my $log = join '',
  map { "Got message 1: <Amman +96279000000$_>\n" } (
	'1 udh %05%00%03%07%02%02 data %06D',
	'2 udh %05%00%03%08%02%02 data %06H',
	'1 udh %05%00%03%07%02%01 data %069',
	'3 udh %05%00%03%09%02%01 data %069',
	'2 udh %05%00%03%08%02%01 data %06G');
is_deeply(
	[ map { "$_->{to} $_->{text}" } Kannel::decode_log($log) ],
	[ "+962790000001 \x{639}\x{644}", "+962790000002 \x{647}\x{648}" ],
	'parts out of order are joined in order, incomplete messages left out');

$kannel->stop_box($_, 'KILL') for qw(bearerbox fakesmsc smsbox);
$kannel->start_box($_) for qw(bearerbox fakesmsc smsbox);
is(arrived($short)->{text}, $short, 'after a crash a message arrives again');

$kannel->stop;
ok(!(grep { -e "$dir/$_.pid" } qw(bearerbox fakesmsc smsbox)), 'nothing is left running');

done_testing();
