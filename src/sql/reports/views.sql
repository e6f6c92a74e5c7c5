-- ---------------------------------------------------------------------
-- Views of which an analyst may SELECT *: just the columns that an analyst may
-- have, so that no tool meets a column that is refused.  Their names stay.
-- ---------------------------------------------------------------------

CREATE VIEW licence_home.case_report WITH (security_invoker) AS
    SELECT a.application_no, a.profession, a.home_area_m2, a.work_area_m2, a.built_on, a.employees, a.people, a.children,
        a.tenant, a.previous_application, a.state, a.workflow, a.workflow_version, a.district, a.zone_class, a.edition,
        a.judged_on, a.submitted_at, a.state_since,
        (SELECT d.due_at FROM licence_home.current_deadline AS d WHERE d.application_no = a.application_no) AS due_at, a.closure_reason, a.events, a.created_at,
        coalesce(a.licence_no, l.licence_no) AS licence_no, t.valid AS licence_valid
    FROM licence_home.application AS a
    LEFT JOIN licence_home.licence AS l USING (application_no)
    LEFT JOIN licence_home.licence_term AS t USING (application_no);
COMMENT ON VIEW licence_home.case_report IS
'Cases without place and person, and their licences: what an analyst may read of them.';
CALL licence_home_internal.make_view('licence_home.case_report');
GRANT SELECT ON licence_home.case_report TO licence_home_clerk, licence_home_committee, licence_home_director,
    licence_home_analyst;

CREATE VIEW licence_home.event_report WITH (security_invoker) AS
    SELECT e.event_no, e.application_no, e.case_event, e.action, e.from_state, e.to_state, e.at, e.known_at, e.hash
    FROM licence_home.application_event AS e;
COMMENT ON VIEW licence_home.event_report IS
'Events without persons, notes and changes: what an analyst may read of them.';
CALL licence_home_internal.make_view('licence_home.event_report');
GRANT SELECT ON licence_home.event_report TO licence_home_clerk, licence_home_committee, licence_home_director,
    licence_home_analyst;

CREATE VIEW licence_home.inspection_report WITH (security_invoker) AS
    SELECT i.inspection_id, i.application_no, i.scheduled_for, i.outcome, i.inspected_at, i.measured_home_area_m2,
        i.measured_work_area_m2, i.recorded_at, i.closed_at
    FROM licence_home.inspection AS i;
COMMENT ON VIEW licence_home.inspection_report IS
'Inspections without persons and notes: what an analyst may read of them.';
CALL licence_home_internal.make_view('licence_home.inspection_report');
GRANT SELECT ON licence_home.inspection_report TO licence_home_clerk, licence_home_committee, licence_home_director,
    licence_home_analyst;

CREATE VIEW licence_home.decision_report WITH (security_invoker) AS
    SELECT d.decision_id, d.application_no, d.outcome, d.reason, d.decided_on, d.recorded_at, d.at_event
    FROM licence_home.decision AS d;
COMMENT ON VIEW licence_home.decision_report IS
'Decisions without persons, conditions and notes: what an analyst may read of them.';
CALL licence_home_internal.make_view('licence_home.decision_report');
GRANT SELECT ON licence_home.decision_report TO licence_home_clerk, licence_home_committee, licence_home_director,
    licence_home_analyst;

CREATE VIEW licence_home.bill_report WITH (security_invoker) AS
    SELECT i.invoice_no, i.application_no, i.amount, i.priced_on, i.due_on, i.area_m2, i.created_at, i.cancelled_at,
        coalesce(p.paid, 0) AS paid, p.payments, p.last_paid_at, r.reversed, f.refunded
    FROM licence_home.invoice AS i
    CROSS JOIN LATERAL (
        SELECT sum(p.amount) AS paid, count(*) AS payments, max(p.paid_at) AS last_paid_at
        FROM licence_home.payment AS p
        WHERE p.invoice_no = i.invoice_no) AS p
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.amount), 0) AS reversed
        FROM licence_home.payment_reversal AS r
        WHERE r.application_no = i.application_no AND r.invoice_no = i.invoice_no) AS r
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(f.amount), 0) AS refunded
        FROM licence_home.payment_refund AS f
        WHERE f.application_no = i.application_no AND f.invoice_no = i.invoice_no) AS f;
COMMENT ON VIEW licence_home.bill_report IS
'Bills, and what was paid of each: what an analyst may read of them.';
CALL licence_home_internal.make_view('licence_home.bill_report');
GRANT SELECT ON licence_home.bill_report TO licence_home_clerk, licence_home_cashier, licence_home_analyst;

COMMENT ON COLUMN licence_home.case_report.licence_no IS 'The licence that the case is about, or has issued; null: none.';
COMMENT ON COLUMN licence_home.case_report.licence_valid IS 'The term that the case gave, upper bound excluded; null: none.';
COMMENT ON COLUMN licence_home.bill_report.paid IS 'Sum of the payments in JOD.';
COMMENT ON COLUMN licence_home.bill_report.reversed IS 'Of that, taken back by the network or at the counter, in JOD.';
COMMENT ON COLUMN licence_home.bill_report.refunded IS 'Of that, paid back by the office, in JOD.';
COMMENT ON COLUMN licence_home.bill_report.payments IS 'How many payments there were.';
COMMENT ON COLUMN licence_home.bill_report.last_paid_at IS 'When the last of them moved; null: none did.';
