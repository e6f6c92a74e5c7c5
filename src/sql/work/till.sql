-- ---------------------------------------------------------------------
-- The counter: who received money there closes the day.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.till_expected(receiver text, day date) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT (SELECT coalesce(sum(p.amount), 0) FROM licence_home.payment AS p
                WHERE p.channel = 'counter' AND p.receiver = till_expected.receiver
                    AND p.recorded_at >= d.begins AND p.recorded_at < d.ends)
            - (SELECT coalesce(sum(r.amount), 0) FROM licence_home.payment_reversal AS r
                JOIN licence_home.payment AS p ON p.payment_id = r.payment_id
                WHERE p.channel = 'counter' AND p.receiver = till_expected.receiver
                    AND r.recorded_at >= d.begins AND r.recorded_at < d.ends)
            - (SELECT coalesce(sum(r.amount), 0) FROM licence_home.payment_refund AS r
                WHERE r.channel = 'counter' AND r.recorded_by = till_expected.receiver
                    AND r.recorded_at >= d.begins AND r.recorded_at < d.ends)
        FROM (SELECT till_expected.day::timestamp AT TIME ZONE licence_home_internal.city_time_zone() AS begins,
                (till_expected.day + 1)::timestamp AT TIME ZONE licence_home_internal.city_time_zone() AS ends) AS d;
    END;
COMMENT ON FUNCTION licence_home_internal.till_expected(text, date) IS
'Internal: what should be in the till of an official from a day, in JOD. It is what was received at the counter, less what a second person took back and what the official paid back there.';
CALL licence_home_internal.make_function('licence_home_internal.till_expected(text, date)', 'cashier, director');

CREATE FUNCTION licence_home_internal.till_closing_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_till_closing_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.till_closing_trigger() IS
'Closes the till of the official who works: says what was expected, drops a repeat, keeps it as it is.';
CALL licence_home_internal.make_function('licence_home_internal.till_closing_trigger()');
CREATE TRIGGER till_closing_trigger BEFORE INSERT OR UPDATE ON licence_home.till_closing
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.till_closing_trigger();

CREATE FUNCTION licence_home.close_till(day date, counted numeric, note text DEFAULT NULL,
        OUT till_closing_id bigint, OUT expected numeric, OUT difference numeric)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    INSERT INTO licence_home.till_closing (day, counted, note)
    VALUES (close_till.day, close_till.counted, close_till.note);
    SELECT c.till_closing_id, c.expected, c.difference INTO till_closing_id, expected, difference
    FROM licence_home.till_closing AS c
    WHERE c.receiver = licence_home.actor() AND c.day = close_till.day
    ORDER BY c.till_closing_id DESC
    LIMIT 1;
END $$;
COMMENT ON FUNCTION licence_home.close_till(date, numeric, text) IS
'Closes the till of the official who calls it for a day: what was counted, in JOD, against what the rows say. Gives that and the difference. Closing it once more adds a row, the latest counts; the same once more changes nothing. LH033 for a day still to come.';
CALL licence_home_internal.make_function('licence_home.close_till(date, numeric, text)', 'cashier');

CREATE VIEW licence_home.till_report WITH (security_invoker = true) AS
    SELECT c.day, c.receiver, c.counted, c.expected, c.difference, c.note, c.recorded_at AS closed_at,
        licence_home_internal.till_expected(c.receiver, c.day) - c.expected AS moved_since
    FROM (
        SELECT DISTINCT ON (k.receiver, k.day) k.*
        FROM licence_home.till_closing AS k
        ORDER BY k.receiver, k.day, k.till_closing_id DESC
    ) AS c;
COMMENT ON VIEW licence_home.till_report IS
'The tills that were closed, by official and day, in JOD. With what was counted, what was expected, the difference, and what moved after the closing (moved_since, else 0).';
CALL licence_home_internal.make_view('licence_home.till_report');
GRANT SELECT ON licence_home.till_report TO licence_home_cashier, licence_home_director;
