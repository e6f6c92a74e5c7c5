-- ---------------------------------------------------------------------
-- Amman: land-use classes, an illustrative zoning map, and what each class
-- says of professions.
--
-- The names of the classes were seen in an official table.  The map was not.
-- Here the parallel and the meridian through a district's centre cut it into
-- four quarters, around a core of some 650 by 650 metres.  A table says which
-- class each part has.  Which class permits which profession is unknown too.
-- The nine residential classes permit; السكن الزراعي, residential land of
-- farming character, is one of them. Agricultural land proper, trade, offices
-- and mixed use leave it to whoever decides. Industry forbids.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_zone_classes() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.zone_class
        (class, land_use, name_ar, name_en, valid, source, certainty)
    SELECT v.class, v.land_use, v.name_ar, v.name_en, daterange('2012-01-01', NULL),
        CASE v.class WHEN 'agricultural' THEN 'inferred: land that is not zoned for building'
            ELSE 'an official table of land-use classes; the English name is this project''s' END,
        'likely'
    FROM (VALUES
        ('residential_a', 'residential', 'سكن أ', 'residential A'),
        ('residential_b', 'residential', 'سكن ب', 'residential B'),
        ('residential_c', 'residential', 'سكن ج', 'residential C'),
        ('residential_d', 'residential', 'سكن د', 'residential D'),
        ('residential_popular', 'residential', 'السكن الشعبي', 'popular residential'),
        ('residential_green', 'residential', 'السكن الأخضر', 'green residential'),
        ('residential_special', 'residential', 'السكن الخاص', 'special residential'),
        ('residential_rural', 'residential', 'السكن الريفي', 'rural residential'),
        ('residential_agricultural', 'residential', 'السكن الزراعي', 'agricultural residential'),
        ('agricultural', 'agricultural', 'زراعي', 'agricultural'),
        ('commercial_central', 'commercial', 'تجاري مركزي', 'central commercial'),
        ('commercial_ordinary', 'commercial', 'تجاري عادي', 'ordinary commercial'),
        ('commercial_local', 'commercial', 'تجاري محلي', 'local commercial'),
        ('commercial_complexes', 'commercial', 'مجمعات تجارية', 'commercial complexes'),
        ('industry_heavy', 'industry', 'صناعات ثقيلة', 'heavy industry'),
        ('industry_medium', 'industry', 'صناعات متوسطة', 'medium industry'),
        ('industry_light', 'industry', 'صناعات خفيفة', 'light industry'),
        ('industry_transforming', 'industry', 'صناعات تحويلية', 'transforming industry'),
        ('industry_technology', 'industry', 'صناعات تكنولوجية', 'technology industry'),
        ('industry_general', 'industry', 'صناعات عامة', 'general industry'),
        ('offices', 'office', 'مكاتب', 'offices'),
        ('mixed_urban', 'mixed_use', 'استعمال مختلط حضري', 'urban mixed use'),
        ('mixed_central', 'mixed_use', 'استعمال مختلط مركزي', 'central mixed use')
    ) AS v (class, land_use, name_ar, name_en);

    INSERT INTO licence_home.zone_ruling
        (class, ruling, article, valid, source, certainty)
    SELECT c.class,
        CASE c.land_use WHEN 'residential' THEN 'permitted'
            WHEN 'industry' THEN 'prohibited' ELSE 'refer' END,
        NULL, c.valid,
        'illustrative: which class permits which profession is unknown', 'unknown'
    FROM licence_home.zone_class AS c
    ORDER BY c.zone_class_id;
END;
COMMENT ON FUNCTION licence_home.amman_zone_classes() IS
'Part of load_rules(''amman''): land-use classes, and illustrative rulings on them.';
CALL licence_home_internal.make_function('licence_home.amman_zone_classes()', 'admin');

CREATE FUNCTION licence_home.amman_zones() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.zone
        (geom, class, provisions, valid, source, certainty)
    WITH plan (district, core, north_east, north_west, south_west, south_east) AS (VALUES
        (1, 'commercial_central', 'residential_c', 'residential_b', 'residential_c', 'residential_d'),
        (2, 'commercial_ordinary', 'residential_d', 'residential_c', 'residential_c', 'residential_popular'),
        (3, 'commercial_local', 'industry_medium', 'residential_c', 'residential_d', 'residential_d'),
        (4, 'commercial_local', 'residential_d', 'residential_c', 'residential_d', 'residential_popular'),
        (5, 'commercial_ordinary', 'residential_d', 'residential_c', 'residential_c', 'residential_popular'),
        (6, 'mixed_urban', 'residential_c', 'residential_b', 'residential_c', 'residential_d'),
        (7, 'commercial_local', 'residential_c', 'residential_b', 'residential_c', 'residential_c'),
        (8, 'offices', 'residential_b', 'residential_a', 'residential_a', 'residential_b'),
        (9, 'mixed_central', 'residential_b', 'residential_b', 'residential_a', 'residential_c'),
        (10, 'commercial_local', 'residential_b', 'residential_b', 'residential_c', 'residential_c'),
        (11, 'commercial_complexes', 'residential_d', 'residential_c', 'industry_light', 'industry_heavy'),
        (12, 'commercial_local', 'residential_c', 'residential_b', 'residential_rural', 'agricultural'),
        (13, 'commercial_local', 'residential_c', 'residential_b', 'residential_b', 'industry_transforming'),
        (14, 'commercial_ordinary', 'residential_a', 'residential_b', 'residential_rural', 'industry_general'),
        (15, 'commercial_local', 'residential_b', 'residential_rural', 'residential_agricultural', 'residential_green'),
        (16, 'commercial_ordinary', 'residential_b', 'residential_rural', 'residential_a', 'residential_b'),
        (17, 'commercial_ordinary', 'residential_b', 'residential_a', 'residential_a', 'residential_b'),
        (18, 'mixed_urban', 'residential_b', 'residential_special', 'residential_b', 'industry_technology'),
        (19, 'commercial_local', 'residential_agricultural', 'residential_green', 'residential_b', 'residential_b'),
        (20, 'commercial_local', 'residential_b', 'residential_rural', 'residential_b', 'residential_c'),
        (21, 'commercial_local', 'agricultural', 'residential_c', 'residential_d', 'agricultural'),
        (22, 'commercial_ordinary', 'residential_b', 'residential_a', 'residential_green', 'residential_b')
    ), cut AS (
        SELECT d.district, d.geom, ST_X(c.centre) AS x, ST_Y(c.centre) AS y,
            ST_Expand(c.centre, 0.0035, 0.003) AS core
        FROM licence_home.district AS d
        JOIN licence_home.amman_district_centres() AS c ON c.district = d.district
    )
    SELECT ST_Multi(ST_CollectionExtract(part.geom, 3)), part.class,
        CASE part.class WHEN 'residential_green' THEN 'بأحكام خاصة' END,
        daterange('2012-01-01', NULL),
        'illustrative: parts of a district; no official zoning map is at hand', 'unknown'
    FROM cut
    JOIN plan ON plan.district = cut.district
    CROSS JOIN LATERAL (VALUES
        (1, plan.core, ST_Intersection(cut.geom, cut.core)),
        (2, plan.north_east, ST_Difference(ST_Intersection(cut.geom,
            ST_MakeEnvelope(cut.x, cut.y, cut.x + 1, cut.y + 1, 4326)), cut.core)),
        (3, plan.north_west, ST_Difference(ST_Intersection(cut.geom,
            ST_MakeEnvelope(cut.x - 1, cut.y, cut.x, cut.y + 1, 4326)), cut.core)),
        (4, plan.south_west, ST_Difference(ST_Intersection(cut.geom,
            ST_MakeEnvelope(cut.x - 1, cut.y - 1, cut.x, cut.y, 4326)), cut.core)),
        (5, plan.south_east, ST_Difference(ST_Intersection(cut.geom,
            ST_MakeEnvelope(cut.x, cut.y - 1, cut.x + 1, cut.y, 4326)), cut.core))
    ) AS part (position, class, geom)
    ORDER BY cut.district, part.position;
END;
COMMENT ON FUNCTION licence_home.amman_zones() IS
'Part of load_rules(''amman''): an illustrative zoning map, five parts to a district.';
CALL licence_home_internal.make_function('licence_home.amman_zones()', 'admin');
