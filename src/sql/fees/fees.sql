-- ---------------------------------------------------------------------
-- Fees, in JOD.
--
-- Amounts in a schedule are exact to the fils; what is a share of one is
-- rounded by share_of(), and nothing else is rounded.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.share_of(amount numeric, share numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN round(share_of.amount * share_of.share, 3);
COMMENT ON FUNCTION licence_home_internal.share_of(numeric, numeric) IS
'Internal: a share of an amount in JOD, rounded to the fils, half a fils up. All rounding of money is here.';
CALL licence_home_internal.make_function('licence_home_internal.share_of(numeric, numeric)', 'everyone');

CREATE FUNCTION licence_home_internal.adjustments_for(profession text, category text, on_date date,
        applicant_kind text, first_licence boolean, licence_year integer DEFAULT 1, granted_on date DEFAULT NULL)
    RETURNS TABLE (fee_adjustment_id bigint, adjustment text, kind text, share numeric,
        item_ar text, item_en text, source text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT DISTINCT ON (j.adjustment) j.fee_adjustment_id, j.adjustment, j.kind, j.share,
        j.item_ar, j.item_en, j.source
    FROM licence_home.fee_adjustment AS j
    WHERE licence_home.in_force(j.valid, j.withdrawn_at, CASE WHEN j.licence_year IS NULL THEN adjustments_for.on_date
            ELSE coalesce(adjustments_for.granted_on, adjustments_for.on_date) END)
        AND (j.licence_year IS NULL OR j.licence_year @> adjustments_for.licence_year)
        AND (j.profession IS NULL OR j.profession = adjustments_for.profession)
        AND (j.category IS NULL OR j.category = adjustments_for.category)
        AND (j.applicant_kind IS NULL OR j.applicant_kind = adjustments_for.applicant_kind)
        AND (j.first_licence IS NULL OR j.first_licence = adjustments_for.first_licence)
    ORDER BY j.adjustment, j.profession NULLS LAST, j.category NULLS LAST,
        j.applicant_kind NULLS LAST, j.first_licence NULLS LAST, j.licence_year NULLS LAST;
END;
COMMENT ON FUNCTION licence_home_internal.adjustments_for(text, text, date, text, boolean, integer, date) IS
'Internal: the adjustments of fees that count on a day for a profession (with its category) and an applicant. Of an adjustment with several rows the one with the narrowest conditions counts. A row is left out if it has a condition on the applicant and nothing is said of that (null). licence_year, granted_on: the year of the licence that is paid for, and the first day of its first term (null: on_date). A row for some years counts by granted_on.';
CALL licence_home_internal.make_function('licence_home_internal.adjustments_for(text, text, date, text, boolean, integer, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.price_list(profession text, category text, on_date date)
    RETURNS TABLE (schedule text, area_m2 numrange, amount numeric, item_ar text, item_en text,
        rule text, narrower boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 3
BEGIN ATOMIC
    SELECT s.schedule, r.area_m2, r.amount, r.item_ar, r.item_en,
        format('%s, fee_rule %s: %s', s.schedule, r.fee_rule_id, r.source),
        r.profession IS NOT NULL
    FROM (
        -- two schedules where one is due, as a transaction may have them
        -- before it commits, price nothing
        SELECT min(s.schedule) AS schedule
        FROM licence_home.fee_schedule AS s
        WHERE licence_home.in_force(s.valid, s.withdrawn_at, price_list.on_date)
        HAVING count(*) = 1
    ) AS s
    JOIN licence_home.fee_rule AS r ON r.schedule = s.schedule
        AND licence_home.in_force(r.valid, r.withdrawn_at, price_list.on_date)
        AND (r.profession = price_list.profession OR r.category = price_list.category);
END;
COMMENT ON FUNCTION licence_home_internal.price_list(text, text, date) IS
'Internal: what the fee schedule of a day says of a profession and of its category. A row a band of area (m²): the amount in JOD. Of two rows for one area the narrower, of the profession itself, counts.';
CALL licence_home_internal.make_function('licence_home_internal.price_list(text, text, date)', 'everyone');

CREATE FUNCTION licence_home_internal.price_of(profession text, work_area_m2 numeric, on_date date)
    RETURNS TABLE (code text, category text, amount numeric, item_ar text, item_en text, rule text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT p.code, p.category, b.amount, b.item_ar, b.item_en, b.rule
    FROM licence_home_internal.profession_on(price_of.profession, price_of.on_date) AS p
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (r.schedule) r.amount, r.item_ar, r.item_en, r.rule
        FROM licence_home_internal.price_list(p.code, p.category, price_of.on_date) AS r
        WHERE r.area_m2 @> price_of.work_area_m2
        ORDER BY r.schedule, r.narrower DESC
    ) AS b
    WHERE p.found = 1
        AND price_of.work_area_m2 > 0 AND price_of.work_area_m2 < 'Infinity';    -- NaN is above infinity
END;
COMMENT ON FUNCTION licence_home_internal.price_of(text, numeric, date) IS
'Internal: the scheduled amount (JOD) for a profession and an area (m²) on a day; no row where nothing can be priced.';
CALL licence_home_internal.make_function('licence_home_internal.price_of(text, numeric, date)', 'everyone');

CREATE FUNCTION licence_home_internal.fee_lines(profession text, work_area_m2 numeric, on_date date,
        applicant_kind text DEFAULT NULL, first_licence boolean DEFAULT NULL, licence_year integer DEFAULT 1,
        granted_on date DEFAULT NULL)
    RETURNS TABLE (line bigint, item_ar text, item_en text, rule text, amount numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    SELECT l.line, l.item_ar, l.item_en, l.rule, l.amount
    FROM licence_home_internal.price_of(fee_lines.profession, fee_lines.work_area_m2, fee_lines.on_date) AS b
    CROSS JOIN LATERAL (
        SELECT 1 AS line, b.item_ar, b.item_en, b.amount, b.rule
        UNION ALL
        SELECT 1 + row_number() OVER w, d.item_ar, d.item_en,
            CASE d.kind
                WHEN 'surcharge' THEN licence_home_internal.share_of(b.amount, d.share)
                -- reductions together take off the whole and no more
                ELSE licence_home_internal.share_of(b.amount,
                        least(1, sum(d.share) FILTER (WHERE d.kind <> 'surcharge') OVER w - d.share))
                    - licence_home_internal.share_of(b.amount,
                        least(1, sum(d.share) FILTER (WHERE d.kind <> 'surcharge') OVER w))
            END,
            format('%s, fee_adjustment %s: %s', d.adjustment, d.fee_adjustment_id, d.source)
        FROM (
            SELECT i.*,
                -- who pays nothing pays no surcharge on it either
                bool_or(i.kind = 'waiver') OVER () AS waived
            FROM licence_home_internal.adjustments_for(b.code, b.category, fee_lines.on_date,
                fee_lines.applicant_kind, fee_lines.first_licence, fee_lines.licence_year, fee_lines.granted_on) AS i
            WHERE i.kind <> 'paid_before'
        ) AS d
        WHERE d.kind = 'waiver' OR NOT d.waived
        WINDOW w AS (ORDER BY d.kind DESC, d.adjustment)
    ) AS l;
END;
COMMENT ON FUNCTION licence_home_internal.fee_lines(text, numeric, date, text, boolean, integer, date) IS
'Internal: the lines of fee(), numbered, with the items in both languages. Adjustments with a condition on the applicant count as far as something is said of the applicant.';
CALL licence_home_internal.make_function('licence_home_internal.fee_lines(text, numeric, date, text, boolean, integer, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.fee_sum(profession text, work_area_m2 numeric, on_date date,
        applicant_kind text DEFAULT NULL, first_licence boolean DEFAULT NULL, licence_year integer DEFAULT 1,
        granted_on date DEFAULT NULL)
    RETURNS TABLE (amount numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT b.amount
        - CASE WHEN d.waived THEN licence_home_internal.share_of(b.amount, least(1, d.waived_share))
            WHEN d.reductions > 0 THEN licence_home_internal.share_of(b.amount, least(1, d.reductions))
            ELSE 0 END
        + CASE WHEN d.waived THEN 0 ELSE d.surcharges END
    FROM licence_home_internal.price_of(fee_sum.profession, fee_sum.work_area_m2, fee_sum.on_date) AS b
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(i.kind = 'waiver'), false) AS waived,
            coalesce(sum(i.share) FILTER (WHERE i.kind = 'waiver'), 0) AS waived_share,
            coalesce(sum(i.share) FILTER (WHERE i.kind = 'discount'), 0) AS reductions,
            coalesce(sum(licence_home_internal.share_of(b.amount, i.share)) FILTER (WHERE i.kind = 'surcharge'), 0) AS surcharges
        FROM licence_home_internal.adjustments_for(b.code, b.category, fee_sum.on_date,
            fee_sum.applicant_kind, fee_sum.first_licence, fee_sum.licence_year, fee_sum.granted_on) AS i
    ) AS d;
END;
COMMENT ON FUNCTION licence_home_internal.fee_sum(text, numeric, date, text, boolean, integer, date) IS
'Internal: the sum of fee_lines() in one row, where nobody wants the lines; no row where nothing can be priced.';
CALL licence_home_internal.make_function('licence_home_internal.fee_sum(text, numeric, date, text, boolean, integer, date)',
    'everyone');

CREATE FUNCTION licence_home.fee(profession text, work_area_m2 numeric, on_date date)
    RETURNS TABLE (item text, rule text, amount numeric, item_ar text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    SELECT l.item_en, l.rule, l.amount, l.item_ar
    -- (what is smaller than any atom would underflow in the planner's estimates)
    FROM licence_home_internal.fee_lines(fee.profession, round(fee.work_area_m2, 20), fee.on_date) AS l
    ORDER BY l.line;
END;
COMMENT ON FUNCTION licence_home.fee(text, numeric, date) IS
'The fee for a profession and the area to be licensed (m²) on a day, one row a line. A line has the item, the rule it follows from (schedule or adjustment, row, source), the amount in JOD exact to the fils, and the item in Arabic. First the scheduled amount, by profession, else by category, and by band of area. Then waivers, discounts (negative) and surcharges (positive), each a share of the scheduled amount, rounded half up. Those for some applicants only are left out, because none is named. The sum is never below zero. No row where nothing can be priced: no schedule or band on that day, or a profession that is not on the list. Nor for an area that is null, NaN, infinite or not positive.';
CALL licence_home_internal.make_function('licence_home.fee(text, numeric, date)', 'everyone');

CREATE FUNCTION licence_home.fee_total(profession text, work_area_m2 numeric, on_date date) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT f.amount
    FROM licence_home_internal.fee_sum(fee_total.profession, round(fee_total.work_area_m2, 20), fee_total.on_date) AS f;
END;
COMMENT ON FUNCTION licence_home.fee_total(text, numeric, date) IS
'The sum of the lines of fee(), in JOD; null where nothing can be priced.';
CALL licence_home_internal.make_function('licence_home.fee_total(text, numeric, date)', 'everyone');

CREATE FUNCTION licence_home_internal.fee_gaps(profession text, schedule text)
    RETURNS TABLE (profession text, schedule text, days datemultirange)
    LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
    SELECT p.code, s.schedule, datemultirange(p.valid * s.valid) - coalesce(f.days, '{}'::datemultirange)
    FROM licence_home.profession AS p
    JOIN licence_home.fee_schedule AS s ON p.valid && s.valid
    CROSS JOIN LATERAL (
        SELECT range_agg(r.valid) AS days
        FROM licence_home.fee_rule AS r
        WHERE r.schedule = s.schedule AND r.withdrawn_at IS NULL
            AND (r.profession = p.code OR r.category = p.category)) AS f
    WHERE p.withdrawn_at IS NULL AND s.withdrawn_at IS NULL
        AND (fee_gaps.profession IS NULL OR p.code = fee_gaps.profession)
        AND (fee_gaps.schedule IS NULL OR s.schedule = fee_gaps.schedule)
        AND NOT coalesce(f.days @> (p.valid * s.valid), false)
    ORDER BY p.code, s.schedule;
END;
COMMENT ON FUNCTION licence_home_internal.fee_gaps(text, text) IS
'Internal: the days on which a profession is listed in a schedule''s time and has no fee in it; of one profession or one schedule, or all (null).';
CALL licence_home_internal.make_function('licence_home_internal.fee_gaps(text, text)');
