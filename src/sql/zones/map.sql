-- ---------------------------------------------------------------------
-- The zoning map as a whole: taking in a new one, what is wrong with the one
-- in force, and whom a change concerns.
-- ---------------------------------------------------------------------

-- A function of PostGIS cannot be named here by its schema, since PostGIS may
-- be in any.  Each statement of import_zones runs with that schema alone in the
-- path, as the catalogue has it.
CREATE FUNCTION licence_home.import_zones(staging regclass, class_column name, valid_from date, source licence_home.visible_text,
        dry_run boolean DEFAULT false, certainty text DEFAULT 'likely',
        max_overlap_m2 numeric DEFAULT 25, max_gap_m2 numeric DEFAULT 25,
        geometry_column name DEFAULT NULL, feature_column name DEFAULT NULL,
        max_lost_m2 numeric DEFAULT 25, instrument licence_home.visible_text DEFAULT NULL)
    RETURNS TABLE (feature text, defect text, refused boolean, detail text, area_m2 numeric)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off       -- many statements, each too short to be compiled
    AS $$
#variable_conflict use_column
DECLARE
    postgis constant text := (SELECT format('%I', n.nspname) FROM pg_extension AS e
        JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'postgis');
    -- the kingdom; no zone of ours lies elsewhere
    kingdom constant text := 'SRID=4326;POLYGON((34 29, 40 29, 40 34, 34 34, 34 29))';
    candidates name[];
    names text;
    closed bigint;
    opened bigint;
    classes bigint;
    defects bigint;
    listed text;
    ground text;
BEGIN
    PERFORM set_config('search_path', format('pg_catalog, licence_home, %s, pg_temp', postgis), true);

    source := CASE WHEN is_visible(source) THEN source END;
    instrument := CASE WHEN is_visible(instrument) THEN instrument END;
    IF staging IS NULL OR class_column IS NULL OR source IS NULL
        OR valid_from IS NULL OR NOT isfinite(valid_from) THEN
        RAISE EXCEPTION 'a map needs a table, the column of the class, a first day and a source'
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'For example import_zones(''map_2027'', ''class'', ''2027-01-01'', ''zoning map of 2027'', dry_run => true).';
    END IF;

    -- which columns
    IF geometry_column IS NULL THEN
        SELECT array_agg(a.attname) INTO candidates FROM pg_attribute AS a
        WHERE a.attrelid = staging AND a.atttypid = 'geometry'::regtype AND a.attnum > 0 AND NOT a.attisdropped;
        IF cardinality(candidates) IS DISTINCT FROM 1 THEN
            RAISE EXCEPTION 'table % has % columns of type geometry', staging, coalesce(cardinality(candidates), 0)
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'Say which one has the zones: geometry_column => ….';
        END IF;
        geometry_column := candidates[1];
    END IF;
    IF feature_column IS NULL THEN
        SELECT array_agg(a.attname) INTO candidates FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = staging AND i.indisprimary;
        feature_column := CASE cardinality(candidates) WHEN 1 THEN candidates[1] END;
    END IF;
    FOR names IN
        SELECT c.name FROM unnest(ARRAY[class_column, geometry_column, feature_column]) AS c (name)
        WHERE c.name IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute AS a
            WHERE a.attrelid = staging AND a.attname = c.name AND NOT a.attisdropped)
    LOOP
        RAISE EXCEPTION 'table % has no column "%"', staging, names
            USING ERRCODE = 'undefined_column', HINT = 'ogr2ogr writes names in lower case, unless told otherwise.';
    END LOOP;

    CREATE TEMP TABLE zone_import (
        n integer PRIMARY KEY, feature text, wording text, class text, provisions text,
        given geometry, geom geometry) ON COMMIT DROP;
    CREATE TEMP TABLE zone_import_report (
        n integer, feature text, defect text, refused boolean, detail text, area_m2 numeric) ON COMMIT DROP;
    EXECUTE format('INSERT INTO pg_temp.zone_import (n, feature, wording, given) '
        'SELECT row_number() OVER (), coalesce(%s::text, ''row '' || row_number() OVER ()), %I::text, %I FROM %s',
        coalesce(quote_ident(feature_column), 'NULL'), class_column, geometry_column, staging);
    GET DIAGNOSTICS opened = ROW_COUNT;
    IF opened = 0 THEN
        INSERT INTO pg_temp.zone_import_report VALUES (0, NULL, 'no_feature', true, 'the table has no row', NULL);
    END IF;

    -- classes, by the keys of their own names and of other spellings
    CREATE TEMP TABLE zone_import_wording ON COMMIT DROP AS
    SELECT w.wording, k.class, k.meanings,
        CASE WHEN k.bare <> k.key THEN btrim(w.wording) END AS provisions
    FROM (SELECT DISTINCT i.wording FROM pg_temp.zone_import AS i) AS w
    CROSS JOIN LATERAL (
        SELECT b.key, b.bare, min(s.class) AS class, string_agg(DISTINCT s.class, ', ') AS meanings
        FROM (SELECT class_key(w.wording) AS key,
                btrim(regexp_replace(class_key(w.wording),
                    ' (ب|مع )?احكام خاصه$| (with )?special provisions$', '')) AS bare) AS b
        LEFT JOIN (
            SELECT o.key, o.class FROM zone_class_spelling AS o
            WHERE in_force(o.valid, o.withdrawn_at, valid_from)
            UNION
            SELECT class_key(m.name), c.class FROM zone_class AS c
            CROSS JOIN LATERAL (VALUES (c.class), (c.name_ar), (c.name_en)) AS m (name)
            WHERE in_force(c.valid, c.withdrawn_at, valid_from)
        ) AS s ON s.key = b.bare
            AND EXISTS (SELECT FROM zone_class AS c WHERE c.class = s.class
                AND in_force(c.valid, c.withdrawn_at, valid_from))
        GROUP BY b.key, b.bare
    ) AS k;
    UPDATE pg_temp.zone_import AS i SET class = w.class, provisions = w.provisions
    FROM pg_temp.zone_import_wording AS w
    WHERE w.wording = i.wording AND w.class = w.meanings;
    INSERT INTO pg_temp.zone_import_report
    SELECT i.n, i.feature, CASE WHEN is_visible(i.wording) THEN 'unknown_class' ELSE 'no_class' END, true,
        CASE WHEN is_visible(i.wording) IS NOT TRUE THEN 'the class is not given'
            WHEN w.meanings <> w.class THEN format('"%s" may be %s', i.wording, w.meanings)
            ELSE format('"%s" is no class in force on %s', i.wording, to_char(valid_from, 'YYYY-MM-DD')) END, NULL
    FROM pg_temp.zone_import AS i LEFT JOIN pg_temp.zone_import_wording AS w ON w.wording = i.wording
    WHERE i.class IS NULL;
    DROP TABLE pg_temp.zone_import_wording;

    -- areas, in longitude and latitude
    INSERT INTO pg_temp.zone_import_report
    SELECT i.n, i.feature, f.defect, true, f.detail, NULL
    FROM pg_temp.zone_import AS i
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN i.given IS NULL OR ST_IsEmpty(i.given) THEN 'no_geometry'
            WHEN ST_SRID(i.given) = 0 THEN 'no_reference_system'
            WHEN GeometryType(i.given) NOT IN ('POLYGON', 'MULTIPOLYGON', 'CURVEPOLYGON', 'MULTISURFACE') THEN 'not_an_area'
            WHEN ST_SRID(i.given) <> 4326 THEN
                CASE WHEN (i.given @ ST_Transform(kingdom::geometry, ST_SRID(i.given))) IS NOT TRUE THEN 'far' END
            WHEN i.given @ kingdom::geometry THEN NULL
            WHEN ST_FlipCoordinates(i.given) @ kingdom::geometry THEN 'swapped'
            ELSE 'far' END
    ) AS d (defect)
    CROSS JOIN LATERAL (VALUES
        ('no_geometry', 'the feature has no geometry'),
        ('no_reference_system', 'SRID 0: the coordinates could be anywhere'),
        ('not_an_area', format('a %s is no area', lower(GeometryType(i.given)))),
        ('swapped', 'longitude and latitude look swapped'),
        ('far', format('it lies far from the city, if SRID %s is right', ST_SRID(i.given)))
    ) AS f (defect, detail)
    WHERE f.defect = d.defect;
    UPDATE pg_temp.zone_import AS i
    SET geom = ST_Transform(ST_Force2D(ST_CurveToLine(i.given)), 4326)
    WHERE i.given IS NOT NULL AND NOT EXISTS (SELECT FROM pg_temp.zone_import_report AS r
        WHERE r.n = i.n AND r.defect NOT IN ('no_class', 'unknown_class'));

    -- What PostGIS can repair without moving a border keeps its area: rings
    -- that touch themselves, parts that share a side, spikes.  Where lines
    -- cross, the area by the order of the points is another one.
    INSERT INTO pg_temp.zone_import_report
    SELECT m.n, m.feature,
        CASE WHEN ST_IsEmpty(m.mended) THEN 'no_area' WHEN m.moved <= 0.01 THEN 'repaired' ELSE 'self_intersection' END,
        ST_IsEmpty(m.mended) OR m.moved > 0.01, ST_IsValidReason(m.geom),
        CASE WHEN ST_IsEmpty(m.mended) THEN NULL WHEN m.moved > 0.01 THEN round(m.moved::numeric, 1)
            ELSE round(ST_Area(m.mended::geography)::numeric, 1) END
    FROM (
        SELECT i.n, i.feature, i.geom, d.mended,
            abs(ST_Area(i.geom) - ST_Area(d.mended)) * 111000 * 111000 * cos(radians(ST_YMin(i.geom))) AS moved
        FROM pg_temp.zone_import AS i
        CROSS JOIN LATERAL (SELECT ST_CollectionExtract(ST_MakeValid(i.geom), 3) AS mended OFFSET 0) AS d
        WHERE ST_IsValidReason(i.geom) <> 'Valid Geometry'      -- (ST_IsValid would raise a notice each)
    ) AS m;
    UPDATE pg_temp.zone_import AS i
    SET geom = ST_Multi(ST_CollectionExtract(ST_MakeValid(i.geom), 3))
    FROM pg_temp.zone_import_report AS r
    WHERE r.n = i.n AND r.defect IN ('repaired', 'self_intersection');
    UPDATE pg_temp.zone_import AS i SET geom = NULL
    FROM pg_temp.zone_import_report AS r
    WHERE r.n = i.n AND r.defect = 'no_area';

    -- Zones that share ground, and ground between zones.  If the areas add up
    -- to that of their union, no pair needs a look.
    CREATE INDEX ON pg_temp.zone_import USING gist (geom);
    ANALYZE pg_temp.zone_import;
    -- (made once: half of an import's time)
    CREATE TEMP TABLE zone_import_whole ON COMMIT DROP AS
    SELECT ST_Union(i.geom) AS geom, sum(ST_Area(i.geom)) AS area FROM pg_temp.zone_import AS i;
    WITH shared AS (
        SELECT a.n, a.feature, format('shares ground with %s (%s) at %s', b.feature, b.wording,
                ST_AsText(ST_PointOnSurface(s.geom), 5)) AS detail, s.area
        FROM pg_temp.zone_import AS a
        JOIN pg_temp.zone_import AS b ON b.n > a.n AND b.geom && a.geom
        CROSS JOIN LATERAL (SELECT ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 3) AS geom OFFSET 0) AS c
        CROSS JOIN LATERAL (SELECT c.geom, ST_Area(c.geom::geography) AS area OFFSET 0) AS s
        WHERE (SELECT (w.area - ST_Area(w.geom)) * 111000 * 111000 > max_overlap_m2 FROM pg_temp.zone_import_whole AS w)
            AND ST_Intersects(a.geom, b.geom) AND s.area > max_overlap_m2
    ), hole AS MATERIALIZED (
        SELECT ST_MakePolygon(ST_ExteriorRing(r.geom)) AS geom
        FROM pg_temp.zone_import_whole AS w
        CROSS JOIN LATERAL ST_Dump(w.geom) AS p
        CROSS JOIN LATERAL ST_DumpRings(p.geom) AS r
        WHERE r.path[1] > 0
    ), gap AS (
        SELECT h.geom, ST_Area(d.geom::geography) AS area
        FROM hole AS h
        CROSS JOIN LATERAL (
            SELECT ST_CollectionExtract(ST_Difference(h.geom, coalesce(ST_Union(i.geom), 'SRID=4326;POLYGON EMPTY'::geometry)), 3) AS geom
            FROM pg_temp.zone_import AS i WHERE i.geom && h.geom
        ) AS d
        WHERE ST_Area(h.geom::geography) > max_gap_m2
    )
    INSERT INTO pg_temp.zone_import_report
    SELECT s.n, s.feature, 'overlap', true, s.detail, round(s.area::numeric, 1) FROM shared AS s
    UNION ALL
    SELECT 2147483647, NULL, 'gap', true, format('no zone at %s, between %s', ST_AsText(ST_PointOnSurface(g.geom), 5),
            (SELECT string_agg(n.feature, ', ') FROM (
                SELECT i.feature FROM pg_temp.zone_import AS i
                WHERE ST_Intersects(i.geom, g.geom) ORDER BY i.n LIMIT 6) AS n)),
        round(g.area::numeric, 1)
    FROM gap AS g WHERE g.area > max_gap_m2;

    -- Ground that the former map has in a zone and this one in none.  Asked once
    -- all features are usable: a refused one would seem to leave its ground.
    SELECT count(*) FILTER (WHERE r.refused) INTO defects FROM pg_temp.zone_import_report AS r;
    IF defects = 0 THEN
        CREATE TEMP TABLE zone_import_ground ON COMMIT DROP AS
        SELECT f.geom AS former, w.geom AS new, ST_CollectionExtract(ST_Difference(f.geom, w.geom), 3) AS lost
        FROM (SELECT ST_Union(z.geom) AS geom FROM zone AS z WHERE z.withdrawn_at IS NULL AND z.valid @> valid_from) AS f
        CROSS JOIN pg_temp.zone_import_whole AS w;
        INSERT INTO pg_temp.zone_import_report
        SELECT 2147483647, NULL, 'lost', true, format('no zone any more at %s, where %s was', ST_AsText(ST_PointOnSurface(p.geom), 5),
                (SELECT string_agg(DISTINCT z.class, ', ' ORDER BY z.class) FROM zone AS z
                 WHERE z.withdrawn_at IS NULL AND z.valid @> valid_from AND z.geom && p.geom
                    AND ST_Relate(z.geom, p.geom, '2********'))),
            round(d.area::numeric, 1)
        FROM pg_temp.zone_import_ground AS g
        CROSS JOIN LATERAL ST_Dump(g.lost) AS p
        CROSS JOIN LATERAL (SELECT ST_Area(p.geom::geography) AS area OFFSET 0) AS d
        WHERE d.area > max_lost_m2;
        SELECT format('; it covers %s km², the former one %s km², of which %s km² are in no zone any more',
                round((ST_Area(g.new::geography) / 1e6)::numeric, 3), round((coalesce(ST_Area(g.former::geography), 0) / 1e6)::numeric, 3),
                round((coalesce(ST_Area(g.lost::geography), 0) / 1e6)::numeric, 3))
        INTO ground FROM pg_temp.zone_import_ground AS g;
        DROP TABLE pg_temp.zone_import_ground;
    END IF;

    SELECT count(*) FILTER (WHERE r.refused) INTO defects FROM pg_temp.zone_import_report AS r;
    IF defects > 0 AND dry_run IS NOT TRUE THEN
        SELECT string_agg(format('%s: %s, %s%s', coalesce(r.feature, 'the map'), r.defect, r.detail,
                ' (' || r.area_m2 || ' m²)'), E'\n' ORDER BY r.n, r.defect, r.detail) INTO listed
        FROM (SELECT * FROM pg_temp.zone_import_report AS r WHERE r.refused
            ORDER BY r.n, r.defect, r.detail LIMIT 20) AS r;
        RAISE EXCEPTION 'the map in % has % defects and was not imported', staging, defects
            USING ERRCODE = 'LH021', DETAIL = listed,
                  HINT = 'import_zones(…, dry_run => true) lists them all. Correct them in the map; '
                      'a spelling that is missing is a row of zone_class_spelling. '
                      'A map replaces the whole one before it; ground that is to be in no zone any more is asked for by max_lost_m2 (null: any).';
    END IF;

    -- In a dry run the same is done, and undone.
    IF defects = 0 THEN
        BEGIN
            IF EXISTS (SELECT FROM zone AS z WHERE z.withdrawn_at IS NULL AND lower(z.valid) >= valid_from) THEN
                RAISE EXCEPTION 'there is a map already that begins on %',
                    (SELECT to_char(min(lower(z.valid)), 'YYYY-MM-DD') FROM zone AS z
                     WHERE z.withdrawn_at IS NULL AND lower(z.valid) >= valid_from)
                    USING ERRCODE = 'LH012',
                          DETAIL = format('The new one is to begin on %s, and would be closed by nothing.',
                              to_char(valid_from, 'YYYY-MM-DD')),
                          HINT = 'Withdraw the rows of that map first (withdrawn_at), in the same transaction, or import with a later day.';
            END IF;
            closed := licence_home.end_map(valid_from);
            INSERT INTO zone (geom, class, provisions, valid, source, certainty, instrument)
            SELECT ST_Multi(i.geom), i.class, i.provisions, daterange(valid_from, NULL), source, certainty, instrument
            FROM pg_temp.zone_import AS i
            ORDER BY i.n;
            GET DIAGNOSTICS opened = ROW_COUNT;
            IF dry_run THEN
                RAISE EXCEPTION USING ERRCODE = 'LHDRY', MESSAGE = 'dry run';
            END IF;
        EXCEPTION WHEN SQLSTATE 'LHDRY' THEN
            NULL;
        END;
        SELECT count(DISTINCT i.class) INTO classes FROM pg_temp.zone_import AS i;
        RAISE NOTICE '% zones of % classes from % on; % zones of the former map end there%', opened, classes,
            to_char(valid_from, 'YYYY-MM-DD'), closed,
            concat(ground, CASE WHEN dry_run THEN ' (a dry run: nothing was changed)' END);
    END IF;
    RETURN QUERY SELECT r.feature, r.defect, r.refused, r.detail, r.area_m2
        FROM pg_temp.zone_import_report AS r ORDER BY r.n, r.defect, r.detail;
    DROP TABLE pg_temp.zone_import, pg_temp.zone_import_whole, pg_temp.zone_import_report;
END;
$$;
COMMENT ON FUNCTION licence_home.import_zones(regclass, name, date, licence_home.visible_text, boolean, text, numeric, numeric, name, name, numeric, licence_home.visible_text) IS
'Takes in a zoning map from a staging table, such as ogr2ogr makes, as the map from valid_from on. The map before it ends there, and nothing is deleted. class_column: the class, by its code, its names or a spelling of zone_class_spelling; provisions are kept where the wording says more. Rows: what was repaired (refused false) and what was refused: no_geometry, no_reference_system, not_an_area, swapped, far, no_area, self_intersection, no_class, unknown_class, overlap, gap (no feature), lost, with areas in square metres. lost: ground of the former map that would be in no zone any more; it is asked once nothing else is refused. A NOTICE says how many zones and what area are replaced. One refused feature refuses the map: error LH021, with the features in its DETAIL; a dry run lists them instead and changes nothing. max_overlap_m2, max_gap_m2, max_lost_m2: up to which area an overlap, an enclosed gap or a piece of lost ground is let pass; null: any. certainty official needs the instruments number. geometry_column: needed where there are several; feature_column names a feature in the report, else the primary key does. Errors: LH021; LH012 (a map begins on that day or later); LH011 (the map would lose a day by which a case was judged).';
CALL licence_home_internal.make_function('licence_home.import_zones(regclass, name, date, licence_home.visible_text, boolean, text, numeric, numeric, name, name, numeric, licence_home.visible_text)',
    'admin');

CREATE FUNCTION licence_home.end_map(ends date) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_end_map'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.end_map(date) IS
'Lets all zones in force on a day end there, with none in their place. From that day on nobody''s home is in a zone, and nobody is eligible. Gives their number. withdraw_map() of that day takes it back, an import replaces it. LH011: a case was judged by the map later.';
CALL licence_home_internal.make_function('licence_home.end_map(date)', 'admin');

-- To withdraw or close a zone by hand must not leave its ground in no zone.
-- What covers the ground is less only from the first day on, or from one on which
-- another zone ends.
CREATE FUNCTION licence_home_internal.ground_lost(geom geometry, days daterange, OUT day date, OUT area_m2 numeric)
    RETURNS SETOF record
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT d.day, round(a.area::numeric, 1)
    FROM (SELECT lower(ground_lost.days) AS day
        UNION SELECT upper(z.valid) FROM licence_home.zone AS z
            WHERE z.withdrawn_at IS NULL AND z.geom && ground_lost.geom AND ground_lost.days @> upper(z.valid)) AS d
    CROSS JOIN LATERAL (SELECT ST_Union(z.geom) AS geom FROM licence_home.zone AS z
        WHERE z.withdrawn_at IS NULL AND z.geom && ground_lost.geom
            AND coalesce(z.valid @> d.day, lower_inf(z.valid))) AS other
    CROSS JOIN LATERAL (SELECT ST_Area(CASE WHEN other.geom IS NULL THEN ground_lost.geom
        ELSE ST_CollectionExtract(ST_Difference(ground_lost.geom, other.geom), 3) END::geography) AS area) AS a
    WHERE a.area > 25
    ORDER BY d.day NULLS FIRST;
END;
COMMENT ON FUNCTION licence_home_internal.ground_lost(geometry, daterange) IS
'Internal: from which of the days given how much of a ground is in no zone, where that is more than 25 m².';
CALL licence_home_internal.make_function('licence_home_internal.ground_lost(geometry, daterange)');

CREATE FUNCTION licence_home_internal.zone_ground() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_zone_ground'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.zone_ground() IS
'Internal: refuses to leave the ground of a zone that is withdrawn or closed in no zone, but for 25 m² (LH013).';
CALL licence_home_internal.make_function('licence_home_internal.zone_ground()');
CREATE CONSTRAINT TRIGGER zone_ground AFTER UPDATE ON licence_home.zone
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((NEW.valid, NEW.withdrawn_at) IS DISTINCT FROM (OLD.valid, OLD.withdrawn_at) AND NOT licence_home_internal.in_owner_scope())
    EXECUTE FUNCTION licence_home_internal.zone_ground();

CREATE FUNCTION licence_home.check_zones(on_date date)
    RETURNS TABLE (defect text, zone_id bigint, other_zone_id bigint, explanation text, area_m2 numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT 'overlap', a.zone_id, b.zone_id,
        format('a zone of class %s and one of class %s share ground, and rule otherwise of %s professions: there whoever decides a case rules',
            a.class, b.class, d.professions),
        round(s.area::numeric, 1)
    FROM licence_home.zone AS a
    JOIN licence_home.zone AS b ON b.zone_id > a.zone_id AND b.class <> a.class AND b.geom && a.geom
        AND licence_home.in_force(b.valid, b.withdrawn_at, check_zones.on_date)
    CROSS JOIN LATERAL (
        SELECT ST_Area(ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 3)::geography) AS area
        WHERE ST_Intersects(a.geom, b.geom)
        OFFSET 0
    ) AS s
    CROSS JOIN LATERAL (
        SELECT count(*) AS professions
        FROM licence_home.profession AS p
        LEFT JOIN LATERAL licence_home_internal.class_ruling(a.class, p.code, p.category, check_zones.on_date) AS ra ON true
        LEFT JOIN LATERAL licence_home_internal.class_ruling(b.class, p.code, p.category, check_zones.on_date) AS rb ON true
        WHERE licence_home.in_force(p.valid, p.withdrawn_at, check_zones.on_date)
            AND ra.ruling IS DISTINCT FROM rb.ruling
            AND s.area >= 1
        OFFSET 0
    ) AS d
    WHERE licence_home.in_force(a.valid, a.withdrawn_at, check_zones.on_date)
        AND s.area >= 1 AND d.professions > 0
    UNION ALL
    SELECT 'unruled', min(z.zone_id), NULL,
        format('no row of zone_ruling says whether the class %s permits the profession %s%s', z.class, min(p.code),
            CASE count(DISTINCT p.code) WHEN 1 THEN '' WHEN 2 THEN ' or one other' ELSE format(' or %s others', count(DISTINCT p.code) - 1) END),
        NULL
    FROM (
        SELECT z.class, min(z.zone_id) AS zone_id FROM licence_home.zone AS z
        WHERE licence_home.in_force(z.valid, z.withdrawn_at, check_zones.on_date)
        GROUP BY z.class
    ) AS z
    CROSS JOIN licence_home.profession AS p
    LEFT JOIN LATERAL licence_home_internal.class_ruling(z.class, p.code, p.category, check_zones.on_date) AS r ON true
    WHERE licence_home.in_force(p.valid, p.withdrawn_at, check_zones.on_date) AND r.ruling IS NULL
    GROUP BY z.class
    ORDER BY 1, 2, 3;
END;
COMMENT ON FUNCTION licence_home.check_zones(date) IS
'The defects of the map and the rulings of a day; no row where all is well. overlap: two zones share a square metre or more and their rulings disagree. unruled: a class on the map says nothing of a profession (zone_id: one of its zones).';
CALL licence_home_internal.make_function('licence_home.check_zones(date)', 'everyone');

CREATE FUNCTION licence_home_internal.rulings_changed(from_date date, to_date date)
    RETURNS TABLE (application_no licence_home.application_no, licence_no licence_home.licence_no, state text,
        profession text, from_ruling text, to_ruling text)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT a.application_no, l.licence_no, a.state, a.profession, f.ruling, t.ruling
    FROM licence_home.application AS a
    LEFT JOIN licence_home.workflow_state AS s ON s.workflow = a.workflow AND s.version = a.workflow_version
        AND s.state = a.state
    LEFT JOIN LATERAL (
        SELECT r.licence_no
        FROM licence_home.licence_version AS v
        CROSS JOIN LATERAL licence_home_internal.licence_state(v.licence_no, licence_home.today(), NULL) AS r
        WHERE v.application_no = a.application_no AND r.version_no = v.version_no
            AND r.standing IN ('in_force', 'suspended') AND r.valid @> licence_home.today()
        LIMIT 1
    ) AS l ON true
    CROSS JOIN LATERAL licence_home.ruling_at(a.profession, a.home,
        coalesce(rulings_changed.from_date, a.judged_on)) AS f
    CROSS JOIN LATERAL licence_home.ruling_at(a.profession, a.home, rulings_changed.to_date) AS t
    WHERE (s.kind = 'open' OR l.licence_no IS NOT NULL)
        AND f.ruling IS DISTINCT FROM t.ruling
    ORDER BY a.application_no;
END;
COMMENT ON FUNCTION licence_home_internal.rulings_changed(date, date) IS
'Internal: what ruling_changes() gives, for the owner.';
CALL licence_home_internal.make_function('licence_home_internal.rulings_changed(date, date)');

CREATE FUNCTION licence_home.ruling_changes(from_date date, to_date date)
    RETURNS TABLE (application_no licence_home.application_no, licence_no licence_home.licence_no, state text,
        profession text, from_ruling text, to_ruling text)
    AS 'MODULE_PATHNAME', 'licence_home_ruling_changes' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION licence_home.ruling_changes(date, date) IS
'The open cases and the licences in force whose zone ruling on from_date differs from the one on to_date. from_date null: the day by which the case was judged. Nothing is decided by it: a case keeps the rules of its day. To see whom a new map concerns before it holds, import it and ask in one transaction, then commit or roll back.';
CALL licence_home_internal.make_function('licence_home.ruling_changes(date, date)', 'staff, admin');
