-- The stories of renewal, in the words of those who told them.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
\pset null '(null)'

SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('issued') AS no \gset
SELECT licence_home_internal.licence_of_case(:'no') AS licence \gset
SELECT story.licence(:'no');

\echo == too early: from forty days before its end
SELECT code, story.masked(:'no', said) FROM story.attempt('portal', :'no', format($$SELECT licence_home.open_case('renewal', %L)$$, :'licence'));
SET licence_home.clock = '2027-01-18 10:00+03';
SELECT code, story.masked(:'no', said) FROM story.attempt('portal', :'no', format($$SELECT licence_home.open_case('renewal', %L)$$, :'licence'));

\echo == eighteen days before its end it is renewed, with nothing to prove, by the payment alone
SET licence_home.clock = '2027-02-10 10:00+03';
SELECT story.open('renewal', :'no') AS again \gset
SELECT workflow, state, profession, work_area_m2, employees, applicant_id = (SELECT b.applicant_id FROM licence_home.application AS b WHERE b.application_no = :'no')
FROM licence_home.application AS a WHERE a.application_no = :'again';
SELECT kind, code, needed, why_en, carried_from = :'no' AS carried, carries_until FROM licence_home.to_prove(:'again');
SELECT action, to_state, blocked_by FROM licence_home.next_actions(:'again') WHERE action = 'submit';
SELECT story.take('portal', :'again', 'submit');
SELECT l.item, l.amount FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no) WHERE i.application_no = :'again' ORDER BY l.line_no;
SELECT kind, code, until, at_event FROM licence_home.carried_evidence WHERE application_no = :'again' ORDER BY kind, code;
SELECT story.pay(:'again');
SELECT story.look(:'again');
SELECT template, story.masked(:'again', body) FROM licence_home.sms_message WHERE application_no = :'again' ORDER BY message_id;
SELECT story.licence(:'no');
SELECT event_no IS NOT NULL AS recorded, action, actor <> '' FROM licence_home.application_event WHERE application_no = :'again' ORDER BY event_no;
SELECT * FROM licence_home.verify_events(:'again');
SELECT valid, standing, valid_until FROM licence_home.verify_licence(:'licence', '2027-03-01');

\echo == double approval extends once
SELECT story.pay(:'again', NULL, 'once more');
SELECT story.licence(:'no');
SELECT code, story.masked(:'no', said) FROM story.attempt('portal', :'no', format($$SELECT licence_home.open_case('renewal', %L)$$, :'licence'));

\echo == renewal beside renewal: of two drafts the second is refused at its submission, by number
SET licence_home.clock = '2028-02-10 10:00+03';
SELECT story.open('renewal', :'no') AS one \gset
SELECT story.open('renewal', :'no') AS two \gset
SELECT story.take('portal', :'one', 'submit');
SELECT story.take('portal', :'two', 'submit');
SELECT code, story.masked(:'no', said) FROM story.attempt('portal', :'no', format($$SELECT licence_home.open_case('renewal', %L)$$, :'licence'));
-- not after the first ended without a term
SELECT story.take('portal', :'one', 'withdraw');
SELECT story.take('portal', :'two', 'submit');

\echo == renewed after its end, within the window: no gap, and the anniversary stays
SET licence_home.clock = '2028-02-11 10:00+03';
SELECT story.take('portal', :'two', 'withdraw');
SET licence_home.clock = '2028-06-10 10:00+03';
SELECT valid, standing, valid_until FROM licence_home.verify_licence(:'licence', '2028-06-10');
SELECT story.open('renewal', :'no') AS late \gset
SELECT story.take('portal', :'late', 'submit');
SELECT l.item, l.amount FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no) WHERE i.application_no = :'late' ORDER BY l.line_no;
SET licence_home.clock = '2028-06-20 10:00+03';
SELECT story.pay(:'late');
SELECT story.licence(:'no');

\echo == the occupancy permit ended: that alone is asked for
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case(documents => false) AS no \gset
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on)
    VALUES ($1, 'title_deed', '2012/1', NULL), ($1, 'occupancy_permit', '1995/2', '2027-01-31'), ($1, 'construction_licence', '1994/3', NULL)$$);
CALL story.to_issue(:'no');
SET licence_home.clock = '2027-02-10 10:00+03';
SELECT story.open('renewal', :'no') AS again \gset
SELECT kind, code, needed, why_en, why_ar FROM licence_home.to_prove(:'again') WHERE needed;
SELECT story.take('portal', :'again', 'submit');
CALL story.act('portal', :'again', $$INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on) VALUES ($1, 'occupancy_permit', '2027/9', '2032-01-31')$$);
SELECT story.take('portal', :'again', 'submit');
-- nobody visits, nobody decides: the clerk reviews the paper
SELECT action, to_state, blocked_by FROM licence_home.next_actions(:'again') WHERE action IN ('accept', 'refer_to_committee', 'schedule_inspection') ORDER BY action, to_state;
CALL story.review_documents(:'again');
SELECT story.take('clerk', :'again', 'accept');
SELECT story.pay(:'again');
SELECT story.licence(:'no');
SELECT * FROM licence_home.verify_events(:'again');
-- the next renewal takes the new permit
SET licence_home.clock = '2028-02-10 10:00+03';
SELECT story.open('renewal', :'no') AS third \gset
SELECT kind, code, needed, carried_from = :'again', carries_until FROM licence_home.to_prove(:'third') WHERE kind = 'document';

\echo == a paper that ends between draft and submission is asked for then
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case(documents => false) AS no \gset
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on)
    VALUES ($1, 'title_deed', '2012/1', NULL), ($1, 'occupancy_permit', '1995/2', '2027-02-12'), ($1, 'construction_licence', '1994/3', NULL)$$);
CALL story.to_issue(:'no');
SET licence_home.clock = '2027-02-10 10:00+03';
SELECT story.open('renewal', :'no') AS again \gset
SELECT count(*) FROM licence_home.to_prove(:'again') WHERE needed;
SET licence_home.clock = '2027-02-14 10:00+03';
SELECT story.take('portal', :'again', 'submit');

\echo == three years after the visit the home is seen again
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('issued') AS no \gset
SET licence_home.clock = '2027-02-10 10:00+03';
SELECT story.renewed(:'no');
SET licence_home.clock = '2028-02-10 10:00+03';
SELECT story.renewed(:'no');
SET licence_home.clock = '2029-02-25 10:00+03';
SELECT story.renewed(:'no');
SET licence_home.clock = '2030-02-10 10:00+03';
SELECT story.open('renewal', :'no') AS again \gset
SELECT kind, code, why_en FROM licence_home.to_prove(:'again') WHERE needed;
SELECT story.take('portal', :'again', 'submit');
CALL story.make_inspection(:'again', '2030-02-14 09:30+03');
SELECT story.take('clerk', :'again', 'schedule_inspection');
CALL story.inspect(:'again');
SELECT story.take('inspector', :'again', 'refer_to_committee');
CALL story.decide(:'again');
SELECT story.take('committee', :'again', 'approve');
SELECT story.pay(:'again');
SELECT story.licence(:'no');

\echo == 29 February: the run of terms drifts nowhere
SET licence_home.clock = '2028-02-29 10:00+03';
SELECT story.new_case() AS no \gset
CALL story.to_issue(:'no', '2028-03-02 09:30+03');
SELECT story.licence(:'no');
SET licence_home.clock = '2029-02-10 10:00+03';
SELECT story.renewed(:'no');
SET licence_home.clock = '2030-02-10 10:00+03';
SELECT story.renewed(:'no');

\echo == within the window a first issue is refused, and names the licence that is renewed; after it, it is none
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('issued') AS no \gset
CREATE FUNCTION pg_temp.anew(of_case licence_home.application_no) RETURNS licence_home.application_no
    LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no;
BEGIN
    PERFORM story.become('portal', of_case);
    INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant)
    SELECT applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant
    FROM licence_home.application WHERE application_no = of_case RETURNING application_no INTO no;
    INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on)
    SELECT no, document_type, reference_no, '2032-12-31' FROM licence_home.document WHERE application_no = of_case;
    PERFORM story.become();
    RETURN no;
END $$;
SET licence_home.clock = '2027-06-01 10:00+03';
SELECT pg_temp.anew(:'no') AS anew \gset
SELECT e.ruling, replace(e.message_en, licence_home_internal.licence_of_case(:'no')::text, '{licence}'), replace(e.remedy_en, licence_home_internal.licence_of_case(:'no')::text, '{licence}')
FROM licence_home.eligibility(:'anew') AS e WHERE e.criterion = 'duplicate';
SELECT story.outcome('portal', :'anew', 'submit') ~ '^LH004';
SET licence_home.clock = '2028-03-01 10:00+03';
SELECT e.ruling FROM licence_home.eligibility(:'anew') AS e WHERE e.criterion = 'duplicate';
CALL story.to_issue(:'anew', '2028-03-02 09:30+03');
SELECT story.licence(:'anew'), licence_home_internal.licence_of_case(:'anew') <> licence_home_internal.licence_of_case(:'no') AS new_number,
    (SELECT l.succeeds = licence_home_internal.licence_of_case(:'no') FROM licence_home.licence AS l WHERE l.application_no = :'anew') AS succeeds;

\echo == what was written is proved once more
SELECT defect, about, required, observed FROM licence_home.unproven_licences() WHERE licence_no IN (SELECT a.licence_no FROM licence_home.application AS a WHERE a.workflow = 'renewal');
