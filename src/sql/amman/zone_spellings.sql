-- ---------------------------------------------------------------------
-- Amman: how maps write the land-use classes, beside their own names.
--
-- The Arabic variants were seen in tables and site plans; the Latin codes are
-- what a planner's file may have, and this project's guess.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_zone_class_spellings() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.zone_class_spelling (spelling, class, valid, source, certainty)
    SELECT s.spelling, v.class, daterange('2012-01-01', NULL),
        CASE WHEN s.spelling ~ '[a-z]' THEN 'a code such as planners'' files have; this project''s guess'
            ELSE 'a variant of the name in an official table' END,
        'likely'
    FROM (VALUES
        ('residential_a', ARRAY['أ', 'سكني أ', 'سكن فئة أ', 'فئة أ', 'a', 'ra', 'r a', 'res a', 'residence a', 'class a', 'housing a']),
        ('residential_b', ARRAY['ب', 'سكني ب', 'سكن فئة ب', 'فئة ب', 'b', 'rb', 'r b', 'res b', 'residence b', 'class b', 'housing b']),
        ('residential_c', ARRAY['ج', 'سكني ج', 'سكن فئة ج', 'فئة ج', 'c', 'rc', 'r c', 'res c', 'residence c', 'class c', 'housing c']),
        ('residential_d', ARRAY['د', 'سكني د', 'سكن فئة د', 'فئة د', 'd', 'rd', 'r d', 'res d', 'residence d', 'class d', 'housing d']),
        ('residential_popular', ARRAY['شعبي', 'سكني شعبي', 'res popular', 'popular housing', 'popular']),
        ('residential_green', ARRAY['سكني أخضر', 'سكن أخضر أ', 'سكن أخضر ب', 'سكن أخضر ج', 'سكن أخضر د', 'res green', 'green housing']),
        ('residential_special', ARRAY['سكني خاص', 'res special', 'special housing']),
        ('residential_rural', ARRAY['ريفي', 'سكني ريفي', 'res rural', 'rural housing', 'rural']),
        ('residential_agricultural', ARRAY['سكني زراعي', 'res agricultural', 'agricultural housing']),
        ('agricultural', ARRAY['زراعية', 'أراضي زراعية', 'agr', 'agriculture']),
        ('commercial_central', ARRAY['تجاري مركز', 'مركزي تجاري', 'com central', 'commercial cbd']),
        ('commercial_ordinary', ARRAY['تجاري', 'com', 'commercial']),
        ('commercial_local', ARRAY['com local']),
        ('commercial_complexes', ARRAY['مجمع تجاري', 'com complexes', 'commercial complex']),
        ('industry_heavy', ARRAY['صناعي ثقيل', 'صناعة ثقيلة', 'ind heavy', 'heavy industrial']),
        ('industry_medium', ARRAY['صناعي متوسط', 'صناعة متوسطة', 'ind medium', 'medium industrial']),
        ('industry_light', ARRAY['صناعي خفيف', 'صناعة خفيفة', 'ind light', 'light industrial']),
        ('industry_transforming', ARRAY['صناعي تحويلي', 'صناعة تحويلية', 'ind transforming']),
        ('industry_technology', ARRAY['صناعي تكنولوجي', 'صناعة تكنولوجية', 'ind technology']),
        ('industry_general', ARRAY['صناعي', 'صناعة عامة', 'ind', 'ind general', 'industrial']),
        ('offices', ARRAY['مكتبي', 'office']),
        ('mixed_urban', ARRAY['مختلط حضري', 'استعمالات مختلطة حضرية', 'mix urban', 'mixed use urban']),
        ('mixed_central', ARRAY['مختلط مركزي', 'استعمالات مختلطة مركزية', 'mix central', 'mixed use central'])
    ) AS v (class, spellings)
    CROSS JOIN LATERAL unnest(v.spellings) WITH ORDINALITY AS s (spelling, position)
    ORDER BY v.class, s.position;
END;
COMMENT ON FUNCTION licence_home.amman_zone_class_spellings() IS
'Part of load_rules(''amman''): how maps spell the land-use classes.';
CALL licence_home_internal.make_function('licence_home.amman_zone_class_spellings()', 'admin');
