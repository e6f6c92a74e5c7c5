-- What a case's answers tell of other work at the home: whether its own work
-- area fits beside it, and never how large another person's is.
SET licence_home.clock = '2026-03-01 10:00+03';
SET jit = off;
\pset format unaligned
\pset tuples_only on

-- A neighbour whose work was measured, and a stranger's draft at that parcel.
SELECT story.new_case_in('issued') AS other, story.new_case(work_area_m2 => 5) AS mine \gset
UPDATE licence_home.application AS a SET home = o.home, parcel = o.parcel
FROM licence_home.application AS o WHERE a.application_no = :'mine' AND o.application_no = :'other';

-- Everything that a role is told of the stranger's case.
CREATE FUNCTION pg_temp.told(who text, no licence_home.application_no) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    answers text[];
    answer text;
    query text;
BEGIN
    FOREACH query IN ARRAY ARRAY[
        'SELECT string_agg(e::text, E''\n'') FROM licence_home.eligibility($1) AS e',
        'SELECT licence_home.is_eligible($1)::text',
        'SELECT string_agg(f::text, E''\n'') FROM licence_home_internal.case_fee($1, 5) AS f',
        'SELECT string_agg(n::text, E''\n'') FROM licence_home.next_actions($1) AS n',
        'SELECT string_agg(c::text, E''\n'') FROM licence_home.caseload_report(''2026-03-01'') AS c WHERE c.application_no = $1',
        'SELECT licence_home.perform($1, ''submit'')',
        'SELECT string_agg(c::text, E''\n'') FROM licence_home.caseload_report(''2026-03-01'') AS c WHERE c.application_no = $1',
        'SELECT string_agg(concat_ws('' '', e.action, e.note), E''\n'') FROM licence_home.application_event AS e WHERE e.application_no = $1',
        'SELECT string_agg(m.body, E''\n'') FROM licence_home.sms_message AS m WHERE m.application_no = $1']
    LOOP
        DECLARE
            code text;
            said text;
            detail text;
            hint text;
        BEGIN
            PERFORM story.become(who, no);
            EXECUTE query INTO answer USING no;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
                detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
            answer := concat_ws(E'\n', code, said, detail, hint);
        END;
        PERFORM story.become();
        answers := answers || coalesce(answer, 'nothing');
    END LOOP;
    RETURN array_to_string(answers, E'\n--\n');
END $$;
-- The same, if the neighbour's areas were these; nothing of it stays.
CREATE FUNCTION pg_temp.told_beside(area numeric, who text, no licence_home.application_no, other licence_home.application_no,
        OUT told text)
    LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL session_replication_role = replica;
    UPDATE licence_home.application AS a SET work_area_m2 = area WHERE a.application_no = other;
    UPDATE licence_home.inspection AS i SET measured_work_area_m2 = area WHERE i.application_no = other;
    SET LOCAL session_replication_role = origin;
    told := pg_temp.told(who, no);
    RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
    NULL;
END $$;

\echo == fits or not is all that differs, whoever asks
SELECT who, count(DISTINCT told) FILTER (WHERE area <= 13) AS answers_where_it_fits,
    count(DISTINCT told) FILTER (WHERE area > 13) AS answers_where_it_does_not, count(DISTINCT told) AS answers
FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) WITH ORDINALITY AS w (who, n)
CROSS JOIN unnest('{1,13,13.01,17.77}'::numeric[]) AS area
CROSS JOIN LATERAL pg_temp.told_beside(area, who, :'mine', :'other')
GROUP BY who, n ORDER BY n;

\echo == in words
SELECT area, line[1]
FROM unnest('{7.77,17.77}'::numeric[]) AS area
CROSS JOIN LATERAL regexp_matches(pg_temp.told_beside(area, 'portal', :'mine', :'other'), '^\(home_total,.*?\)$', 'n') AS m (line)
ORDER BY area;
