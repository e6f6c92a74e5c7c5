-- Part of each_step.sh: a case that is ready for each step of an ordinary way.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('draft') AS draft \gset
SELECT story.new_case_in('submitted') AS submitted \gset
CALL story.review_documents(:'submitted');
CALL story.make_inspection(:'submitted');
SELECT story.new_case_in('inspection_scheduled') AS inspected \gset
CALL story.inspect(:'inspected');
SELECT story.new_case_in('committee_review') AS decided \gset
CALL story.decide(:'decided');
SELECT story.new_case_in('fee_due') AS billed \gset

CREATE SCHEMA bench;
CREATE TABLE bench.steps AS
    SELECT s.position, s.name, s.statement
    FROM (VALUES
        (1, 'submit', format('UPDATE licence_home.application SET state = ''submitted'' WHERE application_no = %L', :'draft')),
        (2, 'schedule_inspection', format('UPDATE licence_home.application SET state = ''inspection_scheduled'' WHERE application_no = %L', :'submitted')),
        (3, 'refer_to_committee', format('UPDATE licence_home.application SET state = ''committee_review'' WHERE application_no = %L', :'inspected')),
        (4, 'approve', format('SELECT licence_home.perform(%L, ''approve'')', :'decided')),
        (5, 'issue', (SELECT format('SELECT licence_home.record_payment(''bench'', %s, %s)', i.invoice_no, i.amount)
            FROM licence_home.invoice AS i WHERE i.application_no = :'billed' AND i.cancelled_at IS NULL))
    ) AS s (position, name, statement);
