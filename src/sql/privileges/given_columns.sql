-- ---------------------------------------------------------------------
-- What a client gives when it inserts (src/workflow/given_columns.c).
--
-- Clients insert into whole tables, since object mappers name every column.
-- Here stand the columns that the rules write, of each table into which a
-- client inserts; sql/given_columns.sql tries each of them.  Rule tables have
-- none but their numbers.
-- ---------------------------------------------------------------------
DO $$
DECLARE
    kept constant jsonb := '{
        "applicant": ["registered_at", "erased_at"],
        "application": ["application_no", "workflow_version", "district", "zone_class", "edition", "judged_on",
            "submitted_at", "state_since", "due_at", "closure_reason", "step_note", "events", "known_at", "created_at"],
        "document": ["recorded_at", "recorded_by", "at_event", "reviewed_at", "reviewed_by", "reviewed_at_event"],
        "external_approval": ["recorded_at", "recorded_by", "at_event", "reviewed_at", "reviewed_by",
            "reviewed_at_event"],
        "application_finding": ["found_value", "recorded_at", "recorded_by", "at_event", "settled_at_event"],
        "inspection": ["inspected_at", "measured_home_area_m2", "measured_work_area_m2", "findings", "recorded_at",
            "scheduled_until", "recorded_by", "at_event", "closed_at", "closed_by", "closed_at_event"],
        "inspection_finding": ["recorded_at", "recorded_by"],
        "decision": ["decided_as", "recorded_at", "recorded_by", "at_event"],
        "approval_requirement": ["recorded_at", "recorded_by", "ended_at_event"],
        "payment": ["recorded_at", "recorded_by"],
        "sms_gateway_credential": ["host"],
        "kannel_box": ["connected_at", "reported_at", "trouble"]}';
    found record;
    sequence regclass;
BEGIN
    FOR found IN
        SELECT c.oid, c.relname, kept -> c.relname::text AS columns,
            EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = c.oid
                    AND t.attname = 'certainty' AND NOT t.attisdropped) AS is_rule,
            (SELECT string_agg(DISTINCT a.grantee::regrole::text, ', ')
             FROM aclexplode(c.relacl) AS a
             WHERE a.privilege_type = 'INSERT' AND a.grantee <> c.relowner) AS clients
        FROM pg_class AS c
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
    LOOP
        CONTINUE WHEN found.clients IS NULL;
        IF found.columns IS NULL AND NOT found.is_rule THEN
            RAISE EXCEPTION 'nothing in given_columns.sql says what a client gives to %', found.relname;
        END IF;
        -- first of the row's triggers; the box's job alone says how it stands, in an UPDATE too
        EXECUTE format('CREATE TRIGGER a_given_columns BEFORE INSERT %s ON licence_home.%I '
            'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.given_columns(%s)',
            CASE found.relname WHEN 'kannel_box' THEN 'OR UPDATE' END, found.relname,
            (SELECT string_agg(quote_literal(k), ', ') FROM jsonb_array_elements_text(found.columns) AS k));
        -- currval() for those who insert, as drivers ask for the last number
        FOR sequence IN
            SELECT d.objid::regclass
            FROM pg_depend AS d
            JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
              AND d.refobjid = found.oid AND d.deptype = 'i'
        LOOP
            EXECUTE format('GRANT SELECT ON SEQUENCE %s TO %s', sequence, found.clients);
        END LOOP;
    END LOOP;
END $$;
