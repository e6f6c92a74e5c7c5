-- ---------------------------------------------------------------------
-- Functions that clients call about cases.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.act_for(applicant_id licence_home.applicant_proof, agency_id bigint DEFAULT NULL) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_act_for' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.act_for(licence_home.applicant_proof, bigint) IS
'A portal says for which applicant it acts, until the end of the transaction. It gives the applicant''s number, or where licence_home.portal_key is set a token (JWT) that one of its keys signed. agency_id: an agent does, by a power in force; LH028 where there is none. Error LH016 when there is no such applicant, or null. LH022 for a token that is not valid, and for a number where tokens are required. A warning outside a transaction block. Recorded in acting_record.';
CALL licence_home_internal.make_function('licence_home.act_for(licence_home.applicant_proof, bigint)', 'portal');

CREATE FUNCTION licence_home.act_at_counter(applicant_id bigint, identity_seen text, agency_id bigint DEFAULT NULL) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_act_at_counter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.act_at_counter(bigint, text, bigint) IS
'A clerk does the applicant''s work for a person who stands there, until the end of the transaction, and no other work on cases. The clerk registers (applicant_id null), begins a case, or takes the applicant''s steps, where workflow_counter lets officials do it. identity_seen: how the identity was seen; agency_id: the power of an agent who stands there. The clerk is the actor, the applicant the principal (counter_act). LH002 for no clerk, LH016 for a login that is of no official, and no applicant, LH028 for no power.';
CALL licence_home_internal.make_function('licence_home.act_at_counter(bigint, text, bigint)', 'clerk');

CREATE FUNCTION licence_home.act_as(employee text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_act_as' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.act_as(text) IS
'A back office with one login for many says which official works, until the end of the transaction; events record it.';
CALL licence_home_internal.make_function('licence_home.act_as(text)', 'staff, cashier, admin, auditor');

CREATE FUNCTION licence_home.find_applicant(kind text, identity_no text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_find_applicant' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.find_applicant(text, text) IS
'The applicant of that kind and identity number, or null; each call is recorded in read_record. LH026 beyond licence_home.lookups_an_hour.';
CALL licence_home_internal.make_function('licence_home.find_applicant(text, text)', 'portal, clerk');

CREATE FUNCTION licence_home.perform(application_no licence_home.application_no, action text,
        note text DEFAULT NULL, until date DEFAULT NULL, reason text DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_perform' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.perform(licence_home.application_no, text, text, date, text) IS
'Takes a step by the name of its action; gives the state reached. until: the later deadline of extend. reason: the code of close (its note is taken for the code where reason is null). Errors LH001 to LH005, LH008.';
CALL licence_home_internal.make_function('licence_home.perform(licence_home.application_no, text, text, date, text)',
    'readers, cashier');

CREATE FUNCTION licence_home.next_actions(application_no licence_home.application_no)
    RETURNS TABLE (action text, to_state text, role text, may_act boolean, blocked_by text[], blocked_by_ar text[])
    AS 'MODULE_PATHNAME', 'licence_home_next_actions' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.next_actions(licence_home.application_no) IS
'Each step from the state of a case: where it leads, whose it is, and whether the one who asks may take it. Also what is lacking, in English and in Arabic (empty: nothing).';
CALL licence_home_internal.make_function('licence_home.next_actions(licence_home.application_no)', 'readers, cashier');

CREATE FUNCTION licence_home.eligibility(application_no licence_home.application_no, rules_on date DEFAULT NULL)
    RETURNS TABLE (criterion text, stage text, ruling text, required text, observed text, article text,
        message_ar text, message_en text, remedy_ar text, remedy_en text)
    AS 'MODULE_PATHNAME', 'licence_home_eligibility' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 24;
COMMENT ON FUNCTION licence_home.eligibility(licence_home.application_no, date) IS
'A row a criterion for a case, under the rules of the day of its first submission, or of another day (rules_on). The ruling is met, condition, refer, not_met or not_proven, with sentences in both languages.';
CALL licence_home_internal.make_function('licence_home.eligibility(licence_home.application_no, date)',
    'readers, admin');

CREATE FUNCTION licence_home.eligibility_before(application_no licence_home.application_no, rules_on date DEFAULT NULL)
    RETURNS TABLE (criterion text, stage text, ruling text, required text, observed text, article text,
        message_ar text, message_en text, remedy_ar text, remedy_en text)
    AS 'MODULE_PATHNAME', 'licence_home_eligibility_before' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 24;
COMMENT ON FUNCTION licence_home.eligibility_before(licence_home.application_no, date) IS
'eligibility() as it was before this transaction wrote anything: what a rule that is being changed said until now. No row for a case that this transaction made.';
CALL licence_home_internal.make_function('licence_home.eligibility_before(licence_home.application_no, date)',
    'readers, admin');

CREATE FUNCTION licence_home.is_eligible(application_no licence_home.application_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_is_eligible' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.is_eligible(licence_home.application_no) IS
'True where no criterion of eligibility() is not_met or not_proven.';
CALL licence_home_internal.make_function('licence_home.is_eligible(licence_home.application_no)', 'readers');

CREATE FUNCTION licence_home.required_documents(application_no licence_home.application_no)
    RETURNS TABLE (document_type text, why text, why_ar text, lacking text)
    AS 'MODULE_PATHNAME', 'licence_home_required_documents' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.required_documents(licence_home.application_no) IS
'The documents that a case requires, why, and what is still lacking (null: nothing).';
CALL licence_home_internal.make_function('licence_home.required_documents(licence_home.application_no)', 'readers');

CREATE FUNCTION licence_home.inspection_checklist(application_no licence_home.application_no)
    RETURNS TABLE (criterion text, article text, look_at_ar text, look_at_en text)
    AS 'MODULE_PATHNAME', 'licence_home_inspection_checklist' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.inspection_checklist(licence_home.application_no) IS
'The criteria that are proved at the home, with what to look at in both languages.';
CALL licence_home_internal.make_function('licence_home.inspection_checklist(licence_home.application_no)', 'readers');

CREATE FUNCTION licence_home.record_payment(payment_reference licence_home.visible_text, invoice_no bigint, amount numeric,
        paid_at timestamptz DEFAULT NULL, channel text DEFAULT 'network', receipt text DEFAULT NULL, OUT payment_id bigint, OUT reference text, OUT bill bigint,
        OUT paid numeric, OUT at timestamptz, OUT outcome text)
    RETURNS record
    AS 'MODULE_PATHNAME', 'licence_home_record_payment' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.record_payment(licence_home.visible_text, bigint, numeric, timestamptz, text, text) IS
'Records a payment in JOD (paid_at: now where null; channel: network, or counter with its receipt); gives it as recorded, and recorded or repeated. Errors: LH006 unknown bill, LH007 the reference with another amount or bill.';
CALL licence_home_internal.make_function('licence_home.record_payment(licence_home.visible_text, bigint, numeric, timestamptz, text, text)',
    'cashier');

CREATE PROCEDURE licence_home.lapse_overdue()
    AS 'MODULE_PATHNAME', 'licence_home_lapse_overdue' LANGUAGE C;
COMMENT ON PROCEDURE licence_home.lapse_overdue() IS
'The daily job: lapses the cases whose deadline, with its grace, has passed and whose applicants were told of it. Call it alone, outside a transaction block: it commits each case and skips what somebody has in hand. After an error it goes on, and writes the error down (job_run, job_failure). LH017 when called in a transaction.';
CALL licence_home_internal.make_function('licence_home.lapse_overdue()', 'sender');

CREATE PROCEDURE licence_home.tell_moved_deadlines()
    AS 'MODULE_PATHNAME', 'licence_home_tell_moved_deadlines' LANGUAGE C;
COMMENT ON PROCEDURE licence_home.tell_moved_deadlines() IS
'The daily job: where a holiday has moved a deadline beyond the date that its applicant was told, the later date is told. Like lapse_overdue() it commits each case and is called alone.';
CALL licence_home_internal.make_function('licence_home.tell_moved_deadlines()', 'sender');

-- The chain of events.
CREATE FUNCTION licence_home_internal.event_digest(salt bytea, note text, changes jsonb) RETURNS bytea
    AS 'MODULE_PATHNAME', 'licence_home_event_digest' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.event_digest(bytea, text, jsonb) IS
'SHA-256 of the values of an event that may have to be concealed one day, with their salt. Null without a salt. doc/design.md writes down what is hashed.';
CALL licence_home_internal.make_function('licence_home_internal.event_digest(bytea, text, jsonb)');

CREATE FUNCTION licence_home_internal.event_hash(before bytea, format smallint, event_no bigint, application_no text,
        case_event integer, action text, from_state text, to_state text, actor text, role text, session_role text,
        at timestamptz, known_at timestamptz, digest bytea) RETURNS bytea
    AS 'MODULE_PATHNAME', 'licence_home_event_hash' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.event_hash(bytea, smallint, bigint, text, integer, text, text, text, text, text, text, timestamptz, timestamptz, bytea) IS
'SHA-256 of an event and of the one before it; doc/design.md writes down what is hashed.';
CALL licence_home_internal.make_function(
    'licence_home_internal.event_hash(bytea, smallint, bigint, text, integer, text, text, text, text, text, text, timestamptz, timestamptz, bytea)');

CREATE FUNCTION licence_home_internal.chain_breaks(application_no licence_home.application_no, events integer, state text)
    RETURNS TABLE (case_event integer, event_no bigint, break text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT c.case_event, c.event_no, b.break
        FROM licence_home.application_event AS c
        LEFT JOIN licence_home.application_event AS p ON p.application_no = c.application_no
            AND p.case_event = c.case_event - 1
        CROSS JOIN LATERAL (VALUES
            (c.hash IS DISTINCT FROM licence_home_internal.event_hash(p.hash, c.format, c.event_no, c.application_no::text,
                c.case_event, c.action, c.from_state, c.to_state, c.actor, c.role, c.session_role,
                c.at, c.known_at, c.digest), 'the event or one before it was altered'),
            (c.salt IS NOT NULL AND c.digest IS DISTINCT FROM licence_home_internal.event_digest(c.salt, c.note, c.changes)
                OR c.salt IS NULL AND num_nonnulls(c.note, c.changes) > 0, 'its note or its changes were altered'),
            (c.known_at <= p.known_at, 'it is not later than the event before it'),
            (c.case_event > 1 AND p.event_no IS NULL, 'an event before it is missing'),
            (p.to_state IS DISTINCT FROM c.from_state AND p.event_no IS NOT NULL,
                'it does not begin where the event before it ended')
        ) AS b (broken, break)
        WHERE c.application_no = chain_breaks.application_no AND b.broken
        UNION ALL
        SELECT chain_breaks.events, NULL, b.break
        FROM (
            SELECT count(*) AS found, (array_agg(e.to_state ORDER BY e.case_event DESC))[1] AS last_state
            FROM licence_home.application_event AS e
            WHERE e.application_no = chain_breaks.application_no
        ) AS n
        CROSS JOIN LATERAL (VALUES
            (n.found <> chain_breaks.events, 'events are missing at the end'),
            (n.found > 0 AND n.last_state IS DISTINCT FROM chain_breaks.state,
                'the case is not in the state that its last event reached')
        ) AS b (broken, break)
        WHERE b.broken;
    END;
COMMENT ON FUNCTION licence_home_internal.chain_breaks(licence_home.application_no, integer, text) IS
'Internal: each break in the chain of events of a case that says it has so many events and is in a state.';
CALL licence_home_internal.make_function(
    'licence_home_internal.chain_breaks(licence_home.application_no, integer, text)');

CREATE FUNCTION licence_home_internal.case_broken_events(application_no licence_home.application_no)
    RETURNS TABLE (application_no licence_home.application_no, case_event integer, event_no bigint, break text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT a.application_no, b.case_event, b.event_no, b.break
        FROM licence_home.application AS a
        CROSS JOIN LATERAL licence_home_internal.chain_breaks(a.application_no, a.events, a.state) AS b
        WHERE a.application_no = $1;
    END;
COMMENT ON FUNCTION licence_home_internal.case_broken_events(licence_home.application_no) IS
'Each break in the chain of events of a case.';
CALL licence_home_internal.make_function('licence_home_internal.case_broken_events(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.all_broken_events()
    RETURNS TABLE (application_no licence_home.application_no, case_event integer, event_no bigint, break text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT a.application_no, b.case_event, b.event_no, b.break
        FROM licence_home.application AS a
        CROSS JOIN LATERAL licence_home_internal.chain_breaks(a.application_no, a.events, a.state) AS b
        UNION ALL
        SELECT DISTINCT e.application_no, NULL::integer, NULL::bigint, 'its events have no case'
        FROM licence_home.application_event AS e
        WHERE NOT EXISTS (SELECT FROM licence_home.application AS a WHERE a.application_no = e.application_no);
    END;
COMMENT ON FUNCTION licence_home_internal.all_broken_events() IS
'Each break in the chains of events of all cases.';
CALL licence_home_internal.make_function('licence_home_internal.all_broken_events()');

CREATE FUNCTION licence_home.verify_events(application_no licence_home.application_no)
    RETURNS TABLE (application_no licence_home.application_no, case_event integer, event_no bigint, break text)
    AS 'MODULE_PATHNAME', 'licence_home_verify_events' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.verify_events(licence_home.application_no) IS
'Each break in the chain of events of a case; no row where all is whole.';
CALL licence_home_internal.make_function('licence_home.verify_events(licence_home.application_no)', 'staff, admin');

CREATE FUNCTION licence_home.verify_events()
    RETURNS TABLE (application_no licence_home.application_no, case_event integer, event_no bigint, break text)
    AS 'MODULE_PATHNAME', 'licence_home_verify_all_events' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.verify_events() IS
'Each break in the chains of events of all cases; no row where all is whole.';
CALL licence_home_internal.make_function('licence_home.verify_events()', 'staff, admin, monitor');
