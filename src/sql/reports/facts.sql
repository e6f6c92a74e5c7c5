-- ---------------------------------------------------------------------
-- Facts: one row an event, with what a report asks of it (doc/reports.md).
--
--   application_event ── facts_between(since, until) ──┬── today, computed
--                                                     └── a day that is over: report_fact, once
--
-- A fact says where the case was before the event and after it.  So a caseload is
-- a sum of facts.  Where the case left a state, it has the stay that ended, and
-- the deadline of that stay.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.report_fact (
    application_no licence_home.application_no NOT NULL,
    case_event   integer NOT NULL,
    event_no     bigint,
    known_at     timestamptz NOT NULL,
    at           timestamptz NOT NULL,
    workflow     text NOT NULL,
    action       text NOT NULL,
    from_state   text,
    from_kind    text,
    to_state     text NOT NULL,
    to_kind      text,
    first_time   boolean NOT NULL,
    was_district integer,
    was_profession text,
    was_category text,
    was_edition  text,
    district     integer,
    profession   text,
    category     text,
    edition      text,
    zone_class   text,
    begun_on     date NOT NULL,
    judged_on    date,
    stay_event   integer,
    stay_at      timestamptz,
    stay_known_at timestamptz,
    due_on       date,
    working_days integer,
    on_time      boolean,
    reasons      text[],
    PRIMARY KEY (application_no, case_event)
);
CREATE INDEX report_fact_by_day ON licence_home.report_fact USING brin (known_at) WITH (pages_per_range = 32);
COMMENT ON TABLE licence_home.report_fact IS
'Facts of the days that are kept: a row an event, and one for the beginning of each case (case_event 0). Written once by keep_reports(); every_fact adds the days that are not kept yet. No person, place, note or official is in it. A draft has neither district nor profession, since its applicant may change both and leaves no event.';
CALL licence_home_internal.make_case_table('licence_home.report_fact');
CREATE TRIGGER report_fact_trigger BEFORE INSERT OR UPDATE ON licence_home.report_fact
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
GRANT SELECT ON licence_home.report_fact TO licence_home_clerk, licence_home_committee, licence_home_director,
    licence_home_analyst;
COMMENT ON COLUMN licence_home.report_fact.case_event IS 'The event of its case; 0: the case began.';
COMMENT ON COLUMN licence_home.report_fact.event_no IS 'The number of the event; null for the beginning of a case.';
COMMENT ON COLUMN licence_home.report_fact.known_at IS 'When it was written, with the case locked.';
COMMENT ON COLUMN licence_home.report_fact.at IS 'When it happened.';
COMMENT ON COLUMN licence_home.report_fact.workflow IS 'The workflow of the case.';
COMMENT ON COLUMN licence_home.report_fact.action IS 'The action of the event; begin: the case began.';
COMMENT ON COLUMN licence_home.report_fact.from_state IS 'The state before; null where the case began.';
COMMENT ON COLUMN licence_home.report_fact.from_kind IS 'The kind of that state: start, open, end.';
COMMENT ON COLUMN licence_home.report_fact.to_state IS 'The state after.';
COMMENT ON COLUMN licence_home.report_fact.to_kind IS 'The kind of that state.';
COMMENT ON COLUMN licence_home.report_fact.first_time IS 'Whether the case came into this state for the first time.';
COMMENT ON COLUMN licence_home.report_fact.was_district IS 'The district before; null for a draft.';
COMMENT ON COLUMN licence_home.report_fact.was_profession IS 'The profession before.';
COMMENT ON COLUMN licence_home.report_fact.was_category IS 'The category of that profession.';
COMMENT ON COLUMN licence_home.report_fact.was_edition IS 'The edition before; null for a draft.';
COMMENT ON COLUMN licence_home.report_fact.district IS 'The district after the event.';
COMMENT ON COLUMN licence_home.report_fact.profession IS 'The profession after the event.';
COMMENT ON COLUMN licence_home.report_fact.category IS 'The category of that profession, by the day that judges the case.';
COMMENT ON COLUMN licence_home.report_fact.edition IS 'The edition that judges the case.';
COMMENT ON COLUMN licence_home.report_fact.zone_class IS 'The zone class of the home.';
COMMENT ON COLUMN licence_home.report_fact.begun_on IS 'The day on which the case began.';
COMMENT ON COLUMN licence_home.report_fact.judged_on IS 'The day of the first submission; null for a draft.';
COMMENT ON COLUMN licence_home.report_fact.stay_event IS 'Where the case left a state: the event that had brought it there, 0 for its beginning.';
COMMENT ON COLUMN licence_home.report_fact.stay_at IS 'When that happened.';
COMMENT ON COLUMN licence_home.report_fact.stay_known_at IS 'When that was written.';
COMMENT ON COLUMN licence_home.report_fact.due_on IS 'The deadline of the stay that ended, as it stood then; null: none counted.';
COMMENT ON COLUMN licence_home.report_fact.working_days IS 'Working days that the stay took.';
COMMENT ON COLUMN licence_home.report_fact.on_time IS 'Whether the case left by due_on; null where none counted.';
COMMENT ON COLUMN licence_home.report_fact.reasons IS 'What was found in the stay that ended, each kind:code[:more]. Kinds: document, field, approval, criterion, decision, authority.';

CREATE TABLE licence_home.report_day (
    day          date PRIMARY KEY,
    facts        bigint NOT NULL,
    recorded_at  timestamptz NOT NULL
);
COMMENT ON TABLE licence_home.report_day IS
'Days whose facts are kept, how many facts each has, and since when it is closed.';
CALL licence_home_internal.make_case_table('licence_home.report_day');
CREATE TRIGGER report_day_trigger BEFORE INSERT OR UPDATE ON licence_home.report_day
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
GRANT SELECT ON licence_home.report_day TO licence_home_clerk, licence_home_committee, licence_home_director,
    licence_home_analyst, licence_home_admin, licence_home_monitor;
COMMENT ON COLUMN licence_home.report_day.day IS 'The day in the city.';
COMMENT ON COLUMN licence_home.report_day.facts IS 'How many facts it has.';
COMMENT ON COLUMN licence_home.report_day.recorded_at IS 'When its facts were kept.';

CREATE TABLE licence_home.report_stock (
    day          date NOT NULL,
    workflow     text NOT NULL,
    state        text NOT NULL,
    kind         text,
    district     integer,
    profession   text,
    category     text,
    edition      text,
    cases        bigint NOT NULL
);
CREATE INDEX report_stock_by_day ON licence_home.report_stock (day);
COMMENT ON TABLE licence_home.report_stock IS
'How many cases were in each state by the end of the last day of a month, by district, profession and edition. Written by keep_reports(), so that a caseload adds up no more than a month.';
CALL licence_home_internal.make_case_table('licence_home.report_stock');
CREATE TRIGGER report_stock_trigger BEFORE INSERT OR UPDATE ON licence_home.report_stock
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
COMMENT ON COLUMN licence_home.report_stock.day IS 'The last day of a month.';
COMMENT ON COLUMN licence_home.report_stock.workflow IS 'The workflow.';
COMMENT ON COLUMN licence_home.report_stock.state IS 'The state.';
COMMENT ON COLUMN licence_home.report_stock.district IS 'The district; null for drafts.';
COMMENT ON COLUMN licence_home.report_stock.profession IS 'The profession; null for drafts.';
COMMENT ON COLUMN licence_home.report_stock.category IS 'Its category.';
COMMENT ON COLUMN licence_home.report_stock.edition IS 'The edition; null for drafts.';
COMMENT ON COLUMN licence_home.report_stock.kind IS 'The kind of the state: start, open, end.';
COMMENT ON COLUMN licence_home.report_stock.cases IS 'How many cases.';

CREATE TABLE licence_home.submit_refused (
    submit_refused_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL,
    at           timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home_internal.moment(),
    workflow     text NOT NULL,
    profession   text NOT NULL,
    category     text,
    district     integer,
    edition      text,
    criteria     text[] NOT NULL
);
CREATE INDEX submit_refused_by_day ON licence_home.submit_refused USING brin (recorded_at) WITH (pages_per_range = 32);
COMMENT ON TABLE licence_home.submit_refused IS
'Submissions that were refused, each with what stood against it. The transaction is undone, so a background worker writes the row, or the session does with its next record (src/records). The applicant stands in it as the case alone.';
CALL licence_home_internal.make_case_table('licence_home.submit_refused');
CREATE TRIGGER submit_refused_trigger BEFORE INSERT OR UPDATE ON licence_home.submit_refused
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
GRANT SELECT ON licence_home.submit_refused TO licence_home_clerk, licence_home_committee, licence_home_director,
    licence_home_analyst;
COMMENT ON COLUMN licence_home.submit_refused.application_no IS 'The draft that was not submitted.';
COMMENT ON COLUMN licence_home.submit_refused.at IS 'When it was tried.';
COMMENT ON COLUMN licence_home.submit_refused.recorded_at IS 'When the row was written.';
COMMENT ON COLUMN licence_home.submit_refused.workflow IS 'The workflow of the draft.';
COMMENT ON COLUMN licence_home.submit_refused.profession IS 'The profession that the draft named.';
COMMENT ON COLUMN licence_home.submit_refused.category IS 'Its category; null: it is not on the list.';
COMMENT ON COLUMN licence_home.submit_refused.district IS 'The district of the home; null: none.';
COMMENT ON COLUMN licence_home.submit_refused.edition IS 'The edition that would have judged the case.';
COMMENT ON COLUMN licence_home.submit_refused.criteria IS 'The criteria that were not met or not proven; documents, where one was not given; else the name of the precondition.';

-- The deadline of a stay as it stood before an event (null: now), by what was known
-- before a moment: deadline_of() of the past.
CREATE FUNCTION licence_home_internal.deadline_before(application_no licence_home.application_no, state text,
        case_event integer, known timestamptz)
    RETURNS TABLE (due_on date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT greatest(licence_home.add_working_days(
            CASE WHEN d.to_be_told
                THEN greatest(d.began_on, (t.period_told_at AT TIME ZONE licence_home_internal.city_time_zone())::date)
                ELSE d.began_on END,
            d.working_days), t.date_told)
    FROM (
        SELECT c.*
        FROM licence_home.case_deadline AS c
        WHERE c.application_no = deadline_before.application_no
            AND c.case_event < coalesce(deadline_before.case_event, 2147483647)
            AND c.known_at < deadline_before.known
        ORDER BY c.case_event DESC
        LIMIT 1
    ) AS d
    CROSS JOIN LATERAL (
        SELECT min(s.at) FILTER (WHERE s.case_event >= s.period_event) AS period_told_at,
            max(s.date_named) FILTER (WHERE s.at IS NOT NULL) AS date_told
        FROM (
            SELECT c.case_event, c.date_named,
                max(c.case_event) FILTER (WHERE c.cause <> 'moved') OVER () AS period_event,
                CASE WHEN c.to_be_told THEN (
                    SELECT min(t.at)
                    FROM licence_home.deadline_told AS t
                    WHERE t.deadline_no = c.deadline_no AND t.outcome <> 'failed' AND t.at < deadline_before.known
                        AND (t.outcome = 'delivered' OR NOT EXISTS (
                            SELECT FROM licence_home.deadline_told AS f
                            WHERE f.deadline_no = t.deadline_no AND f.message_id = t.message_id
                                AND f.series = t.series AND f.outcome = 'failed' AND f.at < deadline_before.known)
                            OR EXISTS (
                            SELECT FROM licence_home.deadline_told AS f
                            WHERE f.deadline_no = t.deadline_no AND f.message_id = t.message_id
                                AND f.series = t.series AND f.outcome = 'delivered' AND f.at < deadline_before.known))) END AS at
            FROM licence_home.case_deadline AS c
            WHERE c.application_no = deadline_before.application_no AND c.entered_event = d.entered_event
                AND c.case_event <= d.case_event
        ) AS s
    ) AS t
    WHERE d.state = deadline_before.state
        AND licence_home.add_working_days(
            CASE WHEN d.to_be_told
                THEN greatest(d.began_on, (t.period_told_at AT TIME ZONE licence_home_internal.city_time_zone())::date)
                ELSE d.began_on END,
            d.working_days) IS NOT NULL;
END;
COMMENT ON FUNCTION licence_home_internal.deadline_before(licence_home.application_no, text, integer, timestamptz) IS
'Internal: the deadline of a case in a state, as it stood before an event (null: as it stands), by what was known before a moment. No row where none counted. Calendar and rules are those of deadline_of().';
CALL licence_home_internal.make_function(
    'licence_home_internal.deadline_before(licence_home.application_no, text, integer, timestamptz)');

-- What was found in a stay: the evidence that was written between two events.
CREATE FUNCTION licence_home_internal.stay_reasons(application_no licence_home.application_no, stay_event integer,
        case_event integer, to_waits_for text, action text)
    RETURNS TABLE (reasons text[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT array_agg(r.reason ORDER BY r.reason COLLATE "C")
    FROM (
        SELECT concat_ws(':', 'document', d.document_type, d.review) AS reason
        FROM licence_home.document AS d
        WHERE d.application_no = stay_reasons.application_no AND stay_reasons.to_waits_for = 'applicant'
            AND d.review IN ('missing', 'incorrect')
            AND d.reviewed_at_event >= stay_reasons.stay_event AND d.reviewed_at_event < stay_reasons.case_event
        UNION ALL
        SELECT concat_ws(':', 'approval', x.authority, x.review)
        FROM licence_home.external_approval AS x
        WHERE x.application_no = stay_reasons.application_no AND stay_reasons.to_waits_for = 'applicant'
            AND x.review IN ('missing', 'incorrect')
            AND x.reviewed_at_event >= stay_reasons.stay_event AND x.reviewed_at_event < stay_reasons.case_event
        UNION ALL
        SELECT DISTINCT concat_ws(':', 'field', f.field)
        FROM licence_home.application_finding AS f
        WHERE f.application_no = stay_reasons.application_no AND stay_reasons.to_waits_for = 'applicant'
            AND f.at_event >= stay_reasons.stay_event AND f.at_event < stay_reasons.case_event
            AND (f.settled_at_event >= stay_reasons.case_event) IS NOT FALSE
        UNION ALL
        SELECT DISTINCT concat_ws(':', 'criterion', f.criterion)
        FROM licence_home.inspection AS i
        JOIN licence_home.inspection_finding AS f ON f.inspection_id = i.inspection_id AND f.ruling = 'not_met'
        WHERE i.application_no = stay_reasons.application_no AND i.outcome IN ('failed', 'not_correctable')
            AND i.closed_at_event >= stay_reasons.stay_event AND i.closed_at_event < stay_reasons.case_event
            AND NOT EXISTS (
                SELECT FROM licence_home.inspection_finding AS later
                WHERE later.inspection_id = f.inspection_id AND later.criterion = f.criterion
                    AND later.inspection_finding_id > f.inspection_finding_id)
        UNION ALL
        SELECT concat_ws(':', 'decision', d.outcome, d.reason)
        FROM licence_home.decision AS d
        WHERE d.application_no = stay_reasons.application_no
            AND d.at_event >= stay_reasons.stay_event AND d.at_event < stay_reasons.case_event
        UNION ALL
        SELECT concat_ws(':', 'authority', x.authority)
        FROM licence_home.external_approval AS x
        WHERE x.application_no = stay_reasons.application_no AND stay_reasons.to_waits_for IS NULL
            AND x.answer = 'refused' AND x.review = 'accepted'
            AND x.reviewed_at_event >= stay_reasons.stay_event AND x.reviewed_at_event < stay_reasons.case_event
    ) AS r;
END;
COMMENT ON FUNCTION licence_home_internal.stay_reasons(licence_home.application_no, integer, integer, text, text) IS
'Internal: what was found in the stay between two events of a case. Documents, columns and approvals found missing or incorrect where the case goes to its applicant. Criteria that an inspection found not met, decisions, and authorities that refused. Each as kind:code[:more]. One row.';
CALL licence_home_internal.make_function(
    'licence_home_internal.stay_reasons(licence_home.application_no, integer, integer, text, text)');

CREATE FUNCTION licence_home_internal.facts_between(since timestamptz, until timestamptz)
    RETURNS SETOF licence_home.report_fact
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5000
BEGIN ATOMIC
    SELECT e.application_no, e.case_event, e.event_no, e.known_at, e.at, a.workflow, e.action,
        e.from_state, fs.kind, e.to_state, ts.kind,
        e.from_state IS NULL OR e.from_state <> e.to_state AND NOT EXISTS (
            SELECT FROM licence_home.application_event AS b
            WHERE b.application_no = e.application_no AND b.case_event < e.case_event AND b.to_state = e.to_state)
            AND ts.kind <> 'start',
        CASE WHEN k.was THEN CASE WHEN e.changes ? 'district' THEN (e.changes #>> '{district,old}')::integer ELSE n.district END END,
        CASE WHEN k.was THEN coalesce(e.changes #>> '{profession,old}', n.profession) END,
        CASE WHEN k.was THEN CASE WHEN e.changes ? 'profession' THEN wc.category ELSE c.category END END,
        CASE WHEN k.was THEN a.edition END,
        CASE WHEN k.is THEN n.district END,
        CASE WHEN k.is THEN n.profession END,
        CASE WHEN k.is THEN c.category END,
        CASE WHEN k.is THEN a.edition END,
        CASE WHEN k.is THEN n.zone_class END,
        (a.created_at AT TIME ZONE t.zone)::date,
        CASE WHEN k.is THEN a.judged_on END,
        CASE WHEN m.moved THEN coalesce(p.case_event, 0) END,
        CASE WHEN m.moved THEN coalesce(p.at, a.created_at) END,
        CASE WHEN m.moved THEN coalesce(p.known_at, a.created_at) END,
        d.due_on,
        CASE WHEN m.moved THEN licence_home.working_days_between((coalesce(p.at, a.created_at) AT TIME ZONE t.zone)::date,
            (e.at AT TIME ZONE t.zone)::date) END,
        (e.at AT TIME ZONE t.zone)::date <= d.due_on,
        r.reasons
    FROM (
        SELECT v.application_no, v.case_event, v.event_no, v.known_at, v.at, v.action, v.from_state, v.to_state, v.changes
        FROM licence_home.application_event AS v
        WHERE v.known_at >= facts_between.since AND v.known_at < facts_between.until
        UNION ALL
        SELECT b.application_no, 0, NULL, b.created_at, b.created_at, 'begin', NULL, s.state, NULL
        FROM licence_home.application AS b
        CROSS JOIN LATERAL (
            SELECT s.state FROM licence_home.workflow_state AS s
            WHERE s.workflow = b.workflow AND s.kind = 'start'
            ORDER BY s.version = b.workflow_version DESC NULLS LAST, s.version DESC
            LIMIT 1
        ) AS s
        WHERE b.created_at >= facts_between.since AND b.created_at < facts_between.until
    ) AS e
    CROSS JOIN (SELECT licence_home_internal.city_time_zone() AS zone OFFSET 0) AS t
    JOIN licence_home.application AS a ON a.application_no = e.application_no
    CROSS JOIN LATERAL (SELECT e.from_state <> e.to_state AS moved) AS m
    -- (a draft has no version yet)
    CROSS JOIN LATERAL (
        SELECT coalesce(a.workflow_version, (SELECT max(w.version) FROM licence_home.workflow AS w
            WHERE w.workflow = a.workflow AND w.published_at IS NOT NULL)) AS version
    ) AS v
    LEFT JOIN licence_home.workflow_state AS fs ON fs.workflow = a.workflow AND fs.version = v.version
        AND fs.state = e.from_state
    LEFT JOIN licence_home.workflow_state AS ts ON ts.workflow = a.workflow AND ts.version = v.version
        AND ts.state = e.to_state
    -- since the first submission district and profession are known
    CROSS JOIN LATERAL (
        SELECT coalesce(e.at >= a.submitted_at AND e.case_event > 0, false) AS is,
            coalesce(e.at >= a.submitted_at AND e.case_event > 0 AND EXISTS (
                SELECT FROM licence_home.application_event AS b
                WHERE b.application_no = e.application_no AND b.case_event < e.case_event AND b.at >= a.submitted_at), false) AS was
    ) AS k
    -- what a later event changed was before as that event says
    CROSS JOIN LATERAL (
        SELECT (array_agg(l.changes -> 'zone_class' ORDER BY l.case_event) FILTER (WHERE l.changes ? 'zone_class'))[1] AS zone_class,
            (array_agg(l.changes -> 'district' ORDER BY l.case_event) FILTER (WHERE l.changes ? 'district'))[1] AS district,
            (array_agg(l.changes -> 'profession' ORDER BY l.case_event) FILTER (WHERE l.changes ? 'profession'))[1] AS profession
        FROM licence_home.application_event AS l
        WHERE l.application_no = e.application_no AND l.case_event > e.case_event AND l.changes IS NOT NULL
    ) AS x
    CROSS JOIN LATERAL (
        SELECT CASE WHEN x.district IS NULL THEN a.district ELSE (x.district ->> 'old')::integer END AS district,
            CASE WHEN x.zone_class IS NULL THEN a.zone_class ELSE x.zone_class ->> 'old' END AS zone_class,
            coalesce(x.profession ->> 'old', a.profession) AS profession
    ) AS n
    LEFT JOIN LATERAL licence_home_internal.profession_on(CASE WHEN k.is THEN n.profession END, a.judged_on) AS c ON true
    LEFT JOIN LATERAL licence_home_internal.profession_on(e.changes #>> '{profession,old}', a.judged_on) AS wc ON e.changes ? 'profession'
    LEFT JOIN LATERAL (
        SELECT b.case_event, b.at, b.known_at FROM licence_home.application_event AS b
        WHERE m.moved AND b.application_no = e.application_no AND b.case_event < e.case_event AND b.from_state <> b.to_state
        ORDER BY b.case_event DESC LIMIT 1
    ) AS p ON true
    LEFT JOIN LATERAL licence_home_internal.deadline_before(e.application_no, e.from_state, e.case_event, e.known_at) AS d
        ON m.moved
    LEFT JOIN LATERAL licence_home_internal.stay_reasons(e.application_no, coalesce(p.case_event, 0), e.case_event,
        ts.waits_for, e.action) AS r ON m.moved AND fs.kind = 'open';
END;
COMMENT ON FUNCTION licence_home_internal.facts_between(timestamptz, timestamptz) IS
'Internal: the facts of what became known from a moment to before another, computed from the record.';
CALL licence_home_internal.make_function('licence_home_internal.facts_between(timestamptz, timestamptz)');

CREATE FUNCTION licence_home_internal.kept_until() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(((SELECT max(d.day) FROM licence_home.report_day AS d) + 1)::timestamp
        AT TIME ZONE licence_home_internal.city_time_zone(), '-infinity');
COMMENT ON FUNCTION licence_home_internal.kept_until() IS
'Internal: the first moment whose facts are not kept.';
CALL licence_home_internal.make_function('licence_home_internal.kept_until()');

CREATE FUNCTION licence_home_internal.facts_not_kept()
    RETURNS SETOF licence_home.report_fact
    AS 'MODULE_PATHNAME', 'licence_home_facts_not_kept' LANGUAGE C STABLE PARALLEL SAFE ROWS 5000;
COMMENT ON FUNCTION licence_home_internal.facts_not_kept() IS
'Internal: the facts of the days that are not kept yet, for those who may read facts. C, so that a session plans it once.';
CALL licence_home_internal.make_function('licence_home_internal.facts_not_kept()', 'clerk, committee, director, analyst');

CREATE FUNCTION licence_home_internal.every_fact()
    RETURNS SETOF licence_home.report_fact
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 100000
BEGIN ATOMIC
    SELECT f.* FROM licence_home.report_fact AS f
    UNION ALL
    SELECT f.* FROM licence_home_internal.facts_not_kept() AS f;
END;
COMMENT ON FUNCTION licence_home_internal.every_fact() IS
'Internal: the facts of all days, those that are kept and those that are not.';
CALL licence_home_internal.make_function('licence_home_internal.every_fact()');

-- ---------------------------------------------------------------------
-- Keeping
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.stock_of(facts_since timestamptz, facts_until timestamptz, before date)
    RETURNS TABLE (workflow text, state text, kind text, district integer, profession text, category text, edition text, cases bigint)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5000
BEGIN ATOMIC
    SELECT s.workflow, s.state, s.kind, s.district, s.profession, s.category, s.edition, sum(s.n)::bigint
    FROM (
        SELECT k.workflow, k.state, k.kind, k.district, k.profession, k.category, k.edition, k.cases AS n
        FROM licence_home.report_stock AS k
        WHERE k.day = stock_of.before
        UNION ALL
        SELECT f.workflow, f.to_state, f.to_kind, f.district, f.profession, f.category, f.edition, 1
        FROM licence_home.report_fact AS f
        WHERE f.known_at >= stock_of.facts_since AND f.known_at < stock_of.facts_until
        UNION ALL
        SELECT f.workflow, f.from_state, f.from_kind, f.was_district, f.was_profession, f.was_category, f.was_edition, -1
        FROM licence_home.report_fact AS f
        WHERE f.known_at >= stock_of.facts_since AND f.known_at < stock_of.facts_until AND f.from_state IS NOT NULL
    ) AS s
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING sum(s.n) <> 0;
END;
COMMENT ON FUNCTION licence_home_internal.stock_of(timestamptz, timestamptz, date) IS
'Internal: the stock of a day (null: nothing), with the kept facts from a moment to before another added.';
CALL licence_home_internal.make_function('licence_home_internal.stock_of(timestamptz, timestamptz, date)');

-- Of one month at most: who comes late has few transactions.
CREATE FUNCTION licence_home_internal.keep_days(first_day date, last_day date) RETURNS date
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    -- planned once, for all the months of a backlog
    SET plan_cache_mode = force_generic_plan
    AS $$
DECLARE
    zone constant text := licence_home_internal.city_time_zone();
    upto constant date := least(last_day, (date_trunc('month', first_day) + interval '1 month')::date - 1);
    since constant timestamptz := first_day::timestamp AT TIME ZONE zone;
    until constant timestamptz := (upto + 1)::timestamp AT TIME ZONE zone;
    last_stock date;
BEGIN
    INSERT INTO licence_home.report_fact
    SELECT f.* FROM licence_home_internal.facts_between(since, until) AS f ORDER BY f.known_at;
    INSERT INTO licence_home.report_day (day, facts, recorded_at)
    SELECT d.day::date, count(f.known_at), licence_home_internal.moment()
    FROM generate_series(first_day::timestamp, upto::timestamp, interval '1 day') AS d (day)
    LEFT JOIN licence_home.report_fact AS f ON f.known_at >= since AND f.known_at < until
        AND (f.known_at AT TIME ZONE zone)::date = d.day::date
    GROUP BY d.day;
    IF date_part('day', upto + 1) = 1 THEN
        SELECT max(s.day) INTO last_stock FROM licence_home.report_stock AS s;
        INSERT INTO licence_home.report_stock (day, workflow, state, kind, district, profession, category, edition, cases)
        SELECT upto, s.workflow, s.state, s.kind, s.district, s.profession, s.category, s.edition, s.cases
        FROM licence_home_internal.stock_of(coalesce((last_stock + 1)::timestamp AT TIME ZONE zone, '-infinity'), until, last_stock) AS s;
    END IF;
    RETURN upto;
END $$;
COMMENT ON FUNCTION licence_home_internal.keep_days(date, date) IS
'Internal: keeps the facts of the days from one to another, up to the end of its month, and there the stock. The last day that it kept.';
CALL licence_home_internal.make_function('licence_home_internal.keep_days(date, date)');

CREATE FUNCTION licence_home_internal.next_report_day() RETURNS date
    LANGUAGE sql STABLE
    RETURN coalesce((SELECT max(d.day) FROM licence_home.report_day AS d) + 1,
        (least((SELECT min(a.created_at) FROM licence_home.application AS a),
            (SELECT min(e.known_at) FROM licence_home.application_event AS e))
            AT TIME ZONE licence_home_internal.city_time_zone())::date);
COMMENT ON FUNCTION licence_home_internal.next_report_day() IS
'Internal: the first day whose facts are not kept; null where there is no case.';
CALL licence_home_internal.make_function('licence_home_internal.next_report_day()');

CREATE PROCEDURE licence_home.keep_reports()
    AS 'MODULE_PATHNAME', 'licence_home_keep_reports' LANGUAGE C;
COMMENT ON PROCEDURE licence_home.keep_reports() IS
'Job: keeps the facts of every day that is over, so that reports of it give for ever what they gave then, and are quick. CALL it outside a transaction; it waits for who writes events, and commits each day, or each month of many.';
CALL licence_home_internal.make_function('licence_home.keep_reports()', 'sender');

-- A concealed event tells no more what it changed, and a recall takes reviews back:
-- of such cases what hangs on that is left out.
CREATE FUNCTION licence_home_internal.report_defects()
    RETURNS TABLE (day date, of_table text, defect text, number bigint)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT d.day, 'report_fact', 'it was kept, and does not follow from the record', count(*)
    FROM (
        SELECT (k.known_at AT TIME ZONE licence_home_internal.city_time_zone())::date AS day, k.application_no, k.case_event,
            k.at, k.action, k.from_state, k.to_state, k.stay_at, k.first_time, k.begun_on
        FROM licence_home.report_fact AS k
        EXCEPT
        SELECT (f.known_at AT TIME ZONE licence_home_internal.city_time_zone())::date, f.application_no, f.case_event,
            f.at, f.action, f.from_state, f.to_state, f.stay_at, f.first_time, f.begun_on
        FROM licence_home_internal.facts_between('-infinity', licence_home_internal.kept_until()) AS f
    ) AS d
    GROUP BY 1
    UNION ALL
    SELECT d.day, 'report_fact', 'it follows from the record, and was not kept', count(*)
    FROM (
        SELECT (f.known_at AT TIME ZONE licence_home_internal.city_time_zone())::date AS day, f.application_no, f.case_event
        FROM licence_home_internal.facts_between('-infinity', licence_home_internal.kept_until()) AS f
        EXCEPT
        SELECT (k.known_at AT TIME ZONE licence_home_internal.city_time_zone())::date, k.application_no, k.case_event
        FROM licence_home.report_fact AS k
    ) AS d
    GROUP BY 1
    UNION ALL
    SELECT (k.known_at AT TIME ZONE licence_home_internal.city_time_zone())::date, 'report_fact',
        'district, profession, deadline or reasons are others', count(*)
    FROM licence_home.report_fact AS k
    JOIN licence_home_internal.facts_between('-infinity', licence_home_internal.kept_until()) AS f
        ON f.application_no = k.application_no AND f.case_event = k.case_event
    WHERE ((k.was_district, k.was_profession, k.district, k.profession)
            IS DISTINCT FROM (f.was_district, f.was_profession, f.district, f.profession)
        OR k.due_on IS DISTINCT FROM f.due_on
        OR k.reasons IS DISTINCT FROM f.reasons)
        AND NOT EXISTS (
            SELECT FROM licence_home.application_event AS e
            WHERE e.application_no = k.application_no
                AND (e.digest IS NOT NULL AND e.salt IS NULL OR e.action IN ('recall', 'take_back_finding')))
        AND NOT EXISTS (
            SELECT FROM licence_home.holiday AS h
            WHERE greatest(h.recorded_at, h.withdrawn_at) >= k.known_at)
    GROUP BY 1
    UNION ALL
    -- each is the one before and the facts since
    SELECT s.day, 'report_stock', 'it is not the sum of the facts', count(*)
    FROM (
        SELECT k.day, lag(k.day) OVER (ORDER BY k.day) AS before
        FROM licence_home.report_stock AS k
        GROUP BY k.day
    ) AS s
    CROSS JOIN LATERAL (
        SELECT o.workflow, o.state, o.kind, o.district, o.profession, o.category, o.edition, sum(o.cases)
        FROM (
            SELECT o.*
            FROM licence_home_internal.stock_of(
                coalesce((s.before + 1)::timestamp AT TIME ZONE licence_home_internal.city_time_zone(), '-infinity'),
                (s.day + 1)::timestamp AT TIME ZONE licence_home_internal.city_time_zone(), s.before) AS o
            UNION ALL
            SELECT k.workflow, k.state, k.kind, k.district, k.profession, k.category, k.edition, -k.cases
            FROM licence_home.report_stock AS k
            WHERE k.day = s.day
        ) AS o
        GROUP BY 1, 2, 3, 4, 5, 6, 7
        HAVING sum(o.cases) <> 0
    ) AS x
    GROUP BY 1
    UNION ALL
    SELECT d.day, 'report_day', 'it has another number of facts', d.facts
    FROM licence_home.report_day AS d
    WHERE d.facts <> (
        SELECT count(*) FROM licence_home.report_fact AS k
        WHERE k.known_at >= d.day::timestamp AT TIME ZONE licence_home_internal.city_time_zone()
            AND k.known_at < (d.day + 1)::timestamp AT TIME ZONE licence_home_internal.city_time_zone());
END;
COMMENT ON FUNCTION licence_home_internal.report_defects() IS
'Internal: what verify_reports() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_defects()');

CREATE FUNCTION licence_home.verify_reports()
    RETURNS TABLE (day date, of_table text, defect text, number bigint)
    AS 'MODULE_PATHNAME', 'licence_home_verify_reports' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.verify_reports() IS
'Holds what is kept for reports against the record, computed anew: a row for each day and defect, with how many rows have it; none where all is well. District, profession and reasons are left out of cases with a concealed event or a recall, the deadline too where a holiday was entered or taken back later.';
CALL licence_home_internal.make_function('licence_home.verify_reports()', 'analyst, admin, monitor, auditor');

-- ---------------------------------------------------------------------
-- Stays, for who may read cases
-- ---------------------------------------------------------------------

CREATE VIEW licence_home.case_interval WITH (security_invoker) AS
    SELECT f.application_no, f.workflow, f.from_state AS state, f.stay_event AS entered_event, f.stay_at AS entered_at,
        f.case_event AS left_event, f.at AS left_at, f.action AS left_by, f.due_on, f.working_days, f.on_time,
        f.district, f.profession, f.category, f.edition
    FROM (
        SELECT k.* FROM licence_home.report_fact AS k
        UNION ALL
        SELECT n.* FROM licence_home_internal.facts_not_kept() AS n
    ) AS f
    WHERE f.stay_event IS NOT NULL
    UNION ALL
    SELECT a.application_no, a.workflow, a.state, coalesce(e.case_event, 0), coalesce(e.at, a.created_at),
        NULL, NULL, NULL, d.due_on,
        licence_home.working_days_between((coalesce(e.at, a.created_at) AT TIME ZONE licence_home_internal.city_time_zone())::date,
            licence_home.today()),
        licence_home.today() <= d.due_on,
        CASE WHEN a.submitted_at IS NOT NULL THEN a.district END,
        CASE WHEN a.submitted_at IS NOT NULL THEN a.profession END,
        CASE WHEN a.submitted_at IS NOT NULL THEN (
            SELECT p.category FROM licence_home_internal.profession_on(a.profession, a.judged_on) AS p) END,
        a.edition
    FROM licence_home.application AS a
    LEFT JOIN LATERAL (
        SELECT e.case_event, e.at
        FROM licence_home.application_event AS e
        WHERE e.application_no = a.application_no AND e.from_state <> e.to_state
        ORDER BY e.case_event DESC
        LIMIT 1
    ) AS e ON true
    LEFT JOIN LATERAL licence_home.deadline_of(a.application_no) AS d ON a.due_at IS NOT NULL AND d.state = a.state;
COMMENT ON VIEW licence_home.case_interval IS
'Stays: a case in a state, from the event that brought it there to the event that took it away. Without persons and places: what an analyst may read of them. report_stays() adds them up, as of any day.';
CALL licence_home_internal.make_view('licence_home.case_interval');
GRANT SELECT ON licence_home.case_interval TO licence_home_clerk, licence_home_committee, licence_home_director,
    licence_home_analyst;
COMMENT ON COLUMN licence_home.case_interval.state IS 'The state.';
COMMENT ON COLUMN licence_home.case_interval.entered_event IS 'The event that brought the case there; 0: it began there.';
COMMENT ON COLUMN licence_home.case_interval.entered_at IS 'When that happened.';
COMMENT ON COLUMN licence_home.case_interval.left_event IS 'The event that took it away; null: it is there.';
COMMENT ON COLUMN licence_home.case_interval.left_at IS 'When that happened.';
COMMENT ON COLUMN licence_home.case_interval.left_by IS 'The action by which it left.';
COMMENT ON COLUMN licence_home.case_interval.due_on IS 'The day of its deadline, as it stood when the case left, or stands now; null: none counts.';
COMMENT ON COLUMN licence_home.case_interval.working_days IS 'Working days after the day on which it came, up to the day on which it left, or today.';
COMMENT ON COLUMN licence_home.case_interval.on_time IS 'Whether it left by due_on, or can still; null where none counts.';
COMMENT ON COLUMN licence_home.case_interval.district IS 'The district; null for a draft that was not submitted.';
COMMENT ON COLUMN licence_home.case_interval.profession IS 'The profession; null for a draft that was not submitted.';
COMMENT ON COLUMN licence_home.case_interval.category IS 'The category of that profession, by the day that judges the case.';
COMMENT ON COLUMN licence_home.case_interval.edition IS 'The edition that judges the case; null for a draft that was not submitted.';

CREATE VIEW licence_home.message_report WITH (security_invoker) AS
    SELECT m.message_id, m.application_no, m.template, m.language, m.parts, m.status, m.attempts, m.gateway,
        m.created_at, m.accepted_at, m.delivered_at, m.deadline_no
    FROM licence_home.sms_status AS m;
COMMENT ON VIEW licence_home.message_report IS
'Messages without text and telephone: what an analyst may read of them.';
CALL licence_home_internal.make_view('licence_home.message_report');
GRANT SELECT ON licence_home.message_report TO licence_home_clerk, licence_home_analyst;
COMMENT ON COLUMN licence_home.message_report.message_id IS 'The message.';
COMMENT ON COLUMN licence_home.message_report.template IS 'The text that it was made of.';
COMMENT ON COLUMN licence_home.message_report.language IS 'ar or en.';
COMMENT ON COLUMN licence_home.message_report.parts IS 'How many SMS it needs.';
COMMENT ON COLUMN licence_home.message_report.created_at IS 'When the step wrote it.';
