-- ---------------------------------------------------------------------
-- What a case about a licence costs: which year of it, how late, and what the
-- running term covers already.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.case_life(application_no licence_home.application_no)
    RETURNS TABLE (workflow text, gives_term boolean, priced boolean, licence_year integer, granted_on date, last_day date,
        submitted_on date, former_profession text, former_area_m2 numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT a.workflow, g.gives_term, g.gives_term OR g.changes_price, t.terms + CASE WHEN g.gives_term THEN 1 ELSE 0 END,
        t.granted_on, CASE WHEN g.gives_term THEN t.last_day END, d.day,
        CASE WHEN NOT g.gives_term THEN v.profession END, CASE WHEN NOT g.gives_term THEN v.work_area_m2 END
    FROM licence_home.application AS a
    CROSS JOIN LATERAL (SELECT coalesce(a.judged_on, licence_home.today()) AS day) AS d
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(c.fact = 'term'), false) AS gives_term,
            coalesce(bool_or(c.fact IN ('profession', 'area')), false) AS changes_price
        FROM licence_home.workflow_change AS c
        WHERE c.workflow = a.workflow AND c.version = coalesce(a.workflow_version, (
            SELECT w.version
            FROM licence_home.workflow AS w
            WHERE w.workflow = a.workflow AND w.published_at IS NOT NULL
                AND licence_home.in_force(w.valid, w.withdrawn_at, licence_home.today())
            LIMIT 1))
    ) AS g
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS terms, min(t.starts) AS granted_on, max(t.ends) - 1 AS last_day
        FROM licence_home.licence_term AS t
        WHERE t.licence_no = a.licence_no AND t.known_at <= coalesce(a.submitted_at, 'infinity')
    ) AS t
    LEFT JOIN LATERAL licence_home_internal.licence_facts_on(a.licence_no, d.day, a.submitted_at) AS v ON true
    WHERE a.application_no = case_life.application_no AND a.licence_no IS NOT NULL;
END;
COMMENT ON FUNCTION licence_home_internal.case_life(licence_home.application_no) IS
'Internal: what the fee of a case about a licence depends on. gives_term: it gives the next term, whose number is licence_year; else that is the running one. priced: by the schedule, else by service_fee. last_day: of the last term. former_profession, former_area_m2: what the running term was paid for, where the case changes facts alone. The licence is as it was known when the case was submitted. No row for a case about no licence.';
CALL licence_home_internal.make_function('licence_home_internal.case_life(licence_home.application_no)');
