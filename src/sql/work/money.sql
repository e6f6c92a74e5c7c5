-- ---------------------------------------------------------------------
-- Money: what is to be paid back, what is paid in part, what was taken back
-- after the issue, and whether it all balances.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.refunds_to_note(application_no licence_home.application_no)
    RETURNS TABLE (account bigint, surplus numeric, refunded numeric, owner text, due_on date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT i.invoice_no, m.surplus, m.refunded, coalesce(t.owner, r.refund_owner, 'cashier'),
            licence_home.add_working_days(licence_home.today(), coalesce(r.refund_days, 14))
        FROM licence_home.invoice AS i
        CROSS JOIN LATERAL licence_home_internal.account_money(i.invoice_no, i.application_no) AS m
        LEFT JOIN LATERAL (
            SELECT k.owner, k.amount - (m.refunded - k.refunded_before) AS noted
            FROM licence_home.refund_task AS k
            WHERE k.application_no = refunds_to_note.application_no AND k.invoice_no = i.invoice_no
            ORDER BY k.refund_task_id DESC
            LIMIT 1
        ) AS t ON true
        LEFT JOIN licence_home.payment_rule AS r
            ON licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today())
        WHERE i.application_no = refunds_to_note.application_no AND i.account IS NULL
            AND m.surplus > coalesce(t.noted, 0);
    END;
COMMENT ON FUNCTION licence_home_internal.refunds_to_note(licence_home.application_no) IS
'Internal: the accounts of a case of which more is refundable now than the latest refund_task says, with whose task it is and until when.';
CALL licence_home_internal.make_function('licence_home_internal.refunds_to_note(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.fast_bill_money(application_no licence_home.application_no, invoice_no bigint) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fast_bill_money' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION licence_home_internal.fast_bill_money(licence_home.application_no, bigint) IS
'What the fast path for the money of a bill finds: account, open bill, surplus, whether it is paid, in part, and more; null where it leaves it to account_money(). A test holds it equal.';
CALL licence_home_internal.make_function('licence_home_internal.fast_bill_money(licence_home.application_no, bigint)');

CREATE FUNCTION licence_home_internal.message_fate(application_no licence_home.application_no, event_no bigint, template text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_message_fate' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION licence_home_internal.message_fate(licence_home.application_no, bigint, text) IS
'Internal: how the message of an event (null: the latest of that template in the case) stands, as sms_status says it, for who does not read messages; null where there is none.';
CALL licence_home_internal.make_function('licence_home_internal.message_fate(licence_home.application_no, bigint, text)', 'clerk, cashier, committee, director');

CREATE VIEW licence_home.refundable WITH (security_invoker = true) AS
    SELECT coalesce(m.invoice_no, b.last_bill) AS invoice_no, t.application_no, m.net + m.refunded AS paid, m.surplus AS amount,
        CASE WHEN m.invoice_no IS NOT NULL THEN 'paid too much'
             WHEN EXISTS (SELECT FROM licence_home.invoice AS n
                          WHERE n.application_no = t.application_no AND n.invoice_no > b.last_bill)
                 THEN 'paid for a bill that was taken back'
             ELSE 'paid for a case that has ended' END AS reason,
        m.refunded, t.owner, t.due_on, t.recorded_at AS since,
        licence_home_internal.message_fate(t.application_no, t.event_no, 'refund_due') AS told
    FROM (
        SELECT DISTINCT ON (k.application_no, k.invoice_no) k.application_no, k.invoice_no, k.owner, k.due_on, k.recorded_at, k.event_no
        FROM licence_home.refund_task AS k
        ORDER BY k.application_no, k.invoice_no, k.refund_task_id DESC
    ) AS t
    CROSS JOIN LATERAL licence_home_internal.account_money(t.invoice_no, t.application_no) AS m
    CROSS JOIN LATERAL (
        SELECT max(i.invoice_no) AS last_bill
        FROM licence_home.invoice AS i
        WHERE i.application_no = t.application_no AND coalesce(i.account, i.invoice_no) = t.invoice_no
    ) AS b
    WHERE m.surplus > 0;
COMMENT ON VIEW licence_home.refundable IS
'Money in JOD that is to be paid back: paid beyond a bill, for a bill that was taken back, or for a case that has ended without a licence. Less what was paid back and what the network took back. Each with whose task it is (owner: a role, or an official), until when, and how the message that told it stands.';
CALL licence_home_internal.make_view('licence_home.refundable');
GRANT SELECT ON licence_home.refundable TO licence_home_clerk, licence_home_cashier;
GRANT EXECUTE ON FUNCTION licence_home_internal.account_money(bigint, licence_home.application_no, timestamptz)
    TO licence_home_clerk, licence_home_cashier, licence_home_committee, licence_home_director, licence_home_analyst;
GRANT EXECUTE ON FUNCTION licence_home_internal.open_bill_money(licence_home.application_no, timestamptz)
    TO licence_home_clerk, licence_home_cashier, licence_home_committee, licence_home_director, licence_home_analyst;

CREATE VIEW licence_home.incomplete_payments WITH (security_invoker = true) AS
    SELECT a.application_no, m.invoice_no, m.billed AS amount, m.net AS received, m.lacking AS rest, d.due_on, d.told_at
    FROM licence_home.application AS a
    CROSS JOIN LATERAL licence_home_internal.open_bill_money(a.application_no) AS m
    LEFT JOIN licence_home.current_deadline AS d ON d.application_no = a.application_no
    WHERE a.due_at IS NOT NULL AND m.net > 0 AND m.lacking > 0;
COMMENT ON VIEW licence_home.incomplete_payments IS
'Open cases whose bill is paid in part, in JOD. The applicant was told the rest (payment_incomplete); such a case does not lapse by the job: a clerk looks at it.';
CALL licence_home_internal.make_view('licence_home.incomplete_payments');
GRANT SELECT ON licence_home.incomplete_payments TO licence_home_clerk, licence_home_cashier, licence_home_director;

CREATE VIEW licence_home.unpaid_licences WITH (security_invoker = true) AS
    SELECT l.licence_no, l.application_no, m.invoice_no, m.billed AS amount, m.net AS received, m.lacking,
        v.reversed_at, u.decision, u.until, u.recorded_by AS decided_by,
        CASE WHEN u.decision IS NULL THEN 'to decide'
            WHEN u.decision = 'sanction' THEN 'sanction to open'
            WHEN u.decision = 'pay_again' AND u.until >= licence_home.today() THEN 'to pay again'
            ELSE 'to decide' END AS stage,
        CASE WHEN u.decision = 'sanction' THEN u.recorded_by
            WHEN u.decision = 'pay_again' AND u.until >= licence_home.today() THEN 'applicant'
            ELSE 'director' END AS owner,
        CASE WHEN u.decision = 'pay_again' AND u.until >= licence_home.today() THEN u.until
            ELSE licence_home.add_working_days(CASE WHEN u.decision = 'pay_again' THEN u.until
                ELSE (coalesce(u.recorded_at, v.known_at) AT TIME ZONE licence_home_internal.city_time_zone())::date END,
                coalesce(o.repay_days, 14)) END AS due_on,
        licence_home_internal.message_fate(v.application_no, NULL, CASE u.decision WHEN 'sanction' THEN 'sanction_ahead'
            ELSE 'payment_reversed_later' END) AS told
    FROM (
        SELECT r.application_no, max(r.reversed_at) AS reversed_at, max(r.recorded_at) AS known_at
        FROM licence_home.payment_reversal AS r
        WHERE r.after_issue
        GROUP BY r.application_no
    ) AS v
    JOIN licence_home.licence_term AS l ON l.application_no = v.application_no
    CROSS JOIN LATERAL licence_home_internal.open_bill_money(v.application_no) AS m
    LEFT JOIN LATERAL (
        SELECT k.decision, k.until, k.recorded_by, k.recorded_at
        FROM licence_home.unpaid_decision AS k
        WHERE k.application_no = v.application_no AND k.recorded_at >= v.known_at
        ORDER BY k.unpaid_decision_id DESC
        LIMIT 1
    ) AS u ON true
    LEFT JOIN licence_home.payment_rule AS o ON licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today())
    WHERE m.lacking > 0;
COMMENT ON VIEW licence_home.unpaid_licences IS
'Licences whose payment was taken back after the issue. Each stays valid until somebody decides: decide_unpaid() says pay again, waive, or sanction. stage: to decide (also when the day to pay again has passed), to pay again, sanction to open. Each with whose it is (owner: the director, who decided on a sanction, or the applicant), until when, and how the message that told it stands.';
CALL licence_home_internal.make_view('licence_home.unpaid_licences');
GRANT SELECT ON licence_home.unpaid_licences TO licence_home_clerk, licence_home_cashier, licence_home_committee, licence_home_director;

-- Triggers of the tables of money_tables.sql (src/evidence/).
CREATE FUNCTION licence_home_internal.payment_reversal_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_payment_reversal_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.payment_reversal_trigger() IS
'Fills a reversal from its payment, drops a repeat, keeps it as it is; at the counter it is not for who received the money.';
CALL licence_home_internal.make_function('licence_home_internal.payment_reversal_trigger()');
CREATE FUNCTION licence_home_internal.payment_reversed() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_payment_reversed' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.payment_reversed() IS
'Takes the step that follows a payment taken back, or writes the event; tells the person.';
CALL licence_home_internal.make_function('licence_home_internal.payment_reversed()');
CREATE TRIGGER payment_reversal_trigger BEFORE INSERT OR UPDATE ON licence_home.payment_reversal
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.payment_reversal_trigger();
CREATE TRIGGER payment_reversed AFTER INSERT ON licence_home.payment_reversal
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.payment_reversed();

CREATE FUNCTION licence_home_internal.payment_refund_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_payment_refund_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.payment_refund_trigger() IS
'Refuses to pay back more than is refundable, drops a repeat, keeps it as it is.';
CALL licence_home_internal.make_function('licence_home_internal.payment_refund_trigger()');
CREATE FUNCTION licence_home_internal.payment_refunded() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_payment_refunded' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.payment_refunded() IS
'Writes the event of a refund and tells the person.';
CALL licence_home_internal.make_function('licence_home_internal.payment_refunded()');
CREATE TRIGGER payment_refund_trigger BEFORE INSERT OR UPDATE ON licence_home.payment_refund
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.payment_refund_trigger();
CREATE TRIGGER payment_refunded AFTER INSERT ON licence_home.payment_refund
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.payment_refunded();

CREATE FUNCTION licence_home_internal.unpaid_decision_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_unpaid_decision_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.unpaid_decision_trigger() IS
'Lets a named official decide about a licence whose payment was taken back; writes the event.';
CALL licence_home_internal.make_function('licence_home_internal.unpaid_decision_trigger()');
CREATE FUNCTION licence_home_internal.unpaid_decided() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_unpaid_decided' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.unpaid_decided() IS
'Writes the event of a decision about an unpaid licence and tells the person: to pay again, that nothing is to be paid, or that a sanction is ahead.';
CALL licence_home_internal.make_function('licence_home_internal.unpaid_decided()');
CREATE TRIGGER unpaid_decision_trigger BEFORE INSERT OR UPDATE ON licence_home.unpaid_decision
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.unpaid_decision_trigger();
CREATE TRIGGER unpaid_decided AFTER INSERT ON licence_home.unpaid_decision
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.unpaid_decided();

CREATE TRIGGER refund_task_trigger BEFORE INSERT OR UPDATE ON licence_home.refund_task
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
CREATE TRIGGER money_entry_trigger BEFORE INSERT OR UPDATE ON licence_home.money_entry
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();

-- The ledger.
CREATE FUNCTION licence_home_internal.money_entry() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_money_entry' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.money_entry() IS
'Enters a row about money in the ledger. Its arguments: the kind of entry, and the column of the row''s number.';
CALL licence_home_internal.make_function('licence_home_internal.money_entry()');
CREATE TRIGGER z_money_entry AFTER INSERT ON licence_home.invoice
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.money_entry('bill', 'invoice_no');
CREATE TRIGGER z_money_entry_cancelled AFTER UPDATE OF cancelled_at ON licence_home.invoice
    FOR EACH ROW WHEN (OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL)
    EXECUTE FUNCTION licence_home_internal.money_entry('cancel', 'invoice_no');
CREATE TRIGGER a_money_entry AFTER INSERT ON licence_home.payment
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.money_entry('payment', 'payment_id');
CREATE TRIGGER a_money_entry AFTER INSERT ON licence_home.payment_reversal
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.money_entry('reversal', 'payment_reversal_id');
CREATE TRIGGER a_money_entry AFTER INSERT ON licence_home.payment_refund
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.money_entry('refund', 'payment_refund_id');
CREATE TRIGGER a_money_entry AFTER INSERT ON licence_home.unpaid_decision
    FOR EACH ROW WHEN (NEW.decision = 'waive')
    EXECUTE FUNCTION licence_home_internal.money_entry('waiver', 'unpaid_decision_id');

-- What clients call.
CREATE FUNCTION licence_home.reverse_payment(payment_reference text, reason text, reversal_reference text DEFAULT NULL,
        reversed_at timestamptz DEFAULT NULL, OUT payment_reversal_id bigint, OUT bill bigint, OUT amount numeric, OUT outcome text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found_payment bigint := (SELECT p.payment_id FROM licence_home.payment AS p
        WHERE licence_home.fold_reference(p.payment_reference) = licence_home.fold_reference(reverse_payment.payment_reference));
BEGIN
    INSERT INTO licence_home.payment_reversal AS r (payment_id, reversal_reference, reason, reversed_at)
    VALUES (found_payment, reverse_payment.reversal_reference, reverse_payment.reason,
        coalesce(reverse_payment.reversed_at, licence_home.now()))
    RETURNING r.payment_reversal_id INTO payment_reversal_id;
    outcome := CASE WHEN payment_reversal_id IS NULL THEN 'repeated' ELSE 'recorded' END;
    SELECT r.payment_reversal_id, r.invoice_no, r.amount INTO payment_reversal_id, bill, amount
    FROM licence_home.payment_reversal AS r WHERE r.payment_id = found_payment;
END $$;
COMMENT ON FUNCTION licence_home.reverse_payment(text, text, text, timestamptz) IS
'Records that a payment, named by its reference, was taken back, with the reason. reversal_reference: the network''s own; reversed_at: now where null. Gives recorded or repeated. LH032 for a payment that nobody knows, or that was taken back as another reversal; LH023 for who received it at the counter.';
CALL licence_home_internal.make_function('licence_home.reverse_payment(text, text, text, timestamptz)', 'cashier');

CREATE FUNCTION licence_home.refund_payment(invoice_no bigint, amount numeric, refund_reference text,
        channel text DEFAULT 'counter', note text DEFAULT NULL,
        OUT payment_refund_id bigint, OUT refunded numeric, OUT outcome text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    INSERT INTO licence_home.payment_refund AS r (refund_reference, invoice_no, amount, channel, note)
    VALUES (refund_payment.refund_reference, refund_payment.invoice_no, refund_payment.amount, refund_payment.channel,
        refund_payment.note)
    RETURNING r.payment_refund_id INTO payment_refund_id;
    outcome := CASE WHEN payment_refund_id IS NULL THEN 'repeated' ELSE 'recorded' END;
    SELECT r.payment_refund_id, r.amount INTO payment_refund_id, refunded
    FROM licence_home.payment_refund AS r
    WHERE licence_home.fold_reference(r.refund_reference) = licence_home.fold_reference(refund_payment.refund_reference);
END $$;
COMMENT ON FUNCTION licence_home.refund_payment(bigint, numeric, text, text, text) IS
'Pays money back that was paid for a bill, in JOD, at the counter or by transfer; gives recorded or repeated. LH032 for more than is refundable, LH007 for the reference with another amount or bill.';
CALL licence_home_internal.make_function('licence_home.refund_payment(bigint, numeric, text, text, text)', 'cashier');

CREATE FUNCTION licence_home.decide_unpaid(invoice_no bigint, decision text, note text, until date DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    result bigint;
BEGIN
    INSERT INTO licence_home.unpaid_decision AS d (invoice_no, decision, note, until)
    VALUES (decide_unpaid.invoice_no, decide_unpaid.decision, decide_unpaid.note,
        CASE WHEN decide_unpaid.decision = 'pay_again' THEN coalesce(decide_unpaid.until, (
            SELECT licence_home.add_working_days(licence_home.today(), r.repay_days)
            FROM licence_home.payment_rule AS r
            WHERE licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today()))) END)
    RETURNING d.unpaid_decision_id INTO result;
    RETURN result;
END $$;
COMMENT ON FUNCTION licence_home.decide_unpaid(bigint, text, text, date) IS
'A named official decides about a licence whose payment was taken back after the issue, with a note that says why. pay_again (until a day, by default as many working days ahead as payment_rule says), waive, or sanction. LH032 where nothing is lacking, LH016 for a login that is no person''s.';
CALL licence_home_internal.make_function('licence_home.decide_unpaid(bigint, text, text, date)', 'director');

CREATE FUNCTION licence_home.assign_refund(invoice_no bigint, official text, due_on date DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_assign_refund' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.assign_refund(bigint, text, date) IS
'Says whose task a row of refundable is (the number of an official who serves) and until when (null: as it was). Gives the number of the refund_task. LH032 where nothing is refundable, LH019 for one who does not serve.';
CALL licence_home_internal.make_function('licence_home.assign_refund(bigint, text, date)', 'cashier, director');

-- Does it balance?  Each total from the rows about money, and from the ledger.
CREATE FUNCTION licence_home_internal.reconciliation(on_day date)
    RETURNS TABLE (turn integer, total text, from_bills numeric, from_ledger numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        WITH day AS MATERIALIZED (
            -- (a day beyond all sense has no row)
            SELECT n.day::timestamp AT TIME ZONE licence_home_internal.city_time_zone() AS begins,
                (n.day + 1)::timestamp AT TIME ZONE licence_home_internal.city_time_zone() AS ends
            FROM (SELECT CASE WHEN reconciliation.on_day BETWEEN '1800-01-01' AND '2199-12-31' THEN reconciliation.on_day END AS day) AS n
            WHERE n.day IS NOT NULL
        ), ledger AS MATERIALIZED (
            SELECT e.account, e.kind, sum(e.amount) AS amount, coalesce(sum(e.amount) FILTER (WHERE e.at >= d.begins), 0) AS of_day
            FROM day AS d
            JOIN licence_home.money_entry AS e ON e.at < d.ends
            GROUP BY e.account, e.kind
        ), owed AS MATERIALIZED (
            SELECT l.account, sum(CASE WHEN l.kind IN ('bill', 'reversal', 'refund') THEN l.amount ELSE - l.amount END) AS amount
            FROM ledger AS l
            GROUP BY l.account
        ), accounts AS MATERIALIZED (
            SELECT coalesce(b.account, b.invoice_no) AS account, sum(b.amount) FILTER (WHERE (b.cancelled_at < d.ends) IS NOT TRUE) AS billed
            FROM day AS d
            JOIN licence_home.invoice AS b ON b.created_at < d.ends
            GROUP BY 1
        ), moved AS MATERIALIZED (
            SELECT coalesce(b.account, b.invoice_no) AS account, sum(v.amount) AS amount
            FROM (
                SELECT p.invoice_no, p.amount, p.recorded_at FROM licence_home.payment AS p
                UNION ALL SELECT r.invoice_no, - r.amount, r.recorded_at FROM licence_home.payment_reversal AS r
                UNION ALL SELECT r.invoice_no, - r.amount, r.recorded_at FROM licence_home.payment_refund AS r
                UNION ALL SELECT u.invoice_no, u.amount, u.recorded_at FROM licence_home.unpaid_decision AS u WHERE u.decision = 'waive'
            ) AS v
            JOIN day AS d ON v.recorded_at < d.ends
            JOIN licence_home.invoice AS b ON b.invoice_no = v.invoice_no
            GROUP BY 1
        ), balance AS MATERIALIZED (
            SELECT coalesce(a.billed, 0) - coalesce(m.amount, 0) AS amount
            FROM accounts AS a
            FULL JOIN moved AS m ON m.account = a.account
        )
        SELECT t.turn, t.total, coalesce(t.from_bills, 0), coalesce(t.from_ledger, 0)
        FROM day AS d
        CROSS JOIN LATERAL (VALUES
            (1, 'billed', (SELECT sum(b.amount) FROM licence_home.invoice AS b
                WHERE b.created_at >= d.begins AND b.created_at < d.ends),
                (SELECT sum(l.of_day) FROM ledger AS l WHERE l.kind = 'bill')),
            (2, 'taken back', (SELECT sum(b.amount) FROM licence_home.invoice AS b
                WHERE b.cancelled_at >= d.begins AND b.cancelled_at < d.ends),
                (SELECT sum(l.of_day) FROM ledger AS l WHERE l.kind = 'cancel')),
            (3, 'received', (SELECT sum(p.amount) FROM licence_home.payment AS p
                WHERE p.recorded_at >= d.begins AND p.recorded_at < d.ends),
                (SELECT sum(l.of_day) FROM ledger AS l WHERE l.kind = 'payment')),
            (4, 'reversed', (SELECT sum(r.amount) FROM licence_home.payment_reversal AS r
                WHERE r.recorded_at >= d.begins AND r.recorded_at < d.ends),
                (SELECT sum(l.of_day) FROM ledger AS l WHERE l.kind = 'reversal')),
            (5, 'refunded', (SELECT sum(r.amount) FROM licence_home.payment_refund AS r
                WHERE r.recorded_at >= d.begins AND r.recorded_at < d.ends),
                (SELECT sum(l.of_day) FROM ledger AS l WHERE l.kind = 'refund')),
            (6, 'waived', (SELECT sum(u.amount) FROM licence_home.unpaid_decision AS u
                WHERE u.decision = 'waive' AND u.recorded_at >= d.begins AND u.recorded_at < d.ends),
                (SELECT sum(l.of_day) FROM ledger AS l WHERE l.kind = 'waiver')),
            (7, 'owed to us at the end of the day', (SELECT sum(b.amount) FROM balance AS b WHERE b.amount > 0),
                (SELECT sum(o.amount) FROM owed AS o WHERE o.amount > 0)),
            (8, 'refundable at the end of the day', (SELECT - sum(b.amount) FROM balance AS b WHERE b.amount < 0),
                (SELECT - sum(o.amount) FROM owed AS o WHERE o.amount < 0)),
            -- and once more as a whole: all that was ever billed less all that ever came
            (9, 'balance of all days until then',
                (SELECT sum(b.amount) FROM licence_home.invoice AS b WHERE b.created_at < d.ends)
                    - coalesce((SELECT sum(b.amount) FROM licence_home.invoice AS b WHERE b.cancelled_at < d.ends), 0)
                    - coalesce((SELECT sum(m.amount) FROM moved AS m), 0),
                (SELECT sum(o.amount) FROM owed AS o))
        ) AS t (turn, total, from_bills, from_ledger);
    END;
COMMENT ON FUNCTION licence_home_internal.reconciliation(date) IS
'Internal: what reconcile() gives, for the owner.';
CALL licence_home_internal.make_function('licence_home_internal.reconciliation(date)');

CREATE FUNCTION licence_home.reconcile(day date DEFAULT NULL)
    RETURNS TABLE (total text, from_bills numeric, from_ledger numeric, difference numeric, balanced boolean)
    AS 'MODULE_PATHNAME', 'licence_home_reconcile' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 9;
COMMENT ON FUNCTION licence_home.reconcile(date) IS
'The money of a day (today where none is named), in JOD, each total twice. Once from the bills, payments, reversals, refunds and waivers, and once from the ledger that was written with them (money_entry). By the moment at which each was recorded, so a past day gives for ever what it gave. What was owed and refundable at the end of the day, and the balance of all days, are among the totals.';
CALL licence_home_internal.make_function('licence_home.reconcile(date)', 'cashier, director, analyst, auditor, admin, monitor');
