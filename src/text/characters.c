/*
 * characters.c
 *		The one table of characters behind every comparison of texts.
 *
 * It describes characters after compatibility decomposition (NFKD), so it has no
 * wide digits, no ligatures and no letter that carries its mark.  U+0623, alef
 * with hamza above, arrives as alef and a mark.  A character that no row names is
 * a letter that is written for itself.
 *
 * t/028_characters.pl compares every code point with what Perl's copy of the
 * Unicode Character Database says of it; sql/folding.sql has the letters.
 */
#include "postgres.h"

#include "text/characters.h"

/* How a row says what its characters are written for. */
typedef enum Rule
{
	ITSELF,						/* each for itself */
	ALL,						/* all of them for one character */
	FROM						/* in order, from that character on */
} Rule;

typedef struct CharacterRow
{
	pg_wchar	first;
	pg_wchar	last;
	CharacterKind kind;
	Rule		rule;
	pg_wchar	plain;
} CharacterRow;

#define LETTER(first, last, to) {first, last, CHARACTER_LETTER, ALL, to}
#define CAPITAL(first, last, to) {first, last, CHARACTER_LETTER, FROM, to}
#define DIGIT(first, last) {first, last, CHARACTER_DIGIT, FROM, '0'}
#define SIGN(first, last) {first, last, CHARACTER_PUNCTUATION, ITSELF, 0}
#define SIGN_AS(first, last, to) {first, last, CHARACTER_PUNCTUATION, ALL, to}
#define BLANK(first, last) {first, last, CHARACTER_BLANK, ALL, ' '}
#define MARK(first, last) {first, last, CHARACTER_MARK, ALL, 0}
#define INVISIBLE(first, last) {first, last, CHARACTER_INVISIBLE, ALL, 0}

/* In order; no two rows overlap. */
static const CharacterRow rows[] = {
	/* ASCII */
	INVISIBLE(0x0000, 0x0008),
	BLANK(0x0009, 0x000D),
	INVISIBLE(0x000E, 0x001F),
	BLANK(' ', ' '),
	SIGN('!', '/'),
	DIGIT('0', '9'),
	SIGN(':', '@'),
	CAPITAL('A', 'Z', 'a'),
	SIGN('[', '`'),
	SIGN('{', '~'),

	/* Latin */
	INVISIBLE(0x007F, 0x0084),
	BLANK(0x0085, 0x0085),		/* next line */
	INVISIBLE(0x0086, 0x009F),
	BLANK(0x00A0, 0x00A0),		/* no-break space */
	SIGN(0x00A1, 0x00A9),
	SIGN_AS(0x00AB, 0x00AB, '"'),
	SIGN(0x00AC, 0x00AC),
	INVISIBLE(0x00AD, 0x00AD),	/* soft hyphen */
	SIGN(0x00AE, 0x00B4),
	SIGN(0x00B6, 0x00B8),
	SIGN_AS(0x00BB, 0x00BB, '"'),
	SIGN(0x00BF, 0x00BF),
	LETTER(0x00C6, 0x00C6, 0x00E6), /* ae */
	LETTER(0x00D0, 0x00D0, 'd'),	/* eth */
	SIGN(0x00D7, 0x00D7),
	LETTER(0x00D8, 0x00D8, 'o'),	/* o with stroke */
	LETTER(0x00DE, 0x00DE, 0x00FE), /* thorn */
	LETTER(0x00F0, 0x00F0, 'd'),
	SIGN(0x00F7, 0x00F7),
	LETTER(0x00F8, 0x00F8, 'o'),
	LETTER(0x0110, 0x0111, 'd'),	/* d with stroke */
	LETTER(0x0126, 0x0127, 'h'),	/* h with stroke */
	LETTER(0x0131, 0x0131, 'i'),	/* dotless i */
	LETTER(0x0141, 0x0142, 'l'),	/* l with stroke */
	LETTER(0x0152, 0x0152, 0x0153), /* oe */
	SIGN_AS(0x02B9, 0x02BC, '\''),	/* primes and apostrophes */
	SIGN_AS(0x02BD, 0x02BF, '\''),	/* as transliterations write ayn and hamza */
	SIGN(0x02C2, 0x02C5),
	SIGN_AS(0x02C8, 0x02C8, '\''),
	SIGN(0x02D2, 0x02DF),
	SIGN(0x02E5, 0x02EB),
	SIGN(0x02ED, 0x02ED),
	SIGN(0x02EF, 0x02FF),
	MARK(0x0300, 0x034E),
	INVISIBLE(0x034F, 0x034F),	/* grapheme joiner */
	MARK(0x0350, 0x036F),

	/* Greek and Cyrillic */
	SIGN(0x0375, 0x0375),
	CAPITAL(0x0391, 0x03A1, 0x03B1),
	CAPITAL(0x03A3, 0x03A9, 0x03C3),
	LETTER(0x03C2, 0x03C2, 0x03C3), /* final sigma */
	SIGN(0x03F6, 0x03F6),
	CAPITAL(0x0400, 0x040F, 0x0450),
	CAPITAL(0x0410, 0x042F, 0x0430),
	SIGN(0x0482, 0x0482),

	/* Arabic: signs */
	SIGN(0x0600, 0x0608),
	SIGN_AS(0x0609, 0x0609, '%'),
	SIGN_AS(0x060A, 0x060A, '%'),
	SIGN(0x060B, 0x060B),
	SIGN_AS(0x060C, 0x060C, ','),
	SIGN_AS(0x060D, 0x060D, '/'),	/* date separator */
	SIGN(0x060E, 0x060F),
	MARK(0x0610, 0x061A),
	SIGN_AS(0x061B, 0x061B, ';'),
	INVISIBLE(0x061C, 0x061C),	/* letter mark */
	SIGN(0x061D, 0x061E),
	SIGN_AS(0x061F, 0x061F, '?'),

	/*
	 * Arabic: letters, and those that Persian, Urdu and Kurdish keyboards
	 * have
	 */
	LETTER(0x0620, 0x0620, 0x064A), /* Kashmiri yeh */
	LETTER(0x0621, 0x0621, 0),	/* hamza on the line */
	LETTER(0x0629, 0x0629, 0x0647), /* teh marbuta: heh */
	LETTER(0x063B, 0x063C, 0x0643), /* keheh with dots */
	LETTER(0x063D, 0x063F, 0x064A), /* Farsi yeh with signs above */
	{0x0640, 0x0640, CHARACTER_TATWEEL, ALL, 0},
	LETTER(0x0649, 0x0649, 0x064A), /* alef maksura: yeh */
	MARK(0x064B, 0x065F),		/* vowel signs, madda, hamza above and below */
	DIGIT(0x0660, 0x0669),
	SIGN_AS(0x066A, 0x066A, '%'),
	SIGN_AS(0x066B, 0x066B, '.'),	/* decimal separator */
	SIGN_AS(0x066C, 0x066C, ','),	/* thousands separator */
	SIGN_AS(0x066D, 0x066D, '*'),
	LETTER(0x066E, 0x066E, 0x0628), /* dotless beh */
	LETTER(0x066F, 0x066F, 0x0642), /* dotless qaf */
	MARK(0x0670, 0x0670),		/* alef above */
	LETTER(0x0671, 0x0673, 0x0627), /* alef wasla and its like */
	MARK(0x0674, 0x0674),		/* high hamza */
	LETTER(0x0679, 0x0679, 0x062A), /* tteh */
	LETTER(0x067C, 0x067C, 0x062A), /* teh with ring */
	LETTER(0x067E, 0x067E, 0x0628), /* peh */
	LETTER(0x0681, 0x0681, 0x062D), /* hah with hamza above */
	LETTER(0x0685, 0x0685, 0x062D), /* hah with three dots */
	LETTER(0x0686, 0x0686, 0x062C), /* cheh */
	LETTER(0x0688, 0x0689, 0x062F), /* ddal */
	LETTER(0x0691, 0x0695, 0x0631), /* rreh, reh with small v and with ring */
	LETTER(0x0698, 0x0698, 0x0632), /* jeh */
	LETTER(0x06A1, 0x06A2, 0x0641), /* feh without dot, or with a dot below */
	LETTER(0x06A4, 0x06A4, 0x0641), /* veh */
	LETTER(0x06A7, 0x06A7, 0x0642), /* qaf with one dot */
	LETTER(0x06A9, 0x06AB, 0x0643), /* keheh, swash kaf, kaf with ring */
	LETTER(0x06AC, 0x06AD, 0x0643), /* kaf with dots */
	LETTER(0x06AF, 0x06AF, 0x0643), /* gaf */
	LETTER(0x06B5, 0x06B5, 0x0644), /* lam with small v */
	LETTER(0x06BA, 0x06BC, 0x0646), /* noon ghunna, rnoon, noon with ring */
	LETTER(0x06BE, 0x06BE, 0x0647), /* heh doachashmee */
	LETTER(0x06C1, 0x06C1, 0x0647), /* heh goal */
	LETTER(0x06C3, 0x06C3, 0x0647), /* teh marbuta goal */
	LETTER(0x06C4, 0x06CB, 0x0648), /* waw with signs above */
	LETTER(0x06CC, 0x06CE, 0x064A), /* Farsi yeh, yeh with tail and with small
									 * v */
	LETTER(0x06CF, 0x06CF, 0x0648), /* waw with dot above */
	LETTER(0x06D0, 0x06D2, 0x064A), /* e, yeh with dots below, yeh barree */
	SIGN_AS(0x06D4, 0x06D4, '.'),	/* full stop */
	LETTER(0x06D5, 0x06D5, 0x0647), /* ae */
	MARK(0x06D6, 0x06DC),
	SIGN(0x06DD, 0x06DE),
	MARK(0x06DF, 0x06E4),
	MARK(0x06E7, 0x06E8),
	SIGN(0x06E9, 0x06E9),
	MARK(0x06EA, 0x06ED),
	DIGIT(0x06F0, 0x06F9),		/* Persian and Urdu */
	SIGN(0x06FD, 0x06FE),
	LETTER(0x06FF, 0x06FF, 0x0647), /* heh with inverted v */
	SIGN(0x070F, 0x070F),
	LETTER(0x0762, 0x0764, 0x0643), /* keheh with dots */
	LETTER(0x0775, 0x0777, 0x064A), /* Farsi yeh with digits */
	SIGN(0x0888, 0x0888),
	SIGN(0x0890, 0x0891),
	MARK(0x0897, 0x089F),
	MARK(0x08CA, 0x08E1),
	SIGN(0x08E2, 0x08E2),
	MARK(0x08E3, 0x08FF),

	/* other scripts */
	SIGN(0x0E3F, 0x0E3F),
	SIGN(0x0FD5, 0x0FD8),
	SIGN(0x10FB, 0x10FB),
	INVISIBLE(0x115F, 0x1160),	/* Hangul fillers */
	BLANK(0x1680, 0x1680),		/* Ogham space */
	SIGN(0x16EB, 0x16ED),
	INVISIBLE(0x17B4, 0x17B5),	/* Khmer inherent vowels */
	INVISIBLE(0x180B, 0x180F),	/* Mongolian selectors and separator */
	MARK(0x1AB0, 0x1AFF),
	MARK(0x1DC0, 0x1DFF),

	/* general punctuation and symbols */
	BLANK(0x2000, 0x200A),		/* spaces of all widths */
	INVISIBLE(0x200B, 0x200F),	/* zero width, joiners, direction */
	SIGN_AS(0x2010, 0x2015, '-'),	/* hyphens and dashes */
	SIGN(0x2016, 0x2017),
	SIGN_AS(0x2018, 0x201B, '\''),
	SIGN_AS(0x201C, 0x201F, '"'),
	SIGN(0x2020, 0x2027),
	BLANK(0x2028, 0x2029),		/* line and paragraph */
	INVISIBLE(0x202A, 0x202E),	/* embeddings and overrides */
	BLANK(0x202F, 0x202F),		/* narrow no-break space */
	SIGN(0x2030, 0x2031),
	SIGN_AS(0x2032, 0x2032, '\''),
	SIGN_AS(0x2033, 0x2033, '"'),
	SIGN(0x2034, 0x2038),
	SIGN_AS(0x2039, 0x203A, '"'),
	SIGN(0x203B, 0x2042),
	SIGN_AS(0x2043, 0x2043, '-'),	/* hyphen bullet */
	SIGN_AS(0x2044, 0x2044, '/'),	/* fraction slash */
	SIGN(0x2045, 0x205E),
	BLANK(0x205F, 0x205F),		/* mathematical space */
	INVISIBLE(0x2060, 0x206F),	/* word joiner, isolates */
	SIGN(0x20A0, 0x20CF),		/* currencies */
	MARK(0x20D0, 0x20FF),
	SIGN(0x2100, 0x2101),
	SIGN(0x2103, 0x2106),
	SIGN(0x2108, 0x2109),
	SIGN(0x2114, 0x2114),
	SIGN(0x2116, 0x2118),
	SIGN(0x211E, 0x2123),
	SIGN(0x2125, 0x2125),
	SIGN(0x2127, 0x2127),
	SIGN(0x2129, 0x2129),
	SIGN(0x212E, 0x212E),
	SIGN(0x213A, 0x213B),
	SIGN(0x2140, 0x2144),
	SIGN(0x214A, 0x214D),
	SIGN(0x214F, 0x214F),
	SIGN(0x218A, 0x2211),
	SIGN_AS(0x2212, 0x2212, '-'),	/* minus */
	SIGN(0x2213, 0x2214),
	SIGN_AS(0x2215, 0x2215, '/'),	/* division slash */
	SIGN(0x2216, 0x245F),
	SIGN(0x249C, 0x24E9),
	SIGN(0x2500, 0x2775),
	SIGN(0x2794, 0x27FF),
	BLANK(0x2800, 0x2800),		/* the Braille pattern without a dot */
	SIGN(0x2801, 0x2BFF),
	SIGN(0x2E00, 0x2E2E),
	SIGN(0x2E30, 0x2E7F),
	SIGN(0x2FF0, 0x2FFB),
	BLANK(0x3000, 0x3000),		/* ideographic space */
	SIGN(0x3001, 0x3004),
	SIGN(0x3008, 0x3020),
	SIGN(0x3030, 0x3030),
	SIGN(0x3036, 0x3037),
	SIGN(0x303D, 0x303F),
	INVISIBLE(0x3164, 0x3164),	/* Hangul filler */
	SIGN(0x327F, 0x327F),
	SIGN(0x4DC0, 0x4DFF),
	SIGN(0xA673, 0xA673),
	SIGN(0xA67E, 0xA67E),
	SIGN(0xA700, 0xA716),
	SIGN(0xA720, 0xA721),
	SIGN(0xA789, 0xA78A),
	SIGN(0xA92E, 0xA92E),
	SIGN(0xAB5B, 0xAB5B),
	SIGN(0xAB6A, 0xAB6B),

	/* presentation forms */
	SIGN(0xFBB2, 0xFBC2),		/* dots of letters */
	SIGN_AS(0xFD3E, 0xFD3F, '"'),	/* ornate brackets */
	SIGN(0xFD40, 0xFD4F),
	SIGN(0xFDCF, 0xFDCF),
	INVISIBLE(0xFDD0, 0xFDEF),	/* no characters */
	SIGN(0xFDFD, 0xFDFF),
	INVISIBLE(0xFE00, 0xFE0F),	/* selectors of variants */
	MARK(0xFE20, 0xFE2F),
	SIGN(0xFE45, 0xFE46),
	LETTER(0xFE73, 0xFE73, 0),	/* the tail of a letter */
	INVISIBLE(0xFEFF, 0xFEFF),	/* byte order mark */
	INVISIBLE(0xFFA0, 0xFFA0),	/* Hangul filler */
	INVISIBLE(0xFFF0, 0xFFFB),
	SIGN(0xFFFC, 0xFFFD),
	INVISIBLE(0xFFFE, 0xFFFF),

	/* beyond 16 bits */
	SIGN(0x10179, 0x10189),
	SIGN(0x1018C, 0x1018E),
	SIGN(0x10190, 0x1019C),
	SIGN(0x101A0, 0x101A0),
	SIGN(0x101D0, 0x101FC),
	MARK(0x10EFC, 0x10EFF),
	SIGN(0x110BD, 0x110BD),
	SIGN(0x110CD, 0x110CD),
	INVISIBLE(0x13430, 0x1343F),	/* joins of hieroglyphs */
	INVISIBLE(0x1BCA0, 0x1BCA3),
	SIGN(0x1CF50, 0x1CFC3),
	SIGN(0x1D000, 0x1D0F5),
	SIGN(0x1D100, 0x1D126),
	SIGN(0x1D129, 0x1D15D),
	SIGN(0x1D16A, 0x1D16C),
	INVISIBLE(0x1D173, 0x1D17A),
	SIGN(0x1D183, 0x1D184),
	SIGN(0x1D18C, 0x1D1A9),
	SIGN(0x1D1AE, 0x1D1BA),
	SIGN(0x1D1C1, 0x1D1EA),
	SIGN(0x1D200, 0x1D241),
	SIGN(0x1D245, 0x1D245),
	SIGN(0x1D300, 0x1D356),
	SIGN(0x1ECAC, 0x1ECAC),
	SIGN(0x1ECB0, 0x1ECB0),
	SIGN(0x1ED2E, 0x1ED2E),
	SIGN(0x1EEF0, 0x1EEF1),
	SIGN(0x1F000, 0x1F0FF),
	SIGN(0x1F10D, 0x1F12F),
	SIGN(0x1F14A, 0x1FBEF),		/* pictures */
	INVISIBLE(0xE0000, 0xE0FFF),	/* tags, selectors of variants */
};

/* The row that names a character, or NULL. */
static const CharacterRow *
find_row(pg_wchar c)
{
	int			low = 0;
	int			high = lengthof(rows) - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;

		if (c < rows[middle].first)
			high = middle - 1;
		else if (c > rows[middle].last)
			low = middle + 1;
		else
			return &rows[middle];
	}
	return NULL;
}

Character
LookUpCharacter(pg_wchar c)
{
	const CharacterRow *row;

	/* nearly every text: small letters, of ASCII and of Arabic */
	if ((c >= 'a' && c <= 'z') || (c >= 0x062A && c <= 0x063A))
		return (Character)
	{
		CHARACTER_LETTER, c
	};

	row = find_row(c);
	if (row == NULL)
	{
		/* the last two of each plane are no characters */
		if ((c & 0xFFFE) == 0xFFFE)
			return (Character)
		{
			CHARACTER_INVISIBLE, 0
		};
		return (Character)
		{
			CHARACTER_LETTER, c
		};
	}
	switch (row->rule)
	{
		case ITSELF:
			return (Character)
			{
				row->kind, c
			};
		case ALL:
			return (Character)
			{
				row->kind, row->plain
			};
		case FROM:
			return (Character)
			{
				row->kind, row->plain + (c - row->first)
			};
	}
	pg_unreachable();
}
