-- Money that comes in part, goes back, is taken back, and balances on any day.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_till_1, regress_till_2, regress_money_director;
RESET client_min_messages;
CREATE ROLE regress_till_1 LOGIN IN ROLE licence_home_cashier;
CREATE ROLE regress_till_2 LOGIN IN ROLE licence_home_cashier;
CREATE ROLE regress_money_director LOGIN IN ROLE licence_home_director;
BEGIN;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty) VALUES
    ('T-1', 'هبة', 'Hiba', 'regress_till_1', '{cashier}', '[2026-01-01,)', 'test', 'unknown'),
    ('T-2', 'زيد', 'Zaid', 'regress_till_2', '{cashier}', '[2026-01-01,)', 'test', 'unknown'),
    ('T-3', 'منى', 'Muna', 'regress_money_director', '{director}', '[2026-01-01,)', 'test', 'unknown');
-- as a person's own login: the result, or the refusal
CREATE FUNCTION pg_temp.as_person(login text, no licence_home.application_no, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    code text; said text; detail text; hint text; result text;
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', 'regress_' || login);
        EXECUTE 'SELECT row_to_json(r)::text FROM (' || statement || ') AS r' INTO result;
        RESET SESSION AUTHORIZATION;
        RETURN NEXT coalesce(result, 'nothing');
        RETURN;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    RETURN NEXT code || ' ' || story.masked(no, said);
    RETURN QUERY SELECT '    ' || story.masked(no, d) FROM regexp_split_to_table(nullif(detail, ''), E'\n') AS d;
    RETURN NEXT '    -> ' || hint;
END $$;
CREATE FUNCTION pg_temp.told(no licence_home.application_no, last integer) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s: %s', m.template, story.masked(no, m.body)) FROM (
        SELECT m.* FROM licence_home.sms_message AS m WHERE m.application_no = no ORDER BY m.message_id DESC LIMIT last) AS m
    ORDER BY m.message_id
$$;

\echo == a bill paid in part is told and listed, and does not lapse
SELECT story.new_case_in('fee_due', NULL, 'en') AS no \gset
SELECT invoice_no AS bill FROM licence_home.invoice WHERE application_no = :'no' \gset
SELECT pg_temp.as_person('till_1', :'no', format($$SELECT outcome FROM licence_home.record_payment('P-1', %s, 15.5, channel => 'counter', receipt => 'R 1')$$, :bill));
SELECT channel, receipt, receiver, recorded_by FROM licence_home.payment WHERE payment_reference = 'P-1';
SELECT pg_temp.told(:'no', 1);
SELECT amount, received, rest, due_on FROM licence_home.incomplete_payments WHERE application_no = :'no';
CALL story.messages_accepted(:'no');
SET LOCAL licence_home.clock = '2026-05-03 10:00+03';
SELECT text_en FROM licence_home_internal.case_lapse_objections(:'no', 'fee_due');
SET LOCAL licence_home.clock = '2026-03-02 10:00+03';

\echo == a payment at the counter needs a receipt of its own, and its receiver is who records it
SELECT pg_temp.as_person('till_2', :'no', format($$SELECT outcome FROM licence_home.record_payment('P-2', %s, 1, channel => 'counter')$$, :bill));
SELECT pg_temp.as_person('till_2', :'no', format($$SELECT outcome FROM licence_home.record_payment('P-2', %s, 1, channel => 'counter', receipt => 'r1')$$, :bill));
SELECT pg_temp.as_person('till_2', :'no', format($$SELECT outcome FROM licence_home.record_payment('P-2', %s, 1, channel => 'barter')$$, :bill));
SELECT code, said FROM story.attempt('cashier', :'no', format($$INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, receiver) VALUES ('P-2', %s, 1, 'T-1')$$, :bill));

\echo == a mistake at the counter is put right by a second person; the bill is open again and due anew
SELECT pg_temp.as_person('till_1', :'no', $$SELECT outcome FROM licence_home.reverse_payment('P-1', 'typed into the wrong bill')$$);
SELECT pg_temp.as_person('till_2', :'no', $$SELECT amount, outcome FROM licence_home.reverse_payment(' p-1', 'typed into the wrong bill')$$);
SELECT pg_temp.as_person('till_2', :'no', $$SELECT amount, outcome FROM licence_home.reverse_payment('P-1', 'typed into the wrong bill')$$);
SELECT pg_temp.as_person('till_2', :'no', $$SELECT outcome FROM licence_home.reverse_payment('P-1', 'once more', 'REV-2')$$);
SELECT pg_temp.as_person('till_2', :'no', $$SELECT outcome FROM licence_home.reverse_payment('P-0', 'nobody knows it')$$);
SELECT pg_temp.told(:'no', 1);
SELECT story.look(:'no');
SELECT action, from_state, to_state, actor, note FROM licence_home.application_event WHERE application_no = :'no' ORDER BY case_event DESC LIMIT 2;
SELECT count(*) FROM licence_home.incomplete_payments WHERE application_no = :'no';
-- nobody takes the step without it
SELECT story.take('cashier', :'no', 'reverse_payment');

\echo == too much: noted, told, and paid back, never more than that
SELECT pg_temp.as_person('till_1', :'no', format($$SELECT outcome FROM licence_home.record_payment('P-3', %s, 52)$$, :bill));
SELECT story.look(:'no');
SELECT pg_temp.told(:'no', 1);
SELECT paid, amount, reason, refunded, owner, due_on, told FROM licence_home.refundable WHERE invoice_no = :bill;
SELECT pg_temp.as_person('till_1', :'no', format($$SELECT refunded, outcome FROM licence_home.refund_payment(%s, 12.001, 'F-1')$$, :bill));
SELECT pg_temp.as_person('till_1', :'no', format($$SELECT refunded, outcome FROM licence_home.refund_payment(%s, 5, 'F-1', note => 'in cash')$$, :bill));
SELECT pg_temp.as_person('till_1', :'no', format($$SELECT refunded, outcome FROM licence_home.refund_payment(%s, 5, ' f-1')$$, :bill));
SELECT pg_temp.as_person('till_1', :'no', format($$SELECT refunded, outcome FROM licence_home.refund_payment(%s, 6, 'F-1')$$, :bill));
SELECT pg_temp.told(:'no', 1);
SELECT pg_temp.as_person('till_2', :'no', format($$SELECT licence_home.assign_refund(%s, 'nobody')$$, :bill));
SELECT pg_temp.as_person('till_2', :'no', format($$SELECT licence_home.assign_refund(%s, 't-2', '2026-03-10') IS NOT NULL AS assigned$$, :bill));
SELECT paid, amount, refunded, owner, due_on FROM licence_home.refundable WHERE invoice_no = :bill;
SELECT pg_temp.as_person('till_2', :'no', format($$SELECT refunded, outcome FROM licence_home.refund_payment(%s, 7, 'F-2', 'transfer')$$, :bill));
SELECT count(*) FROM licence_home.refundable WHERE invoice_no = :bill;
SELECT pg_temp.as_person('till_2', :'no', format($$SELECT licence_home.assign_refund(%s, 'T-2')$$, :bill));
-- what comes once more is noted once more
SELECT pg_temp.as_person('till_1', :'no', format($$SELECT outcome FROM licence_home.record_payment('P-4', %s, 3)$$, :bill));
SELECT amount, refunded FROM licence_home.refundable WHERE invoice_no = :bill;
SELECT amount, refunded_before FROM licence_home.refund_task WHERE application_no = :'no' ORDER BY refund_task_id;

\echo == a bill that is taken back with its case: told as well
SELECT story.new_case_in('fee_due', NULL, 'en') AS gone \gset
SELECT story.pay(:'gone', 10, 'G-1');
CALL story.step('portal', :'gone', 'withdraw');
SELECT pg_temp.told(:'gone', 2);
SELECT amount, reason, told FROM licence_home.refundable WHERE application_no = :'gone';

\echo == taken back after the issue: the licence stays, is listed, and a named official decides
SELECT story.new_case_in('issued', NULL, 'en') AS paid \gset
SELECT invoice_no AS paid_bill FROM licence_home.invoice WHERE application_no = :'paid' \gset
SELECT pg_temp.as_person('till_1', :'paid', format($$SELECT amount, outcome FROM licence_home.reverse_payment('pay %s', 'the bank took it back', 'REV 7')$$, :paid_bill));
SELECT pg_temp.told(:'paid', 1);
SELECT story.look(:'paid');
SELECT valid FROM licence_home.verify_licence((SELECT licence_no::text FROM licence_home.licence WHERE application_no = :'paid'));
SELECT received, lacking, decision, stage, owner, due_on, told FROM licence_home.unpaid_licences WHERE application_no = :'paid';
SELECT defect, about, required, observed FROM licence_home.unproven_licences() WHERE application_no = :'paid';
SELECT code, said FROM story.attempt('director', :'paid', format($$SELECT licence_home.decide_unpaid(%s, 'waive', 'a favour')$$, :paid_bill));
SELECT code, said FROM story.attempt('cashier', :'paid', format($$SELECT licence_home.decide_unpaid(%s, 'waive', 'a favour')$$, :paid_bill));
SELECT pg_temp.as_person('money_director', :'paid', format($$SELECT licence_home.decide_unpaid(%s, 'pay_again', 'her bank erred', '2026-03-01')$$, :paid_bill));
SELECT pg_temp.as_person('money_director', :'paid', format($$SELECT licence_home.decide_unpaid(%s, 'pay_again', 'her bank erred', '2026-03-20') > 0 AS decided$$, :paid_bill));
SELECT pg_temp.told(:'paid', 1);
SELECT decision, until, decided_by, stage, owner, due_on, told FROM licence_home.unpaid_licences WHERE application_no = :'paid';
SAVEPOINT decided;
SELECT story.pay(:'paid', 40, 'again');
SELECT count(*) FROM licence_home.unpaid_licences WHERE application_no = :'paid';
SELECT count(*) FROM licence_home.unproven_licences() WHERE application_no = :'paid';
SELECT pg_temp.as_person('money_director', :'paid', format($$SELECT licence_home.decide_unpaid(%s, 'waive', 'paid meanwhile')$$, :paid_bill));
ROLLBACK TO decided;
SET LOCAL licence_home.clock = '2026-03-21 10:00+03';
SELECT stage FROM licence_home.unpaid_licences WHERE application_no = :'paid';
SELECT pg_temp.as_person('money_director', :'paid', format($$SELECT licence_home.decide_unpaid(%s, 'sanction', 'three letters, no answer') > 0 AS decided$$, :paid_bill));
SELECT stage, owner, due_on, told FROM licence_home.unpaid_licences WHERE application_no = :'paid';
SELECT who, code, rows FROM unnest('{clerk,cashier,committee,director,inspector,portal}'::text[]) AS who CROSS JOIN LATERAL story.attempt(who, :'paid', 'SELECT told FROM licence_home.unpaid_licences WHERE application_no = $1');
SELECT pg_temp.told(:'paid', 1);
SELECT pg_temp.as_person('money_director', :'paid', format($$SELECT licence_home.decide_unpaid(%s, 'waive', 'she died') > 0 AS decided$$, :paid_bill));
SELECT pg_temp.told(:'paid', 1);
SELECT count(*) FROM licence_home.unpaid_licences WHERE application_no = :'paid';
SELECT count(*) FROM licence_home.unproven_licences() WHERE application_no = :'paid';
SELECT action, actor, note FROM licence_home.application_event WHERE application_no = :'paid' ORDER BY case_event DESC LIMIT 3;
SELECT * FROM licence_home.verify_events();

\echo == the file of a bank: a row each, one bad row holds up no other, the same file twice is harmless
SET LOCAL licence_home.clock = '2026-03-02 12:00+03';
SELECT story.new_case_in('fee_due', NULL, 'en') AS a \gset
SELECT story.new_case_in('fee_due', NULL, 'en') AS b \gset
SELECT invoice_no AS bill_a FROM licence_home.invoice WHERE application_no = :'a' \gset
SELECT invoice_no AS bill_b FROM licence_home.invoice WHERE application_no = :'b' \gset
SELECT jsonb_build_array(
    jsonb_build_object('payment_reference', 'B-1', 'invoice_no', :bill_a, 'amount', '40.000', 'paid_at', '2026-03-02T09:00:00+03:00'),
    jsonb_build_object('payment_reference', 'B-2', 'invoice_no', 77, 'amount', 40),
    jsonb_build_object('payment_reference', 'B-3', 'invoice_no', :bill_b, 'amount', 'forty'),
    jsonb_build_object('payment_reference', 'B-4', 'invoice_no', (:bill_b)::text, 'amount', '٤٠', 'paid_at', '2026-03-02T09:00:00+03:00'),
    jsonb_build_object('payment_reference', 'B-1', 'invoice_no', :bill_a, 'amount', 41),
    jsonb_build_object('payment_reference', NULL, 'invoice_no', :bill_a, 'amount', 1),
    '7') AS file \gset
SET LOCAL ROLE regress_cashier;
SELECT row_no, payment_reference, outcome, code, replace(message, :'a', '{a}') AS message FROM licence_home.record_payments(:'file') ORDER BY row_no;
SELECT row_no, payment_reference, outcome FROM licence_home.record_payments(:'file') WHERE outcome <> 'refused' ORDER BY row_no;
SELECT outcome FROM licence_home.record_payments('{}');
ROLLBACK TO decided;
RESET ROLE;

\echo == the tills
SET LOCAL licence_home.clock = '2026-03-02 15:00+03';
SELECT story.new_case_in('fee_due') AS at_till \gset
SELECT invoice_no AS till_bill FROM licence_home.invoice WHERE application_no = :'at_till' \gset
SELECT pg_temp.as_person('till_1', :'at_till', format($$SELECT outcome FROM licence_home.record_payment('C-1', %s, 40, channel => 'counter', receipt => 'R-77')$$, :till_bill));
SELECT pg_temp.as_person('till_1', :'at_till', $$SELECT expected, difference FROM licence_home.close_till('2026-03-02', 34.5, 'half a dinar was a bad coin')$$);
SELECT pg_temp.as_person('till_1', :'at_till', $$SELECT expected, difference FROM licence_home.close_till('2026-03-02', 34.5, 'half a dinar was a bad coin')$$);
SELECT pg_temp.as_person('till_1', :'at_till', $$SELECT expected, difference FROM licence_home.close_till('2026-03-02', 35)$$);
SELECT pg_temp.as_person('till_1', :'at_till', $$SELECT expected, difference FROM licence_home.close_till('2026-03-03', 0)$$);
SELECT pg_temp.as_person('till_2', :'at_till', $$SELECT expected, difference FROM licence_home.close_till('2026-03-02', 0)$$);
SELECT pg_temp.as_person('till_2', :'at_till', $$SELECT outcome FROM licence_home.reverse_payment('C-1', 'not hers')$$);
SELECT count(*) FROM licence_home.till_closing WHERE receiver IN ('T-1', 'T-2');
SELECT day, receiver, counted, expected, difference, moved_since FROM licence_home.till_report WHERE receiver IN ('T-1', 'T-2') ORDER BY receiver;

\echo == every row about money stays as it is
SELECT code, regexp_replace(said, 'case [^:]*: ', '') FROM (VALUES ('UPDATE licence_home.payment_reversal SET reason = ''x'''), ('UPDATE licence_home.payment_refund SET amount = 1'),
    ('UPDATE licence_home.unpaid_decision SET note = ''x'''), ('UPDATE licence_home.till_closing SET counted = 1'),
    ('UPDATE licence_home.money_entry SET amount = 1'), ('UPDATE licence_home.refund_task SET amount = 1'),
    ('DELETE FROM licence_home.money_entry')) AS v (statement)
CROSS JOIN LATERAL story.attempt(NULL, :'no', v.statement);

\echo == it balances, on each day, from both ends
SELECT * FROM licence_home.reconcile('2026-03-02') WHERE total <> 'billed' AND total !~ 'until then|end of the day';
SELECT bool_and(r.balanced) AS each_day_balances FROM generate_series('2026-02-25'::date, '2026-03-25', '1 day') AS d
CROSS JOIN LATERAL licence_home.reconcile(d::date) AS r;
-- the ledger shows what was changed behind it
SET LOCAL session_replication_role = replica;
UPDATE licence_home.payment SET amount = amount - 1 WHERE payment_reference = 'P-3';
SET LOCAL session_replication_role = origin;
SELECT total, trim_scale(difference) FROM licence_home.reconcile('2026-03-02') WHERE NOT balanced ORDER BY total;
SELECT count(*) FROM licence_home.reconcile('2026-03-01') WHERE NOT balanced;
SELECT who, code FROM unnest('{portal,clerk,cashier,director,analyst,auditor,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(nullif(who, 'auditor'), :'no', 'SELECT * FROM licence_home.reconcile()');
ROLLBACK;

-- The network's three questions: repeatable, with three decimals.
BEGIN;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
CREATE FUNCTION pg_temp.asked(kind text, body jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('MFEP', jsonb_build_object('MsgHeader', jsonb_build_object('TmStp', '2026-03-01T10:00:00', 'GUID', 'g-1',
        'TrsInf', jsonb_build_object('SdrCode', 1, 'RcvCode', 12345, 'ReqTyp', kind)), 'MsgBody', body)) $$;
SELECT story.new_case_in('fee_due') AS no \gset
SELECT invoice_no AS bill FROM licence_home.invoice WHERE application_no = :'no' \gset
SELECT pg_temp.asked('BILPULRQ', jsonb_build_object('AcctInfo', jsonb_build_object('BillingNo', (:bill)::text, 'BillerCode', 12345), 'ServiceType', 'Fees')) AS pull,
    pg_temp.asked('BLRPMTNTFRQ', jsonb_build_object('Transactions', jsonb_build_object('TrxInf', jsonb_build_object(
        'AcctInfo', jsonb_build_object('BillingNo', (:bill)::text), 'JOEBPPSTrx', 'TX 9', 'PaidAmt', '39.000', 'ProcessDate', '2026-03-01T09:00:00')))) AS paid,
    pg_temp.asked('BLRPMTNTFRQ', jsonb_build_object('Transactions', jsonb_build_object('TrxInf', jsonb_build_array(
        jsonb_build_object('AcctInfo', jsonb_build_object('BillingNo', (:bill)::text), 'JOEBPPSTrx', 'TX 9', 'PaidAmt', '40', 'ProcessDate', '2026-03-01'),
        jsonb_build_object('AcctInfo', jsonb_build_object('BillingNo', '12'), 'JOEBPPSTrx', 'TX 10', 'PaidAmt', '1'),
        jsonb_build_object('AcctInfo', jsonb_build_object('BillingNo', (:bill)::text), 'JOEBPPSTrx', 'TX 11', 'PaidAmt', '1.000'))))) AS mixed \gset
SET LOCAL ROLE regress_cashier;
SELECT replace(jsonb_pretty(licence_home.bill(:'pull')), (:bill)::text, '{bill}');
SELECT o #>> '{MFEP,MsgHeader,Result,ErrorCode}' AS code, o #>> '{MFEP,MsgHeader,Result,ErrorDesc}' AS described, o #>> '{MFEP,MsgBody,BillingInfo,DueAmt}' AS due
FROM unnest('{40,40.0001,39.5,0.5,41,x}'::text[]) AS amount
CROSS JOIN LATERAL licence_home.validate_payment(pg_temp.asked('BILRPREPADVALRQ', jsonb_build_object('BillingInfo',
    jsonb_build_object('AcctInfo', jsonb_build_object('BillingNo', (:bill)::text), 'DueAmt', amount)))) AS o;
SELECT licence_home.notify(:'paid') #> '{MFEP,MsgBody}';
SELECT licence_home.notify(:'paid') #> '{MFEP,MsgBody}';
SELECT b #> '{MFEP,MsgBody,BillRec,0,BillStatus}', b #> '{MFEP,MsgBody,BillRec,0,DueAmount}', b #> '{MFEP,MsgBody,BillRec,0,PmtConst}' FROM licence_home.bill(:'pull') AS b;
SELECT x ->> 'JOEBPPSTrx', x #>> '{Result,ErrorCode}', replace(x #>> '{Result,ErrorDesc}', :'no', '{no}')
FROM jsonb_array_elements(licence_home.notify(:'mixed') #> '{MFEP,MsgBody,Transactions,TrxInf}') AS x;
SELECT state FROM licence_home.application WHERE application_no = :'no';
SELECT b #> '{MFEP,MsgBody,BillRec,0,Result}' FROM licence_home.bill(:'pull') AS b;
SELECT licence_home.bill(jsonb_build_object('BillingNo', n)) #>> '{MFEP,MsgBody,BillRec,0,Result,ErrorCode}' FROM unnest('{12,x,-1,99999999999999999999}'::text[]) AS n;
SELECT licence_home.bill(NULL) #>> '{MFEP,MsgBody,BillRec,0,Result,ErrorCode}', licence_home.notify('{}') #>> '{MFEP,MsgHeader,Result,ErrorCode}';
RESET ROLE;
SELECT payment_reference, amount, paid_at, channel FROM licence_home.payment WHERE invoice_no = :bill ORDER BY payment_id;
ROLLBACK;
DROP ROLE regress_till_1, regress_till_2, regress_money_director;
