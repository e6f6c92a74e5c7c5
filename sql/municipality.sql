-- Whose office this is: one row has the names that messages use and the time zone in which days are counted.
SET licence_home.clock = '2026-03-01 21:30+00';
SET TimeZone = 'UTC';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

\echo == the row that load_rules() brings in
SELECT code, name_ar, name_en, time_zone, valid, certainty FROM licence_home.municipality;
SELECT licence_home.today(), licence_home.end_of_day(licence_home.today());

SELECT story.new_case() AS no \gset
\set VERBOSITY terse
\echo == no zone: an abbreviation, a city that is none
INSERT INTO licence_home.municipality (code, name_ar, name_en, time_zone, valid, source, certainty)
VALUES ('other', 'أخرى', 'Other', 'EET', '[2026-01-01,)', 'test', 'unknown');
INSERT INTO licence_home.municipality (code, name_ar, name_en, time_zone, valid, source, certainty)
VALUES ('other', 'أخرى', 'Other', 'Asia/Nowhere', '[2026-01-01,)', 'test', 'unknown');

\set VERBOSITY default
\echo == another name from a day on: the zone stays
BEGIN;
UPDATE licence_home.municipality SET valid = daterange(lower(valid), '2027-01-01');
INSERT INTO licence_home.municipality (code, name_ar, name_en, time_zone, valid, source, certainty)
VALUES ('amman', 'بلدية أخرى', 'Another Municipality', 'Pacific/Auckland', '[2027-01-01,)', 'test', 'unknown');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT licence_home.today();
SELECT language, licence_home.preview_sms(:'no', 'phone_changed', language) FROM unnest('{ar,en}'::text[]) AS language;
SET LOCAL licence_home.clock = '2027-03-01 21:30+00';
-- in force on the day that judges the case, which is a draft's today
SELECT licence_home.preview_sms(:'no', 'phone_changed', 'en');
ROLLBACK;

\echo == the row was wrong: what takes its place has the zone, at once, and no more after ROLLBACK
BEGIN;
UPDATE licence_home.municipality SET withdrawn_at = licence_home.now(), withdrawal = 'corrected';
SELECT licence_home.today();
INSERT INTO licence_home.municipality (code, name_ar, name_en, time_zone, valid, source, certainty)
VALUES ('zarqa', 'بلدية الزرقاء', 'Zarqa Municipality', 'Pacific/Auckland', '[2012-01-01,)', 'test', 'unknown');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT licence_home.today(), licence_home.end_of_day(licence_home.today());
ROLLBACK;
SELECT licence_home.today();

\echo == there is always one
BEGIN;
UPDATE licence_home.municipality SET withdrawn_at = licence_home.now(), withdrawal = 'corrected';
COMMIT;

\echo == no function names a city''s time zone but load_rules('amman')
SELECT p.oid::regprocedure FROM pg_proc AS p
WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
    AND p.prolang <> (SELECT l.oid FROM pg_language AS l WHERE l.lanname = 'c') AND pg_get_functiondef(p.oid) ~ 'Asia/'
ORDER BY 1;
