-- The same reports by the extension: what reports.mjs prints, for :day.
\pset format unaligned
\pset tuples_only on
\pset fieldsep '|'
SET licence_home.small_cells = 0;
\echo == caseload :day
SELECT state, district, cases FROM licence_home.report_caseload(:'day');
\echo == flow :day
SELECT week, submitted, issued, refused, ended_otherwise, open_at_end FROM licence_home.report_flow(as_of => :'day');
\echo == funnel :day
SELECT state, reached, still_there, refused, withdrawn, lapsed, closed, issued FROM licence_home.report_funnel(as_of => :'day');
\echo == stays :day
SELECT state, stays, median_days, p90_days, with_deadline, on_time FROM licence_home.report_stays(as_of => :'day');
\echo == overdue :day
SELECT state, waits_for, district, open_cases, overdue, median_days, most_days FROM licence_home.report_overdue(:'day');
\echo == deficiencies :day
SELECT kind, code, missing, incorrect, cases FROM licence_home.report_deficiencies(as_of => :'day');
\echo == findings :day
SELECT criterion, found, cases FROM licence_home.report_findings(as_of => :'day');
\echo == decisions :day
SELECT profession, zone_class, approved, refused, deferred FROM licence_home.report_decisions(as_of => :'day');
\echo == refusals :day
SELECT stage, code, refusals, cases FROM licence_home.report_refusals(as_of => :'day');
\echo == fees :day
SELECT month, schedule, bills, billed::numeric(18,3), waived::numeric(18,3), cancelled::numeric(18,3), paid::numeric(18,3), reversed::numeric(18,3), refunded::numeric(18,3)
FROM licence_home.report_fees(as_of => :'day');
\echo == messages :day
SELECT template, gateway, outcome, messages, parts, median_seconds_to_accept, p90_seconds_to_accept, median_seconds_to_deliver, p90_seconds_to_deliver
FROM licence_home.report_messages(as_of => :'day');
\echo == work :day
SELECT official, role, action, acts, cases, days FROM licence_home.report_work(as_of => :'day');
\echo == licences :day
SELECT district, in_force, renewed, suspended, term_over, ended_otherwise FROM licence_home.report_licences(:'day');
\echo == rule_effect :day
SELECT span, from_day, to_day, submitted, refused_at_submit, issued, refused, median_days_to_issue FROM licence_home.report_rule_effect(:'day');
