-- What DuckDB reads: the rows themselves, a CSV file a table, with moments in the
-- city's own time.  Run in psql, with \cd to the folder.
SET timezone = 'Asia/Amman';
SET datestyle = 'ISO, YMD';
COPY (SELECT application_no, workflow, profession, district, edition, zone_class, created_at::timestamp, submitted_at::timestamp, judged_on FROM licence_home.application) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g application.csv
COPY (SELECT application_no, case_event, action, from_state, to_state, actor, role, at::timestamp, known_at::timestamp FROM licence_home.application_event) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g event.csv
COPY (SELECT deadline_no, application_no, case_event, entered_event, state, cause, began_on, working_days, date_named, to_be_told, known_at::timestamp FROM licence_home.case_deadline) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g deadline.csv
COPY (SELECT deadline_no, outcome, at::timestamp FROM licence_home.deadline_told) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g told.csv
COPY (SELECT weekday, day, lower(valid) AS since, upper(valid) AS until FROM licence_home.holiday WHERE withdrawn_at IS NULL) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g holiday.csv
COPY (SELECT workflow, version, state, kind, waits_for FROM licence_home.workflow_state) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g workflow_state.csv
COPY (SELECT code, category, lower(valid) AS since, upper(valid) AS until FROM licence_home.profession WHERE withdrawn_at IS NULL) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g profession.csv
COPY (SELECT application_no, document_type, review, reviewed_at_event FROM licence_home.document) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g document.csv
COPY (SELECT application_no, field, at_event, settled_at_event FROM licence_home.application_finding) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g field.csv
COPY (SELECT inspection_id, application_no, outcome, closed_at_event FROM licence_home.inspection) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g inspection.csv
COPY (SELECT inspection_finding_id, inspection_id, criterion, ruling FROM licence_home.inspection_finding) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g inspection_finding.csv
COPY (SELECT application_no, outcome, reason, at_event FROM licence_home.decision) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g decision.csv
COPY (SELECT application_no, authority, answer, review, reviewed_at_event FROM licence_home.external_approval) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g approval.csv
COPY (SELECT invoice_no, line_no, rule, amount FROM licence_home.invoice_line) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g line.csv
COPY (SELECT kind, application_no, account, source_no, amount, at::timestamp FROM licence_home.money_entry) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g money.csv
COPY (SELECT template, parts, status, gateway, created_at::timestamp, accepted_at::timestamp, delivered_at::timestamp FROM licence_home.sms_status) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g message.csv
COPY (SELECT licence_no, issued_at::timestamp FROM licence_home.licence) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g licence.csv
COPY (SELECT licence_no, term_no, starts, ends, known_at::timestamp FROM licence_home.licence_term) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g licence_term.csv
COPY (SELECT licence_no, version_no, from_day, to_day, district, known_at::timestamp FROM licence_home.licence_version) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g version.csv
COPY (SELECT licence_no, standing_no, from_day, to_day, standing, known_at::timestamp FROM licence_home.licence_standing) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g standing.csv
COPY (SELECT application_no, at::timestamp, recorded_at::timestamp, array_to_string(criteria, ' ') AS criteria FROM licence_home.submit_refused) TO STDOUT WITH (FORMAT csv, HEADER, NULL '\N') \g refused.csv
