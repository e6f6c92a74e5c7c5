-- Two homes are one when the parcel, however it is written, or the place says
-- so, and never because both left a field empty.
SET search_path = licence_home, licence_home_internal, public;
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on
\pset null (null)

-- A submitted case of a person, and the criterion that another draft of the same
-- person, profession and place meets, by what each says of its home.
CREATE FUNCTION pg_temp.home(no application_no, home text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE licence_home.application SET home = NULL, neighbourhood = NULL, building_no = NULL, floor = NULL, unit = NULL, '
        'village = NULL, basin = NULL, parcel = NULL WHERE application_no = %L', no);
    EXECUTE format('UPDATE licence_home.application SET %s WHERE application_no = %L', home, no);
END $$;
CREATE FUNCTION pg_temp.ruling(one text, other text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    submitted application_no;
    draft application_no;
    place geometry;
    result text;
BEGIN
    BEGIN
        submitted := story.new_case();
        SELECT a.home INTO place FROM application AS a WHERE a.application_no = submitted;
        PERFORM pg_temp.home(submitted, format('home = %L, ', place) || one);
        PERFORM story.become('portal', submitted);
        PERFORM perform(submitted, 'submit');
        PERFORM story.become();
        draft := story.new_case();
        ALTER TABLE application DISABLE TRIGGER application_trigger;
        UPDATE application SET applicant_id = (SELECT a.applicant_id FROM application AS a WHERE a.application_no = submitted)
        WHERE application_no = draft;
        ALTER TABLE application ENABLE TRIGGER application_trigger;
        PERFORM pg_temp.home(draft, other);
        SELECT concat_ws(', ', e.ruling, CASE WHEN e.observed = submitted::text THEN 'the other case' END) INTO result
        FROM eligibility(draft) AS e WHERE e.criterion = 'duplicate';
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        NULL;
    END;
    RETURN result;
END $$;

\echo == by the parcel, however it is written
SELECT one || '   |   ' || other || '   :   ' || pg_temp.ruling(one, other)
FROM (VALUES
    ($$village = '142 اليادودة', basin = '5 الحنو', parcel = '12'$$, $$village = '142 اليادودة', basin = '5 الحنو', parcel = '12'$$),
    ($$village = '142 اليادودة', basin = '5 الحنو', parcel = '12'$$, $$village = '١٤٢  يادوده', basin = E'5\u00A0الحنو', parcel = E'\u200F١٢'$$),
    ($$village = '142 اليادودة', basin = '5 الحنو', parcel = '12'$$, $$village = '142 اليادودة', basin = '5 الحنو', parcel = '13'$$),
    ($$village = '142 اليادودة', basin = '5 الحنو', parcel = '12/3'$$, $$village = '142 اليادودة', basin = '5 الحنو', parcel = '١٢ / ٣'$$),
    ($$village = 'v', basin = 'b', parcel = '1', building_no = '7 أ'$$, $$village = 'v', basin = 'b', parcel = '1', building_no = '(7-ا)'$$),
    ($$village = 'v', basin = 'b', parcel = '1', building_no = '7 أ'$$, $$village = 'v', basin = 'b', parcel = '1', building_no = '٧ا'$$),
    ($$village = 'v', basin = 'b', parcel = '1', floor = '1', unit = '3'$$, $$village = 'v', basin = 'b', parcel = '1', floor = '١', unit = '۳'$$),
    ($$village = 'v', basin = 'b', parcel = '1', floor = '1'$$, $$village = 'v', basin = 'b', parcel = '1', floor = '-1'$$),
    ($$village = 'v', basin = 'b', parcel = '1', unit = 'A'$$, $$village = 'v', basin = 'b', parcel = '1', unit = 'ａ '$$),
    ($$village = 'v', basin = 'b', parcel = '1', unit = 'A'$$, $$village = 'v', basin = 'b', parcel = '1', unit = 'B'$$)) AS v (one, other);
\echo == an empty field says nothing: neither that two homes differ, nor that they are one
SELECT one || '   |   ' || other || '   :   ' || pg_temp.ruling(one, other)
FROM (VALUES
    ($$village = 'v', basin = 'b', parcel = '1', unit = NULL$$, $$village = 'v', basin = 'b', parcel = '1', unit = ''$$),
    ($$village = 'v', basin = 'b', parcel = '1', unit = '3'$$, $$village = 'v', basin = 'b', parcel = '1', unit = E'\u200B \u00A0'$$),
    ($$village = 'v', basin = 'b', parcel = '1', unit = '3'$$, $$village = 'v', basin = 'b', parcel = '1', unit = '-'$$),
    ($$village = '', basin = '', parcel = ''$$, $$village = '', basin = '', parcel = ''$$),
    ($$village = NULL, basin = NULL, parcel = NULL$$, $$village = '', basin = '', parcel = ''$$),
    ($$village = '-', basin = '-', parcel = '-'$$, $$village = '-', basin = '-', parcel = '-'$$),
    ($$village = 'v', basin = 'b', parcel = ''$$, $$village = 'v', basin = 'b', parcel = ''$$),
    ($$village = ' ', basin = 'b', parcel = '1'$$, $$village = ' ', basin = 'b', parcel = '1'$$)) AS v (one, other);

\echo == what is stored
SELECT story.new_case() AS no \gset
UPDATE application SET address = E'\t', village = '', basin = E'\u200B', neighbourhood = ' ', parcel = E'\u00A0', building_no = E'\u2800',
    floor = E'\u0640', unit = ' ٣ ' WHERE application_no = :'no';
SELECT address, village, basin, neighbourhood, parcel, building_no, floor, unit FROM application WHERE application_no = :'no';
-- and a mapper that writes '' over null changes nothing
SELECT story.take('portal', :'no', 'submit');
SELECT code, rows FROM story.attempt('clerk', :'no', $$UPDATE licence_home.application SET village = '', step_note = '', closure_reason = ' '
    WHERE application_no = $1$$);

\echo == the total of the work areas, and the whole caseload, see the same homes
SELECT story.new_case() AS one \gset
SELECT story.new_case() AS other \gset
SELECT pg_temp.home(:'one', $$village = '142 اليادودة', basin = '5 الحنو', parcel = '12', work_area_m2 = 15$$);
SELECT pg_temp.home(:'other', $$village = '١٤٢ اليادوده', basin = '٥ الحنو', parcel = '١٢ ', work_area_m2 = 10$$);
UPDATE application AS a SET home = h.home FROM (SELECT home FROM application WHERE application_no = :'no') AS h
WHERE a.application_no IN (:'one', :'other');
SELECT story.outcome('portal', :'one', 'submit');
SELECT story.outcome('portal', :'other', 'submit');
SELECT k.no, e.ruling, e.observed, 'home_total' = ANY (c.refer) AS in_caseload
FROM (VALUES (1, :'one'::application_no), (2, :'other')) AS k (no, application_no)
CROSS JOIN LATERAL eligibility(k.application_no) AS e
JOIN caseload_assessment(NULL, NULL) AS c ON c.application_no = k.application_no
WHERE e.criterion = 'home_total' ORDER BY k.no;

\echo == an index finds them
BEGIN;
SET LOCAL enable_seqscan = off;
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END $$;
SELECT DISTINCT substring(p FROM 'application_by_\w+') FROM pg_temp.plan(format('SELECT * FROM cases_at(%L, %L, %L, %L, NULL, %L, NULL, NULL, NULL)',
    :'no', 'SRID=4326;POINT(35.9 31.9)', 'v', 'b', '1')) AS p WHERE p ~ 'application_by' ORDER BY 1;
ROLLBACK;
