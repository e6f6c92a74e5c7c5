-- One screen for a case: what is on it, for whom, and that it is recorded.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset footer off
SELECT story.new_case_in('documents_deficient') AS deficient \gset
SELECT story.new_case_in('issued', 'home_baking') AS issued \gset

\echo == every section, whatever the state
SELECT s.state, (SELECT array_agg(k ORDER BY k COLLATE "C") FROM jsonb_object_keys(s.card) AS k) = ARRAY['approvals', 'assignment', 'bills', 'case', 'criteria',
    'deadline', 'decisions', 'documents', 'findings', 'history', 'home', 'inspections', 'licence', 'messages', 'next_actions', 'notes', 'person'] AS all_there,
    s.card #>> '{case,state}' = s.state AS same_state, jsonb_array_length(s.card -> 'history') AS events
FROM (SELECT w.state, licence_home.case_card(story.new_case_in(w.state)) AS card
      FROM licence_home.workflow_state AS w WHERE w.workflow = 'first_issue' AND w.version = 1) AS s
ORDER BY s.state COLLATE "C";

\echo == what each role sees of it
CREATE FUNCTION pg_temp.seen(who text, no licence_home.application_no) RETURNS TABLE (sections text, person text)
    LANGUAGE plpgsql AS $$
DECLARE
    card jsonb;
BEGIN
    PERFORM story.become(who, no);
    card := licence_home.case_card(no);
    PERFORM story.become();
    RETURN QUERY SELECT (SELECT string_agg(k, ' ' ORDER BY k COLLATE "C") FROM jsonb_object_keys(card) AS k),
        (SELECT string_agg(k, ' ' ORDER BY k COLLATE "C") FROM jsonb_object_keys(card -> 'person') AS k);
END $$;
SELECT w.who, s.* FROM unnest('{clerk,inspector,committee,director}'::text[]) AS w (who) CROSS JOIN LATERAL pg_temp.seen(w.who, :'issued') AS s;
SELECT w.who, (story.attempt(w.who, :'issued', format('SELECT licence_home.%s($1)', f.f))).code, f.f
FROM unnest('{portal,cashier,analyst,admin,sender,nobody}'::text[]) AS w (who)
CROSS JOIN (VALUES ('case_card'), ('case_card_text')) AS f (f) ORDER BY f.f, w.who;
SELECT s.code, s.said FROM story.attempt('clerk', NULL, $$SELECT licence_home.case_card(licence_home.application_no_make(2026, 99999999))$$) AS s;

CALL story.act('clerk', :'deficient', $$SELECT licence_home.add_note($1, 'called: brings the deed on Sunday')$$);
\echo == as text, what is lacking first, in the language of the session
CREATE FUNCTION pg_temp.text_of(who text, no licence_home.application_no) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    lines text[];
BEGIN
    PERFORM story.become(who, no);
    lines := ARRAY(SELECT t FROM licence_home.case_card_text(no, 'a call') AS t);
    PERFORM story.become();
    RETURN QUERY SELECT regexp_replace(story.masked(no, t), '(\+9627|98700|applicant |parcel |قطعة \u200E)\d+', '\1N', 'g') FROM unnest(lines) AS t;
END $$;
SELECT pg_temp.text_of('clerk', :'deficient');
SET licence_home.language = ar;
SELECT pg_temp.text_of('clerk', :'deficient');
SELECT pg_temp.text_of('inspector', :'issued');
SET licence_home.language = en;
SELECT pg_temp.text_of('committee', :'issued');
RESET licence_home.language;

\echo == recorded, with its reason and what was shown
SELECT r.function, r.role, r.why, cardinality(r.applicant_ids) AS persons, r.application_no = :'deficient' OR r.application_no = :'issued' AS of_case,
    'applicant.identity_no' = ANY (r.columns) AS identity, 'sms_message.body' = ANY (r.columns) AS messages
FROM licence_home.read_record AS r WHERE r.why = 'a call' AND r.function LIKE 'case\_card%' ORDER BY r.read_no;

\echo == of a restricted person the case alone, for who need not act
SELECT licence_home.restrict_person((SELECT a.applicant_id FROM licence_home.application AS a WHERE a.application_no = :'issued'), 'test');
SELECT w.who, s.person FROM unnest('{clerk,committee}'::text[]) AS w (who) CROSS JOIN LATERAL pg_temp.seen(w.who, :'issued') AS s;
SELECT pg_temp.text_of('clerk', :'issued') LIMIT 12;
SELECT r.function, cardinality(r.applicant_ids) AS persons FROM licence_home.read_record AS r WHERE r.application_no = :'issued'
    ORDER BY r.read_no DESC LIMIT 3;
SELECT licence_home.unrestrict_person((SELECT a.applicant_id FROM licence_home.application AS a WHERE a.application_no = :'issued'), 'test');
