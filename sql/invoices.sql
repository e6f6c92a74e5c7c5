-- Bills: several professions at one home, and lines that stay for ever.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset tuples_only on
\pset format unaligned
BEGIN;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';

-- A case of the same person (or of another, else null) at the home of a case.
CREATE FUNCTION pg_temp.another_case(like_no licence_home.application_no, profession text, same_person boolean DEFAULT true)
    RETURNS licence_home.application_no
    LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no := story.new_case(profession, 'en', true, 5);
BEGIN
    SET LOCAL session_replication_role = replica;       -- moves into the other's home
    UPDATE licence_home.application AS a
    SET home = o.home, parcel = o.parcel, applicant_id = CASE WHEN same_person THEN o.applicant_id ELSE a.applicant_id END
    FROM licence_home.application AS o
    WHERE a.application_no = no AND o.application_no = like_no;
    SET LOCAL session_replication_role = origin;
    RETURN no;
END $$;
-- From the draft to the decision.
CREATE FUNCTION pg_temp.decided(no licence_home.application_no) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.step('portal', no, 'submit');
    CALL story.review_documents(no);
    CALL story.make_inspection(no);
    CALL story.step('clerk', no, 'schedule_inspection');
    CALL story.inspect(no, 'passed', '{}', 5);
    CALL story.step('inspector', no, 'refer_to_committee');
    CALL story.decide(no);
    RETURN QUERY SELECT story.take('committee', no, 'approve');
END $$;
CREATE FUNCTION pg_temp.bill(no licence_home.application_no) RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format('%s: %s (%s)', l.amount, l.item, regexp_replace(l.rule, '(fee_rule|fee_adjustment) \d+', '\1 N'))
    FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no)
    WHERE i.application_no = no
    ORDER BY l.line_no
$$;

\echo == one person, three professions, one home: in all the highest fee
SELECT story.new_case('knitting', 'en', true, 5) AS knitting \gset
SELECT pg_temp.decided(:'knitting');
SELECT pg_temp.bill(:'knitting');
SELECT pg_temp.another_case(:'knitting', 'electronic_marketing') AS marketing \gset
SELECT pg_temp.another_case(:'knitting', 'home_maintenance') AS maintenance \gset
SELECT pg_temp.another_case(:'knitting', 'pottery', false) AS neighbour \gset
-- nothing is paid yet
SELECT item_en, amount FROM licence_home_internal.case_fee(:'marketing', 5);
SELECT story.pay(:'knitting');
SELECT pg_temp.decided(:'marketing');
SELECT pg_temp.bill(:'marketing');
SELECT story.pay(:'marketing');
-- less than what was paid: nothing is due, and the licence follows at once
SELECT pg_temp.decided(:'maintenance');
SELECT pg_temp.bill(:'maintenance');
SELECT sum(i.amount) AS charged_in_all FROM licence_home.invoice AS i JOIN licence_home.application AS a USING (application_no)
    WHERE a.applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = :'knitting');

-- the audit prices each anew as things stood then: what was paid before, and what only later
SELECT * FROM licence_home.unproven_licences();

\echo == a rule changes after the bill was made
CREATE TEMP TABLE bills AS SELECT i.*, l.line_no, l.item, l.rule, l.amount AS line_amount
    FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no);
SELECT licence_home.fee_total('pottery', 5, '2026-03-01');
WITH wrong AS (
    UPDATE licence_home.fee_rule SET withdrawn_at = now() WHERE schedule = '2019' AND category IN ('food', 'handicraft')
    RETURNING schedule, category, area_m2, amount, item_ar, item_en, valid
)
INSERT INTO licence_home.fee_rule (schedule, category, area_m2, amount, item_ar, item_en, valid, source, certainty)
SELECT schedule, category, area_m2, amount + 0.125, item_ar, item_en, valid, 'a correction', 'likely' FROM wrong;
UPDATE licence_home.fee_adjustment SET withdrawn_at = now() WHERE adjustment = 'several_professions';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT licence_home.fee_total('pottery', 5, '2026-03-01');
SELECT count(*) AS changed FROM (TABLE bills EXCEPT SELECT i.*, l.line_no, l.item, l.rule, l.amount
    FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no)) AS d;
SELECT pg_temp.bill(:'knitting');
-- (that their rules say another thing by now, the audit lists)
SELECT u.defect, u.about, u.required, u.observed FROM licence_home.unproven_licences() AS u
    WHERE u.application_no IN (:'knitting', :'marketing', :'maintenance') ORDER BY u.application_no;
-- nobody changes a bill, not even a superuser
SELECT code, said FROM story.attempt(NULL, :'knitting', 'UPDATE licence_home.invoice_line SET amount = 0');
SELECT code, said FROM story.attempt(NULL, :'knitting', 'UPDATE licence_home.invoice SET amount = 0');
SELECT code, said FROM story.attempt(NULL, :'knitting', 'DELETE FROM licence_home.invoice_line');
-- a bill still to come is by the corrected rule
SELECT pg_temp.decided(:'neighbour') AS t LIMIT 1;
SELECT pg_temp.bill(:'neighbour');

\echo == fils
SELECT sum(amount) = round(sum(amount), 3) AS exact FROM licence_home.invoice;
SELECT bool_and(i.amount = (SELECT sum(l.amount) FROM licence_home.invoice_line AS l WHERE l.invoice_no = i.invoice_no)) AS lines_add_up
    FROM licence_home.invoice AS i;
ROLLBACK;
