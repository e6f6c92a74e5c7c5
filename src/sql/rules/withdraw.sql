-- ---------------------------------------------------------------------
-- Taking a rule back.
--
-- A rule that is to change is closed on a coming day, and its successor begins
-- there.  If the change is called off, the successor is withdrawn.  A copy of
-- each row that was closed for it then takes its days, since a closed row stays
-- as it was published.  Which rows these are follows from the key of the table,
-- the arguments of its trigger rule_coverage.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.withdraw_rule(rule_table regclass, rule_id bigint, kind text DEFAULT NULL) RETURNS SETOF bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name constant name := (SELECT c.relname FROM pg_class AS c
        WHERE c.oid = rule_table AND c.relnamespace = 'licence_home'::regnamespace);
    id constant name := name || '_id';
    key text[] := (SELECT string_to_array(encode(t.tgargs, 'escape'), E'\\000') FROM pg_trigger AS t
        WHERE t.tgrelid = rule_table AND t.tgname = 'rule_coverage');
    columns text;
    same_key text;
    days daterange;
    withdrawn timestamptz;
BEGIN
    SELECT string_agg(format('p.%I', a.attname), ', ' ORDER BY a.attnum) INTO columns
    FROM pg_attribute AS a
    WHERE a.attrelid = rule_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname <> ALL (ARRAY[id, 'valid', 'recorded_at', 'recorded_by', 'session_role', 'closed_at', 'withdrawn_at',
            'withdrawal']);
    IF key IS NULL OR NOT EXISTS (SELECT FROM pg_attribute AS a
        WHERE a.attrelid = rule_table AND a.attname = id AND NOT a.attisdropped) THEN
        RAISE EXCEPTION 'a rule of % is not taken back one by one', coalesce(rule_table::text, 'no table')
            USING ERRCODE = 'wrong_object_type',
                  HINT = CASE name WHEN 'zone' THEN 'A map is taken back whole: licence_home.withdraw_map(valid_from).'
                      WHEN 'workflow' THEN 'Withdraw the version (withdrawn_at) and publish another one for its days (licence_home.copy_workflow).'
                      ELSE 'The rule tables are listed in doc/reference.md.' END;
    END IF;
    -- bands of one key lie beside each other: only those that share one
    SELECT coalesce(string_agg(CASE WHEN k.argument ~ '^band=' THEN format('p.%1$I && w.%1$I', substr(k.argument, 6))
            ELSE format('p.%1$I IS NOT DISTINCT FROM w.%1$I', k.argument) END, ' AND '), 'true')
    INTO same_key
    FROM unnest(key[2:]) AS k (argument)
    WHERE k.argument <> '' AND k.argument !~ '^id=';

    EXECUTE format('SELECT r.valid, r.withdrawn_at FROM %s AS r WHERE r.%I = $1 FOR UPDATE', rule_table, id)
        INTO days, withdrawn USING rule_id;
    IF days IS NULL THEN
        RAISE EXCEPTION 'there is no %', concat(id, ' ', coalesce(rule_id::text, 'null'))
            USING ERRCODE = 'LH019', TABLE = name, HINT = format('SELECT %I, valid FROM %s lists the rules.', id, rule_table);
    ELSIF withdrawn IS NOT NULL THEN
        RAISE EXCEPTION '% % is withdrawn already', id, rule_id USING ERRCODE = 'LH011', TABLE = name, COLUMN = 'withdrawn_at';
    ELSIF kind IS NULL AND (lower(days) > licence_home.today()) IS NOT TRUE THEN
        RAISE EXCEPTION '% % has begun', id, rule_id
            USING ERRCODE = 'LH011', TABLE = name, COLUMN = 'valid',
                  DETAIL = format('It is in force in %s, and cases may have been judged by it.', days),
                  HINT = 'End its valid on a coming day; or say what the withdrawal is: corrected (insert the row that counts '
                      'in its place, for old cases too), void (it never counted) or from_today (open cases keep it).';
    END IF;
    EXECUTE format('UPDATE %s AS r SET withdrawal = coalesce($2, ''void'') WHERE r.%I = $1', rule_table, id) USING rule_id, kind;
    -- what it followed goes on where it never counted; else its successor is the caller's to write
    IF kind IN ('corrected', 'from_today') THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'INSERT INTO %1$s (valid, %2$s) SELECT w.valid, %3$s FROM %1$s AS w JOIN %1$s AS p ON %4$s '
        'WHERE w.%5$I = $1 AND p.withdrawn_at IS NULL AND upper(p.valid) = lower(w.valid) '
        -- not where two bands that are taken back followed one
        'AND NOT EXISTS (SELECT FROM %1$s AS o WHERE o.withdrawn_at IS NULL AND o.valid && w.valid AND %6$s) '
        'ORDER BY p.%5$I RETURNING %5$I',
        rule_table, replace(columns, 'p.', ''), columns, same_key, id,
        replace(replace(same_key, 'w.', 'o.'), '&&', '='))
        USING rule_id;
END;
$$;
COMMENT ON FUNCTION licence_home.withdraw_rule(regclass, bigint, text) IS
'Takes back a rule. kind null: one that has not begun. void (as null): it never counted. A copy of what was closed for it (the row of the same key that ends on its first day) takes its days. Gives the ids of the copies, none where it followed nothing. corrected: the row that the caller inserts in the same transaction counts in its place, for old cases too. from_today: it ends today, and open cases keep it. What else was written for that change is taken back in the same transaction. LH011 for a rule that has begun (kind null) or is withdrawn. LH019 for none of that id, 42809 for a table whose rules are taken back otherwise. At the end of the transaction LH012 and LH013 as for every rule.';
CALL licence_home_internal.make_function('licence_home.withdraw_rule(regclass, bigint, text)', 'admin');

CREATE FUNCTION licence_home.withdraw_map(valid_from date) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    resumed bigint;
BEGIN
    IF (valid_from > licence_home.today() AND isfinite(valid_from)) IS NOT TRUE THEN
        RAISE EXCEPTION 'a map that begins on % cannot be taken back', coalesce(to_char(valid_from, 'YYYY-MM-DD'), 'no day')
            USING ERRCODE = 'LH011', TABLE = 'zone', COLUMN = 'valid',
                  DETAIL = 'Cases may have been judged by a map from its first day on.',
                  HINT = 'Only a map whose first day is still to come is taken back; import the one that is to follow it with a coming day.';
    END IF;
    UPDATE licence_home.zone AS z SET withdrawal = 'void'
    WHERE z.withdrawn_at IS NULL AND lower(z.valid) = valid_from;
    -- or the map ends there, with none to follow
    IF NOT FOUND AND NOT EXISTS (SELECT FROM licence_home.zone AS z WHERE z.withdrawn_at IS NULL AND upper(z.valid) = valid_from) THEN
        RAISE EXCEPTION 'no map begins on %', CASE WHEN valid_from < '294000-01-01' THEN to_char(valid_from, 'YYYY-MM-DD') ELSE valid_from::text END
            USING ERRCODE = 'LH019', TABLE = 'zone',
                  HINT = 'SELECT DISTINCT lower(valid) FROM licence_home.zone WHERE withdrawn_at IS NULL lists their first days.';
    END IF;
    INSERT INTO licence_home.zone (geom, class, provisions, valid, source, certainty, instrument)
    SELECT z.geom, z.class, z.provisions, daterange(valid_from, NULL), z.source, z.certainty, z.instrument
    FROM licence_home.zone AS z
    WHERE z.withdrawn_at IS NULL AND upper(z.valid) = valid_from
    ORDER BY z.zone_id;
    GET DIAGNOSTICS resumed = ROW_COUNT;
    RETURN resumed;
END;
$$;
COMMENT ON FUNCTION licence_home.withdraw_map(date) IS
'Takes back a zoning map that has not begun, by its first day. Its zones are withdrawn and those that were to end there go on; gives their number. Also the end of the map (end_map) on a coming day. LH011, LH019.';
CALL licence_home_internal.make_function('licence_home.withdraw_map(date)', 'admin');

-- ---------------------------------------------------------------------
-- Ending a rule with nothing in its place.  Where each day needs a rule, to
-- close the last one without a successor is refused, unless one of these
-- functions does it (src/rules/ending.c).
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.end_rule(rule_table regclass, rule_id bigint, ends date) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_end_rule'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.end_rule(regclass, bigint, date) IS
'Lets a rule end before a day with nothing in its place, also where nobody can be served without it. resume_rule() lets it go on. LH019: no such rule reaches that day; LH011: a case was judged by it later; 42809: its rules do not end one by one.';
CALL licence_home_internal.make_function('licence_home.end_rule(regclass, bigint, date)', 'admin');

CREATE FUNCTION licence_home.end_workflow(workflow text, version integer, ends date) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_end_workflow'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.end_workflow(text, integer, date) IS
'Lets a published version of a workflow end before a day with none in its place. From then on nobody submits; cases that were submitted go on. A copy (copy_workflow) that is published for those days takes it back. LH019, LH011.';
CALL licence_home_internal.make_function('licence_home.end_workflow(text, integer, date)', 'admin');

CREATE FUNCTION licence_home.resume_rule(rule_table regclass, rule_id bigint) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name constant name := (SELECT c.relname FROM pg_class AS c JOIN pg_trigger AS t ON t.tgrelid = c.oid AND t.tgname = 'rule_coverage'
        WHERE c.oid = rule_table AND c.relnamespace = 'licence_home'::regnamespace);
    id constant name := name || '_id';
    columns text;
    copy bigint;
BEGIN
    SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum)
    INTO columns
    FROM pg_attribute AS a
    WHERE a.attrelid = rule_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname <> ALL (ARRAY[id, 'valid', 'recorded_at', 'recorded_by', 'session_role', 'closed_at', 'withdrawn_at',
            'withdrawal']);
    IF NOT EXISTS (SELECT FROM pg_attribute AS a
        WHERE a.attrelid = rule_table AND a.attname = id AND NOT a.attisdropped) THEN
        RAISE EXCEPTION 'a rule of % does not go on one by one', coalesce(rule_table::text, 'no table')
            USING ERRCODE = 'wrong_object_type',
                  HINT = 'A workflow is copied and published: licence_home.copy_workflow(); a map is imported, or taken back: licence_home.withdraw_map().';
    END IF;
    EXECUTE format('INSERT INTO %1$s (valid, %2$s) SELECT daterange(upper(r.valid), NULL), %2$s FROM %1$s AS r '
        'WHERE r.%3$I = $1 AND r.withdrawn_at IS NULL AND NOT upper_inf(r.valid) RETURNING %3$I', rule_table, columns, id)
        INTO copy USING rule_id;
    IF copy IS NULL THEN
        RAISE EXCEPTION '% does not end', concat(id, ' ', coalesce(rule_id::text, 'null'))
            USING ERRCODE = 'LH019', TABLE = name, HINT = format('SELECT %I, valid FROM %s lists the rules.', id, rule_table);
    END IF;
    RETURN copy;
END;
$$;
COMMENT ON FUNCTION licence_home.resume_rule(regclass, bigint) IS
'Lets a rule that ends go on: inserts a copy from the day on which it ends, without an end; gives its id. LH019 for a rule that does not end; LH012 at the end of the transaction where another follows it.';
CALL licence_home_internal.make_function('licence_home.resume_rule(regclass, bigint)', 'admin');

CREATE FUNCTION licence_home.copy_workflow(workflow text, version integer, valid daterange) RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    new_version constant integer := (SELECT max(w.version) + 1 FROM licence_home.workflow AS w WHERE w.workflow = copy_workflow.workflow);
    part name;
    columns text;
BEGIN
    IF NOT EXISTS (SELECT FROM licence_home.workflow AS w WHERE w.workflow = copy_workflow.workflow AND w.version = copy_workflow.version) THEN
        RAISE EXCEPTION 'there is no workflow "%" version %', coalesce(copy_workflow.workflow, 'null'), coalesce(copy_workflow.version::text, 'null')
            USING ERRCODE = 'LH019', TABLE = 'workflow', HINT = 'SELECT workflow, version FROM licence_home.workflow lists them.';
    END IF;
    FOREACH part IN ARRAY ARRAY['workflow', 'workflow_state', 'workflow_transition', 'workflow_evidence', 'workflow_separation',
        'workflow_counter', 'workflow_change', 'workflow_conflict'] LOOP
        SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum) INTO columns
        FROM pg_attribute AS a
        WHERE a.attrelid = ('licence_home.' || part)::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            AND a.attname NOT IN ('version', 'valid', 'published_at', 'recorded_at', 'recorded_by', 'session_role', 'closed_at', 'withdrawn_at',
                'withdrawal');
        EXECUTE format('INSERT INTO licence_home.%I (version, %s %s) SELECT $3, %s %s FROM licence_home.%1$I AS r WHERE r.workflow = $1 AND r.version = $2',
            part, CASE part WHEN 'workflow' THEN 'valid,' END, columns, CASE part WHEN 'workflow' THEN '$4,' END, columns)
            USING copy_workflow.workflow, copy_workflow.version, new_version, copy_workflow.valid;
    END LOOP;
    RETURN new_version;
END;
$$;
COMMENT ON FUNCTION licence_home.copy_workflow(text, integer, daterange) IS
'Copies a version of a workflow, withdrawn or not, as the draft of the next one, to be valid in the days given. Gives its number. UPDATE licence_home.workflow SET published_at = licence_home.now() puts it in force. LH019 where there is no such version.';
CALL licence_home_internal.make_function('licence_home.copy_workflow(text, integer, daterange)', 'admin');
