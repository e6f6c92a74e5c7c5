-- Every rule row says when it was written and by whom, when it was closed, and what
-- its withdrawal was: corrected, void, or from_today.
SET search_path = licence_home, licence_home_internal, public;
SET datestyle = ISO;
SET TimeZone = 'Asia/Amman';
\pset format unaligned
-- What becomes of statements, with the checks of the transaction's end.  All is undone.
CREATE FUNCTION pg_temp.try(VARIADIC statements text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    statement text;
    detail text;
    hint text;
BEGIN
    FOREACH statement IN ARRAY statements LOOP
        EXECUTE statement;
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    IF SQLSTATE = 'ZZ000' THEN
        RETURN 'allowed';
    ELSIF SQLSTATE = '23514' THEN
        detail := '';
    END IF;
    RETURN regexp_replace(concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, '')), '_id \d+', '_id N', 'g');
END $$;
CREATE FUNCTION pg_temp.new_edition(edition text, area numeric, valid daterange) RETURNS text
    LANGUAGE sql RETURN format(
        'INSERT INTO edition (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees,'
        ' max_people, max_children, owners_share, edge_tolerance_m, decider, licence_months, article,'
        ' valid, source, certainty) VALUES (%L, ''ت'', ''t'', 0.2, %s, 1, 3, 5, 0.51, 6, ''committee'','
        ' 12, ''a'', %L, ''test'', ''likely'')', edition, area, valid);

\echo == every table of rules has the columns, and every dated one says what a withdrawal is
SELECT c.relname, n.name FROM pg_class AS c
JOIN pg_attribute AS k ON k.attrelid = c.oid AND k.attname = 'certainty' AND NOT k.attisdropped
CROSS JOIN unnest(ARRAY['recorded_at', 'recorded_by', 'session_role', 'closed_at', 'withdrawn_at', 'withdrawal']) AS n (name)
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
  AND NOT (c.relname ~ '^workflow_' AND n.name IN ('closed_at', 'withdrawn_at', 'withdrawal'))     -- dated by their version
  AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = n.name AND NOT a.attisdropped);

\echo == who wrote a rule, and when
BEGIN;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
INSERT INTO official (official, name_ar, name_en, claimed_by, roles, valid, source, certainty) VALUES ('E-17', 'ر', 'R', ARRAY[session_user], '{admin}', '[2026-01-01,)', 't', 'unknown');
SET LOCAL ROLE licence_home_admin;
INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty) VALUES ('by_login', 'refusal', 'س', 'x', '[2026-01-01,)', 't', 'likely')
RETURNING recorded_at, recorded_by = session_user AS by_login, session_role = session_user AS login, closed_at, withdrawn_at, withdrawal;
SELECT act_as('E-17');
INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty) VALUES ('by_official', 'refusal', 'س', 'x', '[2026-01-01,)', 't', 'likely')
RETURNING recorded_by, session_role = session_user AS login;
SELECT pg_temp.try($$INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty, recorded_by) VALUES ('forged', 'refusal', 'س', 'x', '[2026-01-01,)', 't', 'likely', 'somebody')$$);
SELECT pg_temp.try($$INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty, withdrawal) VALUES ('born', 'refusal', 'س', 'x', '[2026-01-01,)', 't', 'likely', 'void')$$);
SELECT pg_temp.try($$UPDATE reason SET recorded_at = '2020-01-01' WHERE reason = 'by_login'$$);
SELECT pg_temp.try($$UPDATE reason SET closed_at = '2020-01-01' WHERE reason = 'by_login'$$);
-- also in the draft of a workflow
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty) VALUES ('drafted', 1, 'س', 'x', '[2026-01-01,)', 't', 'likely');
INSERT INTO workflow_state (workflow, version, state, kind, name_ar, name_en, source, certainty) VALUES ('drafted', 1, 'draft', 'start', 'س', 'x', 't', 'likely')
RETURNING recorded_at, recorded_by;
SELECT pg_temp.try($$UPDATE workflow SET recorded_by = 'somebody' WHERE workflow = 'drafted'$$);
SELECT pg_temp.try($$UPDATE workflow_state SET recorded_by = 'somebody' WHERE workflow = 'drafted'$$);
SELECT pg_temp.try($$UPDATE workflow_state SET name_en = 'y' WHERE workflow = 'drafted'$$);
RESET ROLE;
-- when it was closed
SET LOCAL licence_home.clock = '2026-04-01 10:00+03';
UPDATE reason SET valid = '[2026-01-01,2026-06-01)' WHERE reason = 'by_login' RETURNING valid, closed_at, withdrawal;
ROLLBACK;

\echo == the three kinds
BEGIN;
SET LOCAL licence_home.clock = '2026-03-10 10:00+03';
SELECT max_area_m2 AS before FROM edition_on('2026-03-09');
SAVEPOINT kinds;
-- corrected: the successor counts for old cases too
UPDATE edition SET withdrawal = 'corrected' WHERE edition = '2020' RETURNING valid, withdrawn_at, withdrawal, closed_at;
DO $$ BEGIN EXECUTE pg_temp.new_edition('2020', 30, '[2020-02-01,)'); END $$;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT (SELECT max_area_m2 FROM edition_on('2026-03-09')) AS yesterday, (SELECT max_area_m2 FROM edition_on('2026-03-10')) AS today;
ROLLBACK TO kinds;
-- from_today: what was judged before keeps it
UPDATE edition SET withdrawal = 'from_today' WHERE edition = '2020' RETURNING valid, withdrawn_at, withdrawal, closed_at;
DO $$ BEGIN EXECUTE pg_temp.new_edition('2020', 30, '[2026-03-10,)'); END $$;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT (SELECT max_area_m2 FROM edition_on('2026-03-09')) AS yesterday, (SELECT max_area_m2 FROM edition_on('2026-03-10')) AS today;
SET CONSTRAINTS ALL DEFERRED;
-- and can still turn out never to have counted, once
SELECT pg_temp.try($$UPDATE edition SET withdrawal = 'void' WHERE withdrawal = 'from_today'$$, pg_temp.new_edition('2020', 30, '[2020-02-01,2026-03-10)'));
SELECT pg_temp.try($$UPDATE edition SET withdrawal = NULL WHERE withdrawal = 'from_today'$$);
ROLLBACK TO kinds;
-- void: it never counted
UPDATE reason SET withdrawal = 'void' WHERE reason = 'zone' RETURNING withdrawn_at, withdrawal, closed_at;
SELECT pg_temp.try($$UPDATE reason SET withdrawal = 'corrected' WHERE reason = 'zone'$$);
ROLLBACK TO kinds;
-- withdrawn_at alone: what has begun was corrected, what has not is void
UPDATE reason SET withdrawn_at = now() WHERE reason = 'zone' RETURNING withdrawn_at, withdrawal;
INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty) VALUES ('coming', 'refusal', 'س', 'x', '[2026-04-01,)', 't', 'likely');
UPDATE reason SET withdrawn_at = now() WHERE reason = 'coming' RETURNING withdrawal;
ROLLBACK TO kinds;

\echo == what is refused
SELECT pg_temp.try($$UPDATE reason SET withdrawal = 'mistaken' WHERE reason = 'zone'$$);
-- a table that every day needs a rule of, today too
SELECT pg_temp.try($$UPDATE edition SET withdrawal = 'from_today' WHERE edition = '2020'$$);
SELECT pg_temp.try($$UPDATE profession SET withdrawal = 'from_today' WHERE valid @> today()$$);
SELECT pg_temp.try($$UPDATE edition SET withdrawal = 'from_today' WHERE edition = '2012'$$);
SELECT pg_temp.try($$INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty) VALUES ('today', 'refusal', 'س', 'x', '[2026-03-10,)', 't', 'likely')$$,
    $$UPDATE reason SET withdrawal = 'from_today' WHERE reason = 'today'$$);
-- a case that was submitted today was judged by it
SET LOCAL session_replication_role = replica;
INSERT INTO applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9000000001', 'أ', '0790000001');
INSERT INTO application (application_no, applicant_id, profession, state, workflow_version, judged_on, edition, submitted_at)
    SELECT application_no_make(2026, 99999), max(applicant_id), 'jams', 'submitted', 1, '2026-03-10', '2020', '2026-03-10' FROM applicant;
SET LOCAL session_replication_role = origin;
SELECT pg_temp.try($$UPDATE edition SET withdrawal = 'from_today' WHERE edition = '2020'$$, pg_temp.new_edition('2020', 30, '[2026-03-10,)'));
SET LOCAL licence_home.clock = '2026-03-11 10:00+03';
SELECT pg_temp.try($$UPDATE edition SET withdrawal = 'from_today' WHERE edition = '2020'$$, pg_temp.new_edition('2020', 30, '[2026-03-11,)'));

\echo == withdraw_rule() takes the kind
SELECT edition_id AS edition FROM edition WHERE edition = '2020' \gset
SELECT pg_temp.try(format('SELECT withdraw_rule(''edition'', %s)', :edition));
SELECT pg_temp.try(format('SELECT withdraw_rule(''edition'', %s, ''corrected'')', :edition));
SELECT pg_temp.try(format('SELECT withdraw_rule(''edition'', %s, ''corrected'')', :edition), pg_temp.new_edition('2020', 30, '[2020-02-01,)'));
SELECT pg_temp.try(format('SELECT withdraw_rule(''edition'', %s, ''from_today'')', :edition), pg_temp.new_edition('2020', 30, '[2026-03-11,)'));
SELECT pg_temp.try(format('SELECT withdraw_rule(''edition'', %s, ''mistaken'')', :edition));
-- void: what it followed takes its days
SELECT count(*) AS resumed FROM withdraw_rule('edition', :edition, 'void');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT edition, valid, withdrawal FROM edition WHERE valid && '[2020-02-01,)' ORDER BY edition_id;
ROLLBACK;
