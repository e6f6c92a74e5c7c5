-- 200 random days of visits, each ordered in three ways.  Prints a row a day and way:
--
--   visits|day|way|order        the way: from the first home on, once to each
--   place|day|home|x|y          kilometres
--   time|way|milliseconds       of the processor, for all days
--
-- ours: licence_home_internal.short_route().  tsp: pgr_TSPeuclidean(), a tour that
-- comes back, cut at the longer of the two legs at the first home.  open: pgr_TSP() of
-- a matrix that has one place more, at no distance from any home, as the end.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET jit = off;
CREATE SCHEMA route;
-- days of 4 to 12 homes in a district of some ten kilometres
CREATE TABLE route.home AS
SELECT d AS day, n AS id, 35.8 + 0.1 * route.x AS lon, 31.9 + 0.1 * route.y AS lat,
    111.195 * cos(radians(31.95)) * 0.1 * route.x AS x, 111.195 * 0.1 * route.y AS y
FROM generate_series(1, 200) AS d
CROSS JOIN LATERAL generate_series(1, 4 + d % 9) AS n
CROSS JOIN LATERAL (SELECT (hashint8(d * 1009 + n * 7919) & 1048575) / 1048576.0::float8 AS x,
    (hashint8(d * 1009 + n * 7919 + 104729) & 1048575) / 1048576.0::float8 AS y) AS route;
CREATE INDEX ON route.home (day);
ANALYZE route.home;
CREATE FUNCTION route.processor() RETURNS double precision
    LANGUAGE sql VOLATILE AS $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e6 $$;

CREATE FUNCTION route.ours(day integer) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT licence_home_internal.short_route(array_agg(h.lon ORDER BY h.id), array_agg(h.lat ORDER BY h.id))
    FROM route.home AS h WHERE h.day = ours.day $$;

CREATE FUNCTION route.tsp(day integer) RETURNS integer[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    tour integer[];
    legs double precision[];
    n integer;
BEGIN
    SELECT array_agg(t.node::integer ORDER BY t.seq), array_agg(t.cost ORDER BY t.seq) INTO tour, legs
    FROM pgr_TSPeuclidean(format('SELECT id, x, y FROM route.home WHERE day = %s', day), start_id => 1) AS t;
    n := cardinality(tour) - 1;                 -- the last is the first
    IF legs[2] > legs[n + 1] THEN               -- the other way round, without the first leg
        RETURN tour[1:1] || ARRAY(SELECT tour[i] FROM generate_series(n, 2, -1) AS i);
    END IF;
    RETURN tour[1:n];
END $$;

CREATE FUNCTION route.open(day integer) RETURNS integer[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    tour integer[];
BEGIN
    SELECT array_agg(t.node::integer ORDER BY t.seq) INTO tour
    FROM pgr_TSP(format('SELECT a.id AS start_vid, b.id AS end_vid, sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2) AS agg_cost
        FROM route.home AS a JOIN route.home AS b ON b.day = a.day AND b.id <> a.id WHERE a.day = %1$s
        UNION ALL SELECT 0, a.id, 0 FROM route.home AS a WHERE a.day = %1$s
        UNION ALL SELECT a.id, 0, 0 FROM route.home AS a WHERE a.day = %1$s', day), start_id => 1, end_id => 0) AS t;
    RETURN array_remove(tour[1:cardinality(tour) - 1], 0);
END $$;

SELECT 'place', day, id, x, y FROM route.home ORDER BY day, id;
CREATE TABLE route.way (day integer, way text, stops integer[]);
CREATE FUNCTION route.measure(way text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    began double precision;
BEGIN
    FOR i IN 1 .. 2 LOOP                        -- the second time counts
        DELETE FROM route.way AS w WHERE w.way = measure.way;
        began := route.processor();
        EXECUTE format('INSERT INTO route.way SELECT d, %L, route.%I(d) FROM generate_series(1, 200) AS d', way, way);
    END LOOP;
    RETURN route.processor() - began;
END $$;
SELECT 'time', w, round(route.measure(w)::numeric, 2) FROM unnest('{ours,tsp,open}'::text[]) AS w;
SELECT 'visits', day, way, array_to_string(stops, ',') FROM route.way ORDER BY day, way;
