-- The rules applied to cases.  The cases are written as facts, without the
-- steps that would make them: session_replication_role silences the triggers.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
SET licence_home.clock = '2026-06-15 10:00+03';
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
SET LOCAL session_replication_role = replica;
SELECT ST_AsEWKT('SRID=4326;POINT(35.91 31.95)'::geometry) AS home \gset

INSERT INTO applicant (applicant_id, kind, identity_no, name_ar, phone, representative_name,
    representative_identity_no, representative_capacity)
OVERRIDING SYSTEM VALUE
VALUES (9001, 'citizen', '9000000001', 'أ', '0790000001', NULL, NULL, NULL),
       (9002, 'resident', '9000000002', 'ب', '0790000002', NULL, NULL, NULL),
       (9003, 'business', '900000003', 'ج', '0790000003', 'د', '9000000003', 'owner');

CREATE FUNCTION pg_temp.no(serial integer) RETURNS application_no
    LANGUAGE sql IMMUTABLE RETURN licence_home.application_no_make(2090, serial);
CREATE FUNCTION pg_temp.new_case(serial integer, applicant bigint, profession text, home geometry,
    state text DEFAULT 'submitted', work_area_m2 numeric DEFAULT 9) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO licence_home.application (application_no, applicant_id, profession, home, home_area_m2, work_area_m2,
        built_on, employees, people, children, tenant, state, workflow_version, edition, judged_on, submitted_at, events)
    SELECT pg_temp.no(serial), applicant, profession, home, 120, work_area_m2,
        '1985-01-01', 0, 1, NULL, false, state,
        CASE WHEN state <> 'draft' THEN 1 END, CASE WHEN state <> 'draft' THEN '2020' END,
        CASE WHEN state <> 'draft' THEN date '2026-06-01' END,
        CASE WHEN state <> 'draft' THEN timestamptz '2026-06-01 10:00+03' END,
        CASE WHEN state <> 'draft' THEN 3 ELSE 0 END
$$;
CREATE FUNCTION pg_temp.ruling(serial integer, criterion text) RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' | ', e.ruling, e.observed), ' || ')
    FROM licence_home_internal.case_eligibility(pg_temp.no(serial)) AS e
    WHERE e.criterion = ruling.criterion
$$;

-- a case of its own in an empty city
SELECT pg_temp.new_case(1, 9001, 'knitting', :'home');
SELECT criterion, stage, ruling, required, observed, message_en FROM case_eligibility(pg_temp.no(1));
SELECT count(*) AS rows_of_no_case FROM case_eligibility(pg_temp.no(99));
-- an empty draft: nothing is proven, nothing is an error
SELECT pg_temp.new_case(2, 9001, 'knitting', NULL, 'draft', NULL);
UPDATE application SET home_area_m2 = NULL, built_on = NULL, employees = NULL, people = NULL, tenant = NULL
 WHERE application_no = pg_temp.no(2);
SELECT string_agg(criterion, ', ' ORDER BY criterion) AS not_proven FROM case_eligibility(pg_temp.no(2)) WHERE ruling = 'not_proven';
DELETE FROM application WHERE application_no = pg_temp.no(2);

--
-- duplicate and home_total
--
SELECT pg_temp.new_case(10, 9001, 'knitting', ST_Project(:'home'::geography, 0.9, 1)::geometry, 'draft');
SELECT pg_temp.ruling(10, 'duplicate') AS other_open_case, pg_temp.ruling(10, 'home_total') AS together;
SELECT pg_temp.ruling(1, 'duplicate') AS the_other_is_a_draft, pg_temp.ruling(1, 'home_total') AS alone;
UPDATE application SET home = ST_Project(:'home'::geography, 1.1, 1)::geometry WHERE application_no = pg_temp.no(10);
SELECT pg_temp.ruling(10, 'duplicate') AS farther_than_a_metre;
UPDATE application SET home = :'home', profession = 'embroidery' WHERE application_no = pg_temp.no(10);
SELECT pg_temp.ruling(10, 'duplicate') AS another_profession, pg_temp.ruling(10, 'home_total') AS together;
UPDATE application SET applicant_id = 9002, profession = 'knitting', work_area_m2 = 9.5 WHERE application_no = pg_temp.no(10);
SELECT pg_temp.ruling(10, 'duplicate') AS another_person, pg_temp.ruling(10, 'home_total') AS over,
       (SELECT message_en FROM case_eligibility(pg_temp.no(10)) WHERE criterion = 'home_total');
UPDATE application SET applicant_id = 9001, floor = '2' WHERE application_no = pg_temp.no(10);
SELECT pg_temp.ruling(10, 'duplicate') AS floor_not_given_by_the_other;
UPDATE application SET floor = '3' WHERE application_no = pg_temp.no(1);
SELECT pg_temp.ruling(10, 'duplicate') AS another_floor, pg_temp.ruling(10, 'home_total') AS alone;
UPDATE application SET floor = NULL, village = '142 اليادودة', basin = '5 الحنو', parcel = '77' WHERE application_no IN (pg_temp.no(1), pg_temp.no(10));
UPDATE application SET home = ST_Project(:'home'::geography, 300, 1)::geometry WHERE application_no = pg_temp.no(10);
SELECT pg_temp.ruling(10, 'duplicate') AS same_parcel_other_point;
UPDATE application SET parcel = '78', home = :'home' WHERE application_no = pg_temp.no(10);
SELECT pg_temp.ruling(10, 'duplicate') AS same_point_other_parcel;
UPDATE application SET parcel = '77' WHERE application_no = pg_temp.no(10);
-- what has ended does not count, unless a licence came of it
UPDATE application SET state = 'withdrawn' WHERE application_no = pg_temp.no(1);
SELECT pg_temp.ruling(10, 'duplicate') AS withdrawn;
UPDATE application SET state = 'issued' WHERE application_no = pg_temp.no(1);
CREATE PROCEDURE pg_temp.licence(n integer, of_days daterange) LANGUAGE sql AS $$
WITH g (licence_no, application_no, days) AS MATERIALIZED (
    SELECT licence_no_make(2090, n), pg_temp.no(n), of_days
), l AS (
    INSERT INTO licence (licence_no, application_no) SELECT licence_no, application_no FROM g
), t AS (
    INSERT INTO licence_term (licence_no, term_no, starts, ends, since, months, run_months, application_no, case_event)
    SELECT licence_no, 1, lower(days), upper(days), lower(days), m, m, application_no, 1
    FROM g, extract(year FROM age(upper(days), lower(days))) AS y, extract(month FROM age(upper(days), lower(days))) AS n,
        LATERAL (SELECT (12 * y + n)::integer AS m) AS k
), v AS (
    INSERT INTO licence_version (licence_no, version_no, applicant_id, profession, district, judged_on, application_no, case_event)
    SELECT g.licence_no, 1, a.applicant_id, a.profession, a.district, coalesce(a.judged_on, lower(g.days)), application_no, 1
    FROM g JOIN application AS a USING (application_no)
)
INSERT INTO licence_standing (licence_no, standing_no, standing, application_no, case_event)
SELECT licence_no, 1, 'in_force', application_no, 1 FROM g;
$$;
CALL pg_temp.licence(1, '[2025-06-16,2026-06-16)');
SELECT pg_temp.ruling(10, 'duplicate') AS last_day_of_the_licence;
SET LOCAL licence_home.clock = '2026-06-16 00:00+03';
SELECT pg_temp.ruling(10, 'duplicate') AS it_can_be_renewed;
SET LOCAL licence_home.clock = '2027-07-01 00:00+03';
SELECT pg_temp.ruling(10, 'duplicate') AS licence_over;
SET LOCAL licence_home.clock = '2026-06-15 10:00+03';
UPDATE application SET state = 'nowhere' WHERE application_no = pg_temp.no(1);
DELETE FROM licence WHERE application_no = pg_temp.no(1);
SELECT pg_temp.ruling(10, 'duplicate') AS state_that_no_workflow_knows;
DELETE FROM application WHERE application_no IN (pg_temp.no(1), pg_temp.no(10));

--
-- nationality: a flag, off by default
--
SELECT pg_temp.new_case(20, 9001, 'soap_making', :'home'), pg_temp.new_case(21, 9002, 'soap_making', :'home'),
       pg_temp.new_case(22, 9003, 'soap_making', :'home');
SELECT pg_temp.ruling(n, 'nationality') FROM generate_series(20, 22) AS n;
UPDATE profession SET jordanians_only = true WHERE code = 'soap_making';
SELECT pg_temp.ruling(n, 'nationality') FROM generate_series(20, 22) AS n;
DELETE FROM application WHERE application_no IN (pg_temp.no(20), pg_temp.no(21), pg_temp.no(22));

--
-- documents: the latest of its kind counts, on the day that it is relied on
--
SELECT pg_temp.new_case(30, 9003, 'knitting', :'home');
UPDATE application SET tenant = true WHERE application_no = pg_temp.no(30);
INSERT INTO document (application_no, document_type, reference_no, attachment_locator, expires_on, issued_on, review, recorded_by, at_event)
VALUES (pg_temp.no(30), 'title_deed', '1', NULL, NULL, NULL, 'incorrect', 'x', 0),
       (pg_temp.no(30), 'title_deed', '2', NULL, NULL, NULL, 'accepted', 'x', 0),
       (pg_temp.no(30), 'occupancy_permit', '3', NULL, '2026-06-14', NULL, 'accepted', 'x', 0),
       (pg_temp.no(30), 'construction_licence', NULL, 'there', NULL, NULL, 'accepted', 'x', 0),
       (pg_temp.no(30), 'owner_approval', NULL, 'there', NULL, NULL, 'pending', 'x', 0);
SELECT document_type, has_reference, has_attachment, given, lacking FROM case_documents(pg_temp.no(30));
SELECT pg_temp.ruling(30, 'documents'), pg_temp.ruling(30, 'owner_approval');
UPDATE document SET review = 'missing' WHERE document_type = 'owner_approval' AND application_no = pg_temp.no(30);
SELECT pg_temp.ruling(30, 'owner_approval');
INSERT INTO document (application_no, document_type, reference_no, attachment_locator, expires_on, issued_on, review, recorded_by, at_event)
VALUES (pg_temp.no(30), 'occupancy_permit', '3', NULL, '2026-06-15', NULL, 'accepted', 'x', 0),
       (pg_temp.no(30), 'construction_licence', '4', NULL, NULL, '2026-06-16', 'accepted', 'x', 0),
       (pg_temp.no(30), 'authorisation', NULL, 'there', NULL, NULL, 'accepted', 'x', 0),
       (pg_temp.no(30), 'owner_approval', NULL, 'there', NULL, NULL, 'accepted', 'x', 0);
SELECT document_type, lacking FROM case_documents(pg_temp.no(30)) WHERE lacking IS NOT NULL;
UPDATE document SET issued_on = '2026-06-15' WHERE issued_on = '2026-06-16' AND application_no = pg_temp.no(30);
SELECT pg_temp.ruling(30, 'documents'), pg_temp.ruling(30, 'owner_approval');

--
-- outside approvals: by the profession, or because the decider asked
--
SELECT pg_temp.new_case(40, 9001, 'home_baking', ST_Project(:'home'::geography, 50, 1)::geometry);
SELECT pg_temp.ruling(40, 'external_approval'), pg_temp.ruling(30, 'external_approval') AS none_needed;
INSERT INTO approval_requirement (application_no, authority, recorded_by) VALUES (pg_temp.no(40), 'social_development', 'x');
INSERT INTO external_approval (application_no, authority, reference_no, answer, expires_on, review, recorded_by, at_event)
VALUES (pg_temp.no(40), 'jfda', 'J1', 'granted', '2026-06-15', 'accepted', 'x', 0),
       (pg_temp.no(40), 'social_development', 'S1', 'refused', NULL, 'pending', 'x', 0);
SELECT authority, given, lacking FROM case_approvals(pg_temp.no(40));
SELECT pg_temp.ruling(40, 'external_approval') AS not_read_yet;
UPDATE external_approval SET review = 'accepted' WHERE application_no = pg_temp.no(40);
SELECT pg_temp.ruling(40, 'external_approval') AS genuine, (SELECT message_en FROM case_eligibility(pg_temp.no(40)) WHERE criterion = 'external_approval');
INSERT INTO external_approval (application_no, authority, reference_no, answer, review, recorded_by, at_event)
VALUES (pg_temp.no(40), 'social_development', 'S2', 'granted', 'accepted', 'x', 0);
SELECT pg_temp.ruling(40, 'external_approval') AS granted_later;
SET LOCAL licence_home.clock = '2026-06-16 10:00+03';
SELECT pg_temp.ruling(40, 'external_approval') AS one_day_later;
SET LOCAL licence_home.clock = '2026-06-15 10:00+03';

--
-- the inspection: what failed counts until the case moves on, what passed stays
--
SELECT * FROM case_checklist(pg_temp.no(40)) WHERE criterion IN ('sale_and_display', 'enclosed_rooms', 'sign');
INSERT INTO inspection (inspection_id, application_no, scheduled_for, outcome, measured_home_area_m2, measured_work_area_m2, recorded_by, at_event, closed_at_event)
OVERRIDING SYSTEM VALUE VALUES (9001, pg_temp.no(40), '2026-06-10 10:00+03', 'failed', 100, 16, 'x', 2, 3);
INSERT INTO inspection_finding (inspection_id, criterion, ruling, recorded_by)
VALUES (9001, 'nuisance', 'met', 'x'), (9001, 'nuisance', 'not_met', 'x'), (9001, 'utilities', 'met', 'x');
SELECT pg_temp.ruling(40, 'nuisance'), pg_temp.ruling(40, 'utilities'), pg_temp.ruling(40, 'enclosed_rooms'), pg_temp.ruling(40, 'work_area');
UPDATE application SET events = 4 WHERE application_no = pg_temp.no(40);
SELECT pg_temp.ruling(40, 'nuisance') AS the_case_moved_on, pg_temp.ruling(40, 'utilities');
INSERT INTO inspection (inspection_id, application_no, scheduled_for, outcome, measured_home_area_m2, measured_work_area_m2, recorded_by, at_event, closed_at_event)
OVERRIDING SYSTEM VALUE VALUES (9002, pg_temp.no(40), '2026-06-12 10:00+03', 'no_access', NULL, NULL, 'x', 5, 6),
    (9003, pg_temp.no(40), '2026-06-14 10:00+03', 'passed', 100, 16, 'x', 5, 6);
INSERT INTO inspection_finding (inspection_id, criterion, ruling, recorded_by)
SELECT 9003, criterion, 'met', 'x' FROM case_checklist(pg_temp.no(40)) WHERE criterion <> 'utilities';
UPDATE application SET events = 8 WHERE application_no = pg_temp.no(40);
SELECT pg_temp.ruling(40, 'nuisance') AS passed, pg_temp.ruling(40, 'utilities') AS not_looked_at, pg_temp.ruling(40, 'work_area') AS measured;
UPDATE inspection SET outcome = 'not_correctable' WHERE inspection_id = 9003;
INSERT INTO inspection_finding (inspection_id, criterion, ruling, recorded_by) VALUES (9003, 'nuisance', 'not_met', 'x');
SELECT pg_temp.ruling(40, 'nuisance') AS not_correctable, pg_temp.ruling(40, 'work_area') AS declared;

--
-- an old case keeps its edition: signs, employees and the fee of its day
--
SELECT pg_temp.new_case(50, 9001, 'knitting', ST_Project(:'home'::geography, 100, 1)::geometry);
UPDATE application SET employees = 1, people = 2 WHERE application_no = pg_temp.no(50);
SELECT d.day,
       (SELECT e.ruling FROM case_eligibility(pg_temp.no(50)) AS e WHERE e.criterion = 'employees') AS employees
  FROM (SELECT date '2026-06-01' AS day) AS d;
UPDATE application SET judged_on = '2018-06-01', edition = '2017' WHERE application_no = pg_temp.no(50);
SELECT pg_temp.ruling(50, 'edition'), pg_temp.ruling(50, 'employees'), pg_temp.ruling(50, 'sign'),
       (SELECT sum(amount) FROM case_fee(pg_temp.no(50), 15)) AS fee;

--
-- several professions at one home: what exceeds the fee already paid, where a rule says so
--
SELECT pg_temp.new_case(60, 9001, 'knitting', ST_Project(:'home'::geography, 200, 1)::geometry, 'issued'),
       pg_temp.new_case(61, 9001, 'home_baking', ST_Project(:'home'::geography, 200, 1)::geometry),
       pg_temp.new_case(62, 9002, 'home_baking', ST_Project(:'home'::geography, 200, 1)::geometry);
CALL pg_temp.licence(60, '[2026-06-01,2027-06-01)');
INSERT INTO invoice (application_no, amount, priced_on, area_m2) VALUES (pg_temp.no(60), 20, '2026-06-01', 9);
SELECT line, item_en, amount FROM case_fee(pg_temp.no(61), 9);
UPDATE invoice SET amount = 50 WHERE application_no = pg_temp.no(60);
SELECT line, item_en, amount FROM case_fee(pg_temp.no(61), 9);
SELECT line, item_en, amount FROM case_fee(pg_temp.no(62), 9);
SELECT fee_total('home_baking', 9, '2026-06-15') AS without_a_case;
-- not from a licence that is over
SET LOCAL licence_home.clock = '2027-06-01 10:00+03';
SELECT line, item_en, amount FROM case_fee(pg_temp.no(61), 9);
SET LOCAL licence_home.clock = '2026-06-15 10:00+03';

--
-- adjustments for some applicants: by kind, and for a first licence
--
INSERT INTO fee_adjustment (adjustment, kind, share, applicant_kind, first_licence, item_ar, item_en, valid, source, certainty)
VALUES ('resident_fee', 'surcharge', 0.33333, 'resident', NULL, 'رسم المقيم', 'residents', '[2026-01-01,)', 'test', 'unknown'),
       ('newcomer', 'discount', 0.5, NULL, true, 'خصم', 'half off the first licence', '[2026-01-01,)', 'test', 'unknown'),
       ('newcomer', 'discount', 0.25, 'resident', true, 'خصم', 'a quarter off the first licence', '[2026-01-01,)', 'test', 'unknown');
SELECT pg_temp.new_case(63, 9003, 'jams', ST_Project(:'home'::geography, 250, 1)::geometry);
SELECT n, line, item_en, amount FROM unnest('{61,62,63}'::integer[]) AS n, LATERAL case_fee(pg_temp.no(n), 9) ORDER BY n, line;
-- nobody in particular asks: the conditions on applicants are left out
SELECT item, amount FROM fee('jams', 9, '2026-06-15');

-- what the public may know of a licence
SELECT * FROM licence_facts(licence_no_make(2090, 60)::text, today());
SELECT * FROM licence_facts(licence_no_make(2090, 61)::text, today());
SELECT valid, valid_until FROM licence_facts(NULL, today());
-- only the owner's functions may ask
SELECT count(*) AS open_to_the_public
  FROM pg_proc AS p
 WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND (p.proname LIKE 'case\_%' AND p.prosrc !~ 'case_no' OR p.proname = 'licence_facts')
   AND has_function_privilege('public', p.oid, 'EXECUTE') AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql');
ROLLBACK;
RESET licence_home.clock;
