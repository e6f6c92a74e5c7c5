-- Fees: bands without gaps, waivers, discounts and surcharges, fils.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;

-- exactly 20 m² belongs to one band
SELECT v.area, count(f.*) AS lines, sum(f.amount) AS total, fee_total('knitting', v.area, '2026-03-01')
  FROM unnest('{0.001,9.999,10,10.001,19.999,20,20.001,25,1000000}'::numeric[]) AS v (area)
  LEFT JOIN LATERAL fee('knitting', v.area, '2026-03-01') AS f ON true
 GROUP BY v.area ORDER BY v.area;
-- what is no area has no price, and neither has what is not on the list
SELECT v.area, fee_total('knitting', v.area, '2026-03-01'), (SELECT count(*) FROM fee('knitting', v.area, '2026-03-01')) AS lines
  FROM unnest('{NULL,0,-1,NaN,Infinity,-Infinity}'::numeric[]) AS v (area);
SELECT fee_total('astrology', 20, '2026-03-01') AS not_listed, fee_total(NULL, 20, '2026-03-01') AS no_profession,
       fee_total('knitting', 20, '1990-01-01') AS no_schedule, fee_total('knitting', 20, NULL) AS no_day,
       fee_total('knitting', 20, 'infinity') AS no_end;

-- the schedules before and since 8 August 2019, and the waiver of 2021 to 2023
SELECT v.day, sum(f.amount) AS total, string_agg(f.item, '; ' ORDER BY f.amount DESC) AS items
  FROM (VALUES (date '2019-08-07'), ('2019-08-08'), ('2020-12-31'), ('2021-01-01'), ('2023-12-31'), ('2024-01-01')) AS v (day)
 CROSS JOIN LATERAL fee('knitting', 15, v.day) AS f
 GROUP BY v.day ORDER BY v.day;

-- a schedule of its own, far in the future, for the arithmetic
INSERT INTO fee_adjustment (adjustment, kind, share, profession, category, item_ar, item_en, valid, source, certainty)
VALUES ('third', 'discount', 0.33333, NULL, NULL, 'خصم', 'a third off', '[2090-01-01,2091-01-01)', 'test', 'unknown'),
       ('half', 'discount', 0.5, NULL, 'handicraft', 'خصم', 'half off', '[2090-01-01,2091-01-01)', 'test', 'unknown'),
       ('more', 'discount', 0.9, 'knitting', NULL, 'خصم', 'more off', '[2090-01-01,2091-01-01)', 'test', 'unknown'),
       ('late', 'surcharge', 0.2, NULL, NULL, 'غرامة', 'late', '[2090-01-01,2092-01-01)', 'test', 'unknown'),
       ('free', 'waiver', 1, 'pottery', NULL, 'إعفاء', 'free', '[2090-01-01,2091-01-01)', 'test', 'unknown');
-- reductions take off the whole and no more
SELECT item, amount FROM fee('knitting', 15, '2090-06-01');
-- rounded half a fils up, once
SELECT item, amount FROM fee('jams', 15, '2090-06-01');
SELECT item, amount FROM fee('jams', 15, '2091-06-01');
-- who pays nothing pays no surcharge on it
SELECT item, amount FROM fee('pottery', 15, '2090-06-01');
SELECT count(*) FILTER (WHERE total < 0) AS below_zero, count(*) FILTER (WHERE total <> round(total, 3)) AS finer_than_fils
  FROM profession AS p, generate_series(1, 30) AS area, fee_total(p.code, area, '2090-06-01') AS total;
ROLLBACK;
