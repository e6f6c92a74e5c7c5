-- Part of zones.sh: the import, then the three questions in turns.
SET client_min_messages = warning;

CREATE TABLE bench.timing (question text, round integer, ms float8, answer bigint, anon_kb bigint);

CREATE FUNCTION bench.measure(question text, round integer, query text) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
    answer bigint;
    status text;
BEGIN
    EXECUTE query INTO answer;
    status := pg_read_file('/proc/self/status');
    INSERT INTO bench.timing VALUES (question, round, 1000 * extract(epoch FROM clock_timestamp() - began), answer,
        -- the peak, without the shared buffers that are mapped now
        substring(status FROM 'VmHWM:\s*(\d+)')::bigint - substring(status FROM 'RssShmem:\s*(\d+)')::bigint);
END $$;

SELECT bench.measure('import', 1, $$
    SELECT count(*) FROM licence_home.import_zones('bench.map', 'class', '2030-01-01', 'bench', feature_column => 'feature', max_lost_m2 => NULL) $$) \g /dev/null
CREATE TABLE bench.zone AS SELECT class, geom FROM bench.map;
CREATE INDEX ON bench.zone USING gist (geom);
CREATE TABLE bench.ruling AS SELECT class, ruling FROM licence_home.zone_ruling;
VACUUM ANALYZE;

-- a session of its own, so that its memory is that of the questions
\c
SET client_min_messages = warning;
SELECT bench.measure(q.question, r, q.query)
  FROM generate_series(0, :rounds) AS r
 CROSS JOIN (VALUES
    (1, 'join', $$
        SELECT count(*) FILTER (WHERE r.ruling = 'permitted')
          FROM bench.home AS h
          JOIN bench.zone AS z ON ST_Covers(z.geom, h.geom)
          JOIN bench.ruling AS r ON r.class = z.class $$),
    (2, 'one', $$
        SELECT count(*) FILTER (WHERE r.ruling = 'permitted')
          FROM bench.home AS h
         CROSS JOIN LATERAL licence_home.ruling_at('home_baking', h.geom, '2030-06-01') AS r $$),
    (3, 'all', $$
        SELECT count(*) FILTER (WHERE r.ruling = 'permitted')
          FROM bench.home AS h
         CROSS JOIN LATERAL licence_home.permitted_professions(h.geom, '2030-06-01') AS r $$)
  ) AS q (n, question, query)
 ORDER BY r, q.n \g /dev/null

\pset format unaligned
\pset tuples_only on
SELECT format('import of %s zones: %s s', (SELECT count(*) FROM bench.map), round((ms / 1000)::numeric, 1))
  FROM bench.timing WHERE question = 'import';
-- the first round warms up and is not counted
SELECT format('%s: %s s (%s to %s), %s homes or pairs permitted, at most %s MB',
           question, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) / 1000)::numeric, 1),
           round((min(ms) / 1000)::numeric, 1), round((max(ms) / 1000)::numeric, 1), min(answer), max(anon_kb) / 1024)
  FROM bench.timing WHERE question <> 'import' AND round > 0
 GROUP BY question ORDER BY array_position('{join,one,all}', question);
SELECT format('one / join = %s (promised 1.5), all / one = %s (promised 2)',
           round((one / bare)::numeric, 2), round((every / one)::numeric, 2))
  FROM (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE question = 'join') AS bare,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE question = 'one') AS one,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE question = 'all') AS every
          FROM bench.timing WHERE round > 0) AS m;
