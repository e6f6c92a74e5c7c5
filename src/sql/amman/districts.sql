-- ---------------------------------------------------------------------
-- Amman: the 22 districts, and an illustrative zoning map.
--
-- Numbers and names of the districts are known; their areas are not. Each
-- gets the points nearer to its approximate centre than to any other's (its
-- Voronoi cell). The outline has the bounds in which the city lies, with the
-- corners cut off. A municipality that has its districts as polygons closes
-- these rows and inserts its own.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_district_centres()
    RETURNS TABLE (district integer, name_ar text, name_en text, centre geometry)
    LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT v.district, v.name_ar, v.name_en, ST_SetSRID(ST_MakePoint(v.lon, v.lat), 4326)
    FROM (VALUES
        (1, 'المدينة', 'Al-Madinah', 35.937, 31.951),
        (2, 'بسمان', 'Basman', 35.940, 31.978),
        (3, 'ماركا', 'Marka', 35.990, 31.982),
        (4, 'النصر', 'Al-Nasr', 35.976, 31.946),
        (5, 'اليرموك', 'Al-Yarmouk', 35.949, 31.928),
        (6, 'رأس العين', 'Ras Al-Ein', 35.917, 31.942),
        (7, 'بدر', 'Badr', 35.905, 31.925),
        (8, 'زهران', 'Zahran', 35.884, 31.952),
        (9, 'العبدلي', 'Al-Abdali', 35.907, 31.970),
        (10, 'طارق', 'Tariq', 35.952, 32.010),
        (11, 'القويسمة وأبو علندا والجويدة والرقيم',
            'Quwaysimah, Abu Alanda, Jweideh and Raqeem', 35.957, 31.893),
        (12, 'خريبة السوق وجاوا واليادودة',
            'Khreibet Al-Souq, Jawa and Yadoudah', 35.927, 31.858),
        (13, 'أم قصير والمقابلين والبنيات',
            'Umm Quseir, Muqabalain and Bnayyat', 35.893, 31.890),
        (14, 'وادي السير', 'Wadi Al-Seer', 35.817, 31.950),
        (15, 'بدر الجديدة', 'Badr Al-Jadeedah', 35.782, 31.987),
        (16, 'صويلح', 'Sweileh', 35.838, 32.025),
        (17, 'تلاع العلي وأم السماق وخلدا',
            'Tla'' Al-Ali, Umm Al-Summaq and Khalda', 35.855, 31.992),
        (18, 'الجبيهة', 'Jubeiha', 35.876, 32.018),
        (19, 'شفا بدران', 'Shafa Badran', 35.912, 32.055),
        (20, 'أبو نصير', 'Abu Nseir', 35.878, 32.058),
        (21, 'أحد', 'Uhod', 36.035, 31.900),
        (22, 'مرج الحمام', 'Marj Al-Hamam', 35.838, 31.893)
    ) AS v (district, name_ar, name_en, lon, lat);
END;
COMMENT ON FUNCTION licence_home.amman_district_centres() IS
'Part of load_rules(''amman''): number, names and approximate centre (EPSG:4326) of each district.';
CALL licence_home_internal.make_function('licence_home.amman_district_centres()', 'admin');

CREATE FUNCTION licence_home.amman_districts() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.district
        (district, name_ar, name_en, geom, valid, source, certainty)
    WITH outline AS (
        SELECT ST_GeomFromText('POLYGON((35.75 31.80, 36.10 31.80, 36.15 31.85, 36.15 32.05,'
            '36.10 32.10, 35.75 32.10, 35.70 32.05, 35.70 31.85, 35.75 31.80))', 4326) AS geom
    ), cell AS (
        SELECT (ST_Dump(ST_VoronoiPolygons(ST_Collect(c.centre), 0,
            (SELECT o.geom FROM outline AS o)))).geom
        FROM licence_home.amman_district_centres() AS c
    )
    SELECT c.district, c.name_ar, c.name_en, ST_Multi(ST_Intersection(cell.geom, o.geom)),
        daterange('2012-01-01', NULL),
        'list of the 22 districts; the area is illustrative: what lies nearest to an approximate centre',
        'unknown'
    FROM licence_home.amman_district_centres() AS c
    JOIN cell ON ST_Contains(cell.geom, c.centre)
    CROSS JOIN outline AS o
    ORDER BY c.district;
END;
COMMENT ON FUNCTION licence_home.amman_districts() IS
'Part of load_rules(''amman''): the 22 districts, with illustrative areas.';
CALL licence_home_internal.make_function('licence_home.amman_districts()', 'admin');
