-- ---------------------------------------------------------------------
-- What waits, for whom, and until when.
--
--   application.waits_for ──> inbox      every case that waits for somebody
--                       └───> my_inbox   what who works may act on
--
-- my_inbox walks one index for each role, in the order of due_at. So the first of a
-- million cost what the first of a thousand cost. ORDER BY due_at is that order;
-- due_on is the date itself, which a holiday may have moved since.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.my_desk(OUT official text, OUT roles text[], OUT districts integer[],
        OUT first_district integer, OUT last_district integer)
    RETURNS record
    AS 'MODULE_PATHNAME', 'licence_home_my_desk' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION licence_home_internal.my_desk() IS
'Internal: the official who works (null: a login that is nobody''s), the official''s roles among those that a case can wait for, and the districts. districts null: all; with the first and the last of them. LH016 for a login that has not said who works.';
CALL licence_home_internal.make_function('licence_home_internal.my_desk()', 'staff');

CREATE FUNCTION licence_home_internal.may_take(application_no licence_home.application_no, workflow text, version integer,
        role text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_may_take' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100;
COMMENT ON FUNCTION licence_home_internal.may_take(licence_home.application_no, text, integer, text) IS
'Internal: whether nothing keeps the official who works from the work of a role in a case. The case is not given up and not their own, and they did no deed that is kept apart.';
CALL licence_home_internal.make_function('licence_home_internal.may_take(licence_home.application_no, text, integer, text)', 'staff');

CREATE FUNCTION licence_home_internal.has_anybody(application_no licence_home.application_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_has_anybody' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 1000;
COMMENT ON FUNCTION licence_home_internal.has_anybody(licence_home.application_no) IS
'Internal: whether somebody of the office may act in a case that waits for an official, as cases_without_anybody() has it.';
CALL licence_home_internal.make_function('licence_home_internal.has_anybody(licence_home.application_no)', 'staff');

-- That the message which named a deadline arrived.
CREATE FUNCTION licence_home_internal.deadline_arrived(deadline_no bigint) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT CASE
            WHEN bool_or(t.outcome = 'served') THEN 'served'
            WHEN bool_or(t.outcome = 'delivered' AND NOT o.not_theirs) THEN 'delivered'
            WHEN bool_or(t.outcome = 'accepted' AND NOT o.not_theirs AND NOT o.failed) THEN 'accepted'
            WHEN bool_or(o.not_theirs) THEN 'not_theirs'
            WHEN bool_or(t.outcome = 'failed') THEN 'failed'
            ELSE 'no' END
        FROM licence_home.deadline_told AS t
        CROSS JOIN LATERAL (
            SELECT coalesce(bool_or(f.outcome = 'failed'), false) AS failed,
                coalesce(bool_or(f.outcome = 'not_theirs'), false) AS not_theirs
            FROM licence_home.deadline_told AS f
            WHERE f.deadline_no = t.deadline_no AND f.message_id = t.message_id AND f.series = t.series) AS o
        WHERE t.deadline_no = deadline_arrived.deadline_no;
    END;
COMMENT ON FUNCTION licence_home_internal.deadline_arrived(bigint) IS
'Internal: how far the message came that names a deadline: served on paper, delivered, accepted by the gateway, failed at the telephone, or no: neither. not_theirs: it went to a telephone that is not the applicant''s.';
CALL licence_home_internal.make_function('licence_home_internal.deadline_arrived(bigint)', 'staff');

-- PL/pgSQL, so that the planner of a list does not see through it.
CREATE FUNCTION licence_home_internal.told_due_on(application_no licence_home.application_no) RETURNS date
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (SELECT d.due_on FROM licence_home.deadline_of($1) AS d);
END;
$$;
COMMENT ON FUNCTION licence_home_internal.told_due_on(licence_home.application_no) IS
'Internal: the date of the newest deadline of a case, one that is to be told.';
CALL licence_home_internal.make_function('licence_home_internal.told_due_on(licence_home.application_no)', 'staff');

CREATE VIEW licence_home.inbox WITH (security_invoker = true) AS
    SELECT a.application_no, a.applicant_id, a.profession, a.district, a.state, a.state_since, a.waits_for, a.due_at,
        u.due_on, greatest(licence_home.working_days_between(u.due_on, licence_home.today()), 0) AS working_days_late,
        CASE WHEN d.to_be_told THEN licence_home_internal.deadline_arrived(d.deadline_no) END AS told,
        (SELECT h.official FROM licence_home_internal.case_holder(a.application_no, a.waits_for) AS h) AS assignee,
        coalesce((SELECT k.outcome = 'deferred' AND k.at_event = a.events
            FROM licence_home.decision AS k
            WHERE k.application_no = a.application_no
            ORDER BY k.decision_id DESC LIMIT 1), false) AS deferred,
        NOT licence_home_internal.has_anybody(a.application_no) AS nobody,
        g.committee_session_id, g.held_on AS session_on
    FROM licence_home.application AS a
    LEFT JOIN LATERAL (
        SELECT c.deadline_no, c.state, c.began_on, c.working_days, c.to_be_told
        FROM licence_home.case_deadline AS c
        WHERE c.application_no = a.application_no
        ORDER BY c.case_event DESC
        LIMIT 1
    ) AS d ON d.state = a.state
    CROSS JOIN LATERAL (
        -- what is not told counts from its beginning, as deadline_of() has it
        SELECT CASE WHEN d.to_be_told THEN licence_home_internal.told_due_on(a.application_no)
            ELSE licence_home.add_working_days(d.began_on, d.working_days) END AS due_on
    ) AS u
    LEFT JOIN LATERAL (
        SELECT c.committee_session_id, c.held_on
        FROM licence_home.case_session AS c
        WHERE c.application_no = a.application_no
        LIMIT 1
    ) AS g ON true
    WHERE a.waits_for IS NOT NULL;
COMMENT ON VIEW licence_home.inbox IS
'The cases that wait for somebody, submitted and not ended. waits_for: the role that must act next. due_at: the order of deadlines, for ORDER BY (an index has it). due_on: the date of the deadline. told: how far the message came that names it (delivered, accepted, failed, no), null where none has to. assignee: the official who has the case in hand. deferred: the latest decision puts it off. nobody: no official may act (see cases_without_anybody()). committee_session_id and session_on: the session to come that takes it up (case_session). The applicant is a number; person_of() names the person.';
CALL licence_home_internal.make_view('licence_home.inbox');
GRANT SELECT ON licence_home.inbox TO licence_home_clerk, licence_home_inspector, licence_home_committee,
    licence_home_director;

-- The planner puts it in the place of its call: the caller's rights hold, and the index serves.
CREATE FUNCTION licence_home_internal.waiting_for(role text)
    RETURNS TABLE (application_no licence_home.application_no, applicant_id bigint, profession text, district integer,
        state text, state_since timestamptz, waits_for text, due_at timestamptz, events integer, workflow text,
        workflow_version integer)
    LANGUAGE sql STABLE PARALLEL RESTRICTED
    BEGIN ATOMIC
        SELECT a.application_no, a.applicant_id, a.profession, a.district, a.state, a.state_since, a.waits_for, a.due_at,
            a.events, a.workflow, a.workflow_version
        FROM licence_home.application AS a
        WHERE a.waits_for = waiting_for.role
            AND waiting_for.role = ANY ((SELECT m.roles FROM licence_home_internal.my_desk() AS m)::text[])
            AND coalesce(a.district, 0) >= (SELECT m.first_district FROM licence_home_internal.my_desk() AS m)
            AND coalesce(a.district, 0) <= (SELECT m.last_district FROM licence_home_internal.my_desk() AS m);
    END;
COMMENT ON FUNCTION licence_home_internal.waiting_for(text) IS
'Internal: the cases that wait for a role, where it is one of who works, between the first and the last of their districts.';
CALL licence_home_internal.make_function('licence_home_internal.waiting_for(text)', 'staff');

CREATE VIEW licence_home.my_inbox WITH (security_invoker = true) AS
    SELECT a.application_no, a.applicant_id, a.profession, a.district, a.state, a.state_since, a.waits_for, a.due_at,
        u.due_on, greatest(licence_home.working_days_between(u.due_on, licence_home.today()), 0) AS working_days_late,
        h.official AS assignee, h.official = (SELECT m.official FROM licence_home_internal.my_desk() AS m) AS mine,
        coalesce((SELECT k.outcome = 'deferred' AND k.at_event = a.events
            FROM licence_home.decision AS k
            WHERE k.application_no = a.application_no
            ORDER BY k.decision_id DESC LIMIT 1), false) AS deferred,
        g.committee_session_id, g.held_on AS session_on
    FROM (
        -- (a branch for each role, each in order, so that the planner merges them)
        (SELECT * FROM licence_home_internal.waiting_for('clerk') ORDER BY due_at)
        UNION ALL (SELECT * FROM licence_home_internal.waiting_for('inspector') ORDER BY due_at)
        UNION ALL (SELECT * FROM licence_home_internal.waiting_for('committee') ORDER BY due_at)
        UNION ALL (SELECT * FROM licence_home_internal.waiting_for('director') ORDER BY due_at)
        UNION ALL (SELECT * FROM licence_home_internal.waiting_for('cashier') ORDER BY due_at)
    ) AS a
    LEFT JOIN LATERAL (
        SELECT c.state, c.began_on, c.working_days, c.to_be_told
        FROM licence_home.case_deadline AS c
        WHERE c.application_no = a.application_no
        ORDER BY c.case_event DESC
        LIMIT 1
    ) AS d ON d.state = a.state
    LEFT JOIN LATERAL licence_home_internal.case_holder(a.application_no, a.waits_for) AS h ON true
    CROSS JOIN LATERAL (
        SELECT CASE WHEN d.to_be_told THEN licence_home_internal.told_due_on(a.application_no)
            ELSE licence_home.add_working_days(d.began_on, d.working_days) END AS due_on
    ) AS u
    LEFT JOIN LATERAL (
        SELECT c.committee_session_id, c.held_on
        FROM licence_home.case_session AS c
        WHERE c.application_no = a.application_no
        LIMIT 1
    ) AS g ON true
    WHERE (coalesce(a.district, 0) = ANY ((SELECT m.districts FROM licence_home_internal.my_desk() AS m)::integer[])
            OR (SELECT m.districts IS NULL FROM licence_home_internal.my_desk() AS m))
        AND licence_home_internal.may_take(a.application_no, a.workflow, a.workflow_version, a.waits_for);
COMMENT ON VIEW licence_home.my_inbox IS
'Of inbox, what the official who works may act on: cases that wait for one of their roles, in their districts. Left out are cases that they gave up, that are their own, or in which they did a deed that is kept apart. mine: they have it in hand; those in another''s hands are here too. ORDER BY due_at: the order of an index. A login that is nobody''s sees what its group roles let it do. LH016 for one that has not said who works.';
CALL licence_home_internal.make_view('licence_home.my_inbox');
GRANT SELECT ON licence_home.my_inbox TO licence_home_clerk, licence_home_inspector, licence_home_committee,
    licence_home_director;

-- The same with names: the record of reading has one row for the call.
CREATE FUNCTION licence_home_internal.named_inbox(many integer, hidden bigint[])
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        application_no licence_home.application_no, applicant_id bigint, name_ar text, name_en text, profession text,
        district integer, state text, waits_for text, due_on date, working_days_late integer, assignee text, mine boolean,
        deferred boolean, committee_session_id bigint, session_on date)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT p.applicant_id, i.application_no, ARRAY['applicant.name_ar', 'applicant.name_en'],
            i.application_no, i.applicant_id, p.name_ar, p.name_en, i.profession, i.district, i.state, i.waits_for,
            i.due_on, i.working_days_late, i.assignee, i.mine, i.deferred,
            i.committee_session_id, i.session_on
        FROM (
            SELECT m.* FROM licence_home.my_inbox AS m
            WHERE m.applicant_id <> ALL (named_inbox.hidden)
            ORDER BY m.due_at
            LIMIT many) AS i
        JOIN licence_home.applicant AS p ON p.applicant_id = i.applicant_id
        ORDER BY i.due_at;
    END;
COMMENT ON FUNCTION licence_home_internal.named_inbox(integer, bigint[]) IS
'Internal: what my_inbox_named() shows.';
CALL licence_home_internal.make_function('licence_home_internal.named_inbox(integer, bigint[])');

CREATE FUNCTION licence_home.my_inbox_named(many integer DEFAULT 50, why text DEFAULT NULL,
        OUT application_no licence_home.application_no, OUT applicant_id bigint, OUT name_ar text, OUT name_en text,
        OUT profession text, OUT district integer, OUT state text, OUT waits_for text, OUT due_on date,
        OUT working_days_late integer, OUT assignee text, OUT mine boolean, OUT deferred boolean, OUT committee_session_id bigint,
        OUT session_on date)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_my_inbox_named' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;
COMMENT ON FUNCTION licence_home.my_inbox_named(integer, text) IS
'The first of my_inbox by deadline, with the names of the persons; a call is one row of read_record. Errors as person_of().';
CALL licence_home_internal.make_function('licence_home.my_inbox_named(integer, text)', 'staff');

COMMENT ON COLUMN licence_home.inbox.due_at IS 'The order of the deadlines, a lower bound of due_on; null: none.';
COMMENT ON COLUMN licence_home.inbox.due_on IS 'The last day of the target or deadline, as the calendar is now; null: none.';
COMMENT ON COLUMN licence_home.inbox.working_days_late IS 'How many working days the last day is past; 0: it is not.';
COMMENT ON COLUMN licence_home.inbox.told IS 'How far the message came that names a deadline of the applicant''s: delivered, accepted, failed or no; null: none has to.';
COMMENT ON COLUMN licence_home.inbox.assignee IS 'Who has the case in hand: the employee number; null: nobody.';
COMMENT ON COLUMN licence_home.inbox.deferred IS 'The latest decision put the case off, and nothing happened since.';
COMMENT ON COLUMN licence_home.inbox.committee_session_id IS 'The session of the committee to come that takes the case up; null: none.';
COMMENT ON COLUMN licence_home.inbox.session_on IS 'The day of that session.';
COMMENT ON COLUMN licence_home.inbox.nobody IS 'It waits for an official, and no one who serves may act in it.';
-- (of the columns below a function the catalogue does not know whose they are)
COMMENT ON COLUMN licence_home.my_inbox.applicant_id IS 'Who applies.';
COMMENT ON COLUMN licence_home.my_inbox.profession IS 'Code of the profession (profession.code).';
COMMENT ON COLUMN licence_home.my_inbox.district IS 'District of the home; null: it is in none.';
COMMENT ON COLUMN licence_home.my_inbox.state_since IS 'Since when the case is in its state.';
COMMENT ON COLUMN licence_home.my_inbox.waits_for IS 'The role that must act next; the official who works has it.';
COMMENT ON COLUMN licence_home.my_inbox.mine IS 'Who works has the case in hand.';
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['due_at', 'due_on', 'working_days_late', 'assignee', 'deferred', 'committee_session_id', 'session_on'] LOOP
        EXECUTE format('COMMENT ON COLUMN licence_home.my_inbox.%I IS %L', name, (SELECT col_description(a.attrelid, a.attnum)
            FROM pg_attribute AS a WHERE a.attrelid = 'licence_home.inbox'::regclass AND a.attname = name));
    END LOOP;
END $$;
