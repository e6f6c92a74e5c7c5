-- ---------------------------------------------------------------------
-- Corrections that no step makes, and many steps at once.
--
-- Steps correct the rest: recall, undo_approval, replace_bill, reopen.  Each is
-- an event with its reason, by the role that the workflow names, and loses
-- nothing of what was there (src/evidence/corrections.c).
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.correct_measurement(inspection_id bigint, home_area_m2 numeric, work_area_m2 numeric, reason text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_correct_measurement' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.correct_measurement(bigint, numeric, numeric, text) IS
'Corrects the areas that the latest inspection measured (null: as it is), until a step has relied on them, with a reason. The event keeps the old ones. Gives its number, or null where nothing changes. LH034 too late, LH002, LH009, LH003 without a reason.';
CALL licence_home_internal.make_function('licence_home.correct_measurement(bigint, numeric, numeric, text)', 'inspector');

CREATE FUNCTION licence_home.take_back_finding(finding_id bigint, reason text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_take_back_finding' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.take_back_finding(bigint, text) IS
'Takes back what an official found wrong in an application, until a step has relied on it, with a reason; the finding stays, settled. Gives the number of the event, or null where it is settled. LH034 too late, LH002, LH009, LH003 without a reason.';
CALL licence_home_internal.make_function('licence_home.take_back_finding(bigint, text)', 'clerk, inspector');

CREATE FUNCTION licence_home.move_application(application_no licence_home.application_no, applicant_id bigint, reason text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_move_application' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.move_application(licence_home.application_no, bigint, text) IS
'Moves an application that stands under the wrong person to the right one, with a reason: an event of the case and of both persons. The former one loses sight at once and is told; what was not sent is cancelled. Gives the number of the event, or null where it is theirs already. LH004 where that person has such a case, LH016 for no such person, LH002, LH009, LH003 without a reason.';
CALL licence_home_internal.make_function('licence_home.move_application(licence_home.application_no, bigint, text)', 'clerk');

-- One step of many, in a transaction of its own within the caller's.  What is
-- refused is asked twice, so that it is said in both languages.
CREATE FUNCTION licence_home_internal.try_step(application_no licence_home.application_no, action text, note text,
        OUT state text, OUT code text, OUT reasons_en text, OUT reasons_ar text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    before constant text := current_setting('licence_home.language');
    tongue text;
    message text;
    detail text;
BEGIN
    FOREACH tongue IN ARRAY '{en,ar}'::text[] LOOP
        BEGIN
            PERFORM set_config('licence_home.language', tongue, true);
            state := licence_home.perform(application_no, action, note);
            PERFORM set_config('licence_home.language', before, true);
            code := NULL;
            reasons_en := NULL;
            RETURN;
        EXCEPTION
            WHEN deadlock_detected OR query_canceled OR lock_not_available THEN
                RAISE;
            WHEN OTHERS THEN
                GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
                message := concat_ws(E'\n', message, nullif(detail, ''));
                IF tongue = 'en' THEN
                    reasons_en := message;
                ELSE
                    reasons_ar := message;
                END IF;
        END;
    END LOOP;
    PERFORM set_config('licence_home.language', before, true);
END $$;
COMMENT ON FUNCTION licence_home_internal.try_step(licence_home.application_no, text, text) IS
'Internal: perform(), whose error holds up no other case: the state reached, or SQLSTATE and reasons in both languages.';
CALL licence_home_internal.make_function('licence_home_internal.try_step(licence_home.application_no, text, text)', 'readers, cashier');

CREATE FUNCTION licence_home.perform_many(application_nos licence_home.application_no[], action text, note text DEFAULT NULL)
    RETURNS TABLE (application_no licence_home.application_no, outcome text, state text, code text, reasons_en text, reasons_ar text)
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT n.application_no, CASE WHEN t.code IS NULL THEN 'done' ELSE 'refused' END, t.state, t.code, t.reasons_en, t.reasons_ar
        FROM (
            -- each once, and in one order, so that two such calls do not wait for each other
            SELECT DISTINCT u.application_no
            FROM unnest(perform_many.application_nos) AS u (application_no)
            WHERE NULL::licence_home_internal.types_hashed IS NULL
            ORDER BY u.application_no
            OFFSET 0
        ) AS n
        CROSS JOIN LATERAL licence_home_internal.try_step(n.application_no, perform_many.action, perform_many.note) AS t;
    END;
COMMENT ON FUNCTION licence_home.perform_many(licence_home.application_no[], text, text) IS
'Takes one step of many cases: a row each, done with the state reached, or refused with SQLSTATE and the reasons in both languages. One bad case holds up no other; what is done stays done with the caller''s transaction.';
CALL licence_home_internal.make_function('licence_home.perform_many(licence_home.application_no[], text, text)', 'readers, cashier');

CREATE FUNCTION licence_home_internal.areas_to_correct(inspection_id bigint, home_area_m2 numeric, work_area_m2 numeric)
    RETURNS TABLE (is_latest_passed boolean, is_past boolean, changes text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT i.outcome = 'passed' AND i.inspection_id = (
                SELECT l.inspection_id
                FROM licence_home.latest_inspection AS l
                WHERE l.application_no = i.application_no),
            EXISTS (
                SELECT FROM licence_home.application_event AS e
                WHERE e.application_no = i.application_no AND e.case_event > i.closed_at_event
                    AND e.action <> ALL (licence_home_internal.side_events())),
            jsonb_strip_nulls(jsonb_build_object(
                'measured_home_area_m2', CASE WHEN areas_to_correct.home_area_m2 <> i.measured_home_area_m2
                    THEN jsonb_build_object('old', i.measured_home_area_m2, 'new', areas_to_correct.home_area_m2) END,
                'measured_work_area_m2', CASE WHEN areas_to_correct.work_area_m2 <> i.measured_work_area_m2
                    THEN jsonb_build_object('old', i.measured_work_area_m2, 'new', areas_to_correct.work_area_m2) END))::text
        FROM licence_home.inspection AS i
        WHERE i.inspection_id = areas_to_correct.inspection_id;
    END;
COMMENT ON FUNCTION licence_home_internal.areas_to_correct(bigint, numeric, numeric) IS
'Whether the areas of an inspection may still be corrected, and what would change: is_latest_passed, is_past (a step has relied on it), changes (as an event has them).';
CALL licence_home_internal.make_function('licence_home_internal.areas_to_correct(bigint, numeric, numeric)');
