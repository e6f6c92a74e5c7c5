-- How many SMS a text needs, and where it is cut: 3GPP TS 23.038.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.parts(n integer, letter text) RETURNS integer LANGUAGE sql AS $$
    SELECT licence_home.sms_parts(repeat(letter, n)) $$;

-- The default alphabet: row by row as the standard's table has it, but for the
-- escape to the extension table (1/11).  160 of each fit, 161 do not.
CREATE TEMP TABLE alphabet AS
SELECT code - 1 AS code, letter
FROM unnest(regexp_split_to_array(
    '@£$¥èéùìòÇ' || chr(10) || 'Øø' || chr(13) || 'Åå'
    'Δ_ΦΓΛΩΠΨΣΘΞ' || '?' || 'ÆæßÉ'
    ' !"#¤%&''()*+,-./'
    '0123456789:;<=>?'
    '¡ABCDEFGHIJKLMNO'
    'PQRSTUVWXYZÄÖÑÜ§'
    '¿abcdefghijklmno'
    'pqrstuvwxyzäöñüà', '')) WITH ORDINALITY AS t (letter, code)
WHERE code - 1 <> 27;
SELECT count(*), min(code), max(code), count(DISTINCT letter) FROM alphabet;
SELECT code, letter FROM alphabet
WHERE ARRAY[pg_temp.parts(160, letter), pg_temp.parts(161, letter), pg_temp.parts(306, letter), pg_temp.parts(307, letter)]
    <> '{1,2,2,3}' ORDER BY code;

-- The extension table: each takes two septets, and the two stay together:
-- 80 fit alone, 76 into a part of 153.
CREATE TEMP TABLE extension AS
SELECT letter FROM unnest(ARRAY[chr(12), '^', '{', '}', '\', '[', '~', ']', '|', '€']) AS t (letter);
SELECT count(*) FROM extension;
SELECT letter FROM extension
WHERE ARRAY[pg_temp.parts(80, letter), pg_temp.parts(81, letter), pg_temp.parts(152, letter), pg_temp.parts(153, letter)]
    <> '{1,2,2,3}' ORDER BY letter;

-- Of all characters of Unicode these 137 are in GSM-7, and no other.
SELECT count(*), count(*) FILTER (WHERE letter IN (SELECT letter FROM alphabet UNION ALL SELECT letter FROM extension))
FROM generate_series(1, 1114111) AS c CROSS JOIN LATERAL chr(CASE WHEN c BETWEEN 55296 AND 57343 THEN 65 ELSE c END) AS letter
WHERE (c NOT BETWEEN 55296 AND 57343) AND licence_home.sms_parts(repeat(letter, 71)) = 1;
-- Those that look as if they were: small c with cedilla, the apostrophe that word processors write, the backquote ...
SELECT string_agg(letter, ' ') FROM unnest('{ç,’,`,ê,Á,α,–,…,٣}'::text[]) AS letter WHERE pg_temp.parts(71, letter) = 1;

-- UCS-2: Arabic, its diacritics and whatever else is one unit; beyond the basic plane two.
SELECT letter, pg_temp.parts(70, letter), pg_temp.parts(71, letter), pg_temp.parts(134, letter), pg_temp.parts(135, letter)
FROM unnest(ARRAY['ع', 'ﷲ', '٣', U&'\064E', U&'e\0301', '中']) AS letter;
SELECT pg_temp.parts(35, '😀'), pg_temp.parts(36, '😀'), pg_temp.parts(66, '😀'), pg_temp.parts(67, '😀');
-- one letter beyond GSM-7 makes all of it UCS-2
SELECT pg_temp.parts(70, 'a'), licence_home.sms_parts(repeat('a', 69) || 'ع'), licence_home.sms_parts(repeat('a', 70) || 'ع');
SELECT licence_home.sms_parts('');

-- A gateway that counts 62.
SELECT licence_home.sms_parts(repeat('ع', 70), 62), licence_home.sms_parts(repeat('ع', 71), 62),
    licence_home.sms_parts(repeat('ع', 124), 62), licence_home.sms_parts(repeat('ع', 125), 62);
SELECT licence_home.sms_parts('a', 19);
SELECT licence_home.sms_parts('a', 68);

-- Where it is cut.
SELECT part, alphabet, units, left(text, 3), right(text, 3) FROM licence_home.sms_split(repeat('a', 152) || '€' || repeat('b', 152));
SELECT part, alphabet, units, left(text, 3), right(text, 3) FROM licence_home.sms_split(repeat('ع', 66) || '😀' || repeat('ب', 66));
SELECT part, alphabet, units, text FROM licence_home.sms_split('قُبل طلبكم للتدقيق، ورقمه A2026-00012345-7. أمانة عمان الكبرى. شكرًا لكم.', 62);
SELECT count(*) FROM licence_home.sms_split('');
-- The parts are the text, there are as many as counted, none is fuller than a
-- part may be, and the next character would not have gone into it.
SELECT count(*), count(*) FILTER (WHERE s.text = t.body), count(*) FILTER (WHERE s.parts = licence_home.sms_parts(t.body, t.part)),
    count(*) FILTER (WHERE s.parts = 1 OR s.fullest <= CASE s.alphabet WHEN 'GSM-7' THEN 153 ELSE t.part END),
    count(*) FILTER (WHERE s.parts = 1 OR s.emptiest >= CASE s.alphabet WHEN 'GSM-7' THEN 152 ELSE t.part - 1 END),
    count(DISTINCT (s.alphabet, s.parts))
FROM (
    SELECT string_agg((ARRAY['a', '€', 'ع', '😀', ' ', '[', 'é'])[1 + (n * 7919 + i * i * 31 + i * n) % modulus], '' ORDER BY i) AS body,
        60 + n % 8 AS part
    FROM generate_series(1, 400) AS n CROSS JOIN (VALUES (2), (7)) AS m (modulus)
    CROSS JOIN LATERAL generate_series(1, 20 + n) AS i
    GROUP BY n, modulus
) AS t
CROSS JOIN LATERAL (
    SELECT string_agg(p.text, '' ORDER BY p.part) AS text, count(*) AS parts, max(p.units) AS fullest,
        min(p.units) FILTER (WHERE p.part < p.last) AS emptiest, max(p.alphabet) AS alphabet
    FROM (SELECT *, max(part) OVER () AS last FROM licence_home.sms_split(t.body, t.part)) AS p
) AS s;
