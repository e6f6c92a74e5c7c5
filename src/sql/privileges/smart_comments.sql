-- ---------------------------------------------------------------------
-- Relations that no constraint says, for tools that read the catalogue.
--
-- Some tables have no foreign key on purpose (a step writes what it has just
-- locked), and views can have none. PostGraphile reads such relations, and
-- names that would clash with a table's, from lines at the head of a comment
-- that begin with @. Other tools show them as text.
-- ---------------------------------------------------------------------
DO $do$
DECLARE
    of_case constant text := '@foreignKey (application_no) references licence_home.application (application_no)';
    found record;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS relation, c.relkind, concat_ws(E'\n', '@primaryKey ' || v.key, v.reference) AS tags
        FROM (VALUES
            ('application_event', NULL, of_case),
            ('licence', NULL, of_case),
            ('sms_message_text', NULL, of_case),
            ('sms_history', NULL, of_case),
            ('sms_message', 'message_id', of_case),
            ('sms_status', 'message_id', of_case),
            ('sms_trail', NULL, '@foreignKey (message_id) references licence_home.sms_message_text (message_id)'),
            ('latest_document', 'document_id', of_case),
            ('latest_approval', 'external_approval_id', of_case),
            ('latest_inspection', 'inspection_id', of_case),
            ('latest_inspection_finding', 'inspection_finding_id',
                '@foreignKey (inspection_id) references licence_home.inspection (inspection_id)'),
            ('current_decision', 'decision_id', of_case),
            ('refundable', 'invoice_no', '@foreignKey (invoice_no) references licence_home.invoice (invoice_no)'),
            ('incomplete_payments', 'application_no', of_case),
            ('unpaid_licences', 'licence_no', of_case),
            ('money_entry', NULL, of_case),
            ('case_report', 'application_no', NULL),
            ('event_report', 'event_no', '@foreignKey (application_no) references licence_home.case_report (application_no)'),
            ('inspection_report', 'inspection_id', '@foreignKey (application_no) references licence_home.case_report (application_no)'),
            ('decision_report', 'decision_id', '@foreignKey (application_no) references licence_home.case_report (application_no)'),
            ('bill_report', 'invoice_no', '@foreignKey (application_no) references licence_home.case_report (application_no)'),
            -- no row is ever there
            ('types_sorted', NULL, '@omit'),
            ('types_hashed', NULL, '@omit')) AS v (name, key, reference)
        LEFT JOIN pg_class AS c ON c.relname = v.name AND c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
    LOOP
        EXECUTE format('COMMENT ON %s %s IS %L', CASE found.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, found.relation,
            concat_ws(E'\n', found.tags, obj_description(found.relation, 'pg_class')));
    END LOOP;

    -- a function and a table, or two functions, of one name
    FOR found IN
        SELECT v.signature::regprocedure AS function, v.name
        FROM (VALUES
            ('licence_home.zone_ruling(text, geometry, date)', 'zone_ruling_at'),
            ('licence_home.record_head(date)', 'head_of_day'),
            ('licence_home.record_payments(jsonb)', 'record_bank_file'),
            ('licence_home.verify_events()', 'verify_all_events')) AS v (signature, name)
    LOOP
        EXECUTE format('COMMENT ON FUNCTION %s IS %L', found.function,
            concat_ws(E'\n', '@name ' || found.name, obj_description(found.function, 'pg_proc')));
    END LOOP;
END $do$;
