-- Part of caseload.sh: the comparison, then all ways in turns.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET licence_home.clock = '2026-07-07 10:00+03';

CREATE UNLOGGED TABLE bench.hand AS SELECT * FROM bench.by_hand;
CREATE UNLOGGED TABLE bench.sets AS SELECT * FROM bench.by_hand_in_sets;
CREATE UNLOGGED TABLE bench.ours AS SELECT application_no, verdict, fee FROM licence_home_internal.assessed_caseload(NULL, NULL);
DO $$
DECLARE
    different bigint;
BEGIN
    SELECT count(*) INTO different
      FROM bench.hand AS h FULL JOIN bench.ours AS o USING (application_no) FULL JOIN bench.sets AS s USING (application_no)
     WHERE (h.verdict, h.fee) IS DISTINCT FROM (o.verdict, o.fee) OR (s.verdict, s.fee) IS DISTINCT FROM (o.verdict, o.fee)
        OR num_nulls(h.verdict, s.verdict, o.verdict) > 0;
    IF different > 0 OR (SELECT count(*) FROM bench.ours) <> (SELECT count(*) FROM licence_home.application) THEN
        RAISE 'of % cases the verdict or the fee differs', different;
    END IF;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT format('%s cases, the same verdict and fee for each: %s', (SELECT count(*) FROM bench.ours),
           string_agg(format('%s %s', n, verdict), ', ' ORDER BY n DESC))
  FROM (SELECT verdict, count(*) AS n FROM bench.ours GROUP BY verdict) AS v;

CREATE TABLE bench.timing (way text, workers integer, round integer, ms float8);
CREATE FUNCTION bench.measure(way text, workers integer, round integer, query text) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
BEGIN
    PERFORM set_config('max_parallel_workers_per_gather', workers::text, false);
    began := clock_timestamp();
    EXECUTE format('SELECT count(*), count(DISTINCT q.verdict), sum(q.fee) FROM (%s) AS q', query);
    INSERT INTO bench.timing VALUES (way, workers, round, 1000 * extract(epoch FROM clock_timestamp() - began));
END $$;
SELECT bench.measure(q.way, w.workers, r, q.query)
  FROM (VALUES (2), (0)) AS w (workers)
 CROSS JOIN generate_series(1, :rounds) AS r
 CROSS JOIN (VALUES
    (1, 'hand', 'SELECT application_no, verdict, fee FROM bench.by_hand'),
    (2, 'sets', 'SELECT application_no, verdict, fee FROM bench.by_hand_in_sets'),
    (3, 'ours', 'SELECT application_no, verdict, fee FROM licence_home_internal.assessed_caseload(NULL, NULL)')
  ) AS q (n, way, query)
 ORDER BY w.workers DESC, r, q.n \g /dev/null
SELECT format('%s: %s, ours / the faster by hand = %s (promised 1.5)',
           CASE workers WHEN 0 THEN 'without workers' ELSE 'with parallel workers' END,
           string_agg(format('%s %s s (%s to %s)', way, round(median::numeric / 1000, 1), round(least::numeric / 1000, 1),
               round(most::numeric / 1000, 1)), ', ' ORDER BY way),
           round((min(median) FILTER (WHERE way = 'ours') / min(median) FILTER (WHERE way <> 'ours'))::numeric, 2))
  FROM (SELECT workers, way, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS median, min(ms) AS least, max(ms) AS most
          FROM bench.timing GROUP BY workers, way) AS t
 GROUP BY workers
 ORDER BY workers DESC;
