-- One screen for a case: what is on it, for whom, and that it is recorded.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset footer off
SELECT story.new_case_in('documents_deficient') AS deficient \gset
SELECT story.new_case_in('issued', 'home_baking') AS issued \gset

\echo == every section, whatever the state
SELECT s.state, (SELECT array_agg(k ORDER BY k COLLATE "C") FROM jsonb_object_keys(s.card) AS k) = ARRAY['agents', 'approvals', 'assignment', 'bills', 'case', 'counter_acts', 'criteria',
    'deadline', 'decisions', 'documents', 'findings', 'history', 'home', 'inspections', 'licence', 'messages', 'money', 'next_actions', 'notes', 'person', 'session'] AS all_there,
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
SELECT w.who, s.* FROM unnest('{clerk,inspector,committee,director,cashier}'::text[]) AS w (who) CROSS JOIN LATERAL pg_temp.seen(w.who, :'issued') AS s;
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

\echo == of a restricted person no card, for who need not act
SELECT licence_home.restrict_person((SELECT a.applicant_id FROM licence_home.application AS a WHERE a.application_no = :'issued'), 'test');
SELECT w.who, s.code FROM unnest('{clerk,committee}'::text[]) AS w (who) CROSS JOIN LATERAL story.attempt(w.who, :'issued', 'SELECT licence_home.case_card($1)') AS s;
SELECT (story.attempt('clerk', :'issued', 'SELECT * FROM licence_home.case_card_text($1)')).code;
SELECT r.function, cardinality(r.applicant_ids) AS persons FROM licence_home.read_record AS r WHERE r.application_no = :'issued'
    ORDER BY r.read_no DESC LIMIT 3;
SELECT licence_home.unrestrict_person((SELECT a.applicant_id FROM licence_home.application AS a WHERE a.application_no = :'issued'), 'test');

\echo == what became of its visits, its money and its agents is on the same screen
BEGIN;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty) VALUES
    ('K-1', 'هبة', 'Hiba', 'regress_card_till', '{cashier}', '[2026-01-01,)', 'test', 'unknown'),
    ('K-2', 'منى', 'Muna', 'regress_card_director', '{director}', '[2026-01-01,)', 'test', 'unknown');
SET LOCAL client_min_messages = warning;
DROP ROLE IF EXISTS regress_card_till, regress_card_director;
CREATE ROLE regress_card_till LOGIN IN ROLE licence_home_cashier;
CREATE ROLE regress_card_director LOGIN IN ROLE licence_home_director;
SELECT story.new_case_in('fee_due') AS no \gset
SELECT invoice_no AS bill, applicant_id AS person FROM licence_home.invoice JOIN licence_home.application USING (application_no) WHERE application_no = :'no' \gset
CALL story.act('portal', :'no', format($$INSERT INTO licence_home.agency (applicant_id, kind, scope, agent_name, agent_identity_no, agent_phone, reference_no, from_day, until_day)
    VALUES (%s, 'attorney', 'general', 'سامر', '9123456780', '0791112233', 'N/12', '2026-02-01', '2026-12-31')$$, :person));
SET SESSION AUTHORIZATION regress_card_till;
SELECT outcome FROM licence_home.record_payment('CARD-1', :bill, 15, channel => 'counter', receipt => 'R-CARD');
SELECT outcome FROM licence_home.record_payment('CARD-2', :bill, 30);
SELECT refunded FROM licence_home.refund_payment(:bill, 2, 'BACK-1', 'counter', 'in cash');
SELECT amount, outcome FROM licence_home.reverse_payment('CARD-2', 'the bank erred');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_card_director;
SELECT licence_home.decide_unpaid(:bill, 'pay_again', 'her bank erred', '2026-03-20') > 0 AS decided;
RESET SESSION AUTHORIZATION;
SELECT (licence_home.case_card(:'no') -> 'money') - '{account,invoice_no,refunds,unpaid_licence}'::text[] AS money;
SELECT (m -> 'unpaid_licence') - 'reversed_at'::text AS unpaid, (m #> '{refunds,0}') - '{invoice_no,refunded_at}'::text[] AS refund FROM (SELECT licence_home.case_card(:'no') -> 'money' AS m) AS c;
SET LOCAL licence_home.language = en;
CREATE FUNCTION pg_temp.part(who text, no licence_home.application_no) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT replace(t.t, (SELECT i.invoice_no::text FROM licence_home.invoice AS i WHERE i.application_no = no), '{bill}')
    FROM pg_temp.text_of(who, no) WITH ORDINALITY AS t (t, n)
    WHERE t.t ~ '^(Bill|Agents|Licence|History)|JOD|taken back|attorney|paid (in|too|back)|payment was|unpaid' ORDER BY t.n $$;
SELECT regexp_replace(pg_temp.part('clerk', :'no'), 'L2026-[-0-9]+', '{licence}');
\echo == what a cashier sees of it, found by numbers alone
SELECT regexp_replace(t, 'L2026-[-0-9]+', '{licence}') AS t FROM (SELECT replace(t, (:bill)::text, '{bill}') AS t FROM pg_temp.text_of('cashier', :'no') AS t) AS s;
CREATE FUNCTION pg_temp.finds(who text, no licence_home.application_no, said text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    PERFORM story.become(who);
    SELECT string_agg(concat_ws(' ', f.matched, f.name_ar IS NOT NULL, f.kind), '; ') INTO result FROM licence_home.find_cases(said) AS f WHERE f.application_no = no;
    PERFORM story.become();
    RETURN coalesce(result, '-');
END $$;
SELECT s.how, pg_temp.finds('cashier', :'no', s.said) AS cashier, CASE WHEN s.n < 5 THEN pg_temp.finds('clerk', :'no', s.said) END AS clerk
FROM (VALUES (1, 'the bill', (:bill)::text), (2, 'the case', :'no'), (3, 'a payment', 'card-1'), (4, 'a receipt', ' r-CARD'), (5, 'her name', (SELECT name_ar::text FROM licence_home.applicant WHERE applicant_id = :person)),
    (6, 'her telephone', (SELECT phone::text FROM licence_home.applicant WHERE applicant_id = :person))) AS s (n, how, said) ORDER BY s.n;
SELECT r.function, r.role, r.applicant_ids, r.columns FROM licence_home.read_record AS r WHERE r.application_no = :'no' AND r.role LIKE '%cashier' ORDER BY r.read_no LIMIT 2;
ROLLBACK;
