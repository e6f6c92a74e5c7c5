-- What a person or a tool writes at first, and means something plain.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\set SHOW_CONTEXT never

\echo == a payment without a moment is paid now; null stands for it too
SELECT story.new_case_in('fee_due') AS due, story.new_case_in('fee_due') AS other \gset
SELECT invoice_no AS bill, amount FROM licence_home.invoice WHERE application_no = :'due' \gset
SELECT (a).code, (a).rows FROM story.attempt('cashier', :'due', format('INSERT INTO licence_home.payment (payment_reference, invoice_no, amount) VALUES (''easy 1'', %s, 1)', :bill)) AS a;
BEGIN;
SELECT story.become('cashier');
INSERT INTO licence_home.payment (payment_reference, invoice_no, amount) VALUES ('easy 1', :bill, 1) RETURNING paid_at = licence_home.now() AS now;
INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at) VALUES ('easy 2', :bill, :amount - 1, NULL) RETURNING paid_at = licence_home.now() AS now;
SELECT state FROM licence_home.application WHERE application_no = :'due';
COMMIT;

\echo == an analyst reads whole views, and whole reports without naming days
BEGIN;
SELECT story.become('analyst');
SELECT application_no = :'due' AS the_case, state, licence_no IS NOT NULL AS licensed FROM (SELECT * FROM licence_home.case_report) AS r WHERE application_no IN (:'due', :'other') ORDER BY application_no;
SELECT amount = paid AS paid_in_full, payments FROM (SELECT * FROM licence_home.bill_report) AS r WHERE application_no IN (:'due', :'other') ORDER BY application_no;
SELECT count(*) > 3 AS events FROM (SELECT * FROM licence_home.event_report) AS r WHERE application_no = :'due';
SELECT outcome FROM (SELECT * FROM licence_home.inspection_report) AS r WHERE application_no = :'due';
SELECT outcome FROM (SELECT * FROM licence_home.decision_report) AS r WHERE application_no = :'due';
SELECT count(*) > 0 AS rows, bool_or(application_no = :'due') AS the_case FROM licence_home.caseload_report();
SELECT count(*) FROM licence_home.caseload_report('2099-01-01');
COMMIT;
-- every view that somebody may read at all can be read whole (but sms_message, of which a portal has a part)
SELECT r.rolname, c.relname FROM pg_class AS c CROSS JOIN pg_roles AS r
CROSS JOIN LATERAL story.attempt(substr(r.rolname, 9), NULL, format('SELECT * FROM licence_home.%I LIMIT 1', c.relname)) AS a
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'v' AND r.rolname LIKE 'regress\_%' AND (r.rolname, c.relname) <> ('regress_portal', 'sms_message')
  AND has_any_column_privilege(r.oid, c.oid, 'SELECT') AND (a).code <> '00000';

\echo == a collection of one part is that part
SELECT g AS given, ST_AsText(licence_home.in_wgs84(ST_SetSRID(g::geometry, 4326))) AS stored,
    (SELECT fault FROM licence_home_internal.usable_home(ST_SetSRID(g::geometry, 4326))) AS fault
FROM unnest(ARRAY['POINT(35.84 31.98)', 'MULTIPOINT(35.84 31.98)', 'GEOMETRYCOLLECTION(POINT(35.84 31.98))', 'GEOMETRYCOLLECTION(MULTIPOINT(35.84 31.98))',
    'MULTIPOLYGON(((35.84 31.98,35.8401 31.98,35.8401 31.9801,35.84 31.98)))', 'GEOMETRYCOLLECTION(MULTIPOLYGON(((35.84 31.98,35.8401 31.98,35.8401 31.9801,35.84 31.98))))']) AS g;
SELECT licence_home.in_wgs84('SRID=4326;MULTIPOINT(35.84 31.98,35.85 31.98)');
SELECT licence_home.in_wgs84('SRID=4326;LINESTRING(35.84 31.98,35.85 31.98)');
SELECT story.new_case('jams') AS draft \gset
BEGIN;
SELECT story.become('portal', :'draft');
UPDATE licence_home.application SET home = 'SRID=4326;MULTIPOINT(35.84 31.98)' WHERE application_no = :'draft' RETURNING ST_AsText(home);
SELECT ruling FROM licence_home.assess('jams', 'SRID=4326;GEOMETRYCOLLECTION(POINT(35.84 31.98))', 120, 15, '1995-06-01', 0, 1, false, '2026-03-01') WHERE criterion = 'location';
COMMIT;

\echo == GeoJSON says no reference system by a cast: the hint says how it does
BEGIN;
SELECT story.become('portal', :'draft');
SAVEPOINT before;
UPDATE licence_home.application SET home = '{"type": "Point", "coordinates": [35.84, 31.98]}' WHERE application_no = :'draft';
ROLLBACK TO before;
SELECT * FROM licence_home.zone_ruling('jams', 'POINT(35.84 31.98)', '2026-03-01');
ROLLBACK TO before;
UPDATE licence_home.application SET home = ST_GeomFromGeoJSON('{"type": "Point", "coordinates": [35.84, 31.98]}') WHERE application_no = :'draft' RETURNING ST_AsText(home);
ROLLBACK;
