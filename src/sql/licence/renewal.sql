-- ---------------------------------------------------------------------
-- When a licence can be renewed, and what lateness costs.
--
--     opens          last day of the term          closes
--       |-- 40 days before --|-- 365 days after ------|
--                            |-- free --|-- +20 % ---- ...
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.licence_rule_on(on_date date)
    RETURNS TABLE (renewal_opens_days integer, renewal_closes_days integer, renewal_continues boolean,
        surcharge_model text, barred_days integer, objection_days integer, transfer_days integer, hearing_days integer,
        immediate_days integer, reminder_stop_share numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT r.renewal_opens_days, r.renewal_closes_days, r.renewal_continues, r.surcharge_model, r.barred_days,
        r.objection_days, r.transfer_days, r.hearing_days, r.immediate_days, r.reminder_stop_share
    FROM licence_home.licence_rule AS r
    WHERE licence_home.in_force(r.valid, r.withdrawn_at, licence_rule_on.on_date);
END;
COMMENT ON FUNCTION licence_home_internal.licence_rule_on(date) IS
'Internal: the rules of a licence''s life on a day; no row where there are none.';
CALL licence_home_internal.make_function('licence_home_internal.licence_rule_on(date)', 'everyone');

CREATE FUNCTION licence_home_internal.renewal_window(last_day date, on_date date)
    RETURNS TABLE (opens date, closes date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT renewal_window.last_day - r.renewal_opens_days,
        -- a last day that is no working day moves to the next one
        licence_home.add_working_days(renewal_window.last_day + r.renewal_closes_days, 0)
    FROM licence_home_internal.licence_rule_on(renewal_window.on_date) AS r;
END;
COMMENT ON FUNCTION licence_home_internal.renewal_window(date, date) IS
'Internal: the first and the last day on which a term that ends with last_day can be renewed, by the rules of on_date. No row where there are none.';
CALL licence_home_internal.make_function('licence_home_internal.renewal_window(date, date)', 'everyone');

CREATE FUNCTION licence_home_internal.surcharge_for(last_day date, paid_day date, on_date date)
    RETURNS TABLE (share numeric, item_ar text, item_en text, rule text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT s.share, s.item_ar, s.item_en, format('late_surcharge %s: %s', s.late_surcharge_id, s.source)
    FROM licence_home_internal.licence_rule_on(surcharge_for.on_date) AS r
    JOIN licence_home.late_surcharge AS s ON s.model = r.surcharge_model
        AND licence_home.in_force(s.valid, s.withdrawn_at, surcharge_for.on_date)
    CROSS JOIN LATERAL (
        SELECT CASE s.model
            WHEN 'anniversary' THEN surcharge_for.last_day + s.free_days
            ELSE (make_date(extract(year FROM surcharge_for.last_day + 1)::integer, s.free_month, 1) + interval '1 month')::date - 1
        END AS free_until
    ) AS f
    WHERE surcharge_for.paid_day > surcharge_for.last_day
        AND surcharge_for.paid_day > licence_home.add_working_days(f.free_until, 0)
    ORDER BY s.share DESC, s.late_surcharge_id
    LIMIT 1;
END;
COMMENT ON FUNCTION licence_home_internal.surcharge_for(date, date, date) IS
'Internal: what is added, as a share of the scheduled amount, where a term that ended with last_day is renewed on paid_day, by the rules of on_date. No row where nothing is.';
CALL licence_home_internal.make_function('licence_home_internal.surcharge_for(date, date, date)', 'everyone');
