-- Self-audit: a healthy database gives no row; of what somebody changed behind
-- the triggers, exactly that is listed.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
SET jit = off;
\pset format unaligned
\pset tuples_only on

\echo == every licence that the tests before this one issued is proven
SELECT count(*) > 15 AS licences FROM licence_home.licence;
SELECT * FROM licence_home.unproven_licences();
-- years later too: what has expired since was in force when it was relied on
SET licence_home.clock = '2040-03-01 10:00+03';
SELECT * FROM licence_home.unproven_licences();
SET licence_home.clock = '2026-03-01 10:00+03';

BEGIN;
-- A licence with everything: documents that expire, another authority, a bill.
SELECT story.new_case_in('issued', 'home_baking', 'en') AS no \gset
SELECT story.new_case_in('issued', 'home_baking', 'en') AS other \gset
SET LOCAL licence_home.clock = '2026-04-01 10:00+03';
CREATE FUNCTION pg_temp.listed(no licence_home.application_no) RETURNS SETOF text
    LANGUAGE sql STABLE AS $$
    SELECT format('    %s%s: required %s, observed %s. %s / %s', u.defect, ' ' || u.about, coalesce(u.required, '—'), coalesce(u.observed, '—'),
        u.explanation_en, u.explanation_ar)
    FROM licence_home.unproven_licences() AS u WHERE u.application_no = no
$$;
-- What is listed once a statement has changed something behind the triggers;
-- $1 in it is the case, $2 another.  Nothing of it stays.
CREATE FUNCTION pg_temp.broken(what text, no licence_home.application_no, other licence_home.application_no, VARIADIC statements text[]) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    statement text;
    found text[];
BEGIN
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOREACH statement IN ARRAY statements LOOP
            EXECUTE replace(replace(statement, '$1', quote_literal(no)), '$2', quote_literal(other));
        END LOOP;
        SET LOCAL session_replication_role = origin;
        found := ARRAY(SELECT * FROM pg_temp.listed(no));
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        NULL;
    END;
    RETURN NEXT what;
    RETURN QUERY SELECT unnest(found);
END $$;
-- Somebody who writes the whole chain of hashes anew.
CREATE PROCEDURE pg_temp.rehash(no licence_home.application_no)
    LANGUAGE plpgsql AS $$
DECLARE
    e licence_home.application_event;
    before bytea;
BEGIN
    FOR e IN SELECT * FROM licence_home.application_event AS v WHERE v.application_no = no ORDER BY v.case_event LOOP
        before := licence_home_internal.event_hash(before, e.format, e.event_no, e.application_no::text, e.case_event, e.action, e.from_state, e.to_state,
            e.actor, e.role, e.session_role, e.at, e.known_at, e.digest);
        UPDATE licence_home.application_event AS v SET hash = before WHERE v.event_no = e.event_no;
    END LOOP;
END $$;

\echo == healthy
SELECT pg_temp.listed(:'no');

\echo == the application, the inspection
SELECT pg_temp.broken('too many people', :'no', :'other', 'UPDATE licence_home.application SET people = 9 WHERE application_no = $1');
SELECT pg_temp.broken('whose house it is, nobody knows', :'no', :'other', 'UPDATE licence_home.application SET tenant = NULL WHERE application_no = $1',
    $$INSERT INTO licence_home.document (application_no, document_type, attachment_locator, review, recorded_by, at_event) VALUES ($1, 'owner_approval', 'x', 'accepted', 'x', 0)$$);
SELECT pg_temp.broken('a finding', :'no', :'other', $$UPDATE licence_home.inspection_finding SET ruling = 'not_met' WHERE criterion = 'nuisance'
    AND inspection_id = (SELECT max(inspection_id) FROM licence_home.inspection WHERE application_no = $1)$$);
SELECT pg_temp.broken('a finding that is gone', :'no', :'other', $$DELETE FROM licence_home.inspection_finding WHERE criterion = 'utilities'
    AND inspection_id = (SELECT max(inspection_id) FROM licence_home.inspection WHERE application_no = $1)$$);
SELECT pg_temp.broken('the home was larger on paper', :'no', :'other', 'UPDATE licence_home.inspection SET measured_home_area_m2 = 90 WHERE application_no = $1');
SELECT pg_temp.broken('more than was declared', :'no', :'other', 'UPDATE licence_home.inspection SET measured_work_area_m2 = 16 WHERE application_no = $1',
    'UPDATE licence_home.invoice SET area_m2 = 16 WHERE application_no = $1');
SELECT pg_temp.broken('the inspection failed', :'no', :'other', $$UPDATE licence_home.inspection SET outcome = 'failed' WHERE application_no = $1$$);
SELECT pg_temp.broken('no inspection', :'no', :'other', 'DELETE FROM licence_home.inspection WHERE application_no = $1');

\echo == documents and approvals, on the day on which a step relied on them
SELECT pg_temp.broken('not accepted', :'no', :'other', $$UPDATE licence_home.document SET review = 'pending' WHERE application_no = $1 AND document_type = 'title_deed'$$);
SELECT pg_temp.broken('gone', :'no', :'other', $$DELETE FROM licence_home.document WHERE application_no = $1 AND document_type = 'construction_licence'$$);
SELECT pg_temp.broken('expired before', :'no', :'other', $$UPDATE licence_home.document SET expires_on = '2026-02-28' WHERE application_no = $1 AND document_type = 'occupancy_permit'$$);
SELECT pg_temp.broken('expired since: no defect', :'no', :'other', $$UPDATE licence_home.document SET expires_on = '2026-03-01' WHERE application_no = $1 AND document_type = 'occupancy_permit'$$);
SELECT pg_temp.broken('the authority refused', :'no', :'other', $$UPDATE licence_home.external_approval SET answer = 'refused' WHERE application_no = $1$$);
SELECT pg_temp.broken('its approval was over', :'no', :'other', $$UPDATE licence_home.external_approval SET expires_on = '2026-02-28' WHERE application_no = $1$$);
SELECT pg_temp.broken('its approval is over since: no defect', :'no', :'other', $$UPDATE licence_home.external_approval SET expires_on = '2026-03-01' WHERE application_no = $1$$);
SELECT pg_temp.broken('another authority was to be asked', :'no', :'other', $$INSERT INTO licence_home.approval_requirement (application_no, authority, recorded_by) VALUES ($1, 'social_development', 'x')$$);

\echo == the decision
SELECT pg_temp.broken('put off', :'no', :'other', $$UPDATE licence_home.decision SET outcome = 'deferred' WHERE application_no = $1$$);
SELECT pg_temp.broken('none', :'no', :'other', 'DELETE FROM licence_home.decision WHERE application_no = $1');
SELECT pg_temp.broken('not since the case came to be decided', :'no', :'other', 'UPDATE licence_home.decision SET at_event = at_event - 1 WHERE application_no = $1');
SELECT pg_temp.broken('by whom it was not to be', :'no', :'other', $$UPDATE licence_home.decision SET decided_as = 'director' WHERE application_no = $1$$);

\echo == the bill and its payment
SELECT pg_temp.broken('a line', :'no', :'other', 'UPDATE licence_home.invoice_line SET amount = amount - 1 WHERE invoice_no = (SELECT invoice_no FROM licence_home.invoice WHERE application_no = $1)');
SELECT pg_temp.broken('the amount and its line', :'no', :'other', 'UPDATE licence_home.invoice SET amount = amount - 0.5 WHERE application_no = $1',
    'UPDATE licence_home.invoice_line SET amount = amount - 0.5 WHERE invoice_no = (SELECT invoice_no FROM licence_home.invoice WHERE application_no = $1)');
SELECT pg_temp.broken('the amount alone', :'no', :'other', 'UPDATE licence_home.invoice SET amount = amount - 0.125 WHERE application_no = $1');
SELECT pg_temp.broken('the area', :'no', :'other', 'UPDATE licence_home.invoice SET area_m2 = 12 WHERE application_no = $1');
SELECT pg_temp.broken('cancelled', :'no', :'other', 'UPDATE licence_home.invoice SET cancelled_at = created_at WHERE application_no = $1');
SELECT pg_temp.broken('a part was paid', :'no', :'other', 'UPDATE licence_home.payment SET amount = amount - 0.001 WHERE invoice_no = (SELECT invoice_no FROM licence_home.invoice WHERE application_no = $1)');
SELECT pg_temp.broken('paid afterwards', :'no', :'other', $$UPDATE licence_home.payment SET recorded_at = recorded_at + interval '1 second' WHERE invoice_no = (SELECT invoice_no FROM licence_home.invoice WHERE application_no = $1)$$);

\echo == the licence, the events
SELECT pg_temp.broken('a month longer', :'no', :'other', 'UPDATE licence_home.licence_term SET months = 13, run_months = 13, ends = (starts + interval ''13 months'')::date WHERE application_no = $1');
SELECT pg_temp.broken('from another day', :'no', :'other', 'UPDATE licence_home.licence_term SET starts = starts - 1, since = since - 1, ends = (starts - 1 + interval ''12 months'')::date WHERE application_no = $1');
SELECT pg_temp.broken('a note', :'no', :'other', $$UPDATE licence_home.application_event SET note = 'x', salt = decode(repeat('00', 16), 'hex'), digest = sha256('x') WHERE application_no = $1 AND case_event = 2$$);
SELECT pg_temp.broken('the last event is gone', :'no', :'other', 'DELETE FROM licence_home.application_event WHERE application_no = $1 AND case_event = (SELECT events FROM licence_home.application WHERE application_no = $1)');
SELECT pg_temp.broken('the state', :'no', :'other', $$UPDATE licence_home.application SET state = 'closed' WHERE application_no = $1$$);
SELECT pg_temp.broken('a step that there is not, and the chain written anew', :'no', :'other',
    $$UPDATE licence_home.application_event SET action = 'teleport' WHERE application_no = $1 AND case_event = 1$$, 'CALL pg_temp.rehash($1)');
SELECT pg_temp.broken('in the middle it begins, and the chain written anew', :'no', :'other',
    $$DELETE FROM licence_home.application_event WHERE application_no = $1 AND case_event = 1$$,
    $$UPDATE licence_home.application_event SET case_event = case_event - 1 WHERE application_no = $1$$,
    $$UPDATE licence_home.application SET events = events - 1 WHERE application_no = $1$$,
    $$UPDATE licence_home.decision SET at_event = at_event - 1 WHERE application_no = $1$$,
    'CALL pg_temp.rehash($1)');

\echo == two licences for one profession at one home: the later one
SELECT pg_temp.broken('the earlier', :'no', :'other', $$UPDATE licence_home.application AS a SET applicant_id = o.applicant_id, home = o.home, parcel = o.parcel
    FROM licence_home.application AS o WHERE a.application_no = $2 AND o.application_no = $1$$);
SELECT regexp_replace(l, 'L\d{4}-\d+-\d', '{licence}', 'g') FROM pg_temp.broken('the later, whose bill takes nothing off', :'other', :'no', $$UPDATE licence_home.application AS a SET applicant_id = o.applicant_id, home = o.home, parcel = o.parcel
    FROM licence_home.application AS o WHERE a.application_no = $2 AND o.application_no = $1$$) AS l;

\echo == a licence without a case, and rules that were corrected
SELECT pg_temp.broken('never submitted', :'no', :'other', 'UPDATE licence_home.application SET submitted_at = NULL WHERE application_no = $1');
SELECT pg_temp.broken('no edition any more', :'no', :'other', $$UPDATE licence_home.edition SET withdrawn_at = now() WHERE edition = '2020'$$);
SELECT pg_temp.broken('its fee was a mistake', :'no', :'other', $$UPDATE licence_home.fee_rule SET amount = amount + 1 WHERE category = 'food'$$);

\echo == the days are those of the issue, both included; who may ask, and of what
SELECT count(*) FROM licence_home.unproven_licences('2026-03-02', NULL);
SET LOCAL session_replication_role = replica;
UPDATE licence_home.application SET people = 9 WHERE application_no = :'no';
RESET session_replication_role;
SELECT (SELECT count(*) FROM licence_home.unproven_licences('2026-03-01', '2026-03-01')) AS on_the_day,
    (SELECT count(*) FROM licence_home.unproven_licences(NULL, '2026-02-28')) AS before, (SELECT count(*) FROM licence_home.unproven_licences('2026-03-02')) AS after;
SELECT a.who, (x).code, (x).rows FROM unnest('{admin,clerk,inspector,committee,director,analyst,cashier,portal,sender,nobody}'::text[]) WITH ORDINALITY AS a (who, n)
CROSS JOIN LATERAL story.attempt(a.who, :'no', 'SELECT * FROM licence_home.unproven_licences()') AS x ORDER BY a.n;
-- in parallel
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END $$;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT bool_or(line ~ 'Gather') AS gathered FROM pg_temp.plan_of('SELECT * FROM licence_home_internal.licence_defects(NULL, NULL, NULL, NULL)') AS line;
SELECT defect, about FROM licence_home.unproven_licences();
ROLLBACK;
RESET licence_home.clock;
