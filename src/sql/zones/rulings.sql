-- ---------------------------------------------------------------------
-- Zones: may this profession be practised at this place?
--
-- usable_home   the geometry as the rules use it, or what is wrong with it
-- zones_near    the zones of the map at the home and within a distance of it
-- home_place    what the map says of a home, whatever the profession: one row
-- every_class_ruling what the rules say of classes, wherever the home
-- place_verdict what follows for a home from what its zones' classes say
-- place_ruling  all together: the ruling on a profession at a home;
--               every_place_ruling, on every profession
-- zone_words    why, for people: only where a sentence is wanted; zone_words_planned, the
--               same at the price of a call
--
-- OFFSET 0 keeps the planner from copying a costly expression to every place
-- that uses it.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.refuse_srid_0(home geometry) RETURNS geometry
    AS 'MODULE_PATHNAME', 'licence_home_refuse_srid_0'
    LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.refuse_srid_0(geometry) IS
'Internal: raises 22023, because a geometry without a reference system could be anywhere.';
CALL licence_home_internal.make_function('licence_home_internal.refuse_srid_0(geometry)', 'everyone');

-- Maps and phones write a point or a footprint as a collection of one, and even
-- that as one.  (Without ST_IsCollection: PostGIS 3.5 reads past the few bytes
-- that it takes of a geometry there.  What is no collection has one part, itself.)
-- One expression, so that the planner puts it in place of the call. Most homes
-- are a point or a polygon and are not taken apart at all.
CREATE FUNCTION licence_home_internal.single_part(home geometry) RETURNS geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN ST_GeometryType(home) IN ('ST_Point', 'ST_Polygon') THEN home
        WHEN ST_NumGeometries(home) <> 1 THEN home
        WHEN ST_NumGeometries(ST_GeometryN(home, 1)) = 1 THEN ST_GeometryN(ST_GeometryN(home, 1), 1)
        ELSE ST_GeometryN(home, 1) END;
COMMENT ON FUNCTION licence_home_internal.single_part(geometry) IS
'Internal: a geometry of several parts that has just one, as that part; any other as it is.';
CALL licence_home_internal.make_function('licence_home_internal.single_part(geometry)', 'everyone');

-- (a function that is not inlined: no plan has the table that most homes need
-- no look at)
CREATE FUNCTION licence_home_internal.is_srid(srid integer) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM spatial_ref_sys AS s WHERE s.srid = is_srid.srid);
END;
COMMENT ON FUNCTION licence_home_internal.is_srid(integer) IS
'Internal: whether PostGIS knows a reference system by that number.';
CALL licence_home_internal.make_function('licence_home_internal.is_srid(integer)', 'everyone');

CREATE FUNCTION licence_home_internal.usable_home(home geometry)
    RETURNS TABLE (geom geometry, fault text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT CASE WHEN f.fault IS NULL THEN f.geom END, f.fault
    FROM (
        SELECT g.geom, coalesce(g.fault,
            CASE
                -- NaN lies between nothing
                WHEN NOT (ST_XMin(g.geom) BETWEEN -180 AND 180 AND ST_XMax(g.geom) BETWEEN -180 AND 180
                    AND ST_YMin(g.geom) BETWEEN -90 AND 90 AND ST_YMax(g.geom) BETWEEN -90 AND 90)
                    THEN 'coordinates'
                WHEN ST_Dimension(g.geom) = 0 THEN NULL
                -- no home is a degree wide: a footprint across the antimeridian looks so
                WHEN ST_XMax(g.geom) - ST_XMin(g.geom) > 1 OR ST_YMax(g.geom) - ST_YMin(g.geom) > 1
                    THEN 'extent'
                WHEN ST_IsValidReason(g.geom) <> 'Valid Geometry' THEN
                    -- a corner that is no number is in no box
                    CASE WHEN ST_IsValidReason(g.geom) LIKE 'Invalid Coordinate%' THEN 'coordinates' ELSE 'invalid' END
            END) AS fault
        FROM (
            SELECT s.fault,
                CASE WHEN s.fault IS NOT NULL THEN NULL
                    WHEN s.srid = 4326 AND s.kind = 'ST_Point' THEN ST_Force2D(s.home)
                    WHEN s.srid = 4326 THEN ST_Force2D(ST_CurveToLine(s.home))
                    ELSE ST_Transform(ST_Force2D(ST_CurveToLine(s.home)), 4326)
                END AS geom
            FROM (
                SELECT k.home, k.srid, k.kind,
                    CASE
                        WHEN k.home IS NULL THEN 'none'
                        WHEN k.srid = 0 THEN ST_AsText(licence_home_internal.refuse_srid_0(k.home))
                        WHEN ST_IsEmpty(k.home) THEN 'empty'
                        WHEN k.kind NOT IN ('ST_Point', 'ST_Polygon', 'ST_MultiPolygon',
                            'ST_CurvePolygon', 'ST_MultiSurface') THEN 'kind'
                        -- before anything that takes longer with each
                        WHEN ST_NPoints(k.home) > 1000 THEN 'corners'
                        WHEN k.srid <> 4326 AND NOT licence_home_internal.is_srid(k.srid) THEN 'system'
                        -- what does not lie near the kingdom in its own
                        -- system is not transformed: PROJ would raise an error
                        WHEN k.srid <> 4326 AND (k.home && ST_Transform(
                            ST_MakeEnvelope(34, 29, 40, 34, 4326), k.srid)) IS NOT TRUE THEN 'far'
                    END AS fault
                FROM (
                    SELECT p.home, ST_SRID(p.home) AS srid, ST_GeometryType(p.home) AS kind
                    FROM (
                        -- (of a column: the planner copies no expression that costs much)
                        SELECT licence_home_internal.single_part(h.home) AS home
                        FROM (SELECT usable_home.home AS home OFFSET 0) AS h
                        OFFSET 0
                    ) AS p
                    OFFSET 0
                ) AS k
                OFFSET 0
            ) AS s
            OFFSET 0
        ) AS g
        OFFSET 0
    ) AS f
    OFFSET 0;
END;
COMMENT ON FUNCTION licence_home_internal.usable_home(geometry) IS
'Internal: one row with the home as a point or footprint in longitude and latitude (SRID 4326, two dimensions, no arcs), from any known SRID. Or geom null and a fault: none, empty, kind (neither point nor footprint), system (not in spatial_ref_sys), coordinates (not on the globe), far (not near the kingdom), corners (more than 1,000), extent (wider than a degree, such as across the antimeridian), invalid. SRID 0 is an error, 22023.';
CALL licence_home_internal.make_function('licence_home_internal.usable_home(geometry)', 'everyone');

CREATE FUNCTION licence_home_internal.narrowing(geom geometry) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN cos(radians(least(greatest(abs(ST_YMin(narrowing.geom)), abs(ST_YMax(narrowing.geom))), 89)));
COMMENT ON FUNCTION licence_home_internal.narrowing(geometry) IS
'Internal: by what a degree of longitude is shorter than one of latitude, at the latitude of a usable home.';
CALL licence_home_internal.make_function('licence_home_internal.narrowing(geometry)', 'everyone');

-- Each distance is used once: what is used twice keeps a function from being
-- inlined when a subquery gives it.
CREATE FUNCTION licence_home_internal.zone_reach(zone geometry, geom geometry, millimetre double precision,
        surely double precision, east double precision, metres double precision)
    RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        -- on a shared edge rounding may put a point in neither zone: a
        -- millimetre counts as inside
        WHEN ST_DWithin(zone_reach.zone, zone_reach.geom, greatest(zone_reach.millimetre, 0)) THEN 2
        WHEN ST_DWithin(zone_reach.zone, zone_reach.geom, greatest(zone_reach.surely, 0))
            OR (ST_DWithin(zone_reach.zone, zone_reach.geom, greatest(zone_reach.east, 0))
                AND ST_Distance(zone_reach.zone::geography, zone_reach.geom::geography) <= zone_reach.metres)
            THEN 1
        ELSE 0
    END;
COMMENT ON FUNCTION licence_home_internal.zone_reach(geometry, geometry, double precision, double precision, double precision, double precision) IS
'Internal: 2 where a usable home lies in a zone (to a millimetre, so on an edge too). 1 where the zone is within so many metres of it on the ground, else 0. In degrees: millimetre, to the east; surely, which is not more than metres in any direction; east, which is not less.';
CALL licence_home_internal.make_function('licence_home_internal.zone_reach(geometry, geometry, double precision, double precision, double precision, double precision)',
    'everyone');

CREATE FUNCTION licence_home_internal.zones_by(geom geometry, on_date date, metres double precision,
        narrowing double precision)
    RETURNS TABLE (class text, reach integer, zone geometry)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    SELECT z.class,
        licence_home_internal.zone_reach(z.geom, zones_by.geom, 0.001 / (110000 * zones_by.narrowing),
            zones_by.metres / 111700, zones_by.metres / (110000 * zones_by.narrowing), zones_by.metres),
        z.geom
    FROM licence_home.zone AS z
    WHERE z.geom && ST_Expand(zones_by.geom, zones_by.metres / (110000 * zones_by.narrowing),
            zones_by.metres / 110000)
        AND licence_home.in_force(z.valid, z.withdrawn_at, zones_by.on_date);
END;
COMMENT ON FUNCTION licence_home_internal.zones_by(geometry, date, double precision, double precision) IS
'Internal: the zones in force on a day that may reach a usable home, and zone_reach() of each. Degrees decide what they can, since distances on the globe are dear. A degree of latitude has 110 to 111.7 km. One of longitude has as much at most, and at least 110 km by the cosine of the latitude (narrowing). Simple, so that it becomes a join of the query around it.';
CALL licence_home_internal.make_function('licence_home_internal.zones_by(geometry, date, double precision, double precision)',
    'everyone');

CREATE FUNCTION licence_home_internal.zones_near(geom geometry, on_date date, metres numeric)
    RETURNS TABLE (class text, inside boolean, zone geometry)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    SELECT n.class, n.reach = 2, n.zone
    FROM (
        -- once a home: numeric to double precision goes by way of a text
        SELECT least(greatest(zones_near.metres, 0), 10000)::double precision AS metres, licence_home_internal.narrowing(zones_near.geom) AS narrowing
        WHERE ST_SRID(zones_near.geom) = 4326
        OFFSET 0
    ) AS r
    CROSS JOIN LATERAL (
        SELECT z.class, z.reach, z.zone
        FROM licence_home_internal.zones_by(zones_near.geom, zones_near.on_date, r.metres, r.narrowing) AS z
        OFFSET 0
    ) AS n
    WHERE n.reach > 0;
END;
COMMENT ON FUNCTION licence_home_internal.zones_near(geometry, date, numeric) IS
'Internal: the zones in force on a day that a usable home lies in or that lie within so many metres of it (see zone_reach).';
CALL licence_home_internal.make_function('licence_home_internal.zones_near(geometry, date, numeric)', 'everyone');

CREATE FUNCTION licence_home_internal.home_place(home geometry, on_date date, tolerance_m numeric)
    RETURNS TABLE (geom geometry, fault text, classes text[], inside boolean[], unzoned double precision)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT h.geom, h.fault, z.classes, z.inside, z.unzoned
    FROM licence_home_internal.usable_home(home_place.home) AS h
    CROSS JOIN LATERAL (
        SELECT array_agg(n.class) AS classes,
            array_agg(n.inside) AS inside,
            -- a point has no share, and what one zone covers needs no union:
            -- an aggregate's argument is evaluated, whatever CASE is around it
            CASE WHEN ST_Dimension(h.geom) = 0
                    OR bool_or(ST_Covers(n.zone, h.geom)) FILTER (WHERE ST_Dimension(h.geom) > 0) THEN 0
                ELSE 1 - ST_Area(ST_Intersection(
                        ST_Union(n.zone) FILTER (WHERE ST_Dimension(h.geom) > 0), h.geom))
                    / nullif(ST_Area(h.geom), 0)
            END AS unzoned
        FROM licence_home_internal.zones_near(h.geom, home_place.on_date,
            greatest(home_place.tolerance_m, 0.001)) AS n
        WHERE home_place.tolerance_m IS NOT NULL
    ) AS z
    OFFSET 0;
END;
COMMENT ON FUNCTION licence_home_internal.home_place(geometry, date, numeric) IS
'Internal: what the map of a day says of a home, one row. It has the usable geometry or its fault, and the class of each zone at the home or within the tolerance (metres). It says whether the home lies in it, and the share (0 to 1) of a footprint in no zone. 22023 for SRID 0.';
CALL licence_home_internal.make_function('licence_home_internal.home_place(geometry, date, numeric)', 'everyone');

CREATE FUNCTION licence_home_internal.every_class_ruling(profession text, category text, on_date date,
        classes text[] DEFAULT NULL)
    RETURNS TABLE (class text, ruling text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    SELECT DISTINCT ON (r.class COLLATE "C") r.class, r.ruling
    FROM licence_home.zone_ruling AS r
    WHERE licence_home.in_force(r.valid, r.withdrawn_at, every_class_ruling.on_date)
        AND (r.profession IS NULL OR r.profession = every_class_ruling.profession)
        AND (r.category IS NULL OR r.category = every_class_ruling.category)
        AND (every_class_ruling.classes IS NULL OR r.class = ANY (every_class_ruling.classes))
    -- two rows where one is due cannot be written; if they were, refer wins
    ORDER BY r.class COLLATE "C", r.profession NULLS LAST, r.category NULLS LAST, r.ruling DESC;
END;
COMMENT ON FUNCTION licence_home_internal.every_class_ruling(text, text, date, text[]) IS
'Internal: what the rules of a day say of zone classes (null: of all). It is the row of the profession, else of its category, else of any profession; no row for a class of which nothing is said.';
CALL licence_home_internal.make_function('licence_home_internal.every_class_ruling(text, text, date, text[])',
    'everyone');

CREATE FUNCTION licence_home_internal.class_ruling(class text, profession text, category text, on_date date)
    RETURNS TABLE (ruling text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT r.ruling
    FROM licence_home_internal.every_class_ruling(class_ruling.profession, class_ruling.category,
        class_ruling.on_date, ARRAY[class_ruling.class]) AS r;
END;
COMMENT ON FUNCTION licence_home_internal.class_ruling(text, text, text, date) IS
'Internal: every_class_ruling() of one class.';
CALL licence_home_internal.make_function('licence_home_internal.class_ruling(text, text, text, date)', 'everyone');

CREATE FUNCTION licence_home_internal.is_zoned(unzoned double precision) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (is_zoned.unzoned <= 0.001) IS TRUE;
COMMENT ON FUNCTION licence_home_internal.is_zoned(double precision) IS
'Internal: whether a home lies in zones, but for a thousandth of its footprint at most, which may be the map''s rounding. unzoned: as home_place() has it.';
CALL licence_home_internal.make_function('licence_home_internal.is_zoned(double precision)', 'everyone');

CREATE FUNCTION licence_home_internal.place_verdict(low text, high text, inner_low text, unruled boolean,
        unzoned double precision, listed boolean)
    RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN place_verdict.listed IS NOT TRUE OR place_verdict.inner_low IS NULL OR place_verdict.unruled THEN 'unknown'
        WHEN NOT licence_home_internal.is_zoned(place_verdict.unzoned) OR place_verdict.low <> place_verdict.high THEN 'refer'
        ELSE place_verdict.low
    END;
COMMENT ON FUNCTION licence_home_internal.place_verdict(text, text, text, boolean, double precision, boolean) IS
'Internal: the ruling on a profession (listed: it is on the list) at a home. It follows from the least and the greatest of the rulings of the zones at the home or within the tolerance. Also from the least of the zones that it lies in, and whether one of these has none. unknown: in no zone, or in one without a ruling. refer: zones of different rulings, or part of the footprint (more than a thousandth) in no zone. Else the ruling of them all.';
CALL licence_home_internal.make_function('licence_home_internal.place_verdict(text, text, text, boolean, double precision, boolean)',
    'everyone');

CREATE FUNCTION licence_home_internal.place_ruling(classes text[], inside boolean[], unzoned double precision,
        profession text, category text, on_date date)
    RETURNS TABLE (ruling text, inner_ruling text, unruled boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT licence_home_internal.place_verdict(r.low, r.high, r.inner_low, r.unruled, place_ruling.unzoned,
            place_ruling.category IS NOT NULL),
        CASE WHEN r.inner_low = r.inner_high THEN r.inner_low END,
        r.unruled
    FROM (
        SELECT min(coalesce(c.ruling, 'unknown')) AS low,
            max(coalesce(c.ruling, 'unknown')) AS high,
            min(coalesce(c.ruling, 'unknown')) FILTER (WHERE z.inside) AS inner_low,
            max(coalesce(c.ruling, 'unknown')) FILTER (WHERE z.inside) AS inner_high,
            bool_or(c.ruling IS NULL) FILTER (WHERE z.inside) AS unruled
        FROM unnest(place_ruling.classes, place_ruling.inside) AS z (class, inside)
        LEFT JOIN licence_home_internal.every_class_ruling(place_ruling.profession, place_ruling.category,
            place_ruling.on_date, place_ruling.classes) AS c ON c.class = z.class
    ) AS r
    OFFSET 0;
END;
COMMENT ON FUNCTION licence_home_internal.place_ruling(text[], boolean[], double precision, text, text, date) IS
'Internal: the ruling on a profession (with its category; null: not on the list) under the rules of a day where home_place says the home lies. It is place_verdict() over every_class_ruling(), one row. inner_ruling: the one ruling of the zones that the home lies in, null where they differ. unruled: one of these has none.';
CALL licence_home_internal.make_function('licence_home_internal.place_ruling(text[], boolean[], double precision, text, text, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.zone_reason(zones text, language text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE zone_reason.language WHEN 'ar' THEN 'تنظيم الموقع ' ELSE 'the zone is ' END || zone_reason.zones;
COMMENT ON FUNCTION licence_home_internal.zone_reason(text, text) IS
'Internal: the reason of a ruling where no more is to be said than the zone, in a language (ar, else English).';
CALL licence_home_internal.make_function('licence_home_internal.zone_reason(text, text)', 'everyone');

CREATE FUNCTION licence_home.zone_words(geom geometry, fault text, unzoned double precision,
        ruling text, inner_ruling text, unruled boolean,
        profession text, category text, on_date date, tolerance_m numeric)
    RETURNS TABLE (zone_class text, zones_ar text, zones_en text, why_ar text, why_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT n.zone_class, n.zones_ar, n.zones_en,
        licence_home.fill(w.ar, 'zones', n.zones_ar, 'shares', n.shares_ar, 'near', n.near_ar,
            'unruled', n.unruled_ar, 'unzoned', round((100 * least(greatest(zone_words.unzoned, 0), 1))::numeric, 1)::text),
        licence_home.fill(w.en, 'zones', n.zones_en, 'shares', n.shares_en, 'near', n.near_en,
            'unruled', n.unruled_en, 'unzoned', round((100 * least(greatest(zone_words.unzoned, 0), 1))::numeric, 1)::text)
    FROM (
        SELECT (array_agg(c.class ORDER BY c.share DESC, c.class) FILTER (WHERE c.inside))[1] AS zone_class,
            string_agg(c.name_ar, '، ' ORDER BY c.share DESC, c.class)
                FILTER (WHERE c.inside) AS zones_ar,
            string_agg(c.name_en, ', ' ORDER BY c.share DESC, c.class)
                FILTER (WHERE c.inside) AS zones_en,
            string_agg(c.name_ar || ' ' || round((100 * c.share)::numeric) || ' بالمئة', '، '
                ORDER BY c.share DESC, c.class) FILTER (WHERE c.inside) AS shares_ar,
            string_agg(c.name_en || ' ' || round((100 * c.share)::numeric) || ' %', ', '
                ORDER BY c.share DESC, c.class) FILTER (WHERE c.inside) AS shares_en,
            string_agg(c.name_ar || ' ' || round(c.metres::numeric, 1) || ' م', '، '
                ORDER BY c.metres, c.class) FILTER (WHERE c.differs) AS near_ar,
            string_agg(c.name_en || ' ' || round(c.metres::numeric, 1) || ' m', ', '
                ORDER BY c.metres, c.class) FILTER (WHERE c.differs) AS near_en,
            string_agg(c.name_ar, '، ' ORDER BY c.class)
                FILTER (WHERE c.inside AND c.ruling IS NULL) AS unruled_ar,
            string_agg(c.name_en, ', ' ORDER BY c.class)
                FILTER (WHERE c.inside AND c.ruling IS NULL) AS unruled_en
        FROM (
            SELECT z.class, z.metres, z.inside, z.share, r.ruling,
                coalesce(zc.name_ar, z.class) AS name_ar, coalesce(zc.name_en, z.class) AS name_en,
                NOT z.inside AND r.ruling IS DISTINCT FROM zone_words.inner_ruling AS differs
            FROM (
                SELECT n.class, bool_or(n.inside) AS inside,
                    min(ST_Distance(n.zone::geography, zone_words.geom::geography))
                        FILTER (WHERE NOT n.inside) AS metres,
                    CASE ST_Dimension(zone_words.geom) WHEN 0 THEN 1
                        ELSE ST_Area(ST_Intersection(ST_Union(n.zone), zone_words.geom))
                            / nullif(ST_Area(zone_words.geom), 0)
                    END AS share
                FROM licence_home_internal.zones_near(zone_words.geom, zone_words.on_date,
                    greatest(zone_words.tolerance_m, 0.001)) AS n
                WHERE zone_words.tolerance_m IS NOT NULL
                GROUP BY n.class
            ) AS z
            LEFT JOIN licence_home.zone_class AS zc ON zc.class = z.class
                AND licence_home.in_force(zc.valid, zc.withdrawn_at, zone_words.on_date)
            LEFT JOIN LATERAL licence_home_internal.class_ruling(z.class, zone_words.profession,
                zone_words.category, zone_words.on_date) AS r ON true
        ) AS c
        OFFSET 0
    ) AS n
    LEFT JOIN (VALUES
        ('none', 'لم يُذكر موقع المنزل', 'the location of the home is not given'),
        ('empty', 'موقع المنزل فارغ', 'the location of the home is empty'),
        ('kind', 'موقع المنزل ليس نقطة ولا مساحة', 'the location of the home is neither a point nor a footprint'),
        ('system', 'نظام إحداثيات الموقع غير معروف', 'the reference system of the location is not known'),
        ('coordinates', 'الإحداثيات ليست على سطح الأرض', 'the coordinates are not on the globe'),
        ('far', 'الموقع بعيد عن المدينة', 'the location is far from the city'),
        ('corners', 'حدود المنزل ذات نقاط أكثر من اللازم', 'the outline of the home has too many corners'),
        ('extent', 'مساحة الموقع أكبر من أي منزل', 'the footprint is wider than any home'),
        ('invalid', 'حدود الموقع متقاطعة أو غير صحيحة', 'the outline of the home crosses itself or is not valid'),
        ('edition', 'لا تعليمات سارية في ذلك اليوم', 'no instructions were in force on that day'),
        ('profession', 'المهنة غير مدرجة في قائمة المهن المنزلية', 'the profession is not on the list of home professions'),
        ('swapped', 'يبدو أن خط الطول وخط العرض متبادلان', 'longitude and latitude look swapped'),
        ('outside', 'لا يقع الموقع في أي منطقة من مخطط التنظيم', 'the location is in no zone of the map'),
        ('unruled', 'لا حكم لهذه المهنة في تنظيم {unruled}', 'nothing says whether zone {unruled} permits this profession'),
        ('unzoned', '{unzoned} بالمئة من المنزل خارج مناطق التنظيم', '{unzoned} % of the home is in no zone'),
        ('overlap', 'تلتقي في الموقع مناطق مختلفة الأحكام: {zones}', 'zones of different rulings meet at the location: {zones}'),
        ('across', 'يقع المنزل على مناطق مختلفة الأحكام: {shares}', 'the home lies across zones of different rulings: {shares}'),
        ('edge', 'الموقع قريب من منطقة مختلفة الحكم: {near}', 'a zone of another ruling is near: {near}'),
        ('class', licence_home_internal.zone_reason('{zones}', 'ar'), licence_home_internal.zone_reason('{zones}', 'en'))
    ) AS w (reason, ar, en) ON w.reason = CASE
        WHEN zone_words.ruling NOT IN ('refer', 'unknown') THEN NULL
        WHEN zone_words.fault IS NOT NULL THEN zone_words.fault
        WHEN zone_words.on_date IS NULL OR zone_words.tolerance_m IS NULL THEN 'edition'
        WHEN n.zones_en IS NULL AND EXISTS (
            SELECT FROM licence_home.zone AS z
            WHERE ST_Intersects(z.geom, ST_FlipCoordinates(zone_words.geom))
                AND licence_home.in_force(z.valid, z.withdrawn_at, zone_words.on_date))
            THEN 'swapped'
        WHEN n.zones_en IS NULL THEN 'outside'
        WHEN zone_words.category IS NULL THEN 'profession'
        WHEN zone_words.unruled THEN 'unruled'
        WHEN NOT licence_home_internal.is_zoned(zone_words.unzoned) THEN 'unzoned'
        WHEN zone_words.inner_ruling IS NULL AND ST_Dimension(zone_words.geom) = 0 THEN 'overlap'
        WHEN zone_words.inner_ruling IS NULL THEN 'across'
        WHEN n.near_en IS NOT NULL THEN 'edge'
        ELSE 'class'
    END;
END;
COMMENT ON FUNCTION licence_home.zone_words(geometry, text, double precision, text, text, boolean, text, text, date, numeric) IS
'What home_place and place_ruling found, in words, one row. It has the class of the zone that holds most of the home, and the names of the zones that it lies in. For refer and unknown it has the reason, in both languages, with shares or distances.';
CALL licence_home_internal.make_function('licence_home.zone_words(geometry, text, double precision, text, text, boolean, text, text, date, numeric)',
    'everyone');

-- PL/pgSQL, because it keeps its plan, and the query of one case does not
-- carry a plan that few cases need.  Its body finds zone_words by name, as the
-- caller: so that one is not in licence_home_internal.
CREATE FUNCTION licence_home_internal.zone_words_planned(geom geometry, fault text, unzoned double precision,
        ruling text, inner_ruling text, unruled boolean,
        profession text, category text, on_date date, tolerance_m numeric)
    RETURNS TABLE (zones_ar text, zones_en text, why_ar text, why_en text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    AS $$
BEGIN
    RETURN QUERY SELECT w.zones_ar, w.zones_en, w.why_ar, w.why_en
        FROM licence_home.zone_words($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS w;
END;
$$;
COMMENT ON FUNCTION licence_home_internal.zone_words_planned(geometry, text, double precision, text, text, boolean, text, text, date, numeric) IS
'Internal: zone_words(), for where it is needed now and then.';
CALL licence_home_internal.make_function('licence_home_internal.zone_words_planned(geometry, text, double precision, text, text, boolean, text, text, date, numeric)',
    'everyone');

CREATE FUNCTION licence_home_internal.zone_ruling_explained(profession text, home geometry, on_date date, tolerance_m numeric)
    RETURNS TABLE (ruling text, zone_class text, zones_ar text, zones_en text, why_ar text, why_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT v.ruling, w.zone_class, w.zones_ar, w.zones_en, w.why_ar, w.why_en
    FROM licence_home_internal.home_place(zone_ruling_explained.home, zone_ruling_explained.on_date, zone_ruling_explained.tolerance_m) AS h
    LEFT JOIN licence_home.profession AS p ON p.code = zone_ruling_explained.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, zone_ruling_explained.on_date)
    CROSS JOIN LATERAL licence_home_internal.place_ruling(h.classes, h.inside, h.unzoned,
        zone_ruling_explained.profession, p.category, zone_ruling_explained.on_date) AS v
    CROSS JOIN LATERAL licence_home.zone_words(h.geom, h.fault, h.unzoned, v.ruling, v.inner_ruling,
        v.unruled, zone_ruling_explained.profession, p.category, zone_ruling_explained.on_date,
        zone_ruling_explained.tolerance_m) AS w;
END;
COMMENT ON FUNCTION licence_home_internal.zone_ruling_explained(text, geometry, date, numeric) IS
'Internal: the ruling on a profession at a home under the map of a day, with its explanation (see zone_words), one row. tolerance_m: metres on the ground within which another ruling makes it refer. 22023 for SRID 0.';
CALL licence_home_internal.make_function('licence_home_internal.zone_ruling_explained(text, geometry, date, numeric)',
    'everyone');

CREATE FUNCTION licence_home.ruling_at(profession text, home geometry, on_date date)
    RETURNS TABLE (ruling text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT v.ruling
    FROM (SELECT) AS once
    LEFT JOIN licence_home.edition AS e
        ON licence_home.in_force(e.valid, e.withdrawn_at, ruling_at.on_date)
    CROSS JOIN LATERAL licence_home_internal.home_place(ruling_at.home, ruling_at.on_date,
        e.edge_tolerance_m) AS h
    -- a unit, of which the planner keeps the answers (Memoize): of a million
    -- homes few lie differently
    CROSS JOIN LATERAL (
        SELECT v.ruling
        FROM (SELECT) AS once
        LEFT JOIN licence_home.profession AS p ON p.code = ruling_at.profession
            AND licence_home.in_force(p.valid, p.withdrawn_at, ruling_at.on_date)
        CROSS JOIN LATERAL licence_home_internal.place_ruling(h.classes, h.inside, h.unzoned,
            ruling_at.profession, p.category, ruling_at.on_date) AS v
        OFFSET 0
    ) AS v;
END;
COMMENT ON FUNCTION licence_home.ruling_at(text, geometry, date) IS
'The ruling of zone_ruling as a row, for joins: SELECT … FROM homes AS h JOIN LATERAL licence_home.ruling_at(''home_baking'', h.geom, licence_home.today()) AS r ON r.ruling = ''permitted''. The planner sees through it, so a table of homes is joined to the map by its index. A scalar function would be called for each row.';
CALL licence_home_internal.make_function('licence_home.ruling_at(text, geometry, date)', 'everyone');

-- PL/pgSQL, because it keeps its plan: planning takes longer than the answer.
CREATE FUNCTION licence_home.zone_ruling(profession text, home geometry, on_date date) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (SELECT r.ruling FROM licence_home.ruling_at($1, $2, $3) AS r LIMIT 1);
END;
$$;
COMMENT ON FUNCTION licence_home.zone_ruling(text, geometry, date) IS
'Whether the profession may be practised at the home by the map and the rules of the day: permitted, refer (left to the decider), prohibited, or unknown. unknown (in no zone, no usable location, no rule) blocks. home: a point or a footprint in any known SRID; SRID 0 is an error, 22023. A zone of another ruling within edge_tolerance_m metres of the edition makes it refer. For a table of homes, see ruling_at. Source: the zoning map and zone_ruling rows, illustrative until the municipality replaces them.';
CALL licence_home_internal.make_function('licence_home.zone_ruling(text, geometry, date)', 'everyone');

CREATE FUNCTION licence_home_internal.every_place_ruling(classes text[], inside boolean[], unzoned double precision,
        on_date date)
    RETURNS TABLE (profession text, ruling text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 50
BEGIN ATOMIC
    SELECT p.code, v.ruling
    FROM licence_home.profession AS p
    CROSS JOIN LATERAL licence_home_internal.place_ruling(every_place_ruling.classes, every_place_ruling.inside,
        every_place_ruling.unzoned, p.code, p.category, every_place_ruling.on_date) AS v
    WHERE licence_home.in_force(p.valid, p.withdrawn_at, every_place_ruling.on_date)
    ORDER BY p.code;
END;
COMMENT ON FUNCTION licence_home_internal.every_place_ruling(text[], boolean[], double precision, date) IS
'Internal: place_ruling for every profession on the list of the day. A set of its own, which the planner keeps like the answers of ruling_at.';
CALL licence_home_internal.make_function('licence_home_internal.every_place_ruling(text[], boolean[], double precision, date)',
    'everyone');

CREATE FUNCTION licence_home.permitted_professions(home geometry, on_date date)
    RETURNS TABLE (profession text, ruling text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 50
BEGIN ATOMIC
    SELECT r.profession, r.ruling
    FROM licence_home.edition AS e
    CROSS JOIN LATERAL licence_home_internal.home_place(permitted_professions.home, permitted_professions.on_date,
        e.edge_tolerance_m) AS h
    CROSS JOIN LATERAL licence_home_internal.every_place_ruling(h.classes, h.inside, h.unzoned,
        permitted_professions.on_date) AS r
    WHERE licence_home.in_force(e.valid, e.withdrawn_at, permitted_professions.on_date);
END;
COMMENT ON FUNCTION licence_home.permitted_professions(geometry, date) IS
'Every profession on the list of the day with the ruling that zone_ruling gives for it at the home, by code. No row on a day without an edition. 22023 for SRID 0. The planner sees through it: FROM homes AS h CROSS JOIN LATERAL licence_home.permitted_professions(h.geom, licence_home.today()) screens a whole city, every home and every profession, as one index join.';
CALL licence_home_internal.make_function('licence_home.permitted_professions(geometry, date)', 'everyone');

CREATE FUNCTION licence_home_internal.district_at(geom geometry, on_date date)
    RETURNS TABLE (district integer, name_ar text, name_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    -- (withdrawn_at is null in them all)
    SELECT DISTINCT ON (d.withdrawn_at) d.district, d.name_ar, d.name_en
    FROM licence_home.district AS d
    WHERE ST_Intersects(d.geom, CASE WHEN ST_SRID(district_at.geom) <> 4326 THEN NULL
            WHEN ST_Dimension(district_at.geom) = 0 THEN district_at.geom ELSE ST_PointOnSurface(district_at.geom) END)
        AND licence_home.in_force(d.valid, d.withdrawn_at, district_at.on_date)
    ORDER BY d.withdrawn_at, d.district;
END;
COMMENT ON FUNCTION licence_home_internal.district_at(geometry, date) IS
'Internal: the district of a usable home on a day; a footprint''s by a point on it, on a shared border the lower number. No row outside the city.';
CALL licence_home_internal.make_function('licence_home_internal.district_at(geometry, date)', 'everyone');
