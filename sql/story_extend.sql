-- A deadline is put off.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('fee_due') AS no \gset
CALL story.messages_accepted(:'no');
SELECT due_at, due_on FROM licence_home.application JOIN licence_home.invoice USING (application_no) WHERE application_no = :'no';
SELECT story.take('clerk', :'no', 'extend', 'asked by telephone', '2026-03-19');
SELECT story.take('clerk', :'no', 'extend', 'asked by telephone', '2026-04-02');
-- the bill follows
SELECT due_at, due_on FROM licence_home.application JOIN licence_home.invoice USING (application_no) WHERE application_no = :'no';
-- no earlier, nor the same again
SELECT story.outcome('clerk', :'no', 'extend', 'back', '2026-03-25'), story.outcome('clerk', :'no', 'extend', 'again', '2026-04-02');
SET licence_home.clock = '2026-04-09 23:59:59+03';
CALL story.act('sender', :'no', 'SELECT licence_home.lapse_overdue()');
SELECT state FROM licence_home.application WHERE application_no = :'no';
-- after the deadline, before the lapse: a later one still to come
SELECT story.outcome('clerk', :'no', 'extend', 'late', '2026-04-08'), story.outcome('clerk', :'no', 'extend', 'late', '2026-04-09');
SELECT story.pay(:'no');
SELECT state FROM licence_home.application WHERE application_no = :'no';
-- who: a clerk; and never by an UPDATE
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('correction_required') AS no \gset
SELECT who, story.outcome(who, :'no', 'extend', 'x', '2026-06-01') FROM unnest('{portal,inspector,committee}'::text[]) AS who;
SELECT code, said FROM story.attempt('clerk', :'no', 'UPDATE licence_home.application SET due_at = ''2026-06-01'' WHERE application_no = $1');
SELECT story.take('clerk', :'no', 'extend', 'the builder is away', '2026-06-01');
-- it is no step out: what was flagged is still open, and reported later
SELECT story.outcome('portal', :'no', 'report_correction');

\echo == a holiday moves deadlines, only later
SELECT story.new_case_in('fee_due') AS no \gset
SELECT story.new_case_in('documents_deficient') AS extended \gset
CALL story.act('clerk', :'extended', 'SELECT licence_home.perform($1, ''extend'', ''ill'', ''2026-06-01'')');
BEGIN;
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty) VALUES
    ('2026-03-19', 'عيد', 'feast', '[2026-03-19,2026-03-20)', 'test', 'likely'),
    ('2026-03-22', 'عيد', 'feast', '[2026-03-22,2026-03-23)', 'test', 'likely');
SELECT due_at, due_on FROM licence_home.application JOIN licence_home.invoice USING (application_no) WHERE application_no = :'no';
SELECT due_at FROM licence_home.application WHERE application_no = :'extended';
UPDATE licence_home.holiday SET withdrawn_at = now() WHERE source = 'test';
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty) VALUES
    ('2026-03-25', 'عيد', 'feast', '[2026-03-25,2026-03-26)', 'test', 'likely');
SELECT due_at, due_on FROM licence_home.application JOIN licence_home.invoice USING (application_no) WHERE application_no = :'no';
ROLLBACK;
