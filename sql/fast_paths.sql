-- Preconditions and placeholders: each fast path in C says what its SQL function
-- says.
--
-- Cases in every state, whose facts and rules are shaken at random: what a
-- client could never write is written, since both have to judge it alike.  The
-- environment gives another seed as LICENCE_HOME_SEED (from -1 to 1).
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
\getenv seed LICENCE_HOME_SEED
\if :{?seed}
\else
\set seed 0.25
\endif
\echo == seed :seed
SELECT setseed(:seed);

\echo == 5000 random notes
CREATE TEMP TABLE notes AS
    SELECT CASE WHEN n % 50 <> 0 THEN (SELECT string_agg(substr(E' \t\n\u00a0\u200b\u200f\u00ad\u3164aب.-', 1 + floor(random() * 14)::integer, 1), '')
            FROM generate_series(1, n % 7)) END AS note
    FROM generate_series(1, 5000) AS n;
SELECT count(*) > 1000 AS refused FROM notes AS t
WHERE NOT licence_home_internal.precondition_holds('note_given', NULL, t.note);
SELECT t.note FROM notes AS t
WHERE licence_home_internal.precondition_holds('note_given', NULL, t.note)
    = EXISTS (SELECT FROM licence_home_internal.precondition_note_given(NULL, t.note, NULL, NULL, NULL));
-- one without a fast path
SELECT licence_home_internal.precondition_holds('eligible', NULL, 'a') IS NULL;
-- no such case: asked
SELECT p.name FROM unnest('{documents_given,documents_accepted,inspection_ahead,inspection_done,inspection_passed,
    inspection_passed_after_change,decision_approved,approvals_needed,approvals_not_needed,invoice_paid}'::text[]) AS p (name)
WHERE licence_home_internal.precondition_holds(p.name, licence_home.application_no_make(2099, 1), NULL) IS NOT FALSE;

\echo == 30 cases, 45 times shaken
CREATE TEMP TABLE reached AS
    SELECT story.new_case_in(s.state, (ARRAY[NULL, 'home_baking'])[n]) AS no
    FROM licence_home.workflow_state AS s CROSS JOIN generate_series(1, 2) AS n WHERE s.workflow = 'first_issue';
BEGIN;
SET LOCAL session_replication_role = replica;

-- One of some values; a day; true as often as not, or as often as said.
CREATE FUNCTION pg_temp.one(anyarray) RETURNS anyelement LANGUAGE sql VOLATILE AS
    'SELECT ($1)[1 + floor(random() * cardinality($1))::integer]';
CREATE FUNCTION pg_temp.day() RETURNS date LANGUAGE sql VOLATILE AS
    $$SELECT date '2026-03-01' + (floor(random() * 7)::integer - 3)$$;
CREATE FUNCTION pg_temp.often(share float8 DEFAULT 0.5) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT random() < $1';

CREATE PROCEDURE pg_temp.shake_rules() LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licence_home.document_rule SET
        built = pg_temp.one('{NULL,NULL,"(,2012-01-01)","[2012-01-01,)"}'::daterange[]),
        certificate_profession = pg_temp.often(0.2),
        profession = NULL, category = NULL,
        tenant = pg_temp.one('{NULL,NULL,true,false}'::boolean[]),
        applicant_kind = pg_temp.one('{NULL,NULL,citizen,business}'::text[]),
        valid = pg_temp.one('{"[2017-01-01,)","[2017-01-01,)","[2026-02-01,2026-03-01)","[2026-03-01,)"}'::daterange[])
    WHERE pg_temp.often();
    UPDATE licence_home.document_rule SET category = NULL, profession = pg_temp.one('{home_baking,electronic_marketing,sewing}'::text[]) WHERE pg_temp.often(0.2);
    UPDATE licence_home.document_rule SET profession = NULL,
        category = pg_temp.one((SELECT array_agg(DISTINCT category) FROM licence_home.profession)) WHERE pg_temp.often(0.2);
    UPDATE licence_home.document_rule SET withdrawn_at = pg_temp.one('{NULL,NULL,2026-02-01}'::timestamptz[]), withdrawal = NULL WHERE pg_temp.often(0.3);
    UPDATE licence_home.document_rule SET withdrawal = 'void' WHERE withdrawn_at IS NOT NULL;
    UPDATE licence_home.document_type SET needs_reference = true, needs_attachment = pg_temp.often(),
        valid = pg_temp.one('{"[2017-01-01,)","[2017-01-01,)","[2026-02-01,2026-03-01)"}'::daterange[]) WHERE pg_temp.often(0.3);
    UPDATE licence_home.document_type SET needs_reference = false, needs_attachment = true WHERE pg_temp.often(0.3);
    UPDATE licence_home.profession SET needs_construction_certificate = pg_temp.often(),
        valid = pg_temp.one('{"[2012-01-01,)","[2012-01-01,)","[2026-03-02,)"}'::daterange[])
    WHERE code IN ('home_baking', 'electronic_marketing') AND upper(valid) IS NULL;
    UPDATE licence_home.profession_authority SET valid = pg_temp.one('{"[2012-01-01,)","[2026-03-02,)"}'::daterange[]) WHERE pg_temp.often();
    UPDATE licence_home.edition SET max_area_m2 = pg_temp.one('{15,25,1e6}'::numeric[]), max_area_share = pg_temp.one('{0.05,0.15,1}'::numeric[])
    WHERE pg_temp.often();
END $$;

CREATE PROCEDURE pg_temp.shake_cases() LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licence_home.application AS a SET
        profession = pg_temp.one('{home_baking,home_baking,electronic_marketing,sewing,nothing}'::text[]),
        built_on = pg_temp.one('{NULL,2005-05-05,2011-12-31,2012-01-01,2020-02-02}'::date[]),
        tenant = pg_temp.one('{NULL,true,false}'::boolean[]),
        judged_on = CASE WHEN a.submitted_at IS NOT NULL THEN pg_temp.day() END,
        work_area_m2 = pg_temp.one('{NULL,14.5,15,40}'::numeric[])
    FROM reached AS r WHERE a.application_no = r.no AND pg_temp.often(0.3);
    UPDATE licence_home.document AS d SET
        review = pg_temp.one('{pending,accepted,accepted,accepted,accepted,accepted,accepted,accepted,missing,incorrect}'::text[]),
        reference_no = pg_temp.one('{NULL,R,R,R,R,R,R,R}'::text[]),
        attachment_locator = pg_temp.one('{NULL,L,L,L,L,L,L,L}'::text[]),
        issued_on = pg_temp.one('{NULL,NULL,2026-02-01,2026-03-01,2026-03-02}'::date[]), expires_on = NULL
    FROM reached AS r WHERE d.application_no = r.no AND pg_temp.often(0.3);
    UPDATE licence_home.document AS d SET issued_on = NULL, expires_on = date '2026-03-01' + pg_temp.one('{-1,0,0,0,1}'::integer[]) FROM reached AS r
    WHERE d.application_no = r.no AND pg_temp.often(0.15);
    -- another of its kind, and one fewer
    INSERT INTO licence_home.document (application_no, document_type, reference_no, attachment_locator, review)
        SELECT d.application_no, d.document_type, 'R', 'L', pg_temp.one('{pending,accepted,accepted,accepted}'::text[])
        FROM licence_home.document AS d JOIN reached AS r ON d.application_no = r.no WHERE pg_temp.often(0.2);
    DELETE FROM licence_home.document AS d USING reached AS r WHERE d.application_no = r.no AND pg_temp.often(0.15);
    INSERT INTO licence_home.application_finding (application_no, field)
        SELECT r.no, 'floor' FROM reached AS r WHERE pg_temp.often(0.1);
    UPDATE licence_home.application_finding AS f SET settled_at_event = CASE WHEN pg_temp.often(0.9) THEN 1 END FROM reached AS r WHERE f.application_no = r.no;
    -- inspections, of which the latest may be pending
    INSERT INTO licence_home.inspection (application_no, scheduled_for, outcome)
        SELECT r.no, licence_home.now(), 'passed' FROM reached AS r WHERE pg_temp.often(0.2);
    UPDATE licence_home.inspection AS i SET outcome = pg_temp.one('{passed,failed,no_access,cancelled,not_correctable}'::text[]), inspector = NULL
    FROM reached AS r WHERE i.application_no = r.no AND pg_temp.often();
    UPDATE licence_home.inspection AS i SET outcome = pg_temp.one('{passed,passed,passed,not_correctable,cancelled}'::text[]),
        scheduled_for = licence_home.now() + pg_temp.one('{-1,0,1}'::integer[]) * interval '1 microsecond', scheduled_until = NULL,
        measured_home_area_m2 = pg_temp.one('{NULL,100,120,1000}'::numeric[]), measured_work_area_m2 = pg_temp.one('{NULL,14.5,15,15.001,25}'::numeric[]),
        closed_at_event = pg_temp.one('{NULL,1,2,3,4,5}'::integer[])
    FROM reached AS r WHERE i.application_no = r.no AND pg_temp.often();
    UPDATE licence_home.inspection AS i SET outcome = 'pending' FROM reached AS r
    WHERE i.application_no = r.no AND pg_temp.often(0.3)
        AND i.inspection_id = (SELECT max(l.inspection_id) FROM licence_home.inspection AS l WHERE l.application_no = r.no)
        AND NOT EXISTS (SELECT FROM licence_home.inspection AS p WHERE p.application_no = r.no AND p.outcome = 'pending');
    UPDATE licence_home.application_event AS e SET changes = NULL FROM reached AS r WHERE e.application_no = r.no;
    UPDATE licence_home.application_event AS e SET changes = '{}', salt = decode(repeat('ab', 16), 'hex'), digest = decode(repeat('cd', 32), 'hex')
    FROM reached AS r WHERE e.application_no = r.no AND pg_temp.often(0.1);
    INSERT INTO licence_home.decision (application_no, outcome, reason, at_event)
        SELECT r.no, o.outcome, 'nuisance', a.events - pg_temp.one('{0,0,1}'::integer[])
        FROM reached AS r JOIN licence_home.application AS a ON a.application_no = r.no
        CROSS JOIN LATERAL (SELECT pg_temp.one('{approved,approved,refused,deferred}'::text[]) AS outcome WHERE r.no IS NOT NULL OFFSET 0) AS o
        WHERE pg_temp.often(0.3);
    INSERT INTO licence_home.approval_requirement (application_no, authority)
        SELECT r.no, 'jfda' FROM reached AS r WHERE pg_temp.often(0.2) ON CONFLICT DO NOTHING;
    UPDATE licence_home.approval_requirement AS q SET ended_at_event = 1 FROM reached AS r WHERE q.application_no = r.no AND pg_temp.often(0.3);
    UPDATE licence_home.invoice AS i SET cancelled_at = licence_home.now() FROM reached AS r WHERE i.application_no = r.no AND pg_temp.often(0.2);
    INSERT INTO licence_home.invoice (application_no, amount, priced_on, area_m2)
        SELECT r.no, pg_temp.one('{0,0.002,40}'::numeric[]), '2026-03-01', 15 FROM reached AS r WHERE pg_temp.often(0.2) ON CONFLICT DO NOTHING;
    INSERT INTO licence_home.payment (payment_reference, invoice_no, amount)
        SELECT gen_random_uuid()::text, i.invoice_no, pg_temp.one(ARRAY[0.001, 39.999, i.amount + 0.001]) FROM licence_home.invoice AS i
        JOIN reached AS r ON i.application_no = r.no WHERE pg_temp.often(0.2);
END $$;

CREATE TEMP TABLE tried (round integer, name text, no licence_home.application_no, fast boolean, truth boolean);
CREATE PROCEDURE pg_temp.try(round integer) LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY '{documents_given,documents_accepted,inspection_ahead,inspection_done,inspection_passed,inspection_passed_after_change,decision_approved,approvals_needed,approvals_not_needed,invoice_paid}'::text[] LOOP
        EXECUTE format('INSERT INTO tried SELECT $1, %1$L, r.no, licence_home_internal.precondition_holds(%1$L, r.no, NULL), '
            'NOT EXISTS (SELECT FROM licence_home_internal.precondition_%1$s(r.no, NULL, NULL, NULL, NULL)) FROM reached AS r', name) USING round;
    END LOOP;
END $$;
DO $$
BEGIN
    FOR round IN 1..45 LOOP
        -- a third of the rounds under the rules as they are
        IF round > 15 THEN
            CALL pg_temp.shake_rules();
        END IF;
        CALL pg_temp.shake_cases();
        CALL pg_temp.try(round);
    END LOOP;
END $$;
SELECT count(*) FROM tried;
-- each was true and false often enough to count
SELECT name FROM tried GROUP BY name HAVING count(*) FILTER (WHERE truth) < 50 OR count(*) FILTER (WHERE NOT truth) < 50 ORDER BY name;
SELECT DISTINCT ON (name) name, count(*) OVER (PARTITION BY name), round, no, fast, truth FROM tried
WHERE fast IS DISTINCT FROM truth ORDER BY name, round;

\echo == what messages say of a case: placeholders of 30 cases, 40 times moved
UPDATE licence_home.inspection AS i SET outcome = 'pending' FROM reached AS r
WHERE i.application_no = r.no AND pg_temp.often(0.7)
    AND i.inspection_id = (SELECT max(l.inspection_id) FROM licence_home.inspection AS l WHERE l.application_no = r.no)
    AND NOT EXISTS (SELECT FROM licence_home.inspection AS p WHERE p.application_no = r.no AND p.outcome = 'pending');
CREATE TEMP TABLE written (name text, language text, no licence_home.application_no, at timestamptz, fast text, truth text);
DO $$
DECLARE
    name text;
BEGIN
    FOR round IN 1..40 LOOP
        UPDATE licence_home.inspection AS i SET scheduled_for = timestamptz '1990-01-01' + random() * interval '60 years', scheduled_until = NULL
        FROM reached AS r WHERE i.application_no = r.no AND i.outcome = 'pending';
        UPDATE licence_home.application AS a SET due_at = CASE WHEN pg_temp.often(0.9) THEN timestamptz '2026-03-20' END
        FROM reached AS r WHERE a.application_no = r.no;
        UPDATE licence_home.case_deadline AS d SET date_named = date '2000-01-01' + floor(random() * 10000)::integer,
            state = CASE WHEN pg_temp.often(0.9) THEN a.state ELSE 'draft' END
        FROM reached AS r JOIN licence_home.application AS a ON a.application_no = r.no WHERE d.application_no = r.no;
        DELETE FROM licence_home.deadline_told AS t USING reached AS r WHERE t.application_no = r.no;
        INSERT INTO licence_home.deadline_told (deadline_no, application_no, message_id, series, outcome, at)
            SELECT d.deadline_no, r.no, 1, 1, pg_temp.one('{accepted,delivered,failed,served}'::text[]), licence_home.now()
            FROM reached AS r JOIN licence_home.case_deadline AS d ON d.application_no = r.no WHERE pg_temp.often(0.2);
        UPDATE licence_home.invoice AS i SET amount = round((random() * pg_temp.one('{1,1000,999999}'::numeric[]))::numeric, 3)
        FROM reached AS r WHERE i.application_no = r.no;
        FOREACH name IN ARRAY '{no,weekday,date,time,due,amount,bill}'::text[] LOOP
            EXECUTE format('INSERT INTO written SELECT %1$L, l.language, r.no, i.scheduled_for, '
                'licence_home_internal.fast_placeholder(%1$L, r.no, l.language), '
                '(SELECT p.value FROM licence_home_internal.placeholder_%1$s(r.no, l.language, ''2026-03-01'') AS p) '
                'FROM reached AS r CROSS JOIN (VALUES (''ar''), (''en'')) AS l (language) '
                'LEFT JOIN licence_home.inspection AS i ON i.application_no = r.no AND i.outcome = ''pending''', name);
        END LOOP;
    END LOOP;
END $$;
SELECT w.name, w.language, count(DISTINCT w.truth) >= CASE w.name WHEN 'weekday' THEN 7 WHEN 'bill' THEN 4 ELSE 25 END AS many, count(*) FILTER (WHERE w.truth IS NULL) > 0 AS sometimes_none
FROM written AS w GROUP BY w.name, w.language ORDER BY w.name, w.language;
SELECT DISTINCT ON (w.name, w.language) w.* FROM written AS w
WHERE w.fast IS DISTINCT FROM w.truth AND NOT (w.name = 'due' AND w.fast IS NULL) ORDER BY w.name, w.language;
-- what was told is left to the function, and most was not
SELECT count(*) FILTER (WHERE w.fast IS NULL) > 50 AS some_asked, count(w.fast) > count(w.truth) / 2 AS most_written
FROM written AS w WHERE w.name = 'due';
-- one without a fast path, and one that there is not
SELECT licence_home_internal.fast_placeholder(n.name, r.no, 'ar') IS NULL
FROM (VALUES ('decider'), ('nothing')) AS n (name) CROSS JOIN (SELECT min(no) AS no FROM reached) AS r;

\echo == the money of bills, 40 times shaken
CREATE TEMP TABLE counted (no licence_home.application_no, invoice_no bigint, fast text, truth text);
DO $$
BEGIN
    FOR round IN 1..40 LOOP
        INSERT INTO licence_home.invoice (application_no, amount, priced_on, area_m2)
            SELECT r.no, pg_temp.one('{0,0.001,40}'::numeric[]), '2026-03-01', 15 FROM reached AS r
            WHERE NOT EXISTS (SELECT FROM licence_home.invoice AS i WHERE i.application_no = r.no);
        UPDATE licence_home.invoice AS i SET amount = pg_temp.one('{0,0.001,39.999,40}'::numeric[]),
            cancelled_at = CASE WHEN pg_temp.often(0.1) THEN licence_home.now() END,
            account = CASE WHEN pg_temp.often(0.05) THEN i.invoice_no END
        FROM reached AS r WHERE i.application_no = r.no
            AND i.invoice_no = (SELECT max(n.invoice_no) FROM licence_home.invoice AS n WHERE n.application_no = r.no);
        DELETE FROM licence_home.invoice AS i USING reached AS r WHERE i.application_no = r.no AND pg_temp.often(0.5)
            AND i.invoice_no < (SELECT max(n.invoice_no) FROM licence_home.invoice AS n WHERE n.application_no = r.no);
        DELETE FROM licence_home.payment AS p USING licence_home.invoice AS i, reached AS r
        WHERE p.invoice_no = i.invoice_no AND i.application_no = r.no AND pg_temp.often(0.4);
        INSERT INTO licence_home.payment (payment_reference, invoice_no, amount)
            SELECT gen_random_uuid()::text, i.invoice_no, pg_temp.one(ARRAY[0.001, 20, i.amount, i.amount + 1]) FROM licence_home.invoice AS i
            JOIN reached AS r ON i.application_no = r.no WHERE pg_temp.often(0.4) AND i.amount > 0;
        DELETE FROM licence_home.payment_refund AS p USING reached AS r WHERE p.application_no = r.no;
        INSERT INTO licence_home.payment_refund (refund_reference, application_no, invoice_no, amount)
            SELECT gen_random_uuid()::text, r.no, i.invoice_no, 0.001 FROM licence_home.invoice AS i
            JOIN reached AS r ON i.application_no = r.no WHERE pg_temp.often(0.05);
        INSERT INTO counted
            SELECT r.no, i.invoice_no, licence_home_internal.fast_bill_money(r.no, i.invoice_no),
                concat_ws(' ', coalesce(i.account, i.invoice_no), coalesce(m.invoice_no, 0), to_char(m.surplus, 'FM999999990.000'),
                    m.invoice_no IS NOT NULL AND m.lacking = 0, m.invoice_no IS NOT NULL AND m.lacking > 0 AND m.net > 0, m.surplus > 0)
            FROM reached AS r JOIN licence_home.invoice AS i ON i.application_no = r.no
            CROSS JOIN LATERAL licence_home_internal.account_money(coalesce(i.account, i.invoice_no), r.no) AS m;
    END LOOP;
END $$;
SELECT count(fast) > 300 AS many, count(*) - count(fast) > 100 AS asked, count(DISTINCT substring(fast FROM '. . .$')) AS verdicts FROM counted;
SELECT * FROM counted WHERE fast <> truth ORDER BY no LIMIT 3;
ROLLBACK;
