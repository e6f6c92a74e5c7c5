-- The check digit of application_no and licence_no: it catches every single
-- wrong digit and every swap of two neighbours, its own place included, and
-- tells an application's number from a licence's.
SET search_path = licence_home, licence_home_internal, public;

--
-- The table, and what is proved of it for numbers of any length
--
CREATE TEMP TABLE damm (interim integer, digit integer, next integer);
INSERT INTO damm
SELECT row - 1, digit - 1, substr(nexts, digit::integer, 1)::integer
  FROM string_to_table('0317598642 7092154863 4206871359 1750983426 6123045978 '
                       '3674209581 5869720134 8945362017 9438617205 2581436790', ' ')
       WITH ORDINALITY AS t(nexts, row),
       generate_series(1, 10) AS digit;

-- rows are permutations: a wrong digit leads the walk elsewhere
SELECT count(*) AS rows, bool_and(nexts = '{0,1,2,3,4,5,6,7,8,9}') AS permutations
  FROM (SELECT array_agg(next ORDER BY next) FROM damm GROUP BY interim) AS r(nexts);

-- columns are permutations: walks that differ never meet again, whether they
-- differ by a digit or by where they started
SELECT count(*) AS columns, bool_and(nexts = '{0,1,2,3,4,5,6,7,8,9}') AS permutations
  FROM (SELECT array_agg(next ORDER BY next) FROM damm GROUP BY digit) AS c(nexts);

-- no two neighbours can be swapped, wherever the walk stands before them
SELECT count(*) AS swaps, count(*) FILTER (WHERE xy.next = yx.next) AS missed
  FROM damm AS x
  JOIN damm AS y ON y.interim = x.interim AND y.digit <> x.digit
  JOIN damm AS xy ON xy.interim = x.next AND xy.digit = y.digit
  JOIN damm AS yx ON yx.interim = y.next AND yx.digit = x.digit;

-- the diagonal is zero: a whole number walks to zero, so all of this holds
-- for the check digit as for any other
SELECT array_agg(next ORDER BY interim) AS diagonal FROM damm WHERE interim = digit;

--
-- The library walks this table, from 4 for applications and 7 for licences
--
CREATE FUNCTION pg_temp.walk(digits text, start integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    reached integer := start;
BEGIN
    FOR place IN 1 .. length(digits) LOOP
        SELECT next INTO STRICT reached FROM damm
         WHERE interim = reached AND digit = substr(digits, place, 1)::integer;
    END LOOP;
    RETURN reached;
END $$;

-- a sample of years and serials, with its ends
CREATE TEMP TABLE sample AS
SELECT application_no_make(year, serial) AS application,
       licence_no_make(year, serial) AS licence
  FROM (SELECT 2000 + g * 7919 % 8000,
               g::bigint * g * 48271 % 99999999 + 1
          FROM generate_series(1, 1996) AS g
        UNION ALL
        VALUES (2000, 1), (2000, 99999999), (9999, 1), (9999, 99999999)) AS s(year, serial);
SELECT count(*), count(DISTINCT application), count(DISTINCT licence) FROM sample;

SELECT count(*) FILTER (WHERE pg_temp.walk(translate(application::text, 'A-', ''), 4) = 0) AS applications,
       count(*) FILTER (WHERE pg_temp.walk(translate(licence::text, 'L-', ''), 7) = 0) AS licences
  FROM sample;

--
-- Every error there is, against the types themselves
--
CREATE FUNCTION pg_temp.application_is_refused(input text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM input::application_no;
    RETURN false;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN true;
END $$;

CREATE FUNCTION pg_temp.licence_is_refused(input text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM input::licence_no;
    RETURN false;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN true;
END $$;

CREATE TEMP TABLE digits AS
SELECT substr(application::text, 2, 4) || substr(application::text, 7, 8) || right(application::text, 1) AS application,
       substr(licence::text, 2, 4) || substr(licence::text, 7, 8) || right(licence::text, 1) AS licence
  FROM sample;

-- one wrong digit: 2,000 numbers, 13 places, 9 other digits
SELECT count(*) AS tried,
       count(*) FILTER (WHERE pg_temp.application_is_refused(
           'A' || overlay(application PLACING wrong::text FROM place FOR 1))) AS refused
  FROM digits, generate_series(1, 13) AS place, generate_series(0, 9) AS wrong
 WHERE substr(application, place, 1) <> wrong::text;
SELECT count(*) AS tried,
       count(*) FILTER (WHERE pg_temp.licence_is_refused(
           'L' || overlay(licence PLACING wrong::text FROM place FOR 1))) AS refused
  FROM digits, generate_series(1, 13) AS place, generate_series(0, 9) AS wrong
 WHERE substr(licence, place, 1) <> wrong::text;

-- two neighbours swapped: 12 places, where they differ; the last of them
-- swaps the check digit
SELECT place, count(*) AS tried,
       count(*) FILTER (WHERE pg_temp.application_is_refused('A' || overlay(application
           PLACING reverse(substr(application, place, 2)) FROM place FOR 2))) AS refused
  FROM digits, generate_series(1, 12) AS place
 WHERE substr(application, place, 1) <> substr(application, place + 1, 1)
 GROUP BY place ORDER BY place;
SELECT place, count(*) AS tried,
       count(*) FILTER (WHERE pg_temp.licence_is_refused('L' || overlay(licence
           PLACING reverse(substr(licence, place, 2)) FROM place FOR 2))) AS refused
  FROM digits, generate_series(1, 12) AS place
 WHERE substr(licence, place, 1) <> substr(licence, place + 1, 1)
 GROUP BY place ORDER BY place;

-- the digits of one kind are never a number of the other
SELECT count(*) AS tried,
       count(*) FILTER (WHERE pg_temp.licence_is_refused('L' || application)) AS refused_as_licence,
       count(*) FILTER (WHERE pg_temp.application_is_refused('A' || licence)) AS refused_as_application
  FROM digits;

-- the sample itself is not refused
SELECT count(*) AS tried,
       count(*) FILTER (WHERE pg_temp.application_is_refused('A' || application)) AS applications_refused,
       count(*) FILTER (WHERE pg_temp.licence_is_refused('L' || licence)) AS licences_refused
  FROM digits;
