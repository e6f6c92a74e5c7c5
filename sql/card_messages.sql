-- The messages of the service card: nine, the decision's in two outcomes, and
-- the two that the card does not know (the inspection moved, an authority
-- refused).  Each is owed once, in order, in the applicant's language.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

-- All that can go wrong goes wrong once, and each step is an UPDATE of the state.
CREATE FUNCTION pg_temp.journey(language text) RETURNS licence_home.application_no LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no := story.new_case('home_baking', language);
    move constant text := 'UPDATE licence_home.application SET state = %L WHERE application_no = $1';
    reschedule constant text := 'SELECT licence_home.perform($1, ''reschedule_inspection'')';
BEGIN
    CALL story.act('portal', no, format(move, 'submitted'));
    CALL story.review_documents(no, 'accepted', 'construction_licence');
    CALL story.review_documents(no, 'incorrect', 'title_deed');
    CALL story.act('clerk', no, 'INSERT INTO licence_home.document (application_no, document_type, review)'
        ' VALUES ($1, ''owner_approval'', ''missing'')');
    CALL story.act('clerk', no, 'INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, ''floor'')');
    CALL story.act('clerk', no, format(move, 'documents_deficient'));
    CALL story.act('portal', no, 'INSERT INTO licence_home.document (application_no, document_type, reference_no, attachment_locator, attachment_sha256)'
        ' VALUES ($1, ''title_deed'', ''2012/9'', NULL, NULL), ($1, ''owner_approval'', NULL, ''store:9'', sha256(''9''))');
    CALL story.act('portal', no, 'UPDATE licence_home.application SET floor = ''1'', state = ''submitted'' WHERE application_no = $1');
    CALL story.review_documents(no);
    CALL story.make_inspection(no, '2026-03-05 09:30+03');
    CALL story.act('clerk', no, format(move, 'inspection_scheduled'));
    CALL story.inspect(no, 'no_access');
    CALL story.make_inspection(no, '2026-03-09 14:05+03');
    CALL story.act('clerk', no, reschedule);
    CALL story.inspect(no, 'failed', '{enclosed_rooms,health_environment}');
    CALL story.act('inspector', no, format(move, 'correction_required'));
    CALL story.act('portal', no, format(move, 'submitted'));
    CALL story.make_inspection(no, '2026-03-10 08:00+03');
    CALL story.act('clerk', no, format(move, 'inspection_scheduled'));
    CALL story.inspect(no);
    CALL story.act('inspector', no, format(move, 'committee_review'));
    CALL story.decide(no);
    CALL story.act('committee', no, format(move, 'external_approval_pending'));
    CALL story.answer(no);
    CALL story.act('portal', no, format(move, 'approvals_review'));
    CALL story.review_approval(no, 'incorrect');
    CALL story.act('clerk', no, format(move, 'approvals_deficient'));
    CALL story.answer(no);
    CALL story.act('portal', no, format(move, 'approvals_review'));
    CALL story.review_approval(no);
    CALL story.act('clerk', no, format(move, 'fee_due'));
    PERFORM story.pay(no);
    RETURN no;
END $$;
CREATE FUNCTION pg_temp.refused(language text) RETURNS licence_home.application_no LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no := story.new_case_in('committee_review', language => language);
BEGIN
    CALL story.decide(no, 'refused', 'area');
    CALL story.step('committee', no, 'reject');
    RETURN no;
END $$;
CREATE FUNCTION pg_temp.refused_abroad(language text) RETURNS licence_home.application_no LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no := story.new_case_in('external_approval_pending', language => language);
BEGIN
    CALL story.answer(no, 'refused');
    CALL story.step('portal', no, 'submit_approvals');
    CALL story.review_approval(no);
    CALL story.step('clerk', no, 'refuse_approvals');
    RETURN no;
END $$;
CREATE TEMP TABLE journey AS
SELECT language, pg_temp.journey(language) AS no FROM unnest('{ar,en}'::text[]) AS language
UNION ALL SELECT language, pg_temp.refused(language) FROM unnest('{ar,en}'::text[]) AS language
UNION ALL SELECT language, pg_temp.refused_abroad(language) FROM unnest('{ar,en}'::text[]) AS language;

-- What each applicant is owed, in the order of the message numbers.
SELECT m.template, story.masked(j.no, m.body)
FROM journey AS j JOIN licence_home.sms_message AS m ON m.application_no = j.no
WHERE j.language = 'ar' ORDER BY m.message_id;
SELECT m.template, story.masked(j.no, m.body)
FROM journey AS j JOIN licence_home.sms_message AS m ON m.application_no = j.no
WHERE j.language = 'en' ORDER BY m.message_id;

-- The numbers are those of the case, its bill and its licence.
SELECT count(*) FROM journey AS j JOIN licence_home.sms_message AS m ON m.application_no = j.no
WHERE position(j.no::text IN m.body) = 0;
SELECT count(*) FROM journey AS j JOIN licence_home.sms_message AS m ON m.application_no = j.no
JOIN licence_home.invoice AS i ON i.application_no = j.no
WHERE m.template = 'fees_due' AND position(i.invoice_no::text IN m.body) > 0;
SELECT count(*) FROM journey AS j JOIN licence_home.sms_message AS m ON m.application_no = j.no
JOIN licence_home.licence AS l ON l.application_no = j.no
WHERE m.template = 'licence_issued' AND position(l.licence_no::text IN m.body) > 0;

-- To the applicant's telephone, in the applicant's language, one for a step and template, each with its event.
SELECT count(*), count(*) FILTER (WHERE m.phone = p.phone AND m.language = p.language AND m.language = j.language) AS to_the_applicant,
    count(DISTINCT (m.application_no, m.event_no, m.template)) AS once, count(e.event_no) AS with_event
FROM journey AS j JOIN licence_home.sms_message AS m ON m.application_no = j.no
JOIN licence_home.applicant AS p ON p.applicant_id = m.applicant_id
LEFT JOIN licence_home.application_event AS e ON e.event_no = m.event_no AND e.application_no = m.application_no;
-- Every template that a first issue owes is among them, in both languages, but those of the stories.
SELECT template, language FROM licence_home.sms_template
WHERE template IN (SELECT unnest(t.messages) FROM licence_home.workflow_transition AS t WHERE t.workflow = 'first_issue'
        UNION SELECT s.deadline_template FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue')
    AND template NOT IN ('bill_replaced', 'application_reopened', 'deadline_extended', 'sent_in_error', 'application_lapsed',
        'application_closed', 'application_withdrawn', 'payment_reversed', 'inspection_cancelled')
EXCEPT SELECT m.template, m.language FROM journey AS j JOIN licence_home.sms_message AS m ON m.application_no = j.no;

-- A change of language or of telephone is followed from then on.
SELECT story.new_case_in('submitted') AS no \gset
CALL story.act('portal', :'no', 'UPDATE licence_home.applicant SET language = ''en'', phone = ''0780000001''');
CALL story.review_documents(:'no', 'missing', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
SELECT language, phone, story.masked(:'no', body) FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;
-- Everything about the case at once: a long list is cut to what fits, never the message.
SELECT story.new_case_in('submitted') AS no \gset
CALL story.act('clerk', :'no', 'INSERT INTO licence_home.application_finding (application_no, field)'
    ' SELECT $1, f.field FROM licence_home.application_field AS f ORDER BY f.field COLLATE "C"');
CALL story.step('clerk', :'no', 'return_documents');
SELECT parts, story.masked(:'no', body) FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;
-- The message of an appointment is of no use once its hour has come; others wait three days for a gateway.
SELECT story.new_case_in('submitted') AS no \gset
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no', '2026-03-02 09:30+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
SELECT template, expires_at FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id;
