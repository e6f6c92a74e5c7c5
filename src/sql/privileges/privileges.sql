-- ---------------------------------------------------------------------
-- Who may do what.  The triggers decide about steps; here stands who comes
-- near which table, column and function at all.  sql/catalogue.sql walks the
-- catalogue and fails on an object that nothing here covers.
-- ---------------------------------------------------------------------

GRANT USAGE ON SCHEMA licence_home TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_cashier, licence_home_analyst,
    licence_home_admin, licence_home_sender, licence_home_monitor;

-- Functions: none for everybody, but those behind the types and operators.
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA licence_home, licence_home_internal FROM PUBLIC;

DO $$
DECLARE
    everyone constant text := 'licence_home_portal, licence_home_clerk, licence_home_inspector, '
        'licence_home_committee, licence_home_director, licence_home_cashier, licence_home_analyst, '
        'licence_home_admin, licence_home_sender';
    staff constant text := 'licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director';
    readers constant text := 'licence_home_portal, licence_home_clerk, licence_home_inspector, '
        'licence_home_committee, licence_home_director';
    for_everyone constant text[] := ARRAY[
        'fold_plain', 'fold_reference', 'fold_place', 'fold_name', 'class_key', 'parcel_key', 'is_visible', 'is_one_word',
        'now', 'today', 'city_time_zone', 'actor', 'acting_applicant', 'fill', 'plain', 'at_most', 'sms_parts', 'sms_split',
        'in_force', 'decider_name', 'day_name', 'ruling_name', 'end_of_day', 'is_working_day', 'working_hours_on', 'appointment_time', 'appointment_times', 'add_working_days', 'working_days_between', 'working_deadline', 'deadline_of',
        'in_wgs84', 'refuse_home', 'footprint_m2', 'refuse_srid_0', 'is_srid', 'single_part', 'usable_home', 'narrowing', 'zone_reach', 'zones_by', 'zones_near', 'home_place', 'class_ruling', 'every_class_ruling', 'is_zoned', 'place_verdict', 'place_ruling',
        'check_zones', 'zone_is', 'zone_words', 'zone_told', 'zone_finding', 'zone_ruling', 'ruling_at', 'every_place_ruling', 'permitted_professions', 'district_at', 'place_on', 'same_spot', 'same_value', 'same_paper', 'place_and_edition',
        'documents_where', 'documents_for', 'authorities_for', 'edition_on', 'profession_on', 'profession_once', 'decide', 'judge', 'judged_findings', 'assessed', 'decided_criteria', 'criterion_rows', 'criteria_for', 'explained',
        'assess', 'share_of', 'adjustments_for', 'price_list', 'price_of', 'fee_lines', 'fee_sum', 'fee', 'fee_total', 'verify_licence', 'sms_id', 'sms_host', 'sms_turn',
        'document_lacking', 'approval_lacking', 'area_limit', 'ruled_is', 'nationality_is', 'owner_approval_is',
        'external_approval_is', 'duplicate_is', 'home_total_is', 'on_site_is', 'criteria_lists'];
    -- what caseload_assessment() is made of: it reads as the caller
    of_the_caseload constant text[] := ARRAY[
        'case_inspected', 'found_at_inspection', 'on_globe', 'same_home', 'cases_at', 'cases_open', 'home_shared', 'issued_before',
        'first_licence', 'fee_before', 'approvals_refused', 'rule_days', 'rule_key', 'edge_tolerances', 'rule_eras', 'era_rules', 'listed_rules',
        'caseload_assessment', 'caseload_before', 'caseload_compared', 'caseload_changes',
        'caseload_differing', 'caseload_counted', 'caseload_change_counts'];
    -- health, proofs and figures: no person in any of them
    monitored constant text[] := ARRAY['now()', 'today()', 'in_force(daterange,timestamp with time zone,date)', 'sender_armed()',
        'verify_events()', 'verify_restore()', 'unproven_licences(date,date)', 'check_workflow(text,integer)',
        'caseload_report(date,date,date)'];
    caseload_readers constant text := 'licence_home_clerk, licence_home_committee, licence_home_director, licence_home_admin';
    found record;
    grantees text;
BEGIN
    FOR found IN
        SELECT p.oid::regprocedure AS signature, p.proname::text AS name, p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) AS is_trigger
        FROM pg_proc AS p
        WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
    LOOP
        grantees := CASE
            WHEN found.is_trigger THEN NULL
            WHEN found.name ~ '^(application_no|licence_no|phone_number|national_no)_' THEN 'PUBLIC'
            WHEN found.name = ANY (of_the_caseload) THEN caseload_readers
            -- answers about cases, run as the owner by a function that asks for the case first
            WHEN found.name ~ '^case_' OR found.name IN ('event_digest', 'event_hash', 'licence_facts', 'documents_of', 'approvals_of',
                'sharing_told', 'workflow_decider', 'take_number', 'chain_breaks', 'all_broken_events', 'licence_defects',
                'role_list', 'bound_columns', 'make_table', 'make_sequence', 'make_case_table', 'let_clients_write', 'add_origin', 'add_record', 'make_rule_table', 'make_workflow_table') THEN NULL
            WHEN found.name = 'act_for' THEN 'licence_home_portal'
            WHEN found.name = 'act_as' THEN staff || ', licence_home_cashier, licence_home_admin'
            WHEN found.name = 'find_applicant' THEN 'licence_home_portal, licence_home_clerk'
            WHEN found.name IN ('perform', 'next_actions') THEN readers || ', licence_home_cashier'
            WHEN found.name = 'unproven_licences' THEN staff || ', licence_home_admin, licence_home_analyst'
            WHEN found.name = 'caseload_report' THEN caseload_readers || ', licence_home_analyst'
            WHEN found.name IN ('eligibility', 'eligibility_before') THEN readers || ', licence_home_admin'
            WHEN found.name IN ('is_eligible', 'required_documents', 'inspection_checklist',
                'preview_sms') THEN readers
            WHEN found.name = 'verify_events' THEN staff || ', licence_home_admin'
            WHEN found.name = 'record_payment' THEN 'licence_home_cashier'
            WHEN found.name IN ('lapse_overdue', 'tell_moved_deadlines', 'send_pending_sms', 'archive_sms', 'receive_kannel_reports',
                'sms_report') THEN 'licence_home_sender'
            WHEN found.name IN ('resend_sms', 'cancel_sms') THEN 'licence_home_clerk'
            WHEN found.name = 'sender_armed' THEN 'licence_home_clerk, licence_home_sender, licence_home_admin'
            WHEN found.name = 'missing_credentials' THEN 'licence_home_admin, licence_home_sender'
            WHEN found.name IN ('import_zones', 'add_gateway', 'withdraw_rule', 'withdraw_map', 'discard_workflow', 'discard_workflow_state',
                'discard_workflow_transition', 'discard_workflow_evidence', 'resume_gateway', 'remove_credential', 'remove_kannel_box',
                'end_official') THEN 'licence_home_admin'
            WHEN found.name = 'ruling_changes' THEN staff || ', licence_home_admin'
            WHEN found.name IN ('arm_sender', 'arm_if_never_armed', 'check_workflow', 'load_rules', 'lock_load_rules', 'is_without_rules', 'load_rules_of_amman') OR found.name ~ '^amman_'
                THEN 'licence_home_admin'
            -- the jobs belong to pg_cron, the restore to who restored: superusers
            WHEN found.name IN ('schedule_jobs', 'unschedule_jobs', 'restore_defects', 'advance_sequences') THEN NULL
            WHEN found.name = 'verify_restore' THEN 'licence_home_monitor'
            -- what reads its arguments, the clock, or rules that all may read
            WHEN found.name = ANY (for_everyone) THEN everyone
            ELSE 'undecided'
        END;
        IF grantees = 'undecided' THEN
            RAISE EXCEPTION 'nothing in privileges/privileges.sql says who may call %', found.signature;
        ELSIF grantees IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', found.signature, grantees);
        END IF;
        IF found.signature = ANY (SELECT ('licence_home.' || m)::regprocedure FROM unnest(monitored) AS m) THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO licence_home_monitor', found.signature);
        END IF;
    END LOOP;
END $$;

-- Case tables.  Who inserts and updates stands beside each (let_clients_write).
-- DELETE has nobody, since LOCK TABLE goes with it: functions discard what is no record.
GRANT SELECT ON licence_home.applicant TO licence_home_portal, licence_home_clerk;
GRANT SELECT (applicant_id, kind, name_ar, name_en, phone, language)
    ON licence_home.applicant TO licence_home_inspector;
GRANT SELECT (applicant_id, kind, name_ar, name_en)
    ON licence_home.applicant TO licence_home_committee, licence_home_director;

GRANT SELECT ON licence_home.application
    TO licence_home_portal, licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director;
GRANT SELECT (application_no, applicant_id, profession, state, due_at, step_note),
    UPDATE (application_no, applicant_id, profession, state, due_at, step_note)
    ON licence_home.application TO licence_home_cashier;
GRANT SELECT (application_no, profession, home_area_m2, work_area_m2, built_on, employees, people, children,
        tenant, previous_application, state, workflow, workflow_version, district, zone_class, edition,
        judged_on, submitted_at, state_since, due_at, closure_reason, events, known_at, created_at)
    ON licence_home.application TO licence_home_analyst;

-- What ruling_changes() and caseload_assessment() need: who changes the rules
-- must see which cases that concerns.  No name, number of identity, phone or
-- address; the place and the parcel say which cases are about one home.
GRANT SELECT (application_no, applicant_id, profession, home, village, basin, neighbourhood, parcel, building_no,
        floor, unit, home_area_m2, work_area_m2, built_on, employees, people, children, tenant, state, workflow,
        workflow_version, district, edition, judged_on, submitted_at, events)
    ON licence_home.application TO licence_home_admin;
GRANT SELECT (applicant_id, kind) ON licence_home.applicant TO licence_home_admin;
GRANT SELECT (application_no, licence_no, valid) ON licence_home.licence TO licence_home_admin;
GRANT SELECT (inspection_id, application_no, outcome, measured_home_area_m2, measured_work_area_m2, closed_at_event)
    ON licence_home.inspection TO licence_home_admin;
GRANT SELECT (inspection_finding_id, inspection_id, criterion, ruling)
    ON licence_home.inspection_finding TO licence_home_admin;
GRANT SELECT (application_no, authority, ended_at_event) ON licence_home.approval_requirement TO licence_home_admin;
GRANT SELECT (external_approval_id, application_no, authority, reference_no, answer, issued_on, expires_on, review)
    ON licence_home.external_approval TO licence_home_admin;
GRANT SELECT (invoice_no, application_no, amount, cancelled_at) ON licence_home.invoice TO licence_home_admin;

GRANT SELECT ON licence_home.application_event
    TO licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director;
GRANT SELECT (event_no, application_no, case_event, action, from_state, to_state, at, hash)
    ON licence_home.application_event TO licence_home_portal, licence_home_analyst;

GRANT SELECT ON licence_home.document, licence_home.latest_document
    TO licence_home_portal, licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director;

GRANT SELECT ON licence_home.application_finding
    TO licence_home_portal, licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director;

GRANT SELECT ON licence_home.inspection, licence_home.latest_inspection,
        licence_home.inspection_finding, licence_home.latest_inspection_finding
    TO licence_home_portal, licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director;
GRANT SELECT (inspection_id, application_no, scheduled_for, scheduled_until, outcome, inspected_at,
        measured_home_area_m2, measured_work_area_m2, recorded_at, closed_at)
    ON licence_home.inspection TO licence_home_analyst;

GRANT SELECT ON licence_home.decision, licence_home.current_decision
    TO licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director;
GRANT SELECT (decision_id, application_no, outcome, reason, decided_on, recorded_at, at_event)
    ON licence_home.decision TO licence_home_portal, licence_home_analyst;
GRANT SELECT (conditions) ON licence_home.decision TO licence_home_portal;

GRANT SELECT ON licence_home.approval_requirement
    TO licence_home_portal, licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director;

GRANT SELECT ON licence_home.external_approval, licence_home.latest_approval
    TO licence_home_portal, licence_home_clerk, licence_home_committee, licence_home_director;

GRANT SELECT ON licence_home.invoice, licence_home.invoice_line
    TO licence_home_portal, licence_home_clerk, licence_home_committee, licence_home_director,
       licence_home_cashier, licence_home_analyst;
GRANT SELECT ON licence_home.payment TO licence_home_clerk, licence_home_cashier;
GRANT SELECT (payment_id, payment_reference, invoice_no, amount, paid_at, recorded_at)
    ON licence_home.payment TO licence_home_portal;
GRANT SELECT (payment_id, invoice_no, amount, paid_at, recorded_at)
    ON licence_home.payment TO licence_home_analyst;
GRANT SELECT ON licence_home.refundable TO licence_home_clerk, licence_home_cashier;

GRANT SELECT ON licence_home.licence
    TO licence_home_portal, licence_home_clerk, licence_home_inspector, licence_home_committee,
       licence_home_director, licence_home_cashier, licence_home_analyst;

GRANT SELECT ON licence_home.case_report, licence_home.event_report, licence_home.inspection_report,
        licence_home.decision_report
    TO licence_home_analyst, licence_home_clerk, licence_home_committee, licence_home_director;
GRANT SELECT ON licence_home.bill_report TO licence_home_analyst, licence_home_clerk, licence_home_cashier;

GRANT SELECT ON licence_home.applicant_lookup TO licence_home_admin;

-- The people of the office, to the office; not their identity numbers.
GRANT SELECT (official_id, official, key, name_ar, name_en, login, claimed_by, roles, districts, valid, withdrawn_at)
    ON licence_home.official
    TO licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director, licence_home_cashier;

-- Deadlines, computed; and those that the applicant was not told.
GRANT SELECT ON licence_home.case_deadline, licence_home.deadline_told, licence_home.current_deadline
    TO licence_home_portal, licence_home_clerk, licence_home_inspector, licence_home_committee,
       licence_home_director, licence_home_cashier, licence_home_analyst;
GRANT SELECT ON licence_home.untold_deadlines TO licence_home_clerk;

-- How the jobs do.
GRANT SELECT ON licence_home.job_run, licence_home.job_failure
    TO licence_home_clerk, licence_home_director, licence_home_admin, licence_home_sender;

-- Messages.  The sender reads and writes them as the owner, in C; what is
-- granted to its role is for looking on.
GRANT SELECT ON licence_home.sms_message, licence_home.sms_status, licence_home.sms_trail, licence_home.sms_health,
        licence_home.sms_letter, licence_home.sms_queue, licence_home.sms_attempt, licence_home.sms_delivery_report,
        licence_home.sms_intervention, licence_home.sms_history, licence_home.sms_gateway_pause, licence_home.sms_run,
        licence_home.sender_identity
    TO licence_home_clerk;
-- what the view asks of the tables, and of the view what concerns an applicant
GRANT SELECT (message_id, application_no, template, language, body, status, waits_for, created_at, accepted_at,
        delivered_at)
    ON licence_home.sms_message TO licence_home_portal;
GRANT SELECT ON licence_home.sms_status, licence_home.sms_letter TO licence_home_portal;
GRANT SELECT (message_id, status, parked, turn, wake_at, phone, attempts, series, expires_at, resent, claim, claimed_at,
        gateway, reason)
    ON licence_home.sms_queue TO licence_home_portal;
GRANT SELECT (message_id, attempt, series, resent, outcome, claim, phone, claimed_at, recorded_at, gateway,
        gateway_message_id)
    ON licence_home.sms_attempt TO licence_home_portal;
GRANT SELECT (message_id, series, status, at) ON licence_home.sms_delivery_report TO licence_home_portal;
GRANT SELECT (message_id, application_no, event_no, applicant_id, template, language, phone, body, parts, priority, doubt,
        status, attempts, expires_at, resent, claim, gateway, gateway_message_id, created_at, claimed_at, accepted_at,
        delivered_at, last_error, deadline_no)
    ON licence_home.sms_history TO licence_home_portal;
-- sms_health says whether a gateway is in force
GRANT SELECT (gateway, valid, withdrawn_at) ON licence_home.sms_gateway TO licence_home_clerk;
-- how messages stand, without text and telephone
GRANT SELECT ON licence_home.sms_status, licence_home.sms_trail, licence_home.sms_health,
        licence_home.sms_delivery_report, licence_home.sms_gateway_pause, licence_home.sms_gateway_bucket,
        licence_home.sms_run, licence_home.sender_identity
    TO licence_home_sender, licence_home_admin;
GRANT SELECT (message_id, application_no, event_no, template, language, parts, priority, doubt, send_from, send_until,
        lasts, useless_from, deadline_no, unwanted_at, unwanted_why, created_at)
    ON licence_home.sms_letter TO licence_home_sender, licence_home_admin;
GRANT SELECT (message_id, turn, wake_at, claimed_at, claim, expires_at, send_from, send_until, attempts, failures, lane,
        series, open, parked, resent, status, gateway, reason, deadline_no)
    ON licence_home.sms_queue TO licence_home_sender, licence_home_admin;
GRANT SELECT (message_id, attempt, series, resent, outcome, http_status, claim, claimed_at, recorded_at, gateway,
        gateway_message_id, answer, error)
    ON licence_home.sms_attempt TO licence_home_sender, licence_home_admin;
GRANT SELECT (intervention_no, message_id, action, was, reason, actor, role, at)
    ON licence_home.sms_intervention TO licence_home_sender, licence_home_admin;
GRANT SELECT (message_id, application_no, event_no, template, language, parts, priority, doubt, status, attempts,
        expires_at, resent, claim, gateway, gateway_message_id, created_at, claimed_at, accepted_at, delivered_at,
        last_error, deadline_no, trail)
    ON licence_home.sms_history TO licence_home_sender, licence_home_admin;
-- what sms_health is made of
GRANT SELECT ON licence_home.job_run TO licence_home_clerk, licence_home_sender, licence_home_admin, licence_home_monitor;
GRANT SELECT ON licence_home.sms_health, licence_home.sms_run, licence_home.sms_gateway_pause, licence_home.sender_identity,
    licence_home.kannel_box TO licence_home_monitor;
GRANT SELECT (message_id, status, turn, wake_at, parked, open, failures, expires_at)
    ON licence_home.sms_queue TO licence_home_monitor;
GRANT SELECT (message_id, created_at, send_from) ON licence_home.sms_letter TO licence_home_monitor;
GRANT SELECT (gateway, valid, withdrawn_at) ON licence_home.sms_gateway TO licence_home_monitor;
GRANT SELECT (applicant_id, erased_at), UPDATE (erased_at) ON licence_home.applicant TO licence_home_admin;
-- nobody reads a secret: the sender's code does so as the owner
GRANT SELECT (gateway, name, host) ON licence_home.sms_gateway_credential TO licence_home_sender;
GRANT SELECT (gateway, name, host) ON licence_home.sms_gateway_credential TO licence_home_admin;
GRANT SELECT ON licence_home.kannel_box TO licence_home_clerk, licence_home_sender, licence_home_admin;
