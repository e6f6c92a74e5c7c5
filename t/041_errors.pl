# The errors of the sources: which name their case, and what they are about.
#
# An error about a case is raised with errmsg_case(), since one statement may
# change many cases.  An error of class LH says by err_table(), err_column() or
# err_constraint() (or PostgreSQL's own errtable() and the like) what it is
# about.  Those that cannot are named here, with the reason.

use strict;
use warnings;

use File::Find;
use FindBin;
use PostgreSQL::Test::Utils;
use Test::More;

my $src = "$FindBin::RealBin/../src";

# Where a case is at hand: for errors of any class, and of class LH.
my $about_cases    = qr{^(?:workflow|evidence)/(?!persons\.c)};    # a person has many cases
my $about_messages = qr{^sms/(?:queue|text)/};

my %no_case = (
	q(no workflow ''%s'' is in force today)        => 'a case that does not exist yet',
	'a case begins in state'                       => 'a case that does not exist yet',
	'of an applicant never changes'                => 'a person has many cases',
	q(column ''%s'' of an applicant is not yours)  => 'a person has many cases',
	'a person who was erased has no new case'      => 'a case that does not exist yet',
	'a person who was erased stays so'             => 'a person has many cases',
	'no rule in force says how long a visit takes' => 'a rule of all cases',
	q(there are no numbers of kind ''%s'')         => 'an argument',
	'a row of %s names its application'            => 'it names none',
	'a row of %s names its bill'                   => 'the bill is not known',
	'there is no row %s of %s'                     => 'the row is not known',
	'a till that was closed stays as it was'       => 'a till is of no case',
	'a finding names its inspection, not null'     => 'the inspection is not known',
	'there is no message'                          => 'the message is not known, or not theirs',
	'the horizon of events is of no use'           => 'of all cases',
	'can need %d parts'                            => 'a text that is being published',
	'would be shown in disorder'                   => 'a text that is being published',);

# What has no column, table or constraint that a client knows.
my %about_nothing = (
	'cannot run inside a transaction block'            => 'a procedure',
	'there is no version %d of a workflow'             => 'an argument',
	'no workflow is named'                             => 'an argument',
	'a step is named by its action, not by null'       => 'an argument',
	'the text says too little to look'                 => 'an argument',
	'libcurl'                                          => 'the library',
	'could not send'                                   => 'the network',
	'cannot log in, so pg_cron cannot run a job as it' => 'an argument',
	'may not send SMS'                                 => 'an argument',);

# The arguments of each ereport() of a file that raises an error.
sub errors_of
{
	my ($text) = @_;
	my @errors;

	while ($text =~ /\bereport\(ERROR,/g)
	{
		my $start = pos $text;
		my $depth = 1;

		while ($depth > 0 && $text =~ /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([()])/g)
		{
			next if defined $1;
			$depth += $2 eq '(' ? 1 : -1;
		}
		push @errors, substr($text, $start, pos($text) - $start);
	}
	return @errors;
}

# Is the error one of a list?  A use of the list's entry is noted.
my %used;

sub is_listed
{
	my ($error, $list) = @_;

	for my $message (keys %$list)
	{
		next if index($error, $message) < 0;
		$used{$message} = 1;
		return 1;
	}
	return 0;
}

# The first message of an error, to be told by.
sub message_of { return $_[0] =~ /errmsg\w*\([^"]*"((?:[^"\\]|\\.)*)"/ ? $1 : $_[0] }

my (@nameless, @aimless, $seen);
find(
	{
		no_chdir => 1,
		wanted   => sub {
			return unless /\.c$/;
			my $file = substr($File::Find::name, length("$src/"));

			for my $error (errors_of(slurp_file($File::Find::name)))
			{
				my $ours = $error =~ /ERRCODE_LH_|sqlstate\b/;

				next if $error =~ /TRIGGER_PROTOCOL_VIOLATED|ERRCODE_INTERNAL_ERROR/;
				$error =~ s/\\"/''/g;
				$seen++;
				push @nameless, "$file: " . message_of($error)
				  if ($file =~ $about_cases || ($ours && $file =~ $about_messages))
				  && $error !~ /errmsg_(?:case(?:_ar)?|said)\(/
				  && !is_listed($error, \%no_case);
				push @aimless, "$file: " . message_of($error)
				  if $ours
				  && $error !~ /\berr_?(?:table|column|constraint)\w*\(/
				  && !is_listed($error, \%about_nothing);
			}
		},
	},
	$src);

cmp_ok($seen, '>', 100, 'the errors of the sources are found');
is(join("\n", sort @nameless), '', 'every error about a case names the case');
is(join("\n", sort @aimless),  '', 'every error of class LH says what it is about');
is(join("\n", grep { !$used{$_} } sort(keys %no_case, keys %about_nothing)), '', 'no exception is without its error');

done_testing();
