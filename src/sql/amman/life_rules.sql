-- ---------------------------------------------------------------------
-- Amman: the rules of a licence's life.  Known are a year's validity, and a
-- surcharge of 20 % to 30 June and of 50 % after it (service.md: likely). All
-- else is illustrative.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_life_rules() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.licence_rule (renewal_opens_days, renewal_closes_days, renewal_continues, surcharge_model,
        barred_days, objection_days, transfer_days, hearing_days, immediate_days, reminder_stop_share,
        valid, source, certainty)
    VALUES (40, 365, true, 'anniversary', 0, 30, 90, 14, 30, 0.05, daterange('2012-01-01', NULL),
        'illustrative; only that practising a year after the end is fined is known (Law 11 of 2022, article 23: press)', 'unknown');

    INSERT INTO licence_home.late_surcharge (model, free_days, free_month, share, item_ar, item_en, valid, source, certainty)
    VALUES
        ('season', NULL, 2, 0.2, 'بدل تأخير عن التجديد', 'late renewal', daterange('2012-01-01', NULL),
            'likely: 20 % to 30 June; the surcharge-free end differs by year, end of February or of March', 'likely'),
        ('season', NULL, 6, 0.5, 'بدل تأخير عن التجديد', 'late renewal', daterange('2012-01-01', NULL),
            'likely: 50 % after 30 June', 'likely'),
        ('anniversary', 59, NULL, 0.2, 'بدل تأخير عن التجديد', 'late renewal', daterange('2012-01-01', NULL),
            'illustrative: the season counted from the licence''s own end, January and February free', 'unknown'),
        ('anniversary', 181, NULL, 0.5, 'بدل تأخير عن التجديد', 'late renewal', daterange('2012-01-01', NULL),
            'illustrative: the season counted from the licence''s own end, 50 % after half a year', 'unknown');

    INSERT INTO licence_home.evidence_validity (kind, code, months, ended_by, valid, source, certainty)
    SELECT v.kind, v.code, v.months, v.ended_by::text[], daterange('2012-01-01', NULL),
        'illustrative: ' || v.why, 'unknown'
    FROM (VALUES
        ('document', NULL, NULL::integer, '{home}', 'papers of the building last until the home is another one'),
        ('document', 'owner_approval', 12, '{home,holder}', 'an owner approves for a year'),
        ('document', 'authorisation', 12, '{holder}', 'a power is shown each year'),
        ('document', 'construction_licensing_certificate', NULL, '{home,profession}', 'it is for a profession at a site'),
        ('inspection', NULL, 36, '{home,profession,area_larger,edition}', 'a home is seen every third year'),
        ('decision', NULL, NULL, '{home,profession,area_larger,staff,holder}', 'what was decided stands until it is another matter'),
        ('approval', NULL, NULL, '{home,profession,holder}', 'an authority says itself until when')
    ) AS v (kind, code, months, ended_by, why);

    INSERT INTO licence_home.service_fee (workflow, amount, item_ar, item_en, valid, source, certainty)
    VALUES ('duplicate_copy', 5, 'رسم نسخة من الرخصة', 'fee for a copy of the licence', daterange('2012-01-01', NULL),
            'illustrative figure', 'unknown'),
        ('transfer', 10, 'رسم نقل الرخصة', 'fee for the transfer of the licence', daterange('2012-01-01', NULL),
            'illustrative figure', 'unknown');
END;
COMMENT ON FUNCTION licence_home.amman_life_rules() IS
'Part of load_rules(''amman''): when a licence is renewed, what lateness costs, how long evidence carries over, and what a copy and a transfer cost. Nearly all illustrative.';
CALL licence_home_internal.make_function('licence_home.amman_life_rules()', 'admin');
