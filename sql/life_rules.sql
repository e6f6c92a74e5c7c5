-- The rules of a licence's life: when a term can be renewed, what lateness adds, and what
-- the years of a licence cost.
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

\echo == a term can be renewed from forty days before its end, to a year after it
SELECT * FROM licence_home_internal.renewal_window('2027-03-01', '2027-03-01');
-- a last day that is a Friday moves to the Sunday after it
SELECT closes, to_char(closes, 'Day') FROM licence_home_internal.renewal_window('2027-03-04', '2027-03-01');

\echo == surcharge by the anniversary: 59 days are free, then a fifth, after 181 days a half
SELECT d, s.share FROM unnest('{2027-02-28,2027-03-02,2027-04-29,2027-04-30,2027-05-02,2027-05-03,2027-08-29,2027-08-30}'::date[]) AS d
LEFT JOIN LATERAL licence_home_internal.surcharge_for('2027-03-01', d, '2027-03-01') AS s ON true;

\echo == surcharge by the season: free to the end of February, a fifth to 30 June, then a half
BEGIN;
INSERT INTO licence_home.licence_rule (renewal_opens_days, renewal_closes_days, renewal_continues, surcharge_model, barred_days,
    objection_days, transfer_days, hearing_days, immediate_days, reminder_stop_share, valid, source, certainty)
SELECT renewal_opens_days, renewal_closes_days, renewal_continues, 'season', barred_days, objection_days, transfer_days,
    hearing_days, immediate_days, reminder_stop_share, '[2028-01-01,)', 'test', 'unknown' FROM licence_home.licence_rule;
UPDATE licence_home.licence_rule SET valid = daterange(lower(valid), '2028-01-01') WHERE upper_inf(valid) AND surcharge_model <> 'season';
SELECT d, s.share FROM unnest('{2028-12-31,2029-02-28,2029-03-01,2029-06-30,2029-07-01,2029-07-02}'::date[]) AS d
LEFT JOIN LATERAL licence_home_internal.surcharge_for('2028-12-31', d, d) AS s ON true;
-- a term that ends in summer is late at once
SELECT d, s.share FROM unnest('{2028-05-15,2028-05-16,2028-07-03}'::date[]) AS d
LEFT JOIN LATERAL licence_home_internal.surcharge_for('2028-05-15', d, d) AS s ON true;
ROLLBACK;

\echo == the first three years of a licence that was granted under the waiver are free, later ones cost half
SELECT y, (SELECT sum(f.amount) FROM licence_home_internal.fee_lines('electronic_marketing', 12, make_date(2021 + y, 6, 1), NULL, NULL, y, '2022-06-01') AS f)
FROM generate_series(1, 5) AS y;
-- of one granted later, each year costs the whole
SELECT y, (SELECT sum(f.amount) FROM licence_home_internal.fee_lines('electronic_marketing', 12, make_date(2024 + y, 6, 1), NULL, NULL, y, '2025-06-01') AS f)
FROM generate_series(1, 5) AS y;
-- what fee() says of a first year is as it was
SELECT d, licence_home.fee_total('electronic_marketing', 12, d) FROM unnest('{2020-06-01,2022-06-01,2024-06-01}'::date[]) AS d;
