-- A published rule is closed or withdrawn, never edited; rules of one key do
-- not overlap and leave no gap; a code is in its table as long as a rule names it.
SET search_path = licence_home, licence_home_internal, public;
SET datestyle = ISO;
SET TimeZone = 'Asia/Amman';

-- What becomes of statements, with the checks of the transaction's end:
-- SQLSTATE, message and detail of the refusal, or 00000.  All is undone.
CREATE FUNCTION pg_temp.try(VARIADIC statements text[])
    RETURNS TABLE (state text, message text, detail text)
    LANGUAGE plpgsql AS $$
DECLARE
    statement text;
BEGIN
    FOREACH statement IN ARRAY statements LOOP
        EXECUTE statement;
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE,
        message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    IF state = 'ZZ000' THEN
        state := '00000'; message := NULL; detail := NULL;
    END IF;
    message := regexp_replace(message, '_id \d+', '_id N', 'g');
    detail := regexp_replace(detail, '(_id |contains \()\d+', '\1N', 'g');
    detail := regexp_replace(detail, '\d{4}-\d\d-\d\d \d\d:[0-9:.+]+, \w+, \w+', 'MOMENT, PERSON, LOGIN', 'g');
    RETURN NEXT;
END $$;

CREATE FUNCTION pg_temp.new_edition(edition text, valid daterange) RETURNS text
    LANGUAGE sql RETURN format(
        'INSERT INTO edition (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees,'
        ' max_people, max_children, owners_share, edge_tolerance_m, decider, licence_months, article,'
        ' valid, source, certainty) VALUES (%L, ''ت'', ''t'', 0.2, 30, 1, 3, 5, 0.51, 6, ''committee'','
        ' 12, ''a'', %L, ''test'', ''likely'')', edition, valid);

CREATE FUNCTION pg_temp.new_fee(band numrange, valid daterange, schedule text DEFAULT '2019') RETURNS text
    LANGUAGE sql RETURN format(
        'INSERT INTO fee_rule (schedule, category, area_m2, amount, item_ar, item_en, valid, source, certainty)'
        ' VALUES (%L, ''food'', %L, 22, ''ر'', ''f'', %L, ''test'', ''likely'')', schedule, band, valid);

\x on
\echo == editing and removing
SELECT * FROM pg_temp.try('UPDATE edition SET max_area_m2 = 30 WHERE edition = ''2020''');
SELECT * FROM pg_temp.try('UPDATE sms_template SET body = body || ''!''');
SELECT * FROM pg_temp.try('DELETE FROM edition');
SELECT * FROM pg_temp.try('TRUNCATE holiday');
SELECT * FROM pg_temp.try('UPDATE edition SET edition = edition, max_area_m2 = max_area_m2');
SELECT * FROM pg_temp.try('UPDATE zone SET geom = ST_Translate(geom, 0.01, 0) WHERE class = ''offices''');

-- every column of every rule table: which update is not refused as an edit
INSERT INTO official (official, name_ar, name_en, login, roles, valid, source, certainty)
    VALUES ('E-1', 'م', 'm', 'nobody', '{clerk}', '[2026-01-01,)', 'test', 'unknown');
INSERT INTO inspection_capacity (visits, valid, source, certainty) VALUES (5, '[2026-01-01,)', 'test', 'unknown');
CREATE TEMP TABLE edit AS
SELECT c.relname::text AS table_name, a.attname::text AS column_name, t.state, t.message
FROM pg_attribute AS w
JOIN pg_class AS c ON c.oid = w.attrelid AND c.relkind = 'r' AND c.relnamespace = 'licence_home'::regnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
CROSS JOIN LATERAL pg_temp.try(format('UPDATE %I SET %I = %s', c.relname, a.attname,
    CASE (SELECT format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) FROM pg_type AS t WHERE t.oid = a.atttypid)
        WHEN 'text' THEN format('coalesce(%I, '''') || ''x''', a.attname)
        WHEN 'boolean' THEN format('NOT coalesce(%I, false)', a.attname)
        WHEN 'numeric' THEN format('coalesce(%I, 1) / 2', a.attname)
        WHEN 'integer' THEN format('coalesce(%I, 1) + 1', a.attname)
        WHEN 'date' THEN format('coalesce(%I, ''2026-03-01'') + 1', a.attname)
        WHEN 'interval' THEN format('coalesce(%I, ''1 day'') * 2', a.attname)
        WHEN 'time without time zone' THEN format('coalesce(%I, ''10:00'') + interval ''1 hour''', a.attname)
        WHEN 'timestamp with time zone' THEN 'now()'
        WHEN 'daterange' THEN format('daterange(''1900-01-01'', upper(%I))', a.attname)
        WHEN 'numrange' THEN '''[0,0.5)'''
        WHEN 'int4range' THEN '''[7,8)'''
        WHEN 'jsonb' THEN '''{"x": 1}'''
        WHEN 'text[]' THEN '''{x}'''
        WHEN 'name' THEN '''x'''
        WHEN 'name[]' THEN '''{x}'''
        WHEN 'integer[]' THEN '''{1}'''
        WHEN 'bytea' THEN '''x'''
        WHEN 'geometry' THEN format('ST_Translate(%I, 0.001, 0)', a.attname)
    END)) AS t
WHERE w.attname = 'withdrawn_at' AND c.relname <> 'sms_gateway';       -- (there is none)
SELECT count(DISTINCT table_name) AS tables, count(*) > 200 AS many,
    count(*) FILTER (WHERE state = 'LH011') = count(*) FILTER (WHERE column_name NOT IN ('withdrawn_at', 'withdrawal')) AS all_edits_refused
FROM edit;
SELECT * FROM edit WHERE state <> 'LH011' AND column_name NOT IN ('withdrawn_at', 'withdrawal') ORDER BY table_name, column_name;

\echo == closing
-- the last one, without a successor
SELECT * FROM pg_temp.try('UPDATE edition SET valid = daterange(''2020-02-01'', ''2030-01-01'') WHERE edition = ''2020''');
SELECT * FROM pg_temp.try('UPDATE edition SET valid = daterange(''2020-03-01'', ''2030-01-01'') WHERE edition = ''2020''');
SELECT * FROM pg_temp.try('UPDATE edition SET valid = daterange(''2019-08-08'', NULL) WHERE edition = ''2019''');
SELECT * FROM pg_temp.try('UPDATE edition SET valid = ''empty'' WHERE edition = ''2019''');
SELECT * FROM pg_temp.try('UPDATE edition SET valid = daterange(''2019-08-08'', ''2019-12-01'') WHERE edition = ''2019''');
SELECT * FROM pg_temp.try(
    'UPDATE edition SET valid = daterange(''2020-02-01'', ''2030-01-01'') WHERE edition = ''2020''',
    pg_temp.new_edition('2030', '[2030-01-01,)'));
-- in either order
SELECT * FROM pg_temp.try(pg_temp.new_edition('2030', '[2030-01-01,)'),
    'UPDATE edition SET valid = daterange(''2020-02-01'', ''2030-01-01'') WHERE edition = ''2020''');
SELECT * FROM pg_temp.try(pg_temp.new_edition('2030', '[2030-01-01,)'));
SELECT * FROM pg_temp.try(pg_temp.new_edition('2030', '[2030-02-01,)'),
    'UPDATE edition SET valid = daterange(''2020-02-01'', ''2030-01-01'') WHERE edition = ''2020''');

\echo == a case was judged by it
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9000000001', 'أ', '0790000001');
INSERT INTO application (application_no, applicant_id, profession, state, workflow_version, judged_on, edition, submitted_at)
    SELECT application_no_make(2021, 99999), max(applicant_id), 'jams', 'submitted', 1, '2021-03-04', '2020', '2021-03-04' FROM applicant;
SET LOCAL session_replication_role = origin;
SELECT * FROM pg_temp.try('UPDATE holiday SET valid = daterange(''2012-01-01'', ''2021-03-04'') WHERE weekday = 6');
SELECT * FROM pg_temp.try('UPDATE holiday SET valid = daterange(''2012-01-01'', ''2021-03-05'') WHERE weekday = 6');
SELECT * FROM pg_temp.try('UPDATE holiday SET withdrawn_at = now() WHERE weekday = 6');
ROLLBACK;

\echo == withdrawing
SELECT * FROM pg_temp.try('UPDATE edition SET withdrawn_at = now() WHERE edition = ''2017''');
SELECT * FROM pg_temp.try('UPDATE edition SET withdrawn_at = now() WHERE edition = ''2017''',
    pg_temp.new_edition('2017', '[2017-01-01,2019-08-08)'));
-- the first and the last too, and all of them; these days must be taken at once
SELECT * FROM pg_temp.try('UPDATE edition SET withdrawn_at = now() WHERE edition = ''2012''');
SELECT * FROM pg_temp.try('UPDATE edition SET withdrawn_at = now() WHERE edition = ''2020''');
SELECT * FROM pg_temp.try('UPDATE edition SET withdrawn_at = now() WHERE edition = ''2020''',
    pg_temp.new_edition('2020', '[2020-02-01,2035-01-01)'));
SELECT * FROM pg_temp.try('UPDATE edition SET withdrawn_at = now() WHERE edition = ''2020''',
    pg_temp.new_edition('2020', '[2020-02-01,2035-01-01)'), pg_temp.new_edition('2035', '[2035-01-01,)'));
SELECT * FROM pg_temp.try('UPDATE edition SET withdrawn_at = now()');
SELECT * FROM pg_temp.try('UPDATE fee_schedule SET withdrawn_at = now() WHERE schedule = ''2012''');
SELECT * FROM pg_temp.try('UPDATE fee_schedule SET valid = daterange(''2019-08-08'', ''2030-01-01'') WHERE schedule = ''2019''');
SELECT * FROM pg_temp.try('UPDATE reason SET withdrawn_at = now() WHERE reason = ''zone''',
    'UPDATE reason SET withdrawn_at = NULL WHERE reason = ''zone''');
SELECT * FROM pg_temp.try('UPDATE reason SET withdrawn_at = now() WHERE reason = ''zone''',
    'UPDATE reason SET valid = daterange(''2012-01-01'', ''2030-01-01'') WHERE reason = ''zone''');
SELECT * FROM pg_temp.try('INSERT INTO reason (reason, purpose, name_ar, name_en, valid, withdrawn_at, source, certainty)'
    ' VALUES (''x'', ''refusal'', ''س'', ''x'', ''[2020-01-01,)'', now(), ''test'', ''likely'')');
-- the moment is the clock's
BEGIN;
SET LOCAL licence_home.clock = '2026-05-05 10:00+03';
UPDATE reason SET withdrawn_at = '1999-01-01' WHERE reason = 'zone' RETURNING withdrawn_at;
ROLLBACK;

\echo == criteria: what is decided on paper is not withdrawn without another, and none has a hole between two
SELECT * FROM pg_temp.try('UPDATE criterion SET withdrawn_at = now() WHERE criterion = ''people''');
SELECT * FROM pg_temp.try('UPDATE criterion SET valid = daterange(lower(valid), ''2030-01-01'') WHERE criterion = ''people''');
SELECT * FROM pg_temp.try('UPDATE criterion SET valid = daterange(lower(valid), ''2030-01-01'') WHERE criterion = ''utilities''');
SELECT * FROM pg_temp.try('UPDATE criterion SET valid = daterange(lower(valid), ''2019-12-01'') WHERE criterion = ''sign'' AND stage = ''I''');

\echo == overlaps, with nulls equal
SELECT * FROM pg_temp.try('INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''zone'', ''closure'', ''س'', ''x'', ''[2020-01-01,)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('INSERT INTO zone_ruling (class, ruling, valid, source, certainty)'
    ' VALUES (''offices'', ''permitted'', ''[2020-01-01,)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('INSERT INTO zone_ruling (profession, class, ruling, valid, source, certainty)'
    ' VALUES (''translation'', ''offices'', ''permitted'', ''[2019-01-01,)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('INSERT INTO holiday (day, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''2026-01-01'', ''س'', ''x'', ''[2026-01-01,2026-01-02)'', ''test'', ''likely'')');

\echo == bands of area
SELECT * FROM pg_temp.try(pg_temp.new_fee('[0,10]', '[2025-01-01,)'));
SELECT * FROM pg_temp.try('UPDATE fee_rule SET withdrawn_at = now() WHERE category = ''food'' AND schedule = ''2019''');
-- exactly 20 m2 in two bands, in none, and a band that does not begin at zero
SELECT * FROM pg_temp.try('UPDATE fee_rule SET withdrawn_at = now() WHERE category = ''food'' AND schedule = ''2019''',
    pg_temp.new_fee('(0,20]', '[2019-08-08,)'), pg_temp.new_fee('[20,)', '[2019-08-08,)'));
SELECT * FROM pg_temp.try('UPDATE fee_rule SET withdrawn_at = now() WHERE category = ''food'' AND schedule = ''2019''',
    pg_temp.new_fee('(0,20)', '[2019-08-08,)'), pg_temp.new_fee('(20,)', '[2019-08-08,)'));
SELECT * FROM pg_temp.try('UPDATE fee_rule SET withdrawn_at = now() WHERE category = ''food'' AND schedule = ''2019''',
    pg_temp.new_fee('[5,)', '[2019-08-08,)'));
SELECT * FROM pg_temp.try('UPDATE fee_rule SET withdrawn_at = now() WHERE category = ''food'' AND schedule = ''2019''',
    pg_temp.new_fee('(0,20)', '[2019-08-08,)'), pg_temp.new_fee('[20,)', '[2019-08-08,)'));
-- from a day on: other bands, none missing on any day
SELECT * FROM pg_temp.try('UPDATE fee_rule SET valid = daterange(lower(valid), ''2030-01-01'')'
    ' WHERE category = ''food'' AND schedule = ''2019''', pg_temp.new_fee('(0,)', '[2030-01-01,)'));
SELECT * FROM pg_temp.try('UPDATE fee_rule SET valid = daterange(lower(valid), ''2030-01-01'')'
    ' WHERE category = ''food'' AND schedule = ''2019'' AND lower(area_m2) = 0',
    pg_temp.new_fee('(0,5]', '[2030-01-01,)'));

\echo == every profession has its fee
SELECT * FROM pg_temp.try('UPDATE fee_rule SET valid = daterange(lower(valid), ''2030-01-01'')'
    ' WHERE category = ''food'' AND schedule = ''2019''');
SELECT * FROM pg_temp.try('INSERT INTO profession_category (category, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''music'', ''موسيقى'', ''music'', ''[2026-01-01,)'', ''test'', ''likely'')',
    'INSERT INTO profession (code, category, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''lute_maker'', ''music'', ''صانع أعواد'', ''lute maker'', ''[2026-01-01,)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('INSERT INTO profession (code, category, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''chocolate'', ''food'', ''الشوكولاتة'', ''chocolate'', ''[2026-01-01,)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('UPDATE fee_schedule SET valid = daterange(lower(valid), ''2030-01-01'') WHERE schedule = ''2019''',
    'INSERT INTO fee_schedule (schedule, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''2030'', ''جدول'', ''schedule'', ''[2030-01-01,)'', ''test'', ''likely'')');

\echo == codes
SELECT * FROM pg_temp.try('INSERT INTO profession (code, category, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''x'', ''nope'', ''س'', ''x'', ''[2020-01-01,)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('INSERT INTO profession (code, category, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''x'', ''guest_house'', ''س'', ''x'', ''[2012-01-01,2013-01-01)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('UPDATE authority SET withdrawn_at = now() WHERE authority = ''jfda''',
    'INSERT INTO profession_authority (profession, authority, valid, source, certainty)'
    ' VALUES (''jams'', ''jfda'', ''[2020-01-01,)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('INSERT INTO zone (geom, class, valid, source, certainty)'
    ' SELECT geom, ''swamp'', valid, source, certainty FROM zone LIMIT 1');

-- what a rule names stays as long as the rule
SELECT * FROM pg_temp.try('UPDATE authority SET withdrawn_at = now() WHERE authority = ''jfda''');
SELECT * FROM pg_temp.try('UPDATE document_type SET valid = daterange(lower(valid), ''2030-01-01'') WHERE document_type = ''title_deed''');
SELECT * FROM pg_temp.try('UPDATE profession_category SET valid = daterange(lower(valid), ''2030-01-01'') WHERE category = ''guest_house''');
SELECT * FROM pg_temp.try('UPDATE zone_class SET withdrawn_at = now() WHERE class = ''offices''');
SELECT * FROM pg_temp.try('INSERT INTO profession_authority (profession, authority, valid, source, certainty)'
    ' VALUES (''jams'', ''jfda'', ''[2000-01-01,)'', ''test'', ''likely'')');
-- another name from a day on, both in one transaction; or the rule goes first
SELECT * FROM pg_temp.try('UPDATE authority SET valid = daterange(lower(valid), ''2030-01-01'') WHERE authority = ''jfda''',
    'INSERT INTO authority (authority, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''jfda'', ''م'', ''the new name'', ''[2030-01-01,)'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('UPDATE document_rule SET valid = daterange(lower(valid), ''2030-01-01'') WHERE document_type = ''title_deed''',
    'UPDATE document_type SET valid = daterange(lower(valid), ''2030-01-01'') WHERE document_type = ''title_deed''');

\echo == dates that are none
SELECT * FROM pg_temp.try(pg_temp.new_edition('x', 'empty'));
SELECT * FROM pg_temp.try(pg_temp.new_edition('x', '[2030-01-01,infinity)'));
SELECT * FROM pg_temp.try(pg_temp.new_edition('x', NULL));

\echo == a published workflow
SELECT * FROM pg_temp.try('UPDATE workflow_state SET target_days = 9 WHERE state = ''submitted''');
SELECT * FROM pg_temp.try('INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)'
    ' VALUES (''first_issue'', 1, ''grant'', ''submitted'', ''issued'', ''clerk'', ''test'', ''likely'')');
SELECT * FROM pg_temp.try('DELETE FROM workflow_transition WHERE action = ''lapse''');
SELECT * FROM pg_temp.try('UPDATE workflow_evidence SET role = ''clerk'' WHERE evidence = ''decision''');
SELECT * FROM pg_temp.try('TRUNCATE workflow_transition');
SELECT * FROM pg_temp.try('UPDATE workflow SET published_at = NULL WHERE workflow = ''first_issue''');
SELECT * FROM pg_temp.try('UPDATE workflow SET name_en = ''x'' WHERE workflow = ''first_issue''');
SELECT * FROM pg_temp.try('DELETE FROM workflow WHERE workflow = ''first_issue''');
-- between two versions there is no day without one
SELECT * FROM pg_temp.try('INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)'
    ' VALUES (''first_issue'', 2, ''س'', ''x'', ''[2030-02-01,)'', ''test'', ''likely'')',
    'INSERT INTO workflow_state (workflow, version, state, kind, waits_for, target_days, grace_days, deadline_template, name_ar, name_en, source, certainty) SELECT workflow, 2, state, kind, waits_for, target_days, grace_days, deadline_template,'
    ' name_ar, name_en, source, certainty FROM workflow_state WHERE workflow = ''first_issue'' AND version = 1',
    'INSERT INTO workflow_transition SELECT workflow, 2, action, from_state, to_state, role, preconditions, effects, messages,'
    ' source, certainty FROM workflow_transition WHERE workflow = ''first_issue'' AND version = 1',
    'INSERT INTO workflow_evidence SELECT workflow, 2, state, evidence, operation, role, source, certainty'
    ' FROM workflow_evidence WHERE workflow = ''first_issue'' AND version = 1',
    'UPDATE workflow SET published_at = now() WHERE version = 2',
    'UPDATE workflow SET valid = daterange(lower(valid), ''2030-01-01'') WHERE workflow = ''first_issue'' AND version = 1');
\x off

-- Each table of a workflow's rows has its guard.
SELECT c.relname FROM pg_class AS c
    JOIN pg_constraint AS f ON f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid = 'workflow'::regclass
    WHERE c.relname <> 'application'
      AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = 'workflow_rows_trigger');

-- Hints say what to do.
\set VERBOSITY default
UPDATE edition SET max_area_m2 = 30 WHERE edition = '2020';
UPDATE fee_rule SET withdrawn_at = now() WHERE category = 'food' AND schedule = '2019' AND area_m2 @> 15.0;

-- Every table with dates has the guard, and all but zones the coverage.
SELECT c.relname, bool_or(t.tgname = 'rule_trigger') AS guard,
    bool_or(t.tgname = 'rule_trigger_truncate') AS guard_truncate, bool_or(t.tgname = 'rule_coverage') AS coverage
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'withdrawn_at'
    LEFT JOIN pg_trigger AS t ON t.tgrelid = c.oid
    WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
    GROUP BY c.relname ORDER BY c.relname;
