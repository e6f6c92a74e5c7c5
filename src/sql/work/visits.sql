-- ---------------------------------------------------------------------
-- Visits: who can come when, what no longer fits, and moving it
-- (src/visits/).  Rules: working_hours, holiday, appointment_rule,
-- inspection_capacity.
-- ---------------------------------------------------------------------

-- Hours may run past midnight, and what is in them belongs to the day on which they began.
CREATE FUNCTION licence_home_internal.visit_day(starts_at timestamptz) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(
        (SELECT d.day
         FROM (VALUES (1), (0)) AS b (before)
         CROSS JOIN LATERAL (SELECT (visit_day.starts_at AT TIME ZONE licence_home_internal.city_time_zone())::date - b.before AS day) AS d
         CROSS JOIN LATERAL licence_home.working_hours_on(d.day) AS h
         WHERE visit_day.starts_at >= h.opens_at AND visit_day.starts_at < h.closes_at
         ORDER BY b.before DESC LIMIT 1),
        (visit_day.starts_at AT TIME ZONE licence_home_internal.city_time_zone())::date);
COMMENT ON FUNCTION licence_home_internal.visit_day(timestamptz) IS
'Internal: the day to which a visit belongs: on which the working hours began that it is in, else its own.';
CALL licence_home_internal.make_function('licence_home_internal.visit_day(timestamptz)');

-- What an inspector and a district have in a day.
CREATE FUNCTION licence_home_internal.visits_allowed(on_day date, inspector_key text, district integer) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (
        SELECT k.visits
        FROM licence_home.inspection_capacity AS k
        WHERE licence_home.in_force(k.valid, k.withdrawn_at, visits_allowed.on_day)
            AND CASE WHEN visits_allowed.district IS NOT NULL THEN k.district = visits_allowed.district
                ELSE k.district IS NULL AND (k.inspector IS NULL OR k.inspector_key = visits_allowed.inspector_key) END
        ORDER BY k.inspector IS NULL, k.period IS NULL
        LIMIT 1);
COMMENT ON FUNCTION licence_home_internal.visits_allowed(date, text, integer) IS
'Internal: how many visits a day an inspector has, or with district a district; null: no row says it. An inspector''s own row counts before that of all, and of each kind one with a period before the usual one.';
CALL licence_home_internal.make_function('licence_home_internal.visits_allowed(date, text, integer)', 'clerk, inspector, director');

-- Why an appointment cannot be, beyond its hours: asked with the keys of its day locked.
CREATE FUNCTION licence_home_internal.appointment_objection(application_no licence_home.application_no, inspector text,
        starts_at timestamptz, inspection_id bigint)
    RETURNS TABLE (kind text, text_en text, text_ar text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        WITH v AS MATERIALIZED (
            SELECT a.application_no, a.workflow, a.workflow_version, a.district, d.day, to_char(d.day, 'YYYY-MM-DD') AS shown,
                licence_home.fold_name(appointment_objection.inspector) AS key, appointment_objection.inspector AS name,
                EXISTS (SELECT FROM licence_home.appointment_rule AS r
                    WHERE licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today()) AND r.officials_only) AS officials_only
            FROM licence_home.application AS a
            CROSS JOIN (SELECT licence_home_internal.visit_day(appointment_objection.starts_at) AS day OFFSET 0) AS d
            WHERE a.application_no = appointment_objection.application_no
        ), o AS MATERIALIZED (
            SELECT o.official, o.roles, o.districts, licence_home.in_force(o.valid, o.withdrawn_at, v.day) AS serves
            FROM v JOIN licence_home.official AS o ON o.key = licence_home.fold_reference(v.name)
        ), day AS MATERIALIZED (
            SELECT min(h.opens_at) AS begins, max(h.closes_at) AS ends
            FROM v CROSS JOIN LATERAL licence_home.working_hours_on(v.day) AS h
        )
        SELECT c.kind, c.text_en, c.text_ar
        FROM (
            SELECT 1 AS rank, 'inspector' AS kind, format('%s is no official of the office.', v.name) AS text_en,
                format('%s ليس من موظفي المكتب.', v.name) AS text_ar
            FROM v WHERE v.name IS NOT NULL AND v.officials_only AND NOT EXISTS (SELECT FROM o)
            UNION ALL
            SELECT 2, 'inspector', format('%s does not serve as an inspector on %s.', v.name, v.shown),
                format('%s ليس كاشفًا في %s.', v.name, v.shown)
            FROM v WHERE EXISTS (SELECT FROM o) AND NOT EXISTS (SELECT FROM o WHERE o.serves AND 'inspector' = ANY (o.roles))
            UNION ALL
            SELECT 3, 'inspector', format('%s does not serve in district %s.', v.name, coalesce(v.district::text, '?')),
                format('%s لا يعمل في المنطقة %s.', v.name, coalesce(v.district::text, '؟'))
            FROM v WHERE EXISTS (SELECT FROM o WHERE o.serves AND 'inspector' = ANY (o.roles))
                AND NOT EXISTS (SELECT FROM o WHERE o.serves AND (o.districts IS NULL OR v.district = ANY (o.districts)))
            UNION ALL
            SELECT 4, 'inspector', format('%s may not inspect in this case: it was given up, is their own, or they did a deed that is kept apart.', v.name),
                format('لا يجوز أن يكشف %s في هذا الطلب: تنحى عنه أو هو له أو قام بعمل آخر فيه.', v.name)
            FROM v CROSS JOIN o
            CROSS JOIN LATERAL licence_home_internal.separation_objection(v.application_no, v.workflow, v.workflow_version, o.official, 'inspect') AS s
            WHERE o.serves
            UNION ALL
            SELECT 5, 'inspector_full', format('%s has %s visits on %s, and may have %s.', v.name, n.visits, v.shown, n.allowed),
                format('لدى %s %s زيارات في %s، والمسموح %s.', v.name, n.visits, v.shown, n.allowed)
            FROM v CROSS JOIN day
            CROSS JOIN LATERAL (
                SELECT licence_home_internal.visits_allowed(v.day, v.key, NULL) AS allowed, (
                    SELECT count(*) FROM licence_home.inspection AS i
                    WHERE licence_home.fold_name(i.inspector) = v.key AND i.outcome <> 'cancelled'
                        AND i.scheduled_for >= day.begins AND i.scheduled_for < day.ends
                        AND i.inspection_id IS DISTINCT FROM appointment_objection.inspection_id) AS visits) AS n
            WHERE v.key IS NOT NULL AND n.visits >= n.allowed
            UNION ALL
            SELECT 6, 'district_full', format('District %s has %s visits on %s, and may have %s.', v.district, n.visits, v.shown, n.allowed),
                format('في المنطقة %s %s زيارات في %s، والمسموح %s.', v.district, n.visits, v.shown, n.allowed)
            FROM v CROSS JOIN day
            CROSS JOIN LATERAL (
                SELECT licence_home_internal.visits_allowed(v.day, NULL, v.district) AS allowed, (
                    SELECT count(*) FROM licence_home.inspection AS i
                    WHERE i.district = v.district AND i.outcome <> 'cancelled'
                        AND i.scheduled_for >= day.begins AND i.scheduled_for < day.ends
                        AND i.inspection_id IS DISTINCT FROM appointment_objection.inspection_id) AS visits) AS n
            WHERE v.district IS NOT NULL AND n.visits >= n.allowed
        ) AS c
        ORDER BY c.rank LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.appointment_objection(licence_home.application_no, text, timestamptz, bigint) IS
'Internal: why an inspector cannot come then (kind inspector, inspector_full, district_full), in both languages; no row where nothing objects. Hours and other appointments at that time are asked before.';
CALL licence_home_internal.make_function('licence_home_internal.appointment_objection(licence_home.application_no, text, timestamptz, bigint)');

-- Which of these moments are free, set-wise: hours, who serves, who is elsewhere, what is left of the day.
CREATE FUNCTION licence_home_internal.free_at(application_no licence_home.application_no, starts timestamptz[], visit interval)
    RETURNS TABLE (day date, starts_at timestamptz, ends_at timestamptz, inspectors_free integer, district_left integer, inspectors text[])
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH it AS MATERIALIZED (
            SELECT a.district, a.workflow, a.workflow_version
            FROM licence_home.application AS a
            WHERE a.application_no = free_at.application_no
        ), span AS MATERIALIZED (
            SELECT (min(s.s) AT TIME ZONE licence_home_internal.city_time_zone())::date - 1 AS first,
                (max(s.s) AT TIME ZONE licence_home_internal.city_time_zone())::date AS last
            FROM unnest(free_at.starts) AS s (s)
        ), hours AS MATERIALIZED (
            SELECT d.day, h.opens_at, h.closes_at
            FROM span
            CROSS JOIN LATERAL generate_series(0, span.last - span.first) AS n (n)
            CROSS JOIN LATERAL (SELECT span.first + n.n AS day) AS d
            CROSS JOIN LATERAL licence_home.working_hours_on(d.day) AS h
        ), days AS MATERIALIZED (
            SELECT h.day, min(h.opens_at) AS begins, max(h.closes_at) AS ends FROM hours AS h GROUP BY h.day
        ), slots AS MATERIALIZED (
            SELECT DISTINCT ON (s.s) h.day, s.s AS starts_at, s.s + free_at.visit AS ends_at
            FROM unnest(free_at.starts) AS s (s)
            CROSS JOIN (VALUES (1), (0)) AS b (before)
            JOIN hours AS h ON h.day = (s.s AT TIME ZONE licence_home_internal.city_time_zone())::date - b.before
                AND h.opens_at <= s.s AND s.s + free_at.visit <= h.closes_at
            ORDER BY s.s, h.day
        ), people AS MATERIALIZED (
            SELECT o.official, licence_home.fold_name(o.official) AS key, o.valid
            FROM it
            JOIN licence_home.official AS o ON o.withdrawn_at IS NULL AND 'inspector' = ANY (o.roles)
                AND (o.districts IS NULL OR it.district = ANY (o.districts))
            WHERE NOT EXISTS (SELECT FROM licence_home_internal.separation_objection(free_at.application_no,
                it.workflow, it.workflow_version, o.official, 'inspect'))
        ), theirs AS MATERIALIZED (
            SELECT p.key, i.inspection_id, i.scheduled_for, coalesce(i.scheduled_until, i.scheduled_for) AS until, i.outcome,
                (i.scheduled_for AT TIME ZONE licence_home_internal.city_time_zone())::date AS own_day
            FROM (SELECT DISTINCT key FROM people) AS p
            CROSS JOIN (SELECT min(begins) - interval '1 day' AS begins, max(ends) AS ends FROM days) AS w
            JOIN licence_home.inspection AS i ON licence_home.fold_name(i.inspector) = p.key AND i.outcome <> 'cancelled'
                AND (i.outcome <> 'pending' OR i.application_no <> free_at.application_no)
                AND i.scheduled_for >= w.begins AND i.scheduled_for < w.ends
        ), taken AS MATERIALIZED (
            SELECT t.key, t.scheduled_for, t.until, t.outcome, coalesce(d.day, t.own_day) AS day
            FROM theirs AS t
            LEFT JOIN (
                SELECT DISTINCT ON (t.inspection_id) t.inspection_id, d.day
                FROM theirs AS t
                CROSS JOIN (VALUES (1), (0)) AS b (before)
                JOIN days AS d ON d.day = t.own_day - b.before AND d.begins <= t.scheduled_for AND t.scheduled_for < d.ends
                ORDER BY t.inspection_id, d.day) AS d ON d.inspection_id = t.inspection_id
        ), used AS MATERIALIZED (
            SELECT t.day, t.key, count(*) AS visits FROM taken AS t GROUP BY t.day, t.key
        ), open AS MATERIALIZED (
            SELECT d.day, p.official, p.key, coalesce(u.visits, 0) AS visits
            FROM days AS d
            JOIN people AS p ON p.valid @> d.day
            LEFT JOIN used AS u ON u.day = d.day AND u.key = p.key
            WHERE coalesce(u.visits, 0) < coalesce(licence_home_internal.visits_allowed(d.day, p.key, NULL), 1000000)
        ), districts AS MATERIALIZED (
            SELECT d.day, n.allowed - CASE WHEN n.allowed IS NOT NULL THEN (
                    SELECT count(*) FROM licence_home.inspection AS i
                    WHERE i.district = it.district AND i.outcome <> 'cancelled'
                        AND (i.outcome <> 'pending' OR i.application_no <> free_at.application_no)
                        AND i.scheduled_for >= d.begins AND i.scheduled_for < d.ends) END AS left,
                NOT EXISTS (SELECT FROM licence_home.official AS o WHERE licence_home.in_force(o.valid, o.withdrawn_at, d.day)
                    AND 'inspector' = ANY (o.roles)) AS nobody_named
            FROM it CROSS JOIN days AS d
            CROSS JOIN LATERAL (SELECT CASE WHEN it.district IS NOT NULL THEN
                licence_home_internal.visits_allowed(d.day, NULL, it.district) END AS allowed) AS n
        ), free AS MATERIALIZED (
            SELECT s.starts_at, array_agg(o.official::text ORDER BY o.visits, o.official) AS inspectors
            FROM slots AS s
            JOIN open AS o ON o.day = s.day
            WHERE NOT EXISTS (SELECT FROM taken AS t WHERE t.key = o.key AND t.day = s.day AND t.outcome = 'pending'
                AND t.scheduled_for < s.ends_at AND t.until > s.starts_at)
            GROUP BY s.starts_at
        )
        SELECT s.day, s.starts_at, s.ends_at, cardinality(f.inspectors), d.left::integer, f.inspectors
        FROM slots AS s
        JOIN districts AS d ON d.day = s.day
        LEFT JOIN free AS f ON f.starts_at = s.starts_at
        WHERE coalesce(d.left, 1) > 0 AND (f.inspectors IS NOT NULL OR d.nobody_named AND d.left IS NOT NULL)
        ORDER BY s.starts_at;
    END;
COMMENT ON FUNCTION licence_home_internal.free_at(licence_home.application_no, timestamptz[], interval) IS
'Internal: those of the moments at which a visit of that length can begin. They are within working hours, with visits left in the district. There is an inspector of the district who serves, is free and has visits left (fewest first). Where the office names no inspectors, what the district has left alone counts.';
CALL licence_home_internal.make_function('licence_home_internal.free_at(licence_home.application_no, timestamptz[], interval)');

-- The moments at which a visit may begin, for free_at().  (A second statement asks that one: inlined
-- below these it is planned badly.)
CREATE FUNCTION licence_home_internal.slot_starts(first_day date, last_day date)
    RETURNS TABLE (starts timestamptz[], visit interval)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT g.starts, v.visit
        FROM licence_home.appointment_rule AS r
        CROSS JOIN LATERAL (SELECT make_interval(mins => r.visit_minutes) AS visit) AS v
        CROSS JOIN LATERAL (
            SELECT array_agg(s.s ORDER BY s.s) AS starts
            FROM generate_series(0, r.days_ahead + 1) AS n (n)
            CROSS JOIN LATERAL (SELECT licence_home.today() - 1 + n.n AS day) AS d
            CROSS JOIN LATERAL licence_home.working_hours_on(d.day) AS h
            CROSS JOIN LATERAL generate_series(h.opens_at, h.closes_at - v.visit, v.visit) AS s (s)
            WHERE d.day >= coalesce(slot_starts.first_day, d.day) AND d.day <= coalesce(slot_starts.last_day, d.day)
                AND s.s > licence_home.now()
                AND (s.s AT TIME ZONE licence_home_internal.city_time_zone())::date <= licence_home.today() + r.days_ahead) AS g
        WHERE licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today());
    END;
COMMENT ON FUNCTION licence_home_internal.slot_starts(date, date) IS
'Internal: when a visit could begin between the days, by working_hours and appointment_rule, and how long it takes.';
CALL licence_home_internal.make_function('licence_home_internal.slot_starts(date, date)');

CREATE FUNCTION licence_home.inspection_slots(application_no licence_home.application_no,
        first_day date DEFAULT NULL, last_day date DEFAULT NULL)
    RETURNS TABLE (day date, starts_at timestamptz, ends_at timestamptz, inspectors_free integer, district_left integer, inspectors text[])
    AS 'MODULE_PATHNAME', 'licence_home_inspection_slots' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 200;
COMMENT ON FUNCTION licence_home.inspection_slots(licence_home.application_no, date, date) IS
'When a home can be inspected: a row for each free slot between the days. Where they are null: from now on, as far ahead as appointment_rule lets. day: the day on which the working hours began. inspectors_free: how many could come (null: the office names none). district_left: visits that the district has left that day (null: no limit). inspectors: their numbers, null for a portal. LH008 for a case that the caller does not see.';
CALL licence_home_internal.make_function('licence_home.inspection_slots(licence_home.application_no, date, date)', 'readers');

CREATE FUNCTION licence_home.free_inspectors(application_no licence_home.application_no, starts_at timestamptz)
    RETURNS TABLE (inspector text, place integer)
    AS 'MODULE_PATHNAME', 'licence_home_free_inspectors' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 5;
COMMENT ON FUNCTION licence_home.free_inspectors(licence_home.application_no, timestamptz) IS
'The inspectors who could inspect a home at a moment, whether it is one of inspection_slots() or not. The one with the fewest visits that day has place 1.';
CALL licence_home_internal.make_function('licence_home.free_inspectors(licence_home.application_no, timestamptz)', 'staff');

-- ---------------------------------------------------------------------
-- Moving: one row cancelled, another made, and the step that says so.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.reschedule(application_no licence_home.application_no, starts_at timestamptz,
        note text DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_reschedule' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.reschedule(licence_home.application_no, timestamptz, text) IS
'The applicant chooses a slot of inspection_slots(): the appointment moves there, the message is owed; gives the number of the new inspection. LH030 where the slot is not free (somebody was faster). LH003 where it was moved too often or it is too late (appointment_rule), LH009 where there is none to move.';
CALL licence_home_internal.make_function('licence_home.reschedule(licence_home.application_no, timestamptz, text)', 'portal');

CREATE FUNCTION licence_home.move_inspection(application_no licence_home.application_no, starts_at timestamptz DEFAULT NULL,
        inspector text DEFAULT NULL, note text DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_move_inspection' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.move_inspection(licence_home.application_no, timestamptz, text, text) IS
'The office moves an appointment (starts_at) or gives it to another inspector, or both; what is null stays. A move is told to the applicant, another inspector alone is not. Gives the number of the new inspection. Errors as of an INSERT into inspection, LH030, and of the step that the workflow has for it.';
CALL licence_home_internal.make_function('licence_home.move_inspection(licence_home.application_no, timestamptz, text, text)', 'staff');

-- ---------------------------------------------------------------------
-- What no longer fits: a holiday was announced late, an inspector is gone.
-- ---------------------------------------------------------------------

CREATE VIEW licence_home.inspections_to_move WITH (security_invoker = true) AS
    WITH due AS MATERIALIZED (
        SELECT i.inspection_id, i.application_no, i.scheduled_for, coalesce(i.scheduled_until, i.scheduled_for) AS until,
            i.inspector, licence_home.fold_name(i.inspector) AS key, i.district,
            (i.scheduled_for AT TIME ZONE licence_home_internal.city_time_zone())::date AS own_day
        FROM licence_home.inspection AS i
        WHERE i.outcome = 'pending' AND i.scheduled_for > licence_home.now()
    ), hours AS MATERIALIZED (
        SELECT d.day, h.opens_at, h.closes_at
        FROM (SELECT min(own_day) - 1 AS first, max(own_day) AS last FROM due) AS s
        CROSS JOIN LATERAL generate_series(0, s.last - s.first) AS n (n)
        CROSS JOIN LATERAL (SELECT s.first + n.n AS day) AS d
        CROSS JOIN LATERAL licence_home.working_hours_on(d.day) AS h
    ), placed AS MATERIALIZED (
        SELECT d.*, f.day
        FROM due AS d
        LEFT JOIN (
            SELECT DISTINCT ON (d.inspection_id) d.inspection_id, h.day
            FROM due AS d
            CROSS JOIN (VALUES (1), (0)) AS b (before)
            JOIN hours AS h ON h.day = d.own_day - b.before AND h.opens_at <= d.scheduled_for AND d.until <= h.closes_at
            ORDER BY d.inspection_id, h.day) AS f USING (inspection_id)
    ), people AS MATERIALIZED (         -- as far as the office has them in official
        SELECT p.inspector,
            array_agg(o.valid) FILTER (WHERE o.withdrawn_at IS NULL AND 'inspector' = ANY (o.roles)) AS served,
            array_agg(coalesce(o.districts::text, '')) FILTER (WHERE o.withdrawn_at IS NULL AND 'inspector' = ANY (o.roles)) AS places
        FROM (SELECT DISTINCT inspector, licence_home.fold_reference(inspector) AS key FROM due WHERE inspector IS NOT NULL) AS p
        JOIN licence_home.official AS o ON o.key = p.key
        GROUP BY p.inspector
    ), ranked AS MATERIALIZED (
        SELECT p.inspection_id,
            row_number() OVER (PARTITION BY p.day, p.key ORDER BY p.scheduled_for) AS of_inspector,
            row_number() OVER (PARTITION BY p.day, p.district ORDER BY p.scheduled_for, p.inspection_id) AS of_district
        FROM placed AS p
    ), allowed AS MATERIALIZED (
        SELECT k.day, k.key, licence_home_internal.visits_allowed(k.day, k.key, NULL) AS visits
        FROM (SELECT DISTINCT day, key FROM placed WHERE day IS NOT NULL AND key IS NOT NULL) AS k
    ), allowed_there AS MATERIALIZED (
        SELECT k.day, k.district, licence_home_internal.visits_allowed(k.day, NULL, k.district) AS visits
        FROM (SELECT DISTINCT day, district FROM placed WHERE day IS NOT NULL AND district IS NOT NULL) AS k
    )
    SELECT p.application_no, p.inspection_id, p.scheduled_for, p.inspector, p.district, w.why, w.why_en, w.why_ar
    FROM placed AS p
    JOIN ranked AS r USING (inspection_id)
    LEFT JOIN people AS o ON o.inspector = p.inspector
    LEFT JOIN allowed AS a ON a.day = p.day AND a.key = p.key
    LEFT JOIN allowed_there AS d ON d.day = p.day AND d.district = p.district
    CROSS JOIN LATERAL (
        SELECT 'hours' AS why, 'The office does not work then.' AS why_en, 'لا دوام في هذا الموعد.' AS why_ar
        WHERE p.day IS NULL
        UNION ALL
        SELECT 'inspector', 'The inspector does not serve then, or not in this district.', 'الكاشف لا يعمل حينئذ أو ليس في هذه المنطقة.'
        WHERE p.day IS NOT NULL AND o.inspector IS NOT NULL AND NOT EXISTS (
            SELECT FROM unnest(o.served, o.places) AS s (valid, places)
            WHERE s.valid @> p.day AND (s.places = '' OR p.district = ANY (s.places::integer[])))
        UNION ALL
        SELECT 'inspector_full', format('The inspector may have %s visits that day.', a.visits), format('للكاشف %s زيارات في ذلك اليوم.', a.visits)
        WHERE r.of_inspector > a.visits
        UNION ALL
        SELECT 'district_full', format('The district may have %s visits that day.', d.visits), format('للمنطقة %s زيارات في ذلك اليوم.', d.visits)
        WHERE r.of_district > d.visits
        LIMIT 1) AS w;
COMMENT ON VIEW licence_home.inspections_to_move IS
'Appointments to come that no longer fit. They are outside working hours (a holiday announced late, other hours), the inspector does not serve then, or there are more visits than a day has. move_inspections() moves them.';
COMMENT ON COLUMN licence_home.inspections_to_move.why IS 'hours, inspector, inspector_full or district_full.';
COMMENT ON COLUMN licence_home.inspections_to_move.why_en IS 'The same in words.';
COMMENT ON COLUMN licence_home.inspections_to_move.why_ar IS 'The same in Arabic.';
CALL licence_home_internal.make_view('licence_home.inspections_to_move');
GRANT SELECT ON licence_home.inspections_to_move TO licence_home_clerk, licence_home_inspector, licence_home_director;

CREATE FUNCTION licence_home.move_inspections(note text, application_nos licence_home.application_no[] DEFAULT NULL,
        cancel boolean DEFAULT false)
    RETURNS TABLE (application_no licence_home.application_no, outcome text, starts_at timestamptz, inspector text,
        code text, message text, detail text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off       -- many short statements
    AS $$
DECLARE
    it record;
    other text;
    slot record;
    ending text;
BEGIN
    FOR it IN
        SELECT m.application_no, m.scheduled_for, m.inspector, m.why FROM licence_home.inspections_to_move AS m
        WHERE application_nos IS NULL OR m.application_no = ANY (application_nos)
        ORDER BY m.application_no       -- cases are locked in one order
    LOOP
        application_no := it.application_no;
        code := NULL; message := NULL; detail := NULL; starts_at := it.scheduled_for; inspector := it.inspector;
        BEGIN
            -- another inspector at the same time: nobody has to be told
            other := NULL;
            IF it.why IN ('inspector', 'inspector_full') THEN
                SELECT f.inspector INTO other FROM licence_home.free_inspectors(it.application_no, it.scheduled_for) AS f
                WHERE licence_home.fold_name(f.inspector) IS DISTINCT FROM licence_home.fold_name(it.inspector)
                ORDER BY f.place LIMIT 1;
            END IF;
            IF other IS NOT NULL THEN
                PERFORM licence_home.move_inspection(it.application_no, NULL, other, note);
                outcome := 'given'; inspector := other;
            ELSE
                SELECT s.starts_at, CASE WHEN it.inspector = ANY (s.inspectors) THEN it.inspector ELSE s.inspectors[1] END AS inspector
                INTO slot FROM licence_home.inspection_slots(it.application_no) AS s
                ORDER BY s.starts_at < it.scheduled_for, s.starts_at LIMIT 1;
                IF FOUND THEN
                    PERFORM licence_home.move_inspection(it.application_no, slot.starts_at, slot.inspector, note);
                    outcome := 'moved'; starts_at := slot.starts_at; inspector := slot.inspector;
                ELSIF cancel THEN
                    SELECT t.action INTO ending FROM licence_home.application AS a
                    JOIN licence_home.workflow_transition AS t ON t.workflow = a.workflow AND t.version = a.workflow_version
                        AND t.from_state = a.state AND t.to_state = a.state AND 'cancel_inspection' = ANY (t.effects)
                    WHERE a.application_no = it.application_no ORDER BY t.action LIMIT 1;
                    IF ending IS NULL THEN
                        RAISE EXCEPTION 'case %: no step cancels an appointment while the case is in this state', it.application_no
                            USING ERRCODE = 'LH009', TABLE = 'workflow_transition';
                    END IF;
                    PERFORM licence_home.perform(it.application_no, ending, note);
                    outcome := 'cancelled'; starts_at := NULL; inspector := NULL;
                ELSE
                    outcome := 'left'; code := 'LH030';
                    message := 'no slot is free'; detail := E'licence_home.inspection_slots() has none.\nلا موعد متاح.';
                END IF;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
            outcome := 'left';
        END;
        RETURN NEXT;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION licence_home.move_inspections(text, licence_home.application_no[], boolean) IS
E'@name move_all_inspections\nMoves what inspections_to_move lists, all or those of these cases: to another inspector at the same time (given, nobody is told), else to the first slot from then on (moved, told); where there is none it stays (left), or with cancel it is cancelled and told. A row each, with the SQLSTATE and what stood in the way; one that fails holds up no other. note: why, for the events.';
CALL licence_home_internal.make_function('licence_home.move_inspections(text, licence_home.application_no[], boolean)', 'clerk');

-- ---------------------------------------------------------------------
-- A day of visits, and a calendar.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.short_route(longitudes double precision[], latitudes double precision[]) RETURNS integer[]
    AS 'MODULE_PATHNAME', 'licence_home_short_route' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.short_route(double precision[], double precision[]) IS
'Internal: the order in which to visit places, from the first on, by a short way. Nearest neighbour, then 2-opt and moves of up to three stops.';
CALL licence_home_internal.make_function('licence_home_internal.short_route(double precision[], double precision[])');

CREATE FUNCTION licence_home_internal.day_visits(inspector text, on_day date, much integer)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        stop integer, application_no licence_home.application_no, inspection_id bigint, starts_at timestamptz, ends_at timestamptz,
        metres integer, name_ar text, name_en text, phone licence_home.phone_number, language text,
        address text, village text, basin text, neighbourhood text, parcel text, building_no text, floor text, unit text,
        longitude double precision, latitude double precision, district integer, profession text, checklist jsonb)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH visits AS MATERIALIZED (
            SELECT i.inspection_id, i.application_no, i.scheduled_for, i.scheduled_until, ST_PointOnSurface(a.home) AS place,
                row_number() OVER (ORDER BY a.home IS NULL, i.scheduled_for) AS n
            FROM licence_home.inspection AS i
            JOIN licence_home.application AS a ON a.application_no = i.application_no
            WHERE licence_home.fold_name(i.inspector) = licence_home.fold_name(day_visits.inspector) AND i.outcome <> 'cancelled'
                AND i.outcome = 'pending'
                AND i.scheduled_for >= day_visits.on_day::timestamp AT TIME ZONE licence_home_internal.city_time_zone()
                AND i.scheduled_for < (day_visits.on_day + 2)::timestamp AT TIME ZONE licence_home_internal.city_time_zone()
                AND licence_home_internal.visit_day(i.scheduled_for) = day_visits.on_day
        ), way AS MATERIALIZED (
            SELECT o.n, o.stop
            FROM (SELECT licence_home_internal.short_route(array_agg(ST_X(v.place) ORDER BY v.n), array_agg(ST_Y(v.place) ORDER BY v.n)) AS route
                FROM visits AS v WHERE v.place IS NOT NULL) AS r
            CROSS JOIN LATERAL unnest(r.route) WITH ORDINALITY AS o (n, stop)
        ), stops AS MATERIALIZED (
            SELECT v.*, coalesce(w.stop, v.n) AS stop FROM visits AS v LEFT JOIN way AS w ON w.n = v.n
        )
        SELECT p.applicant_id, s.application_no, licence_home_internal.columns_seen(day_visits.much) || ARRAY['application.home'],
            s.stop::integer, s.application_no, s.inspection_id, s.scheduled_for, s.scheduled_until,
            round(ST_DistanceSphere(s.place, lag(s.place) OVER (ORDER BY s.stop)))::integer,
            p.name_ar, p.name_en, CASE WHEN day_visits.much >= 2 THEN p.phone END, CASE WHEN day_visits.much >= 2 THEN p.language END,
            a.address, a.village, a.basin, a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit,
            ST_X(s.place), ST_Y(s.place), a.district, a.profession,
            (SELECT jsonb_agg(jsonb_build_object('criterion', k.criterion, 'look_at_ar', k.look_at_ar, 'look_at_en', k.look_at_en))
             FROM licence_home_internal.case_checklist(s.application_no) AS k)
        FROM stops AS s
        JOIN licence_home.application AS a ON a.application_no = s.application_no
        JOIN licence_home.applicant AS p ON p.applicant_id = a.applicant_id
        ORDER BY s.stop;
    END;
COMMENT ON FUNCTION licence_home_internal.day_visits(text, date, integer) IS
'Internal: what my_day() shows to a reader of the level much (see columns_seen()).';
CALL licence_home_internal.make_function('licence_home_internal.day_visits(text, date, integer)');

CREATE FUNCTION licence_home.my_day(inspector text DEFAULT NULL, day date DEFAULT NULL, why text DEFAULT NULL,
        OUT stop integer, OUT application_no licence_home.application_no, OUT inspection_id bigint, OUT starts_at timestamptz,
        OUT ends_at timestamptz, OUT metres integer, OUT name_ar text, OUT name_en text, OUT phone licence_home.phone_number,
        OUT language text, OUT address text, OUT village text, OUT basin text, OUT neighbourhood text, OUT parcel text,
        OUT building_no text, OUT floor text, OUT unit text, OUT longitude double precision, OUT latitude double precision,
        OUT district integer, OUT profession text, OUT checklist jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_my_day' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION licence_home.my_day(text, date, text) IS
'The pending visits of an inspector on a day (null: the one who works, today), in the order of a short way from the first appointment on. metres: from the stop before, as the crow flies. starts_at is what the applicant was told. Telephone and representative are the inspector''s and the clerk''s to see. Each call is recorded in read_record. Errors as person_of().';
CALL licence_home_internal.make_function('licence_home.my_day(text, date, text)', 'inspector, clerk, director');

CREATE FUNCTION licence_home_internal.ics_line(line text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_ics_line' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.ics_line(text) IS
'Internal: a content line of a calendar (RFC 5545), folded at 75 octets, with CRLF.';
CALL licence_home_internal.make_function('licence_home_internal.ics_line(text)', 'inspector, clerk, director');

CREATE FUNCTION licence_home_internal.ics_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(replace(replace(replace(ics_text.value, '\', '\\'), ';', '\;'), ',', '\,'), E'\r?\n|\r', '\\n', 'g');
COMMENT ON FUNCTION licence_home_internal.ics_text(text) IS
'Internal: a text as a value of a calendar''s line (RFC 5545, 3.3.11).';
CALL licence_home_internal.make_function('licence_home_internal.ics_text(text)');

CREATE FUNCTION licence_home_internal.visits_to_come(inspector text)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[], starts_at timestamptz, lines text[])
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT p.applicant_id, i.application_no, ARRAY['application.address', 'application.village', 'application.basin',
                'application.neighbourhood', 'application.parcel', 'application.building_no', 'application.floor',
                'application.unit', 'application.home'],
            i.scheduled_for, array_remove(ARRAY[
                'BEGIN:VEVENT',
                format('UID:inspection-%s.%s@licence-home.invalid', i.inspection_id, i.application_no),
                'DTSTAMP:' || to_char(i.recorded_at AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
                'DTSTART:' || to_char(i.scheduled_for AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
                'DTEND:' || to_char(coalesce(i.scheduled_until, i.scheduled_for) AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
                'SUMMARY:' || licence_home_internal.ics_text(format('كشف منزلي / Home inspection %s', i.application_no)),
                'LOCATION:' || licence_home_internal.ics_text(nullif(concat_ws(', ', a.address, a.neighbourhood, a.village, a.basin,
                    a.parcel, a.building_no, a.floor, a.unit), '')),
                'GEO:' || ST_Y(g.place) || ';' || ST_X(g.place),
                'STATUS:CONFIRMED',
                'END:VEVENT'], NULL)
        FROM licence_home.inspection AS i
        JOIN licence_home.application AS a ON a.application_no = i.application_no
        JOIN licence_home.applicant AS p ON p.applicant_id = a.applicant_id
        CROSS JOIN LATERAL (SELECT ST_PointOnSurface(a.home) AS place) AS g
        WHERE licence_home.fold_name(i.inspector) = licence_home.fold_name(visits_to_come.inspector)
            AND i.outcome <> 'cancelled' AND i.outcome = 'pending'
            AND i.scheduled_for >= licence_home.today()::timestamp AT TIME ZONE licence_home_internal.city_time_zone()
        ORDER BY i.scheduled_for;
    END;
COMMENT ON FUNCTION licence_home_internal.visits_to_come(text) IS
'Internal: the visits of calendar_ics(), as lines that are not yet folded.';
CALL licence_home_internal.make_function('licence_home_internal.visits_to_come(text)');

CREATE FUNCTION licence_home_internal.calendar_events(inspector text, why text, OUT starts_at timestamptz, OUT lines text[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_calendar_events' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;
COMMENT ON FUNCTION licence_home_internal.calendar_events(text, text) IS
'Internal: the visits of calendar_ics(), recorded as read.';
CALL licence_home_internal.make_function('licence_home_internal.calendar_events(text, text)', 'inspector, clerk, director');

CREATE FUNCTION licence_home.calendar_ics(inspector text DEFAULT NULL, why text DEFAULT NULL) RETURNS text
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT string_agg(licence_home_internal.ics_line(l.line), '' ORDER BY l.part, l.starts_at, l.n)
        FROM (
            SELECT 0 AS part, NULL::timestamptz AS starts_at, h.n, h.line
            FROM unnest(ARRAY['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//licence_home//visits//EN', 'CALSCALE:GREGORIAN',
                'METHOD:PUBLISH']) WITH ORDINALITY AS h (line, n)
            UNION ALL
            SELECT 1, e.starts_at, n.n, n.line
            FROM licence_home_internal.calendar_events(calendar_ics.inspector, calendar_ics.why) AS e
            CROSS JOIN LATERAL unnest(e.lines) WITH ORDINALITY AS n (line, n)
            UNION ALL
            SELECT 2, NULL, 1, 'END:VCALENDAR'
        ) AS l;
    END;
COMMENT ON FUNCTION licence_home.calendar_ics(text, text) IS
'The pending visits of an inspector (who works, where null) from today on as text/calendar (RFC 5545), times in UTC. It tells where homes are: each call is recorded in read_record. Errors as person_of().';
CALL licence_home_internal.make_function('licence_home.calendar_ics(text, text)', 'inspector, clerk, director');

CREATE FUNCTION licence_home_internal.visits_of_inspector(inspector text, from_moment timestamptz, until_moment timestamptz,
        but_inspection bigint)
    RETURNS TABLE (application_no text, scheduled_for timestamptz, scheduled_until timestamptz)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT i.application_no::text, i.scheduled_for, i.scheduled_until
        FROM licence_home.inspection AS i
        WHERE i.outcome = 'pending' AND i.inspector IS NOT NULL AND i.scheduled_until IS NOT NULL
            AND i.inspection_id <> visits_of_inspector.but_inspection
            -- the expression of inspector_in_one_place
            AND licence_home_internal.appointment_time(
                    ROW(licence_home.fold_name(i.inspector), i.scheduled_for)::licence_home_internal.appointment_bound,
                    ROW(licence_home.fold_name(i.inspector), i.scheduled_until)::licence_home_internal.appointment_bound)
                && licence_home_internal.appointment_time(
                    ROW(licence_home.fold_name(visits_of_inspector.inspector), visits_of_inspector.from_moment)::licence_home_internal.appointment_bound,
                    ROW(licence_home.fold_name(visits_of_inspector.inspector), visits_of_inspector.until_moment)::licence_home_internal.appointment_bound)
        ORDER BY i.scheduled_for;
    END;
COMMENT ON FUNCTION licence_home_internal.visits_of_inspector(text, timestamptz, timestamptz, bigint) IS
'The pending visits of an inspector within a time, but for one inspection.';
CALL licence_home_internal.make_function('licence_home_internal.visits_of_inspector(text, timestamptz, timestamptz, bigint)');
