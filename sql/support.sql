-- People and helpers for the tests that follow: a login role of each group,
-- and functions in the schema story that take a case to any state by ordinary
-- steps, each as the role whose step it is.
\set ECHO none
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_portal, regress_clerk, regress_inspector, regress_committee, regress_director,
    regress_cashier, regress_analyst, regress_admin, regress_sender, regress_nobody;
RESET client_min_messages;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['portal', 'clerk', 'inspector', 'committee', 'director',
        'cashier', 'analyst', 'admin', 'sender']
    LOOP
        EXECUTE format('CREATE ROLE %I LOGIN IN ROLE %I', 'regress_' || name, 'licence_home_' || name);
    END LOOP;
END $$;
CREATE ROLE regress_nobody LOGIN;

CREATE SCHEMA story;
GRANT USAGE ON SCHEMA story TO PUBLIC;

-- The role, and for a portal the applicant of a case, until the transaction
-- ends or somebody else is named.  No name: the superuser again.
CREATE FUNCTION story.become(who text DEFAULT NULL, no licence_home.application_no DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    RESET ROLE;
    PERFORM set_config('licence_home.acting_applicant', coalesce(CASE WHEN who = 'portal' THEN
        (SELECT a.applicant_id::text FROM licence_home.application AS a WHERE a.application_no = no) END, ''), true);
    IF who IS NOT NULL THEN
        EXECUTE format('SET LOCAL ROLE %I', 'regress_' || who);
    END IF;
END $$;

-- Statements as a role; $1 in them is the case.
CREATE PROCEDURE story.act(who text, no licence_home.application_no, VARIADIC statements text[])
    LANGUAGE plpgsql AS $$
DECLARE
    statement text;
BEGIN
    PERFORM story.become(who, no);
    FOREACH statement IN ARRAY statements LOOP
        EXECUTE statement USING no;
    END LOOP;
    PERFORM story.become();
END $$;

-- A text with the numbers of its case masked, each by its name; how many cases
-- the tests before this one made is nobody's business.
CREATE FUNCTION story.masked(no licence_home.application_no, body text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT regexp_replace(replace(replace(replace(body, coalesce(no::text, '{no}'), '{no}'),
        coalesce(licence_home_internal.licence_of_case(no)::text, '{licence}'), '{licence}'),
        coalesce((SELECT max(i.invoice_no)::text FROM licence_home.invoice AS i WHERE i.application_no = no), '{bill}'), '{bill}'),
        '\mA20\d\d-\d{8}-\d\M', '{another case}', 'g')
$$;

-- What a statement would come to: 00000 and the number of rows, or the
-- SQLSTATE and what was said.  Nothing of it stays.
CREATE FUNCTION story.attempt(who text, no licence_home.application_no, statement text,
        OUT code text, OUT rows bigint, OUT said text)
    LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        PERFORM story.become(who, no);
        EXECUTE statement USING no;
        GET DIAGNOSTICS rows = ROW_COUNT;
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT;
        said := story.masked(no, said);
    END;
    IF code = 'ZZ000' THEN
        code := '00000';
        said := NULL;
    ELSE
        rows := NULL;
    END IF;
END $$;

-- A step by its name: what became of it, line by line.
CREATE FUNCTION story.take(who text, no licence_home.application_no, action text, note text DEFAULT NULL,
        until date DEFAULT NULL, reason text DEFAULT NULL) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    events_before integer := (SELECT a.events FROM licence_home.application AS a WHERE a.application_no = no);
    reached text;
    code text;
    said text;
    detail text;
    hint text;
BEGIN
    BEGIN
        PERFORM story.become(who, no);
        reached := licence_home.perform(no, action, note, until, reason);
        PERFORM story.become();
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
            detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    IF code IS NOT NULL THEN
        RETURN NEXT code || ': ' || story.masked(no, said);
        RETURN QUERY SELECT '    ' || story.masked(no, d) FROM regexp_split_to_table(nullif(detail, ''), E'\n') AS d;
        RETURN NEXT '    -> ' || hint;
        RETURN;
    END IF;
    RETURN NEXT format('%s: %s', action, reached);
    RETURN QUERY
        SELECT format('    event %s: %s, from %s to %s, as %s%s', e.case_event - events_before, e.action,
            e.from_state, e.to_state, e.role, ': ' || e.note)
        FROM licence_home.application_event AS e
        WHERE e.application_no = no AND e.case_event > events_before ORDER BY e.event_no;
    RETURN QUERY
        SELECT format('    message %s: %s', m.template, story.masked(no, m.body))
        FROM licence_home.sms_message AS m
        JOIN licence_home.application_event AS e USING (application_no, event_no)
        WHERE m.application_no = no AND e.case_event > events_before ORDER BY m.message_id;
END $$;

-- The first line of that.
CREATE FUNCTION story.outcome(who text, no licence_home.application_no, action text, note text DEFAULT NULL,
        until date DEFAULT NULL, reason text DEFAULT NULL) RETURNS text
    LANGUAGE sql AS $$ SELECT t FROM story.take(who, no, action, note, until, reason) AS t LIMIT 1 $$;

-- A case as it is: one line.
CREATE FUNCTION story.look(no licence_home.application_no) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT format('%s, due %s, %s events, inspections: %s, bill: %s, licence: %s, messages unsent: %s', a.state,
        coalesce(to_char((SELECT d.due_at FROM licence_home.current_deadline AS d WHERE d.application_no = no) AT TIME ZONE 'Asia/Amman', 'YYYY-MM-DD HH24:MI:SS'), 'never'), a.events,
        coalesce((SELECT string_agg(i.outcome, ' ' ORDER BY i.inspection_id)
                  FROM licence_home.inspection AS i WHERE i.application_no = no), 'none'),
        coalesce((SELECT string_agg(i.amount || CASE WHEN i.cancelled_at IS NULL THEN '' ELSE ' cancelled' END, ' ')
                  FROM licence_home.invoice AS i WHERE i.application_no = no), 'none'),
        coalesce((SELECT t.valid::text FROM licence_home.licence_term AS t WHERE t.application_no = no), 'none'),
        (SELECT count(*) FROM licence_home.sms_message AS m WHERE m.application_no = no AND m.status = 'waiting'))
    FROM licence_home.application AS a WHERE a.application_no = no
$$;

-- An applicant who did not apply before, and a draft with its documents, in
-- a home of its own in a zone that permits.
CREATE SEQUENCE story.person;
CREATE FUNCTION story.new_case(profession text DEFAULT 'electronic_marketing', language text DEFAULT 'ar',
        documents boolean DEFAULT true, work_area_m2 numeric DEFAULT 15) RETURNS licence_home.application_no
    LANGUAGE plpgsql AS $$
DECLARE
    person bigint := nextval('story.person');
    applicant bigint;
    no licence_home.application_no;
BEGIN
    PERFORM story.become('portal');
    INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone, language)
    VALUES ('citizen', (9870000000 + person)::text, 'سلمى', 'Salma',
        (962790000000 + person)::text::licence_home.phone_number, new_case.language)
    RETURNING applicant_id INTO applicant;
    INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel,
        home_area_m2, work_area_m2, built_on, employees, people, tenant)
    VALUES (applicant, new_case.profession,
        ST_SetSRID(ST_MakePoint(35.84 + person % 100 * 0.00005, 31.98), 4326), '142 اليادودة', '5 الحنو', person::text,
        120, new_case.work_area_m2, '1995-06-01', 0, 1, false)
    RETURNING application_no INTO no;
    IF documents THEN
        INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on)
        VALUES (no, 'title_deed', '2012/1', NULL), (no, 'occupancy_permit', '1995/2', '2030-12-31'),
            (no, 'construction_licence', '1994/3', NULL);
    END IF;
    PERFORM story.become();
    RETURN no;
END $$;

-- What each role does between the steps.
CREATE PROCEDURE story.review_documents(no licence_home.application_no, verdict text DEFAULT 'accepted',
        only_type text DEFAULT NULL)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act('clerk', no, format('UPDATE licence_home.document SET review = %L WHERE document_id IN '
        '(SELECT l.document_id FROM licence_home.latest_document AS l WHERE l.application_no = $1'
        ' AND l.review <> %1$L AND l.document_type = coalesce(%L, l.document_type))', verdict, only_type));
END $$;
CREATE PROCEDURE story.make_inspection(no licence_home.application_no, at timestamptz DEFAULT '2026-03-05 09:30+03')
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act('clerk', no, format('INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector)'
        ' VALUES ($1, %L, ''Omar of '' || $1::text)', at));     -- one is in one place at a time
END $$;
CREATE PROCEDURE story.inspect(no licence_home.application_no, outcome text DEFAULT 'passed',
        not_met text[] DEFAULT '{}', work_area_m2 numeric DEFAULT 14.5)
    LANGUAGE plpgsql AS $$
DECLARE
    clock text := current_setting('licence_home.clock', true);
BEGIN
    -- on the day of the appointment
    PERFORM set_config('licence_home.clock', greatest(licence_home.now(), (SELECT max(i.scheduled_for)
        FROM licence_home.inspection AS i WHERE i.application_no = no AND i.outcome = 'pending'))::text, true);
    CALL story.act('inspector', no,
        format('INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling)'
            ' SELECT i.inspection_id, c.criterion, CASE WHEN c.criterion = ANY (%L::text[]) THEN ''not_met'' ELSE ''met'' END'
            ' FROM licence_home.inspection AS i CROSS JOIN (SELECT k.criterion FROM licence_home.inspection_checklist($1) AS k'
            '  UNION SELECT unnest(%1$L::text[])) AS c'
            ' WHERE i.application_no = $1 AND i.outcome = ''pending'' ORDER BY c.criterion', not_met),
        format('UPDATE licence_home.inspection SET outcome = %L, measured_home_area_m2 = 120, measured_work_area_m2 = %L'
            ' WHERE application_no = $1 AND outcome = ''pending''', outcome, work_area_m2));
    PERFORM set_config('licence_home.clock', clock, true);
END $$;
CREATE PROCEDURE story.decide(no licence_home.application_no, outcome text DEFAULT 'approved', reason text DEFAULT NULL)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act('committee', no, format(
        'INSERT INTO licence_home.decision (application_no, outcome, reason) VALUES ($1, %L, %L)', outcome, reason));
END $$;
CREATE PROCEDURE story.answer(no licence_home.application_no, answer text DEFAULT 'granted', authority text DEFAULT 'jfda')
    LANGUAGE plpgsql AS $$
BEGIN
    -- (another answer of an authority is another message)
    CALL story.act('portal', no, format('INSERT INTO licence_home.external_approval'
        ' (application_no, authority, reference_no, answer, issued_on) SELECT $1, %1$L, format(''F/%%s'', 7 + count(*)), %2$L, ''2026-02-20'''
        ' FROM licence_home.external_approval AS x WHERE x.application_no = $1 AND x.authority = %1$L', authority, answer));
END $$;
CREATE PROCEDURE story.review_approval(no licence_home.application_no, verdict text DEFAULT 'accepted')
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act('clerk', no, format('UPDATE licence_home.external_approval SET review = %L WHERE external_approval_id IN '
        '(SELECT l.external_approval_id FROM licence_home.latest_approval AS l WHERE l.application_no = $1)', verdict));
END $$;
CREATE FUNCTION story.pay(no licence_home.application_no, amount numeric DEFAULT NULL, reference text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    bill record;
    result text;
BEGIN
    SELECT i.invoice_no, i.amount INTO bill FROM licence_home.invoice AS i WHERE i.application_no = no ORDER BY i.invoice_no DESC LIMIT 1;
    PERFORM story.become('cashier');
    result := (licence_home.record_payment(coalesce(reference, 'pay ' || bill.invoice_no), bill.invoice_no,
        coalesce(pay.amount, bill.amount))).outcome;
    PERFORM story.become();
    RETURN result;
END $$;
CREATE PROCEDURE story.step(who text, no licence_home.application_no, action text, note text DEFAULT NULL)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act(who, no, format('SELECT licence_home.perform($1, %L, %L)', action, note));
END $$;
-- The gateway took every message of the case (what the sender records).
CREATE PROCEDURE story.messages_accepted(no licence_home.application_no)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.message_is('accepted', no);
END $$;
-- A message of the case (or all) stands as the sender, or the network, has left it.
CREATE PROCEDURE story.message_is(status text, no licence_home.application_no, template text DEFAULT NULL)
    LANGUAGE plpgsql AS $$
DECLARE
    m record;
BEGIN
    FOR m IN SELECT l.message_id, CASE WHEN l.phone_stays THEN l.phone ELSE a.phone END AS phone
        FROM licence_home.sms_message_text AS l JOIN licence_home.applicant AS a ON a.applicant_id = l.applicant_id
        WHERE l.application_no = no AND (message_is.template IS NULL OR l.template = message_is.template)
    LOOP
        IF status IN ('accepted', 'delivered') THEN
            INSERT INTO licence_home.sms_attempt (message_id, attempt, series, resent, outcome, run_id, phone, claimed_at,
                recorded_at, gateway)
            SELECT m.message_id, q.attempts + 1, q.series, false, 'accepted', 0, m.phone, licence_home.now(), licence_home.now(), 'none'
            FROM licence_home.sms_queue AS q WHERE q.message_id = m.message_id;
            INSERT INTO licence_home.deadline_told (deadline_no, application_no, message_id, series, outcome, at)
            SELECT q.deadline_no, no, q.message_id, q.series, 'accepted', licence_home.now()
            FROM licence_home.sms_queue AS q WHERE q.message_id = m.message_id AND q.deadline_no IS NOT NULL;
            DELETE FROM licence_home.sms_queue AS q WHERE q.message_id = m.message_id;
        ELSE
            UPDATE licence_home.sms_queue AS q SET status = message_is.status, open = false, parked = false, turn = NULL, wake_at = NULL
            WHERE q.message_id = m.message_id;
        END IF;
        IF status = 'delivered' THEN
            PERFORM licence_home.sms_report(m.message_id::text, 'delivered', NULL);
        END IF;
    END LOOP;
END $$;

-- A new case in a state, by the shortest way there.
CREATE FUNCTION story.new_case_in(state text, profession text DEFAULT NULL, language text DEFAULT 'ar')
    RETURNS licence_home.application_no
    LANGUAGE plpgsql AS $$
DECLARE
    clock text := current_setting('licence_home.clock', true);
    abroad boolean := state IN ('external_approval_pending', 'approvals_review', 'approvals_deficient');
    no licence_home.application_no := story.new_case(
        coalesce(profession, CASE WHEN abroad THEN 'home_baking' ELSE 'electronic_marketing' END), language);
BEGIN
    IF state = 'draft' THEN
        RETURN no;
    END IF;
    CALL story.step('portal', no, 'submit');
    CASE
        WHEN state = 'submitted' THEN
            RETURN no;
        WHEN state IN ('documents_deficient', 'lapsed') THEN
            CALL story.review_documents(no, 'incorrect', 'title_deed');
            CALL story.step('clerk', no, 'return_documents');
            IF state = 'lapsed' THEN
                CALL story.messages_accepted(no);
                PERFORM set_config('licence_home.clock', ((SELECT a.due_at FROM licence_home.application AS a
                    WHERE a.application_no = no) + interval '1 second')::text, true);
                PERFORM licence_home.perform(no, 'lapse');
                PERFORM set_config('licence_home.clock', clock, true);
            END IF;
            RETURN no;
        WHEN state = 'withdrawn' THEN
            CALL story.step('portal', no, 'withdraw');
            RETURN no;
        WHEN state = 'closed' THEN
            CALL story.step('clerk', no, 'close', 'duplicate');
            RETURN no;
        ELSE
            NULL;
    END CASE;
    CALL story.review_documents(no);
    CALL story.make_inspection(no);
    CALL story.step('clerk', no, 'schedule_inspection');
    IF state = 'inspection_scheduled' THEN
        RETURN no;
    END IF;
    IF state = 'correction_required' THEN
        CALL story.inspect(no, 'failed', '{nuisance}');
        CALL story.step('inspector', no, 'require_correction');
        RETURN no;
    END IF;
    CALL story.inspect(no);
    CALL story.step('inspector', no, 'refer_to_committee');
    IF state = 'committee_review' THEN
        RETURN no;
    END IF;
    IF state = 'rejected' THEN
        CALL story.decide(no, 'refused', 'nuisance');
        CALL story.step('committee', no, 'reject');
        RETURN no;
    END IF;
    CALL story.decide(no);
    CALL story.step('committee', no, 'approve');
    IF state <> 'external_approval_pending'
        AND (SELECT a.state FROM licence_home.application AS a WHERE a.application_no = no) = 'external_approval_pending' THEN
        CALL story.answer(no);
        CALL story.step('portal', no, 'submit_approvals');
        IF state = 'approvals_review' THEN
            RETURN no;
        END IF;
        CALL story.review_approval(no, CASE state WHEN 'approvals_deficient' THEN 'incorrect' ELSE 'accepted' END);
        CALL story.step('clerk', no, CASE state WHEN 'approvals_deficient' THEN 'return_approvals' ELSE 'accept_approvals' END);
    END IF;
    IF state = 'issued' THEN
        PERFORM story.pay(no);
    END IF;
    RETURN no;
END $$;

-- A case about the licence of a case, begun by its applicant as the portal; with
-- other columns than the licence's, as "work_area_m2 = 20".
CREATE FUNCTION story.open(workflow text, of_case licence_home.application_no, changes text DEFAULT NULL)
    RETURNS licence_home.application_no
    LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no;
    licence licence_home.licence_no := licence_home_internal.licence_of_case(of_case);
BEGIN
    PERFORM story.become('portal', of_case);
    no := licence_home.open_case(workflow, licence);
    IF changes IS NOT NULL THEN
        EXECUTE format('UPDATE licence_home.application SET %s WHERE application_no = %L', changes, no);
    END IF;
    PERFORM story.become();
    RETURN no;
END $$;
-- A draft goes all the way to the licence.
CREATE PROCEDURE story.to_issue(no licence_home.application_no, visit timestamptz DEFAULT '2026-03-05 09:30+03')
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.step('portal', no, 'submit');
    CALL story.review_documents(no);
    CALL story.make_inspection(no, visit);
    CALL story.step('clerk', no, 'schedule_inspection');
    CALL story.inspect(no);
    CALL story.step('inspector', no, 'refer_to_committee');
    CALL story.decide(no);
    CALL story.step('committee', no, 'approve');
    PERFORM story.pay(no);
END $$;
-- A renewal with nothing to prove: where its submission led, and the licence after the payment.
CREATE FUNCTION story.renewed(of_case licence_home.application_no) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no := story.open('renewal', of_case);
    reached text := story.outcome('portal', no, 'submit');
BEGIN
    IF reached = 'submit: fee_due' THEN
        PERFORM story.pay(no);
    END IF;
    RETURN format('%s; %s', reached, story.licence(of_case));
END $$;
-- The licence of a case: its terms, the facts and the standing of a day.
CREATE FUNCTION story.licence(no licence_home.application_no, day date DEFAULT licence_home.today()) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT format('%s%s; terms %s; %s, %s m2, %s employees', l.standing, CASE WHEN l.in_force THEN ', in force' WHEN l.expired THEN ', expired' ELSE '' END,
        (SELECT string_agg(t.valid::text, ' ' ORDER BY t.term_no) FROM licence_home.licence_term AS t WHERE t.licence_no = l.licence_no),
        l.profession, trim_scale(l.work_area_m2), l.employees)
    FROM licence_home_internal.licence_facts_on(licence_home_internal.licence_of_case(no), day, NULL) AS l
$$;

\set ECHO all
-- Every state is reached.
SET licence_home.clock = '2026-03-01 10:00+03';
CREATE TEMP TABLE reached AS
    SELECT s.state AS wanted, story.new_case_in(s.state) AS application_no FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue';
SELECT r.wanted, a.state = r.wanted AS reached, a.events
FROM reached AS r JOIN licence_home.application AS a USING (application_no)
ORDER BY r.wanted COLLATE "C";
SELECT * FROM licence_home.verify_events();
