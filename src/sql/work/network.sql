-- ---------------------------------------------------------------------
-- Banks and the bill-payment network.
--
-- record_payments() takes a bank's file.  The three others answer requests in
-- the manner of eFAWATEERcom as public code shows it (certainty: likely), as
-- jsonb: MFEP > MsgHeader, MsgBody.  Whoever speaks to the network keeps its
-- keys, signs, and hands the body on.
--
--   BILPULRQ         bill()               BILPULRS         what is to be paid
--   BILRPREPADVALRQ  validate_payment()   BILRPREPADVALRS  may this amount be paid?
--   BLRPMTNTFRQ      notify()             BLRPMTNTFRS      it was paid
--
-- All of them may be asked any number of times.  JOEBPPSTrx, the network's
-- number of a transaction, is the payment's reference: it makes a notification
-- unique.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.network_result(code integer, description text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object('ErrorCode', network_result.code, 'ErrorDesc', network_result.description,
        'Severity', CASE network_result.code WHEN 0 THEN 'Info' ELSE 'Error' END);
COMMENT ON FUNCTION licence_home_internal.network_result(integer, text) IS
'Internal: a result as the network reads it: 0 success, 408 invalid billing number, 324 already paid, 1 anything else.';
CALL licence_home_internal.make_function('licence_home_internal.network_result(integer, text)', 'cashier');

CREATE FUNCTION licence_home_internal.network_answer(request jsonb, kind text, result jsonb, body jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jsonb_build_object('MFEP', jsonb_build_object(
        'MsgHeader', jsonb_build_object(
            'TmStp', to_char(licence_home.now() AT TIME ZONE licence_home_internal.city_time_zone(), 'YYYY-MM-DD"T"HH24:MI:SS'),
            'GUID', network_answer.request #> '{MFEP,MsgHeader,GUID}',
            'TrsInf', jsonb_build_object(
                'SdrCode', network_answer.request #> '{MFEP,MsgHeader,TrsInf,RcvCode}',
                'RcvCode', network_answer.request #> '{MFEP,MsgHeader,TrsInf,SdrCode}',
                'ResTyp', network_answer.kind),
            'Result', network_answer.result),
        'MsgBody', network_answer.body));
COMMENT ON FUNCTION licence_home_internal.network_answer(jsonb, text, jsonb, jsonb) IS
'Internal: an answer to a request of the network: sender and receiver change places, the GUID stays.';
CALL licence_home_internal.make_function('licence_home_internal.network_answer(jsonb, text, jsonb, jsonb)', 'cashier');

-- What a billing number stands for now: of a bill that was replaced the new one.
CREATE FUNCTION licence_home_internal.billed_by(billing_no text)
    RETURNS TABLE (invoice_no bigint, code integer, description text, due numeric, lowest numeric, received numeric,
        issued_on date, due_on date)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT m.invoice_no,
            CASE WHEN m.invoice_no IS NULL THEN 408 WHEN m.lacking = 0 THEN 324 ELSE 0 END,
            CASE WHEN m.invoice_no IS NULL THEN 'Invalid billing number' WHEN m.lacking = 0 THEN 'Bill already paid' ELSE 'Success' END,
            m.lacking, least(m.lacking, r.lowest_part), m.net,
            (i.created_at AT TIME ZONE licence_home_internal.city_time_zone())::date, i.due_on
        FROM (SELECT 1) AS one
        LEFT JOIN licence_home.invoice AS n
            ON n.invoice_no = CASE WHEN licence_home.fold_plain(billed_by.billing_no) ~ '^[0-9]{1,18}$'
                THEN licence_home.fold_plain(billed_by.billing_no)::bigint END
        LEFT JOIN LATERAL licence_home_internal.account_money(coalesce(n.account, n.invoice_no), n.application_no) AS m
            ON n.invoice_no IS NOT NULL
        LEFT JOIN licence_home.invoice AS i ON i.invoice_no = m.invoice_no
        LEFT JOIN licence_home.payment_rule AS r
            ON licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today());
    END;
COMMENT ON FUNCTION licence_home_internal.billed_by(text) IS
'Internal: what is to be paid by a billing number, one row. It has the bill (of one that was replaced the new one; null: none), the network''s code, what is due and the smallest part of it, in JOD.';
CALL licence_home_internal.make_function('licence_home_internal.billed_by(text)', 'cashier');

CREATE FUNCTION licence_home.bill(request jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT licence_home_internal.network_answer(bill.request, 'BILPULRS', licence_home_internal.network_result(0, 'Success'),
            jsonb_build_object('RecCount', CASE b.code WHEN 0 THEN 1 ELSE 0 END, 'BillRec', jsonb_build_array(
                CASE b.code WHEN 0 THEN jsonb_build_object(
                    'Result', licence_home_internal.network_result(0, 'Success'),
                    'AcctInfo', jsonb_build_object('BillingNo', a.account -> 'BillingNo', 'BillNo', b.invoice_no::text,
                        'BillerCode', a.account -> 'BillerCode'),
                    'BillStatus', CASE WHEN b.received > 0 THEN 'BillUpdated' ELSE 'BillNew' END,
                    'DueAmount', to_char(b.due, 'FM999999990.000'),
                    'IssueDate', b.issued_on, 'DueDate', b.due_on,
                    'ServiceType', coalesce(bill.request #> '{MFEP,MsgBody,ServiceType}', 'null'),
                    'PmtConst', jsonb_build_object('AllowPart', b.lowest IS NOT NULL,
                        'Lower', to_char(coalesce(b.lowest, b.due), 'FM999999990.000'), 'Upper', to_char(b.due, 'FM999999990.000')))
                ELSE jsonb_build_object('Result', licence_home_internal.network_result(b.code, b.description), 'AcctInfo', a.account)
                END)))
        FROM (SELECT coalesce(bill.request #> '{MFEP,MsgBody,AcctInfo}', bill.request) AS account) AS a
        CROSS JOIN LATERAL licence_home_internal.billed_by(a.account ->> 'BillingNo') AS b;
    END;
COMMENT ON FUNCTION licence_home.bill(jsonb) IS
'Answers a request BILPULRQ of the bill-payment network, or {"BillingNo": "…"}, with BILPULRS. The answer has what is due, with three decimals, and the smallest and the largest part that may be paid. 408: no such bill, or one that was taken back; 324: it is paid. Names no person.';
CALL licence_home_internal.make_function('licence_home.bill(jsonb)', 'cashier');

CREATE FUNCTION licence_home.validate_payment(request jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT licence_home_internal.network_answer(validate_payment.request, 'BILRPREPADVALRS',
            licence_home_internal.network_result(o.code, o.description),
            jsonb_build_object('BillingInfo', jsonb_build_object(
                'Result', licence_home_internal.network_result(o.code, o.description),
                'AcctInfo', a.info -> 'AcctInfo',
                'DueAmt', CASE WHEN o.code = 0 THEN to_char(o.amount, 'FM999999990.000') ELSE to_char(b.due, 'FM999999990.000') END,
                'Currency', 'JOD',
                'ValidationCode', a.info -> 'ValidationCode')))
        FROM (SELECT coalesce(validate_payment.request #> '{MFEP,MsgBody,BillingInfo}', validate_payment.request) AS info) AS a
        CROSS JOIN LATERAL licence_home_internal.billed_by(a.info #>> '{AcctInfo,BillingNo}') AS b
        CROSS JOIN LATERAL (
            SELECT n.amount,
                CASE WHEN b.code <> 0 THEN b.code
                    WHEN n.amount IS NULL OR n.amount > b.due OR n.amount < coalesce(b.lowest, b.due) THEN 1 ELSE 0 END AS code,
                CASE WHEN b.code <> 0 THEN b.description
                    WHEN n.amount IS NULL THEN 'Invalid amount'
                    WHEN n.amount > b.due OR n.amount < coalesce(b.lowest, b.due) THEN format('Amount not between %s and %s',
                        to_char(coalesce(b.lowest, b.due), 'FM999999990.000'), to_char(b.due, 'FM999999990.000'))
                    ELSE 'Success' END AS description
            FROM (SELECT CASE WHEN licence_home.fold_plain(a.info ->> 'DueAmt') ~ '^[0-9]{1,9}([.][0-9]{1,3})?$'
                THEN licence_home.fold_plain(a.info ->> 'DueAmt')::numeric END AS amount) AS n
        ) AS o;
    END;
COMMENT ON FUNCTION licence_home.validate_payment(jsonb) IS
'Answers a request BILRPREPADVALRQ of the bill-payment network, asked before somebody pays an amount of their own choice, with BILRPREPADVALRS. 0 where the amount may be paid, 408, 324, or 1 with the bounds.';
CALL licence_home_internal.make_function('licence_home.validate_payment(jsonb)', 'cashier');

-- One row of a bank's file, in a transaction of its own within the caller's.
CREATE FUNCTION licence_home_internal.try_payment(payment_reference text, invoice_no text, amount text, paid_at text,
        OUT outcome text, OUT code text, OUT message text, OUT detail text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    bill constant text := licence_home.fold_plain(try_payment.invoice_no);
BEGIN
    outcome := (licence_home.record_payment(try_payment.payment_reference,
        CASE WHEN bill ~ '^[0-9]{1,18}$' THEN bill::bigint ELSE 0 END,
        licence_home.fold_plain(try_payment.amount)::numeric, try_payment.paid_at::timestamptz)).outcome;
EXCEPTION
    -- the whole file is sent once more, which is harmless
    WHEN serialization_failure OR deadlock_detected OR query_canceled OR lock_not_available THEN
        RAISE;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        outcome := 'refused';
        detail := nullif(detail, '');
END $$;
COMMENT ON FUNCTION licence_home_internal.try_payment(text, text, text, text) IS
'Internal: record_payment() of one row, whose error holds up no other: recorded, repeated, or refused with SQLSTATE, message and detail.';
CALL licence_home_internal.make_function('licence_home_internal.try_payment(text, text, text, text)', 'cashier');

CREATE FUNCTION licence_home.record_payments(payments jsonb)
    RETURNS TABLE (row_no bigint, payment_reference text, invoice_no text, amount text, outcome text, code text, message text, detail text)
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT e.row_no, e.payment_reference, e.invoice_no, e.amount, t.outcome, t.code, t.message, t.detail
        FROM (
            -- cases in one order, so that two files at once do not wait for each other
            SELECT v.ordinality AS row_no, v.value ->> 'payment_reference' AS payment_reference, v.value ->> 'invoice_no' AS invoice_no,
                v.value ->> 'amount' AS amount, v.value ->> 'paid_at' AS paid_at
            FROM jsonb_array_elements(record_payments.payments) WITH ORDINALITY AS v
            LEFT JOIN licence_home.invoice AS i
                ON i.invoice_no = CASE WHEN licence_home.fold_plain(v.value ->> 'invoice_no') ~ '^[0-9]{1,18}$'
                    THEN licence_home.fold_plain(v.value ->> 'invoice_no')::bigint END
            ORDER BY i.application_no, licence_home.fold_reference(v.value ->> 'payment_reference') COLLATE "C", v.ordinality
            OFFSET 0
        ) AS e
        CROSS JOIN LATERAL licence_home_internal.try_payment(e.payment_reference, e.invoice_no, e.amount, e.paid_at) AS t;
    END;
COMMENT ON FUNCTION licence_home.record_payments(jsonb) IS
'Records a bank''s file: a JSON array of payment_reference, invoice_no, amount (JOD) and paid_at. Gives a row each: recorded, repeated, or refused with SQLSTATE, message and detail. A bad row holds up no other, and the same file once more changes nothing.';
CALL licence_home_internal.make_function('licence_home.record_payments(jsonb)', 'cashier');

CREATE FUNCTION licence_home.notify(request jsonb) RETURNS jsonb
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT licence_home_internal.network_answer(notify.request, 'BLRPMTNTFRS', coalesce(a.worst, licence_home_internal.network_result(0, 'Success')),
            jsonb_build_object('Transactions', jsonb_build_object('TrxInf',
                CASE jsonb_typeof(s.sent) WHEN 'array' THEN coalesce(a.answers, '[]') ELSE a.answers -> 0 END)))
        FROM (SELECT coalesce(notify.request #> '{MFEP,MsgBody}', notify.request, '{}') AS body) AS b
        CROSS JOIN LATERAL (
            SELECT coalesce(b.body #> '{Transactions,TrxInf}', b.body -> 'TrxInf', b.body -> 'BillingInfo', b.body) AS sent
        ) AS s
        CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_object('JOEBPPSTrx', r.trx -> 'JOEBPPSTrx', 'ProcessDate', r.trx -> 'ProcessDate',
                    'STMTDate', coalesce(r.trx -> 'STMTDate', r.trx -> 'StmtDate'), 'Result', r.result) ORDER BY r.ordinality) AS answers,
                (array_agg(r.result ORDER BY r.ordinality) FILTER (WHERE r.result ->> 'ErrorCode' <> '0'))[1] AS worst
            FROM (
                SELECT e.trx, e.ordinality, CASE
                    WHEN t.outcome IN ('recorded', 'repeated') THEN licence_home_internal.network_result(0, 'Success')
                    WHEN t.code = 'LH006' THEN licence_home_internal.network_result(408, 'Invalid billing number')
                    ELSE licence_home_internal.network_result(1, t.message) END AS result
                FROM (
                    SELECT v.value AS trx, v.ordinality, coalesce(v.value #>> '{AcctInfo,BillingNo}', v.value #>> '{AcctInfo,BillNo}') AS billing_no,
                        -- a moment of the network's is one of Amman unless it says otherwise
                        CASE WHEN v.value ->> 'ProcessDate' ~ ':.*([zZ]|[+-][0-9]{2}(:?[0-9]{2})?)$' THEN v.value ->> 'ProcessDate'
                            ELSE v.value ->> 'ProcessDate' || ' ' || licence_home_internal.city_time_zone() END AS paid_at
                    FROM jsonb_array_elements(CASE jsonb_typeof(s.sent) WHEN 'array' THEN s.sent
                        ELSE jsonb_build_array(s.sent) END) WITH ORDINALITY AS v
                    ORDER BY licence_home.fold_plain(coalesce(v.value #>> '{AcctInfo,BillingNo}', v.value #>> '{AcctInfo,BillNo}')) COLLATE "C",
                        v.ordinality
                    OFFSET 0
                ) AS e
                CROSS JOIN LATERAL licence_home_internal.try_payment(e.trx ->> 'JOEBPPSTrx', e.billing_no, e.trx ->> 'PaidAmt', e.paid_at) AS t
            ) AS r
        ) AS a;
    END;
COMMENT ON FUNCTION licence_home.notify(jsonb) IS
'Takes in a request BLRPMTNTFRQ of the bill-payment network and answers BLRPMTNTFRS. Each transaction (TrxInf, one or an array) is recorded as a payment whose reference is JOEBPPSTrx. A repeat is a success that changes nothing. 408: no such bill; 1: refused, with the reason. Money for a known bill is never refused: what is too much is refundable.';
CALL licence_home_internal.make_function('licence_home.notify(jsonb)', 'cashier');
