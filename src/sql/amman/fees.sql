-- ---------------------------------------------------------------------
-- Amman: fees.
--
-- Known are the ranges: JD 30 to 200 before August 2019, JD 20 to 50 since,
-- by profession and by the area to be licensed.  Each figure is illustrative.
-- A band includes its upper edge: exactly 20 m2 is priced with 10 to 20.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_fees() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.fee_schedule
        (schedule, name_ar, name_en, valid, source, certainty)
    VALUES
        ('2012', 'جدول الرسوم قبل آب 2019', 'fees before August 2019',
            daterange('2012-01-01', '2019-08-08'),
            'press: Jordan Times 2019, JD 30 to 200; no waste and no advertisement fee', 'press'),
        ('2019', 'جدول الرسوم منذ آب 2019', 'fees since August 2019',
            daterange('2019-08-08', NULL),
            'press: Jordan Times 2019 and 2020, JD 20 to 50; no waste and no advertisement fee', 'press');

    INSERT INTO licence_home.fee_rule
        (schedule, category, area_m2, amount, item_ar, item_en, valid, source, certainty)
    SELECT v.schedule, v.category, band.area_m2, band.amount,
        'رسم الترخيص، ' || c.name_ar || '، ' || band.name_ar,
        'licence fee, ' || c.name_en || ', ' || band.name_en,
        s.valid * c.valid,
        'illustrative figure inside the range that the press gives', 'unknown'
    FROM (VALUES
        ('2012', 'intellectual', 100, 150, 200),
        ('2012', 'handicraft', 30, 50, 80),
        ('2012', 'food', 50, 80, 120),
        ('2012', 'home_service', 60, 100, 150),
        ('2019', 'intellectual', 30, 40, 50),
        ('2019', 'handicraft', 20, 25, 30),
        ('2019', 'food', 25, 30, 40),
        ('2019', 'home_service', 25, 35, 45),
        ('2019', 'guest_house', 40, 45, 50),
        ('2019', 'child_care', 30, 35, 40)
    ) AS v (schedule, category, small, medium, large)
    JOIN licence_home.fee_schedule AS s ON s.schedule = v.schedule
    JOIN licence_home.profession_category AS c ON c.category = v.category
    CROSS JOIN LATERAL (VALUES
        (numrange(0, 10, '[]'), v.small, 'حتى 10 م²', 'up to 10 m²'),
        (numrange(10, 20, '(]'), v.medium, 'فوق 10 حتى 20 م²', 'over 10 to 20 m²'),
        (numrange(20, NULL, '()'), v.large, 'فوق 20 م²', 'over 20 m²')
    ) AS band (area_m2, amount, name_ar, name_en);

    -- The waiver follows the year of the licence, not the calendar: whoever was
    -- granted one under it pays nothing for its first three years, and half of
    -- the fee later. Until when licences were granted under it nobody here knows.
    INSERT INTO licence_home.fee_adjustment
        (adjustment, kind, share, licence_year, item_ar, item_en, valid, source, certainty)
    VALUES
        ('cabinet_waiver', 'waiver', 1, int4range(1, 4), 'إعفاء بقرار من مجلس الوزراء', 'waived by a cabinet decision',
            daterange('2021-01-01', '2024-01-01'),
            'press: a cabinet decision of 2020 or 2021 waived the fee for the first three years of the licence; which days it covers is not known',
            'likely'),
        ('half_fee', 'discount', 0.5, int4range(4, NULL), 'نصف الرسم', 'half of the fee',
            daterange('2021-01-01', '2024-01-01'),
            'press: as passed by the Lower House in 2022, half of the fee after three years of grace; not known to be so in the law',
            'likely'),
        -- In force, although nobody knows whether that law still binds. The
        -- service is to charge what exceeds the fee already paid, and charging
        -- twice would be the worse mistake.
        ('several_professions', 'paid_before', 1, NULL, 'رسم دُفع عن هذا المنزل', 'already paid for this home',
            daterange('2012-01-01', NULL),
            'Law 89 of 1966, article 6: one person with several professions in one place pays the highest fee, independent persons pay each, partners once; whether it still binds is not known',
            'unknown');
END;
COMMENT ON FUNCTION licence_home.amman_fees() IS
'Part of load_rules(''amman''): fee schedules with illustrative figures, a waiver by the year of the licence, and what counts for several professions at one home.';
CALL licence_home_internal.make_function('licence_home.amman_fees()', 'admin');
