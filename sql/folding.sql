-- Texts as people and keyboards write them: one folding for what is compared,
-- and one rule for what can be seen.  t/028_characters.pl asks every character.
SET search_path = licence_home, licence_home_internal, public;
\pset format unaligned

-- every letter of the Arabic blocks that is written for another one
SELECT f.base, string_agg('U+' || lpad(upper(to_hex(i)), 4, '0') || ' ' || chr(i), ', ' ORDER BY i) AS also
  FROM (SELECT i FROM generate_series(1536, 1919) AS i UNION ALL SELECT generate_series(2208, 2247)) AS c
 CROSS JOIN LATERAL (SELECT fold_reference(chr(c.i)) AS base) AS f
 WHERE f.base <> chr(c.i) AND f.base ~ '[\u0621-\u064A]'
 GROUP BY f.base ORDER BY f.base COLLATE "C";
-- every digit, and every Latin letter that is not its own small letter without marks
SELECT string_agg(fold_plain(chr(i)), '' ORDER BY i) AS digits
  FROM generate_series(1632, 1785) AS i WHERE chr(i) ~ '\d' OR i BETWEEN 1776 AND 1785;
SELECT f.small, string_agg(chr(i), '' ORDER BY i) AS also
  FROM generate_series(33, 1151) AS i
 CROSS JOIN LATERAL (SELECT fold_reference(chr(i)) AS small) AS f
 WHERE f.small <> chr(i) AND f.small ~ '\w'
 GROUP BY f.small ORDER BY f.small COLLATE "C";
-- signs of one kind
SELECT f.sign, string_agg('U+' || lpad(upper(to_hex(i)), 4, '0'), ' ' ORDER BY i) AS also
  FROM generate_series(161, 65535) AS i
 CROSS JOIN LATERAL (SELECT fold_plain(chr(i)) AS sign) AS f
 WHERE i NOT BETWEEN 55296 AND 57343 AND f.sign <> chr(i) AND f.sign ~ '^[!-/:-@[-`{-~]$'
 GROUP BY f.sign ORDER BY f.sign COLLATE "C";

-- the four strengths
\pset null (null)
SELECT t AS text, fold_plain(t), fold_reference(t), fold_place(t), fold_name(t)
  FROM unnest(ARRAY[
    'فئة ٩', 'فئة ۹', 'سکن أ', 'سكن أ', 'السكن  (أ) ٩', 'ســكنٌ «ا»',
    'عبد الله', 'عبدالله', 'أبو علندا', 'مؤسّسة الرائد', 'مئة', 'مية', 'ﷲ', 'ﻷحمد', 'ال', 'الا',
    '12/3', '١٢ / ٣', '12-3', '12–3', '12ـ3', '12 3', '123', 'شقة 3', 'شقة(٣)', '-1', '−1', '1',
    'EFA-1', 'efa - 1', 'ＥＦＡ-１', 'Tla’ Al-Ali', E'Tla''  al-ali', '½', 'm²', '-', '.', '', ' ']) AS t;

-- a difference that is one stays one
SELECT fold_place('12 3') <> fold_place('123') AS blank_between_digits, fold_place('-1') <> fold_place('1') AS sign,
    fold_place('12/3') <> fold_place('3/12') AS turned, fold_name('سكن أ') <> fold_name('سكن ب') AS letter,
    fold_reference('0123') <> fold_reference('123') AS leading_zero;
-- folding twice is folding once
SELECT count(*) AS texts
  FROM unnest(ARRAY['السكن  (أ) ٩', 'عبدالله', 'أبو علندا', '12ـ3', 'الالا', 'ال ال', 'اللجون', 'Tla’ Al-Ali', '١٢ / ٣', 'ﷺ']) AS t
 WHERE fold_plain(fold_plain(t)) <> fold_plain(t) OR fold_reference(fold_reference(t)) <> fold_reference(t);
-- text of any length
SELECT length(fold_name(repeat('أ ', 100000))) AS long, is_visible(repeat(U&'\200B', 100000)) AS nothing,
    is_visible(repeat(U&'\200B', 100000) || 'x') AS something;

-- districts as the card has them, and as data have them
SELECT count(DISTINCT fold_name(d.spelling)) AS names, count(*) AS spellings
  FROM unnest(ARRAY['المدينة', 'مدينه', 'خريبة السوق وجاوا واليادودة', 'خريبة  السوق وجاوا واليادوده', 'أم قصير', 'ام قصير',
    'أبو نصير', 'ابو نصير', 'أبو  نُصَير', 'أحد', 'احد', 'شفا بدران', 'شفى بدران']) AS d (spelling);

-- parcels: nothing equals nothing
SELECT parcel_key('142 اليادودة', '5 الحنو', '١٢') AS arabic, parcel_key(' ١٤٢ اليادوده', U&'\200F5 الحنو', '12') AS typed,
    parcel_key('', '', '') AS empty, parcel_key('-', '-', '-') AS dashes, parcel_key('142', NULL, '12') AS no_basin;

-- what can be seen
SELECT is_visible(t), t AS text
  FROM unnest(ARRAY['x', '٩', '-', 'ء', '', ' ', E'\t\r\n', U&'\00A0', U&'\200B', U&'\2800\3000', U&'\0640\0640', U&'\064B',
    U&'\200E \200F', U&'\FEFF', U&'\3164', E'\x01', NULL]) AS t;
