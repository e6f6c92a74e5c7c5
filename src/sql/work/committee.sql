-- ---------------------------------------------------------------------
-- The committee at work (src/committee/session.c).  Bodies here run as the
-- owner, after C has asked whose work it is.
-- ---------------------------------------------------------------------

-- Members of a session who are there and may decide in a case, and those who may not.
CREATE FUNCTION licence_home_internal.session_voters(session bigint, application_no licence_home.application_no)
    RETURNS TABLE (took_part text[], excused text[])
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT coalesce(array_agg(m.official ORDER BY m.official) FILTER (WHERE v.may), '{}'),
            coalesce(array_agg(m.official ORDER BY m.official) FILTER (WHERE NOT v.may), '{}')
        FROM licence_home.application AS a
        JOIN licence_home.committee_member AS m ON m.committee_session_id = session_voters.session AND m.present
        CROSS JOIN LATERAL (SELECT
            EXISTS (SELECT FROM licence_home.official AS o WHERE o.official = m.official
                AND licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today()) AND 'committee' = ANY (o.roles)
                AND (o.districts IS NULL OR a.district = ANY (o.districts)))
            AND NOT EXISTS (SELECT FROM licence_home_internal.separation_objection(a.application_no, a.workflow,
                a.workflow_version, m.official, 'decide')) AS may) AS v
        WHERE a.application_no = session_voters.application_no;
    END;
COMMENT ON FUNCTION licence_home_internal.session_voters(bigint, licence_home.application_no) IS
'Internal: the members who are there and decide in a case, and those who may not. The latter gave the case up, it is their own, they did another deed, or they are no members any more.';
CALL licence_home_internal.make_function('licence_home_internal.session_voters(bigint, licence_home.application_no)');

CREATE FUNCTION licence_home_internal.next_session(session bigint) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (
        SELECT n.committee_session_id
        FROM licence_home.committee_session AS s
        JOIN licence_home.committee_session AS n ON n.state = 'planned' AND n.committee_session_id <> s.committee_session_id
            AND (n.held_on, n.committee_session_id) > (s.held_on, s.committee_session_id)
        WHERE s.committee_session_id = next_session.session
        ORDER BY n.held_on, n.committee_session_id LIMIT 1);
COMMENT ON FUNCTION licence_home_internal.next_session(bigint) IS
'Internal: the next planned session after one; null: none.';
CALL licence_home_internal.make_function('licence_home_internal.next_session(bigint)');

-- The cases that wait for the committee and are on no agenda to come.
CREATE FUNCTION licence_home_internal.cases_to_decide()
    RETURNS TABLE (application_no licence_home.application_no, deferred boolean, submitted_at timestamptz)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT a.application_no, coalesce((SELECT k.outcome = 'deferred' FROM licence_home.current_decision AS k
            WHERE k.application_no = a.application_no), false), a.submitted_at
        FROM licence_home.application AS a
        WHERE a.waits_for = 'committee'
            AND NOT EXISTS (
                SELECT FROM licence_home.committee_agenda AS g
                JOIN licence_home.committee_session AS p ON p.committee_session_id = g.committee_session_id AND p.state = 'planned'
                WHERE g.application_no = a.application_no AND g.outcome IS NULL);
    END;
COMMENT ON FUNCTION licence_home_internal.cases_to_decide() IS
'Internal: the cases that wait for the committee''s decision and are on no agenda of a planned session.';
CALL licence_home_internal.make_function('licence_home_internal.cases_to_decide()');

CREATE FUNCTION licence_home.call_session(day date, members text[], quorum integer, place text DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_call_session' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.call_session(date, text[], integer, text) IS
'Calls a session of the committee: its day, its members by their numbers in official, and how many have to take part. Gives its number. LH031 for a day that is over, a member who does not serve in the committee then, or a quorum above their number.';
CALL licence_home_internal.make_function('licence_home.call_session(date, text[], integer, text)', 'secretary, committee, director');

CREATE FUNCTION licence_home.fill_agenda(session bigint, at_most integer DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME', 'licence_home_fill_agenda' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.fill_agenda(bigint, integer) IS
'Puts the cases that wait for the committee and are on no agenda onto that of a planned session. Those that were deferred come first, then by the day of submission. Gives how many. LH031 for a session that is not planned.';
CALL licence_home_internal.make_function('licence_home.fill_agenda(bigint, integer)', 'secretary, committee, director');

CREATE FUNCTION licence_home.add_to_agenda(session bigint, application_no licence_home.application_no) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_add_to_agenda' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.add_to_agenda(bigint, licence_home.application_no) IS
'Puts a case onto the agenda of a planned session by hand; gives the number of its row. LH031 for a session that is not planned, and a case that does not wait for the committee or is on an agenda already.';
CALL licence_home_internal.make_function('licence_home.add_to_agenda(bigint, licence_home.application_no)', 'secretary, committee, director');

CREATE FUNCTION licence_home.note_presence(session bigint, present text[]) RETURNS integer
    AS 'MODULE_PATHNAME', 'licence_home_note_presence' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.note_presence(bigint, text[]) IS
'Says which members are there, from now on; who took part in a case before stays written there. Gives how many of them serve. LH031 for one who is no member, a session that is not planned, and before its day.';
CALL licence_home_internal.make_function('licence_home.note_presence(bigint, text[])', 'secretary, committee, director');

CREATE FUNCTION licence_home.decide_case(session bigint, application_no licence_home.application_no, outcome text,
        reason text DEFAULT NULL, conditions text DEFAULT NULL, note text DEFAULT NULL, next_session bigint DEFAULT NULL,
        steps boolean DEFAULT true) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_decide_case' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.decide_case(bigint, licence_home.application_no, text, text, text, text, bigint, boolean) IS
'Writes what a session decided in a case of its agenda (approved, refused, deferred), by a member who takes part. It writes a row of decision, decided by the session, and gives its number. It takes the step that follows, unless steps is false. A case that is deferred goes onto the agenda of next_session, or of the next that is planned. LH031 where fewer than the quorum may decide in this case, and for a case that is not on the agenda. LH002, LH003 and LH023 as of decision and of the step.';
CALL licence_home_internal.make_function('licence_home.decide_case(bigint, licence_home.application_no, text, text, text, text, bigint, boolean)',
    'committee, director');

CREATE FUNCTION licence_home.decide_in_session(session bigint, present text[], decisions jsonb)
    RETURNS TABLE (application_no licence_home.application_no, decision_id bigint, state text, code text, message text, detail text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    item jsonb;
BEGIN
    PERFORM licence_home.note_presence(session, present);
    FOR item IN SELECT e FROM jsonb_array_elements(decisions) AS e ORDER BY e ->> 'application_no' LOOP   -- cases are locked in one order
        decision_id := NULL; state := NULL; code := NULL; message := NULL; detail := NULL;
        application_no := (item ->> 'application_no')::licence_home.application_no;
        BEGIN
            decision_id := licence_home.decide_case(session, (item ->> 'application_no')::licence_home.application_no, item ->> 'outcome',
                item ->> 'reason', item ->> 'conditions', item ->> 'note', (item ->> 'next_session')::bigint,
                coalesce((item ->> 'steps')::boolean, true));
            state := (SELECT a.state FROM licence_home.application AS a WHERE a.application_no = (item ->> 'application_no')::licence_home.application_no);
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        END;
        RETURN NEXT;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION licence_home.decide_in_session(bigint, text[], jsonb) IS
'The decisions of a session in one statement. It takes the members who are present, and an array of objects with the arguments of decide_case() (application_no, outcome, reason, conditions, note, next_session, steps). A row a case: its decision and its state now, or the SQLSTATE and why not; one that is refused holds up no other.';
CALL licence_home_internal.make_function('licence_home.decide_in_session(bigint, text[], jsonb)', 'committee, director');

CREATE FUNCTION licence_home.close_session(session bigint) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_close_session' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.close_session(bigint) IS
'Closes a session: held, no_quorum where fewer than its quorum were there, or cancelled before its day. What is left of its agenda passes to the next planned session, or back to the inbox where there is none. LH031 for one that is closed.';
CALL licence_home_internal.make_function('licence_home.close_session(bigint)', 'secretary, committee, director');

-- The minutes have the conditions of decisions, which people wrote: a row of each case
-- whose conditions are in them, for the record of reading.
CREATE FUNCTION licence_home_internal.minutes_of_session(session bigint, language text, hidden bigint[])
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[], minutes text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH said AS MATERIALIZED (
            SELECT minutes_of_session.language = 'ar' AS ar
        ), members AS MATERIALIZED (
            SELECT m.present, m.official || ' ' || coalesce((SELECT CASE WHEN said.ar THEN o.name_ar ELSE o.name_en END::text
                FROM licence_home.official AS o WHERE o.official = m.official
                ORDER BY o.withdrawn_at IS NULL DESC, lower(o.valid) DESC LIMIT 1), '') AS name
            FROM said CROSS JOIN licence_home.committee_member AS m
            WHERE m.committee_session_id = minutes_of_session.session
        ), people AS MATERIALIZED (
            SELECT count(*) AS members, coalesce(string_agg(m.name, CASE WHEN said.ar THEN '، ' ELSE ', ' END ORDER BY m.name) FILTER (WHERE m.present), '-') AS present,
                coalesce(string_agg(m.name, CASE WHEN said.ar THEN '، ' ELSE ', ' END ORDER BY m.name) FILTER (WHERE NOT m.present), '-') AS absent
            FROM said CROSS JOIN members AS m
        ), items AS MATERIALIZED (
            SELECT row_number() OVER (ORDER BY g.committee_agenda_id) AS n, g.application_no, a.district, g.took_part, g.excused,
                g.next_session, x.held_on AS next_day, g.outcome, a.applicant_id,
                CASE WHEN a.applicant_id <> ALL (minutes_of_session.hidden) THEN d.conditions END AS conditions,
                (SELECT CASE WHEN said.ar THEN p.name_ar ELSE p.name_en END FROM licence_home.profession AS p WHERE p.code = a.profession
                 ORDER BY p.valid @> a.judged_on DESC NULLS LAST, p.withdrawn_at IS NULL DESC, lower(p.valid) DESC LIMIT 1) AS profession,
                (SELECT CASE WHEN said.ar THEN r.name_ar ELSE r.name_en END FROM licence_home.reason AS r WHERE r.reason = d.reason
                 ORDER BY r.valid @> d.decided_on DESC, r.withdrawn_at IS NULL DESC LIMIT 1) AS reason
            FROM said CROSS JOIN licence_home.committee_agenda AS g
            JOIN licence_home.application AS a ON a.application_no = g.application_no
            LEFT JOIN licence_home.decision AS d ON d.decision_id = g.decision_id
            LEFT JOIN licence_home.committee_session AS x ON x.committee_session_id = g.next_session
            WHERE g.committee_session_id = minutes_of_session.session
        )
        SELECT i.applicant_id, i.application_no, ARRAY['decision.conditions'], t.minutes
        FROM (SELECT CASE WHEN said.ar THEN concat_ws(E'\n',
                format('محضر جلسة اللجنة رقم %s، %s', s.committee_session_id, to_char(s.held_on, 'YYYY-MM-DD')),
                'المكان: ' || s.place,
                format('النصاب: %s من %s أعضاء', s.quorum, people.members),
                'الحاضرون: ' || people.present, 'الغائبون: ' || people.absent,
                (SELECT string_agg(concat_ws(E'\n',
                    format('%s. الطلب %s، %s، المنطقة %s: %s', i.n, i.application_no, i.profession, coalesce(i.district::text, '؟'),
                        CASE i.outcome WHEN 'approved' THEN 'الموافقة' WHEN 'refused' THEN 'عدم الموافقة' WHEN 'deferred' THEN 'تأجيل'
                            WHEN 'passed_on' THEN 'رُحِّل' WHEN 'left' THEN 'لم يُبحث' ELSE 'لم يُبحث بعد' END
                        || CASE WHEN i.next_session IS NULL THEN '' ELSE format(' إلى الجلسة %s، %s', i.next_session, to_char(i.next_day, 'YYYY-MM-DD')) END),
                    '   السبب: ' || i.reason, '   الشروط: ' || i.conditions,
                    '   شارك: ' || nullif(array_to_string(i.took_part, '، '), ''),
                    '   لم يشارك: ' || nullif(array_to_string(i.excused, '، '), '')), E'\n' ORDER BY i.n) FROM items AS i),
                CASE s.state WHEN 'held' THEN 'انعقدت الجلسة.' WHEN 'no_quorum' THEN 'لم يكتمل النصاب، ولم يُتخذ قرار.'
                    WHEN 'cancelled' THEN 'أُلغيت الجلسة.' ELSE 'الجلسة لم تُغلق.' END)
            ELSE concat_ws(E'\n',
                format('Minutes of session %s of the committee, %s', s.committee_session_id, to_char(s.held_on, 'YYYY-MM-DD')),
                'Place: ' || s.place,
                format('Quorum: %s of %s members', s.quorum, people.members),
                'Present: ' || people.present, 'Absent: ' || people.absent,
                (SELECT string_agg(concat_ws(E'\n',
                    format('%s. Case %s, %s, district %s: %s', i.n, i.application_no, i.profession, coalesce(i.district::text, '?'),
                        CASE i.outcome WHEN 'passed_on' THEN 'passed on' WHEN 'left' THEN 'not taken up' ELSE coalesce(i.outcome, 'not yet taken up') END
                        || CASE WHEN i.next_session IS NULL THEN '' ELSE format(' to session %s of %s', i.next_session, to_char(i.next_day, 'YYYY-MM-DD')) END),
                    '   Reason: ' || i.reason, '   Conditions: ' || i.conditions,
                    '   Took part: ' || nullif(array_to_string(i.took_part, ', '), ''),
                    '   Excused: ' || nullif(array_to_string(i.excused, ', '), '')), E'\n' ORDER BY i.n) FROM items AS i),
                CASE s.state WHEN 'held' THEN 'The session was held.' WHEN 'no_quorum' THEN 'There was no quorum, and nothing was decided.'
                    WHEN 'cancelled' THEN 'The session was cancelled.' ELSE 'The session is not closed.' END)
            END AS minutes
        FROM said CROSS JOIN people CROSS JOIN licence_home.committee_session AS s
        WHERE s.committee_session_id = minutes_of_session.session) AS t
        LEFT JOIN items AS i ON i.conditions IS NOT NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.minutes_of_session(bigint, text, bigint[]) IS
'Internal: what session_minutes() gives, without the conditions of hidden persons.';
CALL licence_home_internal.make_function('licence_home_internal.minutes_of_session(bigint, text, bigint[])');

CREATE FUNCTION licence_home.session_minutes(session bigint, language text DEFAULT 'ar') RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_session_minutes' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.session_minutes(bigint, text) IS
'The minutes of a session as text, in Arabic (ar) or English (en). They have the members, who was there, and each case with its outcome and who decided. No applicant is named. The conditions of decisions are in them, so a call is recorded in read_record. Null for no session.';
CALL licence_home_internal.make_function('licence_home.session_minutes(bigint, text)', 'secretary, clerk, committee, director');
