-- Mistakes of officials put right: each an event with its reason, by the role that
-- the workflow names, and nothing of what was there is lost.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
BEGIN;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
CREATE FUNCTION pg_temp.tried(who text, no licence_home.application_no, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    code text; said text; detail text; hint text; result text;
BEGIN
    BEGIN
        PERFORM story.become(who, no);
        EXECUTE 'SELECT row_to_json(r)::text FROM (' || statement || ') AS r' INTO result USING no;
        PERFORM story.become();
        RETURN NEXT coalesce(result, 'nothing');
        RETURN;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    RETURN NEXT code || ' ' || story.masked(no, said);
    RETURN QUERY SELECT '    ' || story.masked(no, d) FROM regexp_split_to_table(nullif(detail, ''), E'\n') AS d WHERE d !~ '^Failing row';
    RETURN NEXT '    -> ' || hint;
END $$;
CREATE FUNCTION pg_temp.last_event(no licence_home.application_no) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s, from %s to %s, as %s: %s %s', e.action, e.from_state, e.to_state, e.role, e.note, e.changes)
    FROM licence_home.application_event AS e WHERE e.application_no = no ORDER BY e.case_event DESC LIMIT 1 $$;

\echo == a measured area, until a step has relied on it
SELECT story.new_case_in('inspection_scheduled', NULL, 'en') AS no \gset
CALL story.inspect(:'no', work_area_m2 => 1.45);
SELECT inspection_id AS visit FROM licence_home.inspection WHERE application_no = :'no' \gset
SELECT pg_temp.tried('inspector', :'no', format('SELECT licence_home.correct_measurement(%s, NULL, 14.5, NULL)', :visit));
SELECT pg_temp.tried('clerk', :'no', format('SELECT licence_home.correct_measurement(%s, NULL, 14.5, ''x'')', :visit));
SELECT pg_temp.tried('inspector', :'no', format('SELECT licence_home.correct_measurement(%s, NULL, 145, ''a point too far'')', :visit));
SELECT pg_temp.tried('inspector', :'no', format('SELECT licence_home.correct_measurement(%s, 120, 14.5, ''the decimal point'') > 0 AS event', :visit));
SELECT pg_temp.last_event(:'no');
SELECT measured_home_area_m2, measured_work_area_m2, closed_by FROM licence_home.inspection WHERE inspection_id = :visit;
SELECT pg_temp.tried('inspector', :'no', format('SELECT licence_home.correct_measurement(%s, 120.0, 14.5, ''the same'')', :visit));
CALL story.step('inspector', :'no', 'refer_to_committee');
SELECT pg_temp.tried('inspector', :'no', format('SELECT licence_home.correct_measurement(%s, NULL, 14, ''later'')', :visit));
CALL story.step('committee', :'no', 'return_to_audit', 'measure again');
SELECT pg_temp.tried('inspector', :'no', format('SELECT licence_home.correct_measurement(%s, NULL, 14, ''later'')', :visit));
CALL story.step('clerk', :'no', 'refer_to_committee');

\echo == a finding about the application, likewise
SELECT story.new_case_in('submitted', NULL, 'en') AS found \gset
CALL story.act('clerk', :'found', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'parcel'), ($1, 'floor')$$);
SELECT min(finding_id) AS wrong, max(finding_id) AS right FROM licence_home.application_finding WHERE application_no = :'found' \gset
SELECT pg_temp.tried('inspector', :'found', format('SELECT licence_home.take_back_finding(%s, ''x'')', :wrong));
SELECT pg_temp.tried('clerk', :'found', format('SELECT licence_home.take_back_finding(%s, '' '')', :wrong));
SELECT pg_temp.tried('clerk', :'found', format('SELECT licence_home.take_back_finding(%s, ''the parcel is right'') > 0 AS event', :wrong));
SELECT pg_temp.tried('clerk', :'found', format('SELECT licence_home.take_back_finding(%s, ''once more'')', :wrong));
SELECT pg_temp.tried('clerk', :'found', 'SELECT licence_home.take_back_finding(0, ''none'')');
SELECT pg_temp.last_event(:'found');
SELECT field, settled_at_event IS NOT NULL AS settled FROM licence_home.application_finding WHERE application_no = :'found' ORDER BY finding_id;
CALL story.step('clerk', :'found', 'return_documents');
SELECT pg_temp.tried('clerk', :'found', format('SELECT licence_home.take_back_finding(%s, ''late'')', :right));

\echo == an approval undone before the fee: the decider decides anew
SELECT story.new_case_in('fee_due', NULL, 'en') AS appr \gset
SELECT story.take('committee', :'appr', 'undo_approval');
SELECT story.outcome('clerk', :'appr', 'undo_approval', 'not hers');
SELECT story.take('committee', :'appr', 'undo_approval', 'the wrong file was before us');
SELECT story.look(:'appr');
SELECT story.outcome('committee', :'appr', 'approve');
CALL story.decide(:'appr');
SELECT story.outcome('committee', :'appr', 'approve');
SELECT story.pay(:'appr', 1, 'part of it');
SELECT story.take('committee', :'appr', 'undo_approval', 'once more');
SELECT story.new_case_in('external_approval_pending', NULL, 'en') AS abroad \gset
CALL story.messages_accepted(:'abroad');
SELECT story.take('committee', :'abroad', 'undo_approval', 'too early');

\echo == a bill made anew: the wrong one cancelled, payments kept
SELECT story.new_case_in('fee_due', NULL, 'en') AS billed \gset
SELECT invoice_no AS wrong_bill FROM licence_home.invoice WHERE application_no = :'billed' \gset
SELECT story.pay(:'billed', 10, 'first part');
SELECT story.take('clerk', :'billed', 'replace_bill', 'wrong category');
SAVEPOINT priced;
INSERT INTO licence_home.fee_adjustment (adjustment, kind, share, item_ar, item_en, valid, source, certainty)
VALUES ('half', 'discount', 0.5, 'نصف', 'half', '[2026-01-01,)', 'test', 'likely');
SET LOCAL licence_home.clock = '2026-03-02 10:00+03';
SELECT story.take('clerk', :'billed', 'replace_bill', 'the discount was forgotten');
SELECT invoice_no = :wrong_bill AS former, amount, cancelled_at IS NOT NULL AS cancelled, account = :wrong_bill AS shares FROM licence_home.invoice WHERE application_no = :'billed' ORDER BY cancelled_at NULLS LAST;
SELECT amount, received, rest FROM licence_home.incomplete_payments WHERE application_no = :'billed';
SELECT count(*) FROM licence_home.refundable WHERE application_no = :'billed';
-- by the old number or the new one, it counts
SET LOCAL ROLE regress_cashier;
SELECT licence_home.bill(jsonb_build_object('BillingNo', (:wrong_bill)::text)) #>> '{MFEP,MsgBody,BillRec,0,DueAmount}';
SELECT outcome FROM licence_home.record_payment('second part', :wrong_bill, 10);
RESET ROLE;
SELECT story.look(:'billed');
SELECT count(*) FROM licence_home.unproven_licences() WHERE application_no = :'billed';
SELECT bool_and(balanced) FROM licence_home.reconcile();
-- what was paid is enough for the new bill: the licence follows at once
ROLLBACK TO priced;
INSERT INTO licence_home.fee_adjustment (adjustment, kind, share, item_ar, item_en, valid, source, certainty)
VALUES ('most', 'discount', 0.8, 'معظم', 'most', '[2026-01-01,)', 'test', 'likely');
SELECT regexp_replace(t, 'bill 1000\d+', 'bill {former}') FROM story.take('clerk', :'billed', 'replace_bill', 'the discount was forgotten') AS t;
SELECT amount, reason FROM licence_home.refundable WHERE application_no = :'billed';
ROLLBACK TO priced;

\echo == a case closed by mistake is open again, where it was, with deadlines anew
SELECT story.new_case_in('fee_due', NULL, 'en') AS shut \gset
SELECT story.pay(:'shut', 5, 'before the end');
CALL story.step('committee', :'shut', 'close', 'duplicate');
SELECT story.look(:'shut');
SELECT amount FROM licence_home.refundable WHERE application_no = :'shut';
SELECT action, to_state, role, may_act FROM licence_home.next_actions(:'shut');
SET LOCAL licence_home.clock = '2026-03-08 10:00+03';
SELECT story.outcome('committee', :'shut', 'reopen', 'mine');
SELECT story.outcome('director', :'shut', 'reopen');
SELECT code, said FROM story.attempt('director', :'shut', 'UPDATE licence_home.application SET state = ''submitted'', step_note = ''elsewhere'' WHERE application_no = $1');
SELECT story.take('director', :'shut', 'reopen', 'another file was the duplicate');
SELECT story.look(:'shut');
SELECT count(*) FROM licence_home.refundable WHERE application_no = :'shut';
SELECT received, rest FROM licence_home.incomplete_payments WHERE application_no = :'shut';
SELECT story.pay(:'shut', 35, 'the rest');
SELECT count(*) FROM licence_home.unproven_licences() WHERE application_no = :'shut';
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('inspection_scheduled', NULL, 'en') AS visit_case \gset
CALL story.step('clerk', :'visit_case', 'close', 'duplicate');
SELECT story.take('director', :'visit_case', 'reopen', 'the wrong one');
SELECT licence_home_internal.case_waits_for(:'visit_case');
CALL story.make_inspection(:'visit_case');
SELECT story.outcome('clerk', :'visit_case', 'reschedule_inspection');
-- not beside another that was begun meanwhile
CALL story.step('clerk', :'found', 'recall', 'another mistake');
CALL story.step('clerk', :'found', 'close', 'duplicate');
SELECT story.become('portal', :'found');
INSERT INTO licence_home.application (applicant_id, profession, home, address, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant)
SELECT applicant_id, profession, home, address, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant
FROM licence_home.application WHERE application_no = :'found' RETURNING application_no AS second \gset
INSERT INTO licence_home.document (application_no, document_type, reference_no) SELECT :'second', d.document_type, 'x/1' FROM licence_home.required_documents(:'second') AS d;
SELECT story.become();
CALL story.step('portal', :'second', 'submit');
SELECT story.take('director', :'found', 'reopen', 'another mistake');
-- an end that is no mistake stays one
SELECT story.new_case_in('withdrawn') AS gone \gset
SELECT story.outcome('director', :'gone', 'reopen', 'please');
SELECT * FROM licence_home.check_workflow('first_issue');

\echo == an application that stands under the wrong person
SELECT story.new_case_in('submitted', NULL, 'en') AS wrong_person \gset
SELECT story.new_case_in('draft', NULL, 'en') AS others \gset
SELECT applicant_id AS former FROM licence_home.application WHERE application_no = :'wrong_person' \gset
SELECT applicant_id AS owner FROM licence_home.application WHERE application_no = :'others' \gset
SELECT pg_temp.tried('clerk', :'wrong_person', format('SELECT licence_home.move_application($1, %s, '''')', :owner));
SELECT pg_temp.tried('clerk', :'wrong_person', 'SELECT licence_home.move_application($1, 0, ''nobody'')');
SELECT pg_temp.tried('portal', :'wrong_person', format('SELECT licence_home.move_application($1, %s, ''mine'')', :owner));
SELECT pg_temp.tried('clerk', :'others', format('SELECT licence_home.move_application($1, %s, ''a draft'')', :former));
SELECT pg_temp.tried('clerk', :'wrong_person', format('SELECT licence_home.move_application($1, %s, ''the sister applied'') > 0 AS event', :owner));
SELECT pg_temp.tried('clerk', :'wrong_person', format('SELECT licence_home.move_application($1, %s, ''once more'')', :owner));
SELECT replace(replace(pg_temp.last_event(:'wrong_person'), (:former)::text, '{former}'), (:owner)::text, '{owner}');
SELECT applicant_id = :owner AS hers, state FROM licence_home.application WHERE application_no = :'wrong_person';
-- the former one sees nothing of it any more
SELECT story.become('portal', :'others');
SELECT count(*) AS new FROM licence_home.application WHERE application_no = :'wrong_person';
SELECT licence_home.act_for(:former);
SELECT count(*) AS former FROM licence_home.application WHERE application_no = :'wrong_person';
SELECT count(*) AS papers FROM licence_home.document WHERE application_no = :'wrong_person';
SELECT story.become();
SELECT l.template, l.applicant_id = :owner AS hers, q.status FROM licence_home.sms_message_text AS l JOIN licence_home.sms_queue AS q USING (message_id)
WHERE l.application_no = :'wrong_person' ORDER BY message_id;
SELECT story.masked(:'wrong_person', body) FROM licence_home.sms_message_text WHERE applicant_id = :former AND template = 'application_moved' AND position(:'wrong_person' IN body) > 0;
SELECT action, e.applicant_id = :owner AS hers, story.masked(:'wrong_person', note) FROM licence_home.applicant_event AS e WHERE applicant_id IN (:former, :owner) AND action ~ 'moved' ORDER BY hers;
SELECT count(*) FROM licence_home.verify_applicants(), licence_home.verify_events(:'wrong_person');

\echo == many at once: a row each, one bad case holds up no other
SELECT story.new_case_in('submitted') AS m1 \gset
SELECT story.new_case_in('submitted') AS m2 \gset
CALL story.review_documents(:'m2', 'incorrect', 'title_deed');
SELECT story.become('clerk');
SELECT CASE application_no WHEN :'m1' THEN 1 WHEN :'m2' THEN 2 ELSE 3 END AS case, outcome, state, code, replace(reasons_en, :'m1', '{m1}') AS en, replace(reasons_ar, :'m1', '{m1}') AS ar
FROM licence_home.perform_many(ARRAY[:'m2', :'m1', licence_home.application_no_make(2026, 99999999)::text, :'m2']::licence_home.application_no[], 'return_documents');
SELECT story.become();
SHOW licence_home.language;
SELECT state FROM licence_home.application WHERE application_no IN (:'m1', :'m2') ORDER BY application_no;
SELECT count(*) FROM licence_home.verify_events();
ROLLBACK;
