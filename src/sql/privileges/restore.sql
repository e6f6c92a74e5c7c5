-- ---------------------------------------------------------------------
-- Dump and restore.
--
-- Every table's rows are the municipality's own, and every identity or
-- sequence goes on where it was: pg_dump takes both. While a restore copies
-- them, the triggers of src/restore.c silence all other triggers and foreign
-- keys. make_table() sees to both. sql/catalogue.sql tests that no table is
-- forgotten.
-- ---------------------------------------------------------------------

-- What a dump says of itself: see below.
CREATE TABLE licence_home.restored_rows (
    table_name text PRIMARY KEY,
    row_count  bigint NOT NULL,
    dumped_at  timestamptz NOT NULL
);
COMMENT ON TABLE licence_home.restored_rows IS
'How many rows each table had in the dump from which this database was restored, and when that was made. Empty where it was not restored. verify_restore() holds the tables against it.';
CALL licence_home_internal.make_table('licence_home.restored_rows');
COMMENT ON COLUMN licence_home.restored_rows.table_name IS 'the table; sms_message and sms_trail are views over several';
COMMENT ON COLUMN licence_home.restored_rows.row_count IS 'the rows that the dump has of it';
COMMENT ON COLUMN licence_home.restored_rows.dumped_at IS 'when the dump began, by the machine''s clock';

-- What would keep a dump from being restored is refused (src/ddl_check.c).
CREATE FUNCTION licence_home_internal.check_ddl() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'licence_home_check_ddl' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.check_ddl() IS
'Refuses another column, name or schema for what belongs to the extension: a dump could not be restored (2BP01).';
CALL licence_home_internal.make_function('licence_home_internal.check_ddl()');
CREATE EVENT TRIGGER licence_home_ddl ON ddl_command_start
    WHEN TAG IN ('ALTER TABLE', 'ALTER VIEW', 'ALTER SEQUENCE', 'ALTER SCHEMA', 'ALTER TYPE', 'ALTER DOMAIN',
        'ALTER FUNCTION', 'ALTER PROCEDURE', 'ALTER ROUTINE', 'ALTER AGGREGATE', 'ALTER OPERATOR CLASS',
        'ALTER OPERATOR FAMILY')
    EXECUTE FUNCTION licence_home_internal.check_ddl();
COMMENT ON EVENT TRIGGER licence_home_ddl IS
'Keeps the extension''s objects as CREATE EXTENSION made them, so that dumps can be restored.';

-- ---------------------------------------------------------------------
-- A dump carries the numbers of its rows.
--
-- row_counts counts the rows that are never deleted. pg_dump writes the same
-- counts in the place of the rows of restored_rows. It puts a table's condition
-- behind "SELECT … FROM licence_home.restored_rows", in the dump's own
-- snapshot. So the numbers fit the rows that they count, and no step keeps a
-- counter.
--
-- Tables are found by the trigger that refuses to delete.  The drafts of workflows
-- can be deleted, and messages move to the history: these are counted apart.
-- ---------------------------------------------------------------------
CREATE PROCEDURE licence_home_internal.count_rows()
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    counts text;
BEGIN
    SELECT string_agg(format('SELECT %L::text AS table_name, count(*) AS row_count FROM licence_home.%I AS t%s', c.relname, c.relname,
        CASE WHEN c.relname = 'workflow' THEN ' WHERE t.published_at IS NOT NULL'
            WHEN c.relname LIKE 'workflow\_%' THEN ' JOIN licence_home.workflow AS w ON w.workflow = t.workflow'
                ' AND w.version = t.version AND w.published_at IS NOT NULL'
            ELSE '' END), ' UNION ALL ' ORDER BY c.relname)
    INTO counts
    FROM pg_class AS c
    WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
      AND c.relname NOT IN ('sms_message_text', 'sms_history', 'sms_attempt', 'sms_delivery_report', 'sms_intervention')
      AND EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal
          AND g.tgtype & 3 = 3 AND g.tgtype & 8 = 8);      -- BEFORE, for each row, DELETE
    counts := counts || $q$
        UNION ALL SELECT 'sms_message',
            (SELECT count(*) FROM licence_home.sms_message_text) + (SELECT count(*) FROM licence_home.sms_history)
        UNION ALL SELECT 'sms_trail',
            (SELECT count(*) FROM licence_home.sms_attempt) + (SELECT count(*) FROM licence_home.sms_delivery_report)
            + (SELECT count(*) FROM licence_home.sms_intervention)
            + (SELECT coalesce(sum(jsonb_array_length(h.trail)), 0)::bigint FROM licence_home.sms_history AS h)$q$;
    EXECUTE 'CREATE OR REPLACE VIEW licence_home.row_counts WITH (security_invoker = true) AS ' || counts;
    -- (pg_dump reads no view: CVE-2024-7348)
    PERFORM pg_extension_config_dump('licence_home.restored_rows', format(
        'WHERE false UNION ALL SELECT c.table_name, c.row_count, pg_catalog.now() FROM (%s) AS c', counts));
END $$;
COMMENT ON PROCEDURE licence_home_internal.count_rows() IS
'Internal: makes the view row_counts, and what a dump has of it, of the tables that there are. An update that makes a table calls it.';
CALL licence_home_internal.make_function('licence_home_internal.count_rows()');
CALL licence_home_internal.count_rows();
COMMENT ON VIEW licence_home.row_counts IS
'How many rows there are of each table whose rows are never deleted. Of workflows those that were published. sms_message counts messages wherever they are, sms_trail what happened to them.';
CALL licence_home_internal.make_view('licence_home.row_counts');

-- What the restore did not check on the way.
CREATE FUNCTION licence_home_internal.restore_defects()
    RETURNS TABLE (table_name text, defect text, row_key text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT r.table_name, format('the dump of %s had %s rows, and here are %s', r.dumped_at, r.row_count,
            coalesce(c.row_count, 0)), NULL::text
        FROM licence_home.restored_rows AS r
        LEFT JOIN licence_home.row_counts AS c ON c.table_name = r.table_name
        WHERE coalesce(c.row_count, 0) < r.row_count
        UNION ALL
        SELECT 'application', 'its applicant is missing', a.application_no::text
        FROM licence_home.application AS a
        WHERE NOT EXISTS (SELECT FROM licence_home.applicant AS p WHERE p.applicant_id = a.applicant_id)
        UNION ALL
        SELECT t.table_name, 'its applicant is missing', t.row_key
        FROM (
            SELECT 'agency', applicant_id, agency_id::text FROM licence_home.agency
            UNION ALL SELECT 'counter_act', applicant_id, counter_act_id::text FROM licence_home.counter_act
            UNION ALL SELECT 'representative_proof', applicant_id, representative_proof_id::text FROM licence_home.representative_proof
            UNION ALL SELECT 'applicant_event', applicant_id, event_no::text FROM licence_home.applicant_event
            UNION ALL SELECT 'licence_holder', applicant_id, licence_no::text FROM licence_home.licence_holder
            UNION ALL SELECT 'breach_person', applicant_id, breach_person_id::text FROM licence_home.breach_person
            UNION ALL SELECT 'sms_message_text', applicant_id, message_id::text FROM licence_home.sms_message_text
            UNION ALL SELECT 'owner_withdrawal', owner_id, owner_withdrawal_id::text FROM licence_home.owner_withdrawal
        ) AS t (table_name, applicant_id, row_key)
        WHERE NOT EXISTS (SELECT FROM licence_home.applicant AS p WHERE p.applicant_id = t.applicant_id)
        UNION ALL
        SELECT t.table_name, 'its agency is missing', t.row_key
        FROM (
            SELECT 'counter_act', agency_id, counter_act_id::text FROM licence_home.counter_act
            UNION ALL SELECT 'acting_record', agency_id, acting_no::text FROM licence_home.acting_record
        ) AS t (table_name, agency_id, row_key)
        WHERE t.agency_id IS NOT NULL AND NOT EXISTS (SELECT FROM licence_home.agency AS y WHERE y.agency_id = t.agency_id)
        UNION ALL
        SELECT t.table_name, 'its official is missing', t.row_key
        FROM (
            SELECT 'case_assignment', official, case_assignment_id::text FROM licence_home.case_assignment
            UNION ALL SELECT 'committee_member', official, committee_session_id::text || '/' || official FROM licence_home.committee_member
        ) AS t (table_name, official, row_key)
        WHERE NOT EXISTS (SELECT FROM licence_home.official AS o WHERE o.official = t.official)
        UNION ALL
        -- who did it, in which role, by which login: all of them, or nobody did it
        SELECT t.table_name, 'of the person, the role and the login some are missing', t.row_key
        FROM (
            SELECT 'document', num_nulls(reviewed_by, reviewed_role, reviewed_session_role, reviewed_at), document_id::text FROM licence_home.document
            UNION ALL SELECT 'external_approval', num_nulls(reviewed_by, reviewed_role, reviewed_session_role, reviewed_at),
                external_approval_id::text FROM licence_home.external_approval
            UNION ALL SELECT 'inspection', num_nulls(closed_by, closed_role, closed_session_role, closed_at), inspection_id::text
                FROM licence_home.inspection
            UNION ALL SELECT 'agency', num_nulls(accepted_by, accepted_role, accepted_session_role, accepted_at), agency_id::text FROM licence_home.agency
            UNION ALL SELECT 'agency', num_nulls(ended_by, ended_role, ended_session_role, ended_at), agency_id::text FROM licence_home.agency
        ) AS t (table_name, missing, row_key)
        WHERE t.missing NOT IN (0, 4)
        UNION ALL
        SELECT 'application', 'its workflow is missing', a.application_no::text
        FROM licence_home.application AS a
        WHERE a.workflow_version IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.workflow AS w
                          WHERE w.workflow = a.workflow AND w.version = a.workflow_version)
        UNION ALL
        SELECT 'application', 'its state is not one of its workflow', a.application_no::text
        FROM licence_home.application AS a
        WHERE a.workflow_version IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.workflow_state AS s
                          WHERE s.workflow = a.workflow AND s.version = a.workflow_version AND s.state = a.state)
        UNION ALL
        SELECT 'application', format('it waits for %s, and not for %s', coalesce(w.required, 'nobody'), coalesce(w.observed, 'nobody')),
            w.application_no::text
        FROM licence_home_internal.waiting_defects() AS w
        UNION ALL
        SELECT e.table_name, 'its application is missing', e.row_key
        FROM (
            SELECT 'application_event', application_no, event_no::text FROM licence_home.application_event
            UNION ALL SELECT 'document', application_no, document_id::text FROM licence_home.document
            UNION ALL SELECT 'application_finding', application_no, finding_id::text FROM licence_home.application_finding
            UNION ALL SELECT 'inspection', application_no, inspection_id::text FROM licence_home.inspection
            UNION ALL SELECT 'decision', application_no, decision_id::text FROM licence_home.decision
            UNION ALL SELECT 'approval_requirement', application_no, approval_requirement_id::text FROM licence_home.approval_requirement
            UNION ALL SELECT 'external_approval', application_no, external_approval_id::text FROM licence_home.external_approval
            UNION ALL SELECT 'invoice', application_no, invoice_no::text FROM licence_home.invoice
            UNION ALL SELECT 'licence', application_no, licence_no::text FROM licence_home.licence
            UNION ALL SELECT 'licence_term', application_no, licence_no::text || '/' || term_no::text FROM licence_home.licence_term
            UNION ALL SELECT 'licence_version', application_no, licence_no::text || '/' || version_no::text FROM licence_home.licence_version
            UNION ALL SELECT 'licence_standing', application_no, licence_no::text || '/' || standing_no::text FROM licence_home.licence_standing
            UNION ALL SELECT 'payment_reversal', application_no, payment_reversal_id::text FROM licence_home.payment_reversal
            UNION ALL SELECT 'payment_refund', application_no, payment_refund_id::text FROM licence_home.payment_refund
            UNION ALL SELECT 'refund_task', application_no, refund_task_id::text FROM licence_home.refund_task
            UNION ALL SELECT 'unpaid_decision', application_no, unpaid_decision_id::text FROM licence_home.unpaid_decision
            UNION ALL SELECT 'money_entry', application_no, entry_no::text FROM licence_home.money_entry
            UNION ALL SELECT 'case_recusal', application_no, case_recusal_id::text FROM licence_home.case_recusal
            UNION ALL SELECT 'case_assignment', application_no, case_assignment_id::text FROM licence_home.case_assignment
            UNION ALL SELECT 'case_note', application_no, case_note_id::text FROM licence_home.case_note
            UNION ALL SELECT 'counter_act', application_no, counter_act_id::text FROM licence_home.counter_act
            UNION ALL SELECT 'attachment', application_no, attachment_id::text FROM licence_home.attachment
            UNION ALL SELECT 'visit_report', application_no, client_ref::text FROM licence_home.visit_report
            UNION ALL SELECT 'committee_agenda', application_no, committee_agenda_id::text FROM licence_home.committee_agenda
            UNION ALL SELECT 'agency', only_case, agency_id::text FROM licence_home.agency
            UNION ALL SELECT 'representative_proof', application_no, representative_proof_id::text FROM licence_home.representative_proof
            UNION ALL SELECT 'owner_withdrawal', application_no, owner_withdrawal_id::text FROM licence_home.owner_withdrawal
            UNION ALL SELECT 'carried_evidence', application_no, application_no::text || '/' || kind || '/' || evidence_id::text FROM licence_home.carried_evidence
            UNION ALL SELECT 'carried_evidence', from_application, application_no::text || '/' || kind || '/' || evidence_id::text FROM licence_home.carried_evidence
            UNION ALL SELECT 'licence_copy', application_no, licence_no::text || '/' || copy_no::text FROM licence_home.licence_copy
            UNION ALL SELECT 'report_fact', application_no, application_no::text || '/' || case_event::text FROM licence_home.report_fact
            UNION ALL SELECT 'case_deadline', application_no, deadline_no::text FROM licence_home.case_deadline
            UNION ALL SELECT 'sms_message_text', application_no, message_id::text FROM licence_home.sms_message_text
            UNION ALL SELECT 'sms_history', application_no, message_id::text FROM licence_home.sms_history
        ) AS e (table_name, application_no, row_key)
        WHERE e.application_no IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.application AS a WHERE a.application_no = e.application_no)
        UNION ALL
        SELECT t.table_name, 'its licence is missing', t.row_key
        FROM (
            SELECT 'application', licence_no, application_no::text FROM licence_home.application
            UNION ALL SELECT 'licence', succeeds, licence_no::text FROM licence_home.licence
            UNION ALL SELECT 'licence_term', licence_no, licence_no::text || '/' || term_no::text FROM licence_home.licence_term
            UNION ALL SELECT 'licence_version', licence_no, licence_no::text || '/' || version_no::text FROM licence_home.licence_version
            UNION ALL SELECT 'licence_standing', licence_no, licence_no::text || '/' || standing_no::text FROM licence_home.licence_standing
            UNION ALL SELECT 'licence_copy', licence_no, licence_no::text || '/' || copy_no::text FROM licence_home.licence_copy
        ) AS t (table_name, licence_no, row_key)
        WHERE t.licence_no IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.licence AS l WHERE l.licence_no = t.licence_no)
        UNION ALL
        SELECT 'licence', d.defect, l.licence_no::text
        FROM licence_home.licence AS l
        CROSS JOIN LATERAL (VALUES
            ('it has no term', NOT EXISTS (SELECT FROM licence_home.licence_term AS t WHERE t.licence_no = l.licence_no AND t.term_no = 1)),
            ('it has no facts', NOT EXISTS (SELECT FROM licence_home.licence_version AS v WHERE v.licence_no = l.licence_no AND v.version_no = 1)),
            ('it has no standing', NOT EXISTS (SELECT FROM licence_home.licence_standing AS s WHERE s.licence_no = l.licence_no AND s.standing_no = 1))
        ) AS d (defect, broken)
        WHERE d.broken
        UNION ALL
        SELECT 'licence_term', 'it does not begin where the one before ends', t.licence_no::text || '/' || t.term_no::text
        FROM licence_home.licence_term AS t
        WHERE t.follows IS NOT NULL AND NOT EXISTS (SELECT FROM licence_home.licence_term AS b
            WHERE b.licence_no = t.licence_no AND b.term_no = t.follows AND b.ends = t.starts)
        UNION ALL
        SELECT 'licence_version', 'its holder is missing', v.licence_no::text || '/' || v.version_no::text
        FROM licence_home.licence_version AS v
        WHERE NOT EXISTS (SELECT FROM licence_home.applicant AS p WHERE p.applicant_id = v.applicant_id)
        UNION ALL
        SELECT t.table_name, 'its version is missing', t.row_key
        FROM (
            SELECT 'licence_holder', licence_no, version_no, licence_no::text || '/' || version_no::text FROM licence_home.licence_holder
            UNION ALL SELECT 'licence_copy', licence_no, version_no, licence_no::text || '/' || copy_no::text FROM licence_home.licence_copy
        ) AS t (table_name, licence_no, version_no, row_key)
        WHERE NOT EXISTS (SELECT FROM licence_home.licence_version AS v
            WHERE v.licence_no = t.licence_no AND v.version_no = t.version_no)
        UNION ALL
        SELECT t.table_name, 'its term is missing', t.row_key
        FROM (
            SELECT 'licence_copy', licence_no, term_no, licence_no::text || '/' || copy_no::text FROM licence_home.licence_copy
            UNION ALL SELECT 'reminder', licence_no, term_no, licence_no::text || '/' || term_no::text || '/' || days_before::text
                FROM licence_home.reminder
        ) AS t (table_name, licence_no, term_no, row_key)
        WHERE NOT EXISTS (SELECT FROM licence_home.licence_term AS l
            WHERE l.licence_no = t.licence_no AND l.term_no = t.term_no)
        UNION ALL
        SELECT 'reminder', 'its run is missing', m.licence_no::text || '/' || m.term_no::text || '/' || m.days_before::text
        FROM licence_home.reminder AS m
        WHERE NOT EXISTS (SELECT FROM licence_home.reminder_run AS r WHERE r.run_no = m.run_no)
        UNION ALL
        SELECT t.table_name, 'its import is missing', t.row_key
        FROM (
            SELECT 'licence', import_no, licence_no::text FROM licence_home.licence
            UNION ALL SELECT 'licence_term', import_no, licence_no::text || '/' || term_no::text FROM licence_home.licence_term
            UNION ALL SELECT 'licence_version', import_no, licence_no::text || '/' || version_no::text FROM licence_home.licence_version
            UNION ALL SELECT 'licence_standing', import_no, licence_no::text || '/' || standing_no::text FROM licence_home.licence_standing
            UNION ALL SELECT 'import_rejected', import_no, import_no::text || '/' || row_no::text FROM licence_home.import_rejected
        ) AS t (table_name, import_no, row_key)
        WHERE t.import_no IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.licence_import AS i WHERE i.import_no = t.import_no)
        UNION ALL
        SELECT t.table_name, 'its inspection is missing', t.row_key
        FROM (
            SELECT 'inspection_finding', inspection_id, inspection_finding_id::text FROM licence_home.inspection_finding
            UNION ALL SELECT 'attachment', inspection_id, attachment_id::text FROM licence_home.attachment
            UNION ALL SELECT 'visit_report', inspection_id, client_ref::text FROM licence_home.visit_report
        ) AS t (table_name, inspection_id, row_key)
        WHERE t.inspection_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.inspection AS i WHERE i.inspection_id = t.inspection_id)
        UNION ALL
        SELECT 'attachment', 'its finding is missing', a.attachment_id::text
        FROM licence_home.attachment AS a
        WHERE a.inspection_finding_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.inspection_finding AS f WHERE f.inspection_finding_id = a.inspection_finding_id)
        UNION ALL
        SELECT t.table_name, 'its session is missing', t.row_key
        FROM (
            SELECT 'committee_agenda', committee_session_id, committee_agenda_id::text FROM licence_home.committee_agenda
            UNION ALL SELECT 'committee_agenda', next_session, committee_agenda_id::text FROM licence_home.committee_agenda
            UNION ALL SELECT 'committee_member', committee_session_id, committee_session_id::text || '/' || official FROM licence_home.committee_member
        ) AS t (table_name, committee_session_id, row_key)
        WHERE t.committee_session_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.committee_session AS s WHERE s.committee_session_id = t.committee_session_id)
        UNION ALL
        SELECT 'committee_agenda', 'its decision is missing', a.committee_agenda_id::text
        FROM licence_home.committee_agenda AS a
        WHERE a.decision_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.decision AS d WHERE d.decision_id = a.decision_id)
        UNION ALL
        SELECT 'breach_person', 'its breach is missing', p.breach_person_id::text
        FROM licence_home.breach_person AS p
        WHERE NOT EXISTS (SELECT FROM licence_home.breach AS b WHERE b.breach_id = p.breach_id)
        UNION ALL
        SELECT 'invoice_line', 'its invoice is missing', l.invoice_no::text || '/' || l.line_no::text
        FROM licence_home.invoice_line AS l
        WHERE NOT EXISTS (SELECT FROM licence_home.invoice AS i WHERE i.invoice_no = l.invoice_no)
        UNION ALL
        SELECT 'payment', 'its invoice is missing', p.payment_id::text
        FROM licence_home.payment AS p
        WHERE NOT EXISTS (SELECT FROM licence_home.invoice AS i WHERE i.invoice_no = p.invoice_no)
        UNION ALL
        SELECT 'payment_reversal', 'its payment is missing', r.payment_reversal_id::text
        FROM licence_home.payment_reversal AS r
        WHERE NOT EXISTS (SELECT FROM licence_home.payment AS p WHERE p.payment_id = r.payment_id)
        UNION ALL
        SELECT t.table_name, 'its invoice is missing', t.row_key
        FROM (
            SELECT 'payment_refund', invoice_no, payment_refund_id::text FROM licence_home.payment_refund
            UNION ALL SELECT 'payment_reversal', invoice_no, payment_reversal_id::text FROM licence_home.payment_reversal
            UNION ALL SELECT 'refund_task', invoice_no, refund_task_id::text FROM licence_home.refund_task
            UNION ALL SELECT 'unpaid_decision', invoice_no, unpaid_decision_id::text FROM licence_home.unpaid_decision
            UNION ALL SELECT 'money_entry', account, entry_no::text FROM licence_home.money_entry
            UNION ALL SELECT 'invoice', account, invoice_no::text FROM licence_home.invoice
            UNION ALL SELECT 'licence_term', invoice_no, licence_no::text || '/' || term_no::text FROM licence_home.licence_term
        ) AS t (table_name, invoice_no, row_key)
        WHERE t.invoice_no IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.invoice AS i WHERE i.invoice_no = t.invoice_no)
        UNION ALL
        SELECT 'rule_journal', 'its proposal is missing', j.entry_no::text
        FROM licence_home.rule_journal AS j
        WHERE j.rule_proposal_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.rule_proposal AS p WHERE p.rule_proposal_id = j.rule_proposal_id)
        UNION ALL
        SELECT 'application', 'its deadline is missing', a.application_no::text
        FROM licence_home.application AS a
        WHERE a.due_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.current_deadline AS d WHERE d.application_no = a.application_no)
        UNION ALL
        SELECT DISTINCT t.table_name, 'its deadline is missing', t.row_key
        FROM (
            SELECT 'deadline_told', deadline_no, deadline_no::text || '/' || message_id::text FROM licence_home.deadline_told
            UNION ALL SELECT 'sms_message_text', deadline_no, message_id::text FROM licence_home.sms_message_text
            UNION ALL SELECT 'sms_history', deadline_no, message_id::text FROM licence_home.sms_history
        ) AS t (table_name, deadline_no, row_key)
        WHERE t.deadline_no IS NOT NULL
          AND NOT EXISTS (SELECT FROM licence_home.case_deadline AS d WHERE d.deadline_no = t.deadline_no)
        UNION ALL
        SELECT 'sms_message_text', 'it is neither in the queue nor accepted', m.message_id::text
        FROM licence_home.sms_status AS m
        WHERE m.status IS NULL
        UNION ALL
        SELECT m.table_name, 'its message is missing', m.message_id::text
        FROM (
            SELECT 'sms_queue', message_id FROM licence_home.sms_queue
            UNION SELECT 'sms_attempt', message_id FROM licence_home.sms_attempt
            UNION SELECT 'sms_delivery_report', message_id FROM licence_home.sms_delivery_report
            UNION SELECT 'sms_intervention', message_id FROM licence_home.sms_intervention
        ) AS m (table_name, message_id)
        WHERE NOT EXISTS (SELECT FROM licence_home.sms_message_text AS l WHERE l.message_id = m.message_id)
        UNION ALL
        SELECT w.table_name, 'its workflow is missing', w.workflow || ' ' || w.version::text
        FROM (
            SELECT DISTINCT 'workflow_state', workflow, version FROM licence_home.workflow_state
            UNION ALL SELECT DISTINCT 'workflow_transition', workflow, version FROM licence_home.workflow_transition
            UNION ALL SELECT DISTINCT 'workflow_evidence', workflow, version FROM licence_home.workflow_evidence
            UNION ALL SELECT DISTINCT 'workflow_counter', workflow, version FROM licence_home.workflow_counter
            UNION ALL SELECT DISTINCT 'workflow_change', workflow, version FROM licence_home.workflow_change
            UNION ALL SELECT DISTINCT 'workflow_conflict', workflow, version FROM licence_home.workflow_conflict
            UNION ALL SELECT DISTINCT 'workflow_separation', workflow, version FROM licence_home.workflow_separation
        ) AS w (table_name, workflow, version)
        WHERE NOT EXISTS (SELECT FROM licence_home.workflow AS p
                          WHERE p.workflow = w.workflow AND p.version = w.version)
        UNION ALL
        SELECT w.table_name, 'its state is missing', w.workflow || ' ' || w.version::text || ' ' || w.state
        FROM (
            SELECT 'workflow_transition', workflow, version, from_state FROM licence_home.workflow_transition
            UNION SELECT 'workflow_transition', workflow, version, to_state FROM licence_home.workflow_transition
            UNION SELECT 'workflow_evidence', workflow, version, state FROM licence_home.workflow_evidence
        ) AS w (table_name, workflow, version, state)
        WHERE NOT EXISTS (SELECT FROM licence_home.workflow_state AS s
                          WHERE s.workflow = w.workflow AND s.version = w.version AND s.state = w.state)
        UNION ALL
        SELECT 'application_event', b.break, b.application_no::text
        FROM licence_home_internal.all_broken_events() AS b
        UNION ALL
        SELECT 'applicant_event', b.break, b.applicant_id::text
        FROM licence_home_internal.applicant_breaks() AS b;
    END;
COMMENT ON FUNCTION licence_home_internal.restore_defects() IS
'Internal: what verify_restore() gives, as the caller sees the rows.';
CALL licence_home_internal.make_function('licence_home_internal.restore_defects()');
CREATE FUNCTION licence_home.verify_restore()
    RETURNS TABLE (table_name text, defect text, row_key text)
    AS 'MODULE_PATHNAME', 'licence_home_verify_restore' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.verify_restore() IS
'Checks a restored database. No table has fewer rows than the dump had, every row''s parent is there, and every chain of events is whole. Every case is in a state of its workflow and has the deadline of that state. No row where all is well.';
CALL licence_home_internal.make_function('licence_home.verify_restore()', 'monitor');
