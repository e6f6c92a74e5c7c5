-- ---------------------------------------------------------------------
-- Rules as dated rows.
--
-- make_rule_table() gives each rule table the columns with which all of them end:
--
--   valid         the days on which the rule is in force, [from, to)
--   source        where the rule comes from: an article, the card, a paper
--   certainty     official, card, press, likely, or unknown
--   instrument    the instrument that says so
--   illustrative  true where nobody here knows the rule: replace it
--   recorded_at   when the row was written, by whom, and by which login
--   recorded_by
--   session_role
--   closed_at     when valid was last ended earlier
--   withdrawn_at  since when the row counts for no day
--   withdrawal    what kind of withdrawal: corrected, void, from_today
--
-- and two triggers in C (src/rules/). rule_trigger keeps a published row as it was.
-- rule_coverage refuses overlaps and, where every day must have an answer, gaps.
-- One dated row names another by its code, which rule_trigger looks up: before
-- PERIOD foreign keys (PostgreSQL 18) no constraint can follow dates.
--
--   corrected    the row was wrong, and its successor counts in its place, for old
--                cases too
--   void         the row never counted
--   from_today   the row counted until today, and cases that were submitted keep it:
--                rule_trigger ends valid on that day, and withdrawn_at stays null
--
-- So who asks which rule was in force asks for valid and withdrawn_at alone.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.rule_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_rule_trigger'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.rule_trigger() IS
'Trigger of every rule table: a published rule is closed or withdrawn, never edited or deleted. Its arguments say in which table each code must be found.';
CALL licence_home_internal.make_function('licence_home_internal.rule_trigger()');

CREATE FUNCTION licence_home_internal.rule_coverage() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_rule_coverage'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.rule_coverage() IS
'Deferred trigger of the rule tables: rules of one key do not overlap, and leave no gap where none may be.';
CALL licence_home_internal.make_function('licence_home_internal.rule_coverage()');

CREATE FUNCTION licence_home_internal.in_owner_scope() RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_in_owner_scope'
    LANGUAGE C STABLE;
COMMENT ON FUNCTION licence_home_internal.in_owner_scope() IS
'Internal: is this the extension''s own code at work? The triggers rule_coverage_ended and zone_ground ask.';
CALL licence_home_internal.make_function('licence_home_internal.in_owner_scope()', 'admin');

CREATE FUNCTION licence_home_internal.workflow_rows_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_workflow_rows_trigger'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.workflow_rows_trigger() IS
'Trigger of the tables of a workflow''s rows: those of a published version stay as they are.';
CALL licence_home_internal.make_function('licence_home_internal.workflow_rows_trigger()');

CREATE FUNCTION licence_home_internal.rule_journal() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_rule_journal'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.rule_journal() IS
'Trigger of every rule table: what was published, closed or withdrawn stands in rule_journal.';
CALL licence_home_internal.make_function('licence_home_internal.rule_journal()');

CREATE PROCEDURE licence_home_internal.add_journal(made regclass)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER rule_journal_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS written '
        'FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_journal()', made);
    EXECUTE format('CREATE TRIGGER rule_journal_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS before NEW TABLE AS written '
        'FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_journal()', made);
END $$;
COMMENT ON PROCEDURE licence_home_internal.add_journal(regclass) IS
'Internal: the triggers that write the journal of rules.';
CALL licence_home_internal.make_function('licence_home_internal.add_journal(regclass)');

CREATE PROCEDURE licence_home_internal.add_origin(made regclass)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format($q$
        ALTER TABLE %s
            ADD COLUMN source licence_home.visible_text NOT NULL,
            ADD COLUMN certainty text NOT NULL CHECK (certainty IN ('official', 'card', 'press', 'likely', 'unknown')),
            ADD COLUMN instrument licence_home.visible_text,
            ADD CONSTRAINT official_rule_names_its_instrument CHECK (certainty <> 'official' OR instrument IS NOT NULL)$q$, made);
END $$;
COMMENT ON PROCEDURE licence_home_internal.add_origin(regclass) IS
'Internal: the columns that say where a rule comes from.';
CALL licence_home_internal.make_function('licence_home_internal.add_origin(regclass)');

CREATE PROCEDURE licence_home_internal.add_record(made regclass)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format($q$
        ALTER TABLE %s
            ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT licence_home.now(),
            ADD COLUMN recorded_by text NOT NULL DEFAULT licence_home.actor(),
            ADD COLUMN session_role text NOT NULL DEFAULT session_user$q$, made);
END $$;
COMMENT ON PROCEDURE licence_home_internal.add_record(regclass) IS
'Internal: the columns that say when a rule was written, and by whom.';
CALL licence_home_internal.make_function('licence_home_internal.add_record(regclass)');

CREATE PROCEDURE licence_home_internal.make_rule_table(made regclass, covers text[], codes text[] DEFAULT '{}',
        keeps_some boolean DEFAULT false, readers text DEFAULT 'everyone')
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name constant name := (SELECT c.relname FROM pg_class AS c WHERE c.oid = made);
BEGIN
    EXECUTE format('ALTER TABLE %s ADD COLUMN valid daterange NOT NULL', made);
    CALL licence_home_internal.add_origin(made);
    EXECUTE format($q$ALTER TABLE %s ADD COLUMN illustrative boolean NOT NULL
        GENERATED ALWAYS AS (certainty = 'unknown') STORED$q$, made);
    CALL licence_home_internal.add_record(made);
    EXECUTE format($q$
        ALTER TABLE %1$s
            ADD COLUMN closed_at timestamptz,
            ADD COLUMN withdrawn_at timestamptz,
            ADD COLUMN withdrawal text CHECK (withdrawal IN ('corrected', 'void', 'from_today')),
            ADD CONSTRAINT %2$I CHECK (NOT isempty(valid)
                AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true)),
            ADD CONSTRAINT %3$I CHECK (CASE withdrawal WHEN 'from_today'
                THEN closed_at IS NOT NULL AND withdrawn_at IS NULL
                ELSE withdrawn_at IS NOT NULL OR withdrawal IS NULL END)$q$,
        made, name || '_valid_is_a_period', name || '_withdrawal_has_its_moment');
    CALL licence_home_internal.make_table(made, secured => false);

    EXECUTE format('CREATE TRIGGER rule_trigger BEFORE INSERT OR UPDATE OR DELETE ON %s '
        'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_trigger(%s)', made,
        (SELECT string_agg(quote_literal(a), ', ') FROM unnest(codes) AS a));
    EXECUTE format('CREATE TRIGGER rule_trigger_truncate BEFORE TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_trigger()', made);
    IF cardinality(covers) > 0 THEN
        EXECUTE format('CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON %s '
            'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(%s)', made,
            (SELECT string_agg(quote_literal(a), ', ') FROM unnest(covers) AS a));
    END IF;
    -- to close the last one without a successor is asked for by name (rules/ending.c)
    IF keeps_some OR covers[1] = 'gapless' THEN
        EXECUTE format('CREATE CONSTRAINT TRIGGER rule_coverage_ended AFTER UPDATE ON %s '
            'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW '
            'WHEN (NEW.valid IS DISTINCT FROM OLD.valid AND NOT licence_home_internal.in_owner_scope()) '
            'EXECUTE FUNCTION licence_home_internal.rule_coverage(%s)', made,
            (SELECT string_agg(quote_literal(a), ', ') FROM unnest('{ended}' || CASE WHEN keeps_some THEN '{}' ELSE covers[2:] END) AS a));
    END IF;
    IF keeps_some THEN
        EXECUTE format('CREATE CONSTRAINT TRIGGER rule_coverage_some AFTER UPDATE ON %s '
            'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.withdrawal IS NOT NULL) '
            'EXECUTE FUNCTION licence_home_internal.rule_coverage(''some'')', made);
    END IF;

    CALL licence_home_internal.add_journal(made);

    -- read by all, written by the administrator of rules
    EXECUTE format('GRANT SELECT ON %s TO %s', made, licence_home_internal.role_list(readers));
    CALL licence_home_internal.let_clients_write(made, 'admin', 'admin',
        ARRAY['recorded_at', 'recorded_by', 'session_role', 'closed_at']);
END $$;
COMMENT ON PROCEDURE licence_home_internal.make_rule_table(regclass, text[], text[], boolean, text) IS
'Internal: makes a table of dated rules of one that has its own columns alone. covers: the arguments of rule_coverage, {} for none. codes: pairs, a column and the "table.column" where its code must be found. keeps_some: a withdrawal leaves no day without any rule of the table. readers: the roles that read it.';
CALL licence_home_internal.make_function(
    'licence_home_internal.make_rule_table(regclass, text[], text[], boolean, text)');

CREATE PROCEDURE licence_home_internal.make_workflow_table(made regclass)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    CALL licence_home_internal.add_origin(made);
    CALL licence_home_internal.add_record(made);
    CALL licence_home_internal.make_table(made, secured => false);
    EXECUTE format('CREATE TRIGGER workflow_rows_trigger BEFORE INSERT OR UPDATE OR DELETE ON %s '
        'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.workflow_rows_trigger()', made);
    CALL licence_home_internal.add_journal(made);
    EXECUTE format('CREATE TRIGGER workflow_rows_trigger_truncate BEFORE TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.workflow_rows_trigger()', made);
    EXECUTE format('GRANT SELECT ON %s TO %s', made, licence_home_internal.role_list('everyone'));
    CALL licence_home_internal.let_clients_write(made, 'admin', 'admin', ARRAY['recorded_at', 'recorded_by', 'session_role'],
        watched => true);
END $$;
COMMENT ON PROCEDURE licence_home_internal.make_workflow_table(regclass) IS
'Internal: makes a table of a workflow''s rows, which are dated by their version, of one that has its own columns alone.';
CALL licence_home_internal.make_function('licence_home_internal.make_workflow_table(regclass)');
