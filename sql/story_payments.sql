-- Money that moved is never refused, and never counted twice.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('fee_due') AS no \gset
SELECT invoice_no AS bill, amount FROM licence_home.invoice WHERE application_no = :'no' \gset
SET ROLE regress_cashier;
\echo == too little
SELECT outcome, paid, at FROM licence_home.record_payment('E-1', :bill, 39.999, '2026-03-01 09:00+03');
RESET ROLE;
SELECT story.look(:'no');
\echo == a repeat, as the service may send it
SET ROLE regress_cashier;
SELECT outcome, paid, at FROM licence_home.record_payment('E-1', :bill, 39.999, '2026-03-01 09:00+03');
SELECT outcome, paid, at FROM licence_home.record_payment('E-1', :bill, 39.9990, '2026-03-01 09:30+03');
RESET ROLE;
SELECT code, rows FROM story.attempt('cashier', :'no', format($$INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at)
    VALUES ('E-1', %s, 39.999, now())$$, :bill));
SELECT code, rows FROM story.attempt('cashier', :'no', format($$INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at)
    VALUES ('E-1', %s, 39.999, now()) ON CONFLICT (payment_reference) DO NOTHING$$, :bill));
SELECT count(*), sum(amount) FROM licence_home.payment WHERE invoice_no = :bill;
\echo == another amount or another bill under the same reference
SELECT story.new_case_in('fee_due') AS other \gset
SELECT invoice_no AS other_bill FROM licence_home.invoice WHERE application_no = :'other' \gset
SELECT code, said FROM story.attempt('cashier', :'no', format($$SELECT licence_home.record_payment('E-1', %s, 40)$$, :bill));
SET ROLE regress_cashier;
\set VERBOSITY sqlstate
SELECT outcome FROM licence_home.record_payment('E-1', :other_bill, 39.999);
INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at) VALUES ('E-1', :bill, 40, now());
\echo == an unknown bill
\set VERBOSITY default
SELECT outcome FROM licence_home.record_payment('E-2', 1, 40);
SELECT outcome FROM licence_home.record_payment('E-2', NULL, 40);
\echo == no money
\set VERBOSITY sqlstate
SELECT outcome FROM licence_home.record_payment('E-3', :bill, 0);
SELECT outcome FROM licence_home.record_payment('E-3', :bill, -1);
SELECT outcome FROM licence_home.record_payment('E-3', :bill, 'NaN');
SELECT outcome FROM licence_home.record_payment('E-3', :bill, 'Infinity');
SELECT outcome FROM licence_home.record_payment('E-3', :bill, 0.0005);
SELECT outcome FROM licence_home.record_payment('E-3', :bill, NULL);
SELECT outcome FROM licence_home.record_payment('E-3', :bill, 1, 'infinity');
SELECT outcome FROM licence_home.record_payment(NULL, :bill, 1);
\set VERBOSITY default
RESET ROLE;
SELECT story.look(:'no');
\echo == the last fils issues the licence, in the same transaction
SET ROLE regress_cashier;
BEGIN;
SELECT outcome FROM licence_home.record_payment('E-4', :bill, 0.001);
SELECT state FROM licence_home.application WHERE application_no = :'no';
ROLLBACK;
SELECT state FROM licence_home.application WHERE application_no = :'no';
SELECT outcome FROM licence_home.record_payment('E-4', :bill, 0.001);
RESET ROLE;
SELECT story.look(:'no');
SELECT action, role FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no DESC LIMIT 1;
-- a repeat issues nothing again
SET ROLE regress_cashier;
SELECT outcome FROM licence_home.record_payment('E-4', :bill, 0.001);
RESET ROLE;
SELECT story.look(:'no');
SELECT * FROM licence_home.refundable WHERE invoice_no = :bill;
\echo == too much
SET ROLE regress_cashier;
SELECT outcome FROM licence_home.record_payment('E-5', :bill, 7.5);
SELECT paid, amount, reason FROM licence_home.refundable WHERE invoice_no = :bill;
SELECT outcome FROM licence_home.record_payment('E-6', :other_bill, 100);
SELECT paid, amount, reason FROM licence_home.refundable WHERE invoice_no = :other_bill;
RESET ROLE;
SELECT story.look(:'other');
\echo == after the end
SELECT story.new_case_in('fee_due') AS no \gset
SELECT invoice_no AS bill FROM licence_home.invoice WHERE application_no = :'no' \gset
CALL story.step('portal', :'no', 'withdraw');
SET ROLE regress_cashier;
SELECT outcome FROM licence_home.record_payment('E-7', :bill, 40);
SELECT paid, amount, reason FROM licence_home.refundable WHERE invoice_no = :bill;
RESET ROLE;
SELECT story.look(:'no');
\echo == paid in time, notified late
SELECT story.new_case_in('fee_due') AS no \gset
SELECT invoice_no AS bill FROM licence_home.invoice WHERE application_no = :'no' \gset
CALL story.messages_accepted(:'no');
SET licence_home.clock = '2026-03-24 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SET ROLE regress_cashier;
SELECT outcome, at FROM licence_home.record_payment('E-8', :bill, 40, '2026-03-19 23:00+03');
RESET ROLE;
SELECT story.look(:'no');
\echo == several payments in one statement
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('fee_due') AS no \gset
SELECT invoice_no AS bill FROM licence_home.invoice WHERE application_no = :'no' \gset
SET ROLE regress_cashier;
INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at)
SELECT 'M-' || n, :bill, 10, '2026-03-01 09:00+03' FROM generate_series(1, 5) AS n;
RESET ROLE;
SELECT story.look(:'no');
SELECT paid, amount, reason FROM licence_home.refundable WHERE invoice_no = :bill;
\echo == for the cashier alone
SELECT who, code, said FROM unnest('{portal,clerk,inspector,committee,director,analyst,admin,sender,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'no', format('SELECT licence_home.record_payment(''X'', %s, 1)', :bill));
SELECT * FROM licence_home.verify_events(:'no');
