-- ---------------------------------------------------------------------
-- Amman: the editions of the instructions.
--
-- Their years are known, their first days are not, but for the report of
-- 8 August 2019 on employees. Where sources disagree, each keeps its dates.
-- By the service card, whose instructions are those of 2020, the committee
-- decides; by reports of 2019 and 2020 the district director.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_editions() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.edition
        (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees, max_people,
         max_children, owners_share, edge_tolerance_m, decider, licence_months, article,
         valid, source, certainty)
    SELECT v.edition, 'تعليمات ترخيص المهن من داخل المنزل لسنة ' || v.edition,
        'Instructions for licensing professions inside the home, ' || v.edition,
        0.15, 25, v.max_employees, 3,
        5,                      -- the stricter of two rules, 5 and 5 to 7
        0.51,
        6,                      -- illustrative: two reference systems in use differ by that
        v.decider,
        12, 'number of the article not known', v.valid,
        v.source || '; edge tolerance illustrative', v.certainty
    FROM (VALUES
        ('2012', 0, 'committee', daterange('2012-01-01', '2017-01-01'),
            'press 2013; first day not known, taken as 1 January', 'press'),
        ('2017', 0, 'committee', daterange('2017-01-01', '2019-08-08'),
            'press: Alghad 2017; first day not known, taken as 1 January', 'press'),
        ('2019', 1, 'director', daterange('2019-08-08', '2020-02-01'),
            'press: Jordan Times 2019-08-08 (one employee; the district director decides)', 'press'),
        ('2020', 1, 'committee', daterange('2020-02-01', NULL),
            'service card (the committee decides; reports of 2020 say the district director); '
            'first day not known, taken as that of a report, Jordan Times 2020-02-01', 'card')
    ) AS v (edition, max_employees, decider, valid, source, certainty);
END;
COMMENT ON FUNCTION licence_home.amman_editions() IS
'Part of load_rules(''amman''): the editions of the instructions, of 2012, 2017, 2019 and 2020.';
CALL licence_home_internal.make_function('licence_home.amman_editions()', 'admin');
