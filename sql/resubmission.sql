-- A resubmission must change what was found wrong: the same thing in another
-- spelling, the same paper once more, or the same place, is no change.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
BEGIN;

\echo == values that say the same, and values that do not
SELECT field, "before", "after", licence_home_internal.same_value(field, "before", "after") FROM (VALUES
    ('work_area_m2', '18', '18.0'), ('work_area_m2', '18', '18.01'), ('home_area_m2', NULL, '120'), ('people', '2', '02'),
    ('village', '142 اليادودة', '١٤٢  اليادوده'), ('village', '142 اليادودة', '142 يادودة'), ('village', '142 اليادودة', '143 اليادودة'),
    ('basin', '5 الحنو', E'5\u00A0الحنـــو'), ('parcel', '17', '۱۷'), ('parcel', '17', '1 7'), ('parcel', '17', '17/2'),
    ('building_no', '', '-'), ('unit', NULL, E'\u200B'), ('unit', NULL, '3'), ('floor', 'الأول', 'الاول'),
    ('address', 'شارع الجامعة، 7', 'شارع  الجامعه 7'), ('address', 'شارع الجامعة، 7', 'شارع الجامعة 8'),
    ('tenant', 'true', 'false'), ('built_on', '1995-06-01', '1995-06-01'), ('built_on', '1995-06-01', '1995-06-02'), ('profession', 'jams', 'pickles')
) AS v (field, "before", "after");
SELECT what, licence_home_internal.same_spot(a, b) FROM (VALUES
    ('80 cm', 'SRID=4326;POINT(35.84 31.98)'::geometry, 'SRID=4326;POINT(35.84 31.9800072)'::geometry),
    ('2 m', 'SRID=4326;POINT(35.84 31.98)', 'SRID=4326;POINT(35.84 31.980018)'),
    ('the other side of the boundary of two zones of UTM', 'SRID=4326;POINT(35.9999999 31.98)', 'SRID=4326;POINT(36.0000001 31.98)'),
    ('a footprint from another corner, with a corner more', 'SRID=4326;POLYGON((35.84 31.98,35.8401 31.98,35.8401 31.9801,35.84 31.9801,35.84 31.98))',
        'SRID=4326;POLYGON((35.8401 31.9801,35.84 31.9801,35.84 31.98,35.84005 31.98,35.8401 31.98,35.8401 31.9801))'),
    ('in parts', 'SRID=4326;POLYGON((35.84 31.98,35.8401 31.98,35.8401 31.9801,35.84 31.9801,35.84 31.98))',
        'SRID=4326;MULTIPOLYGON(((35.84 31.98,35.8401 31.98,35.8401 31.9801,35.84 31.9801,35.84 31.98)))'),
    ('a wing less', 'SRID=4326;POLYGON((35.84 31.98,35.8401 31.98,35.8401 31.9801,35.84 31.9801,35.84 31.98))',
        'SRID=4326;POLYGON((35.84 31.98,35.8401 31.98,35.8401 31.9801,35.84005 31.9801,35.84005 31.98005,35.84 31.9801,35.84 31.98))'),
    ('a place and its footprint', 'SRID=4326;POINT(35.84005 31.98005)',
        'SRID=4326;POLYGON((35.84 31.98,35.8401 31.98,35.8401 31.9801,35.84 31.9801,35.84 31.98))'),
    ('a curve and its chords', 'SRID=4326;CURVEPOLYGON(CIRCULARSTRING(35.84 31.98,35.8401 31.98,35.84 31.98))',
        ST_CurveToLine('SRID=4326;CURVEPOLYGON(CIRCULARSTRING(35.84 31.98,35.8401 31.98,35.84 31.98))'::geometry)),
    ('nothing, and a place', NULL, 'SRID=4326;POINT(35.84 31.98)'), ('nothing', NULL, NULL)
) AS v (what, a, b);

\echo == columns found wrong, each in another spelling: still unchanged
SELECT story.new_case_in('submitted', 'knitting', 'en') AS no \gset
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field)
    SELECT $1, unnest('{home,village,basin,parcel,work_area_m2,built_on}'::text[])$$);
SELECT field, found_value IS NOT NULL FROM licence_home.application_finding WHERE application_no = :'no' ORDER BY finding_id;
CALL story.step('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET home = ST_Translate(home, 0.000002, 0.000002), village = '١٤٢ اليادودة',
    basin = '5 الحنـو', parcel = parcel || ' ', work_area_m2 = 15.000, built_on = '1 June 1995' WHERE application_no = $1$$);
SELECT story.take('portal', :'no', 'resubmit');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET home = ST_Translate(home, 0.0001, 0), village = '143 جاوا', basin = '6',
    parcel = 'another', work_area_m2 = 15.5, built_on = '1995-06-02' WHERE application_no = $1$$);
SELECT story.outcome('portal', :'no', 'resubmit');

\echo == a home that is drawn with a curve can be found wrong too
SELECT story.new_case('knitting', 'en') AS no \gset
CALL story.act('portal', :'no', $$UPDATE licence_home.application
    SET home = 'SRID=4326;CURVEPOLYGON(CIRCULARSTRING(35.8445 31.9825,35.8446 31.9825,35.8445 31.9825))' WHERE application_no = $1$$);
CALL story.step('portal', :'no', 'submit');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'home'), ($1, 'people')$$);
CALL story.step('clerk', :'no', 'return_documents');
SELECT text_en FROM licence_home_internal.case_unchanged_findings(:'no');

\echo == documents: the same paper once more
SELECT story.new_case_in('submitted', 'knitting', 'en') AS no \gset
CALL story.review_documents(:'no', 'incorrect', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
CREATE PROCEDURE pg_temp.deed(no licence_home.application_no, reference text, issued date DEFAULT NULL, sha bytea DEFAULT NULL, locator text DEFAULT NULL, kind text DEFAULT NULL)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act('portal', no, format('INSERT INTO licence_home.document (application_no, document_type, reference_no, issued_on, attachment_sha256, attachment_locator, attachment_type)'
        ' VALUES ($1, ''title_deed'', %L, %L, %L, %L, %L)', reference, issued, sha, locator, kind));
END $$;
SELECT reference_no FROM licence_home.document WHERE application_no = :'no' AND document_type = 'title_deed' ORDER BY document_id DESC LIMIT 1;
CALL pg_temp.deed(:'no', '2012/1');
SELECT story.take('portal', :'no', 'resubmit');
CALL pg_temp.deed(:'no', E'٢٠١٢/1\u200E');
SELECT story.outcome('portal', :'no', 'resubmit');
CALL pg_temp.deed(:'no', '2012/1', NULL, sha256('a scan'), 'store/1', 'application/pdf');
SELECT story.outcome('portal', :'no', 'resubmit');
-- the scan is no better, and the same bytes come from another place
CALL story.review_documents(:'no', 'incorrect', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
CALL pg_temp.deed(:'no', '2012/1', NULL, sha256('a scan'), 'store/2', 'application/pdf');
SELECT story.outcome('portal', :'no', 'resubmit');
-- nor is it better to go back to what was found wrong first
CALL pg_temp.deed(:'no', '2012/1');
SELECT story.outcome('portal', :'no', 'resubmit');
CALL pg_temp.deed(:'no', '2012/1', '2012-05-01', sha256('a scan'), 'store/2', 'application/pdf');
SELECT story.outcome('portal', :'no', 'resubmit');
-- found missing by a row of the clerk's
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.document (application_no, document_type, review) VALUES ($1, 'owner_approval', 'missing')$$);
CALL story.step('clerk', :'no', 'return_documents');
SELECT story.take('portal', :'no', 'resubmit');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, attachment_locator) VALUES ($1, 'owner_approval', 'store/3')$$);
SELECT story.outcome('portal', :'no', 'resubmit');

\echo == what the clerk accepts after all is no obstacle
SELECT story.new_case_in('submitted', 'knitting', 'en') AS no \gset
CALL story.review_documents(:'no', 'incorrect', 'title_deed');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no, review) VALUES ($1, 'title_deed', '2012/1', 'accepted')$$);
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'people')$$);
CALL story.step('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET people = 2 WHERE application_no = $1$$);
SELECT story.outcome('portal', :'no', 'resubmit');

\echo == approvals likewise
SELECT story.new_case_in('approvals_deficient', NULL, 'en') AS no \gset
SELECT story.outcome('portal', :'no', 'resubmit_approvals');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, issued_on) VALUES ($1, 'jfda', 'f / 7', 'granted', '2026-02-20')$$);
SELECT story.take('portal', :'no', 'resubmit_approvals');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, issued_on) VALUES ($1, 'jfda', 'F/7', 'granted', '2026-02-21')$$);
SELECT story.outcome('portal', :'no', 'resubmit_approvals');

\echo == a finding of the inspector
SELECT story.new_case_in('inspection_scheduled', 'knitting', 'en') AS no \gset
CALL story.act('inspector', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'floor')$$);
CALL story.inspect(:'no', 'failed', '{nuisance}');
CALL story.step('inspector', :'no', 'require_correction');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET floor = ' - ' WHERE application_no = $1$$);
SELECT story.outcome('portal', :'no', 'report_correction');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET floor = '2' WHERE application_no = $1$$);
SELECT story.outcome('portal', :'no', 'report_correction');

\echo == what was amended before a recall is proved like what is resubmitted
SELECT story.new_case_in('submitted', 'knitting', 'en') AS no \gset
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'employees')$$);
CALL story.step('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET employees = 7 WHERE application_no = $1$$);
SELECT story.outcome('clerk', :'no', 'recall', 'a mistake of mine');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET employees = 0 WHERE application_no = $1$$);
SELECT story.outcome('clerk', :'no', 'recall', 'a mistake of mine');
ROLLBACK;
RESET licence_home.clock;
