-- Where a fact is corrected, what follows from it follows: on the case, in its
-- events and in the register; and the self-audit compares them.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
SET jit = off;
\pset format unaligned
\pset tuples_only on
BEGIN;

\echo == a home moved, while the application is put right: district and zone class
SELECT story.new_case('knitting', 'en') AS no \gset
CALL story.step('portal', :'no', 'submit');
SELECT district, zone_class, judged_on FROM licence_home.application WHERE application_no = :'no';
CALL story.act('clerk', :'no',
    $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'home'), ($1, 'built_on'), ($1, 'work_area_m2')$$);
SET licence_home.clock = '2026-03-02 10:00+03';
CALL story.step('clerk', :'no', 'return_documents');
-- out of the city, then to another district: an amendment and nothing else
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET home = ST_SetSRID(ST_MakePoint(35.60, 31.90), 4326) WHERE application_no = $1$$);
SELECT district, zone_class FROM licence_home.application WHERE application_no = :'no';
SELECT story.outcome('portal', :'no', 'resubmit');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET home = ST_SetSRID(ST_MakePoint(35.9347, 31.9158), 4326) WHERE application_no = $1$$);
SELECT district, zone_class, judged_on FROM licence_home.application WHERE application_no = :'no';
SELECT c.key, c.value ->> 'old' IS NOT NULL AS old, CASE c.key WHEN 'home' THEN NULL ELSE c.value ->> 'new' END AS new
FROM licence_home.application_event AS e CROSS JOIN LATERAL jsonb_each(e.changes) AS c
WHERE e.application_no = :'no' AND e.case_event = 4 ORDER BY c.key;
-- by ST_Transform of the same place nothing moves
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET home = home WHERE application_no = $1$$);
SELECT events FROM licence_home.application WHERE application_no = :'no';
-- nobody writes them
SELECT code, said FROM story.attempt('portal', :'no', $$UPDATE licence_home.application SET district = 1 WHERE application_no = $1$$);

\echo == the building date: the documents that are asked for
SELECT string_agg(document_type, ' ' ORDER BY document_type) FROM licence_home.required_documents(:'no');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET built_on = '1966-05-01', work_area_m2 = 14.75 WHERE application_no = $1$$);
SELECT string_agg(document_type, ' ' ORDER BY document_type) FROM licence_home.required_documents(:'no');
SELECT story.outcome('portal', :'no', 'resubmit');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, attachment_locator) VALUES ($1, 'assessment_certificate', 'store/1966')$$);
SELECT story.outcome('portal', :'no', 'resubmit');

\echo == to the licence, its bill and what the register says
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
CALL story.step('inspector', :'no', 'refer_to_committee');
CALL story.decide(:'no');
CALL story.step('committee', :'no', 'approve');
SELECT area_m2 FROM licence_home.invoice WHERE application_no = :'no';
SELECT story.pay(:'no');
SELECT licence_no AS licence FROM licence_home.licence WHERE application_no = :'no' \gset
SELECT valid, profession, district, district_en FROM licence_home.verify_licence(:'licence');
SELECT * FROM licence_home.unproven_licences() WHERE application_no = :'no';

\echo == the map of the day corrected: at the next step that proves the place, or at the issue
SELECT story.new_case_in('documents_deficient', 'knitting', 'en') AS back \gset
SELECT story.new_case_in('fee_due', 'knitting', 'en') AS to_pay \gset
SELECT story.new_case_in('issued', 'knitting', 'en') AS before \gset
SELECT application_no = :'back' AS back, district FROM licence_home.application WHERE application_no IN (:'back', :'to_pay') ORDER BY 1;
UPDATE licence_home.district SET withdrawn_at = licence_home.now() WHERE district IN (14, 17);
INSERT INTO licence_home.district (district, name_ar, name_en, geom, valid, source, certainty)
SELECT 14, max(name_ar) FILTER (WHERE district = 14), max(name_en) FILTER (WHERE district = 14),
    ST_Multi(ST_Union(geom)), '[2012-01-01,)', 'test: the border was drawn wrong', 'likely'
FROM licence_home.district WHERE district IN (14, 17);
SET CONSTRAINTS ALL IMMEDIATE;
CALL story.act('portal', :'back', $$INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, 'title_deed', '2012/2')$$);
CALL story.step('portal', :'back', 'resubmit');
SELECT story.pay(:'to_pay');
SELECT application_no = :'back' AS back, state, district FROM licence_home.application WHERE application_no IN (:'back', :'to_pay') ORDER BY 1;
SELECT * FROM licence_home.unproven_licences() WHERE application_no = :'to_pay';
-- a licence issued before is listed: the register still says the former district
SELECT defect, about, required, observed FROM licence_home.unproven_licences() WHERE application_no IN (:'no', :'before');
ROLLBACK;

BEGIN;
\echo == the profession, where the municipality lets it be corrected: authorities, criteria and fee
INSERT INTO licence_home.application_field (field, name_ar, name_en, valid, source, certainty)
    VALUES ('profession', 'المهنة', 'profession', '[2026-01-01,)', 'test', 'likely');
SELECT story.new_case_in('submitted', 'knitting', 'en') AS no \gset
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'profession')$$);
CALL story.step('clerk', :'no', 'return_documents');
SELECT authority FROM licence_home_internal.case_authorities(:'no');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET profession = 'home_baking' WHERE application_no = $1$$);
SELECT authority FROM licence_home_internal.case_authorities(:'no');
SELECT observed FROM licence_home.eligibility(:'no') WHERE criterion IN ('profession', 'external_approval') ORDER BY criterion;
-- what a step asked for before the profession was corrected (in a workflow
-- that goes back so far): it ends, and comes again when the profession does
SET LOCAL session_replication_role = replica;
INSERT INTO licence_home.approval_requirement (application_no, authority, basis, recorded_by)
    VALUES (:'no', 'jfda', 'profession', 'a step');
SET LOCAL session_replication_role = origin;
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET profession = 'guest_house' WHERE application_no = $1$$);
SELECT authority, basis, ended_at_event FROM licence_home.approval_requirement WHERE application_no = :'no' ORDER BY approval_requirement_id;
SELECT authority FROM licence_home_internal.case_authorities(:'no');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET profession = 'home_baking' WHERE application_no = $1$$);
SELECT authority, basis, ended_at_event FROM licence_home.approval_requirement WHERE application_no = :'no' ORDER BY approval_requirement_id;
-- such rows are the rules' own
SELECT story.new_case_in('committee_review') AS no \gset
SELECT code, said FROM story.attempt('committee', :'no',
    $$INSERT INTO licence_home.approval_requirement (application_no, authority, basis) VALUES ($1, 'social_development', 'profession')$$);
SELECT code, said FROM story.attempt('committee', :'no',
    $$INSERT INTO licence_home.approval_requirement (application_no, authority) VALUES ($1, 'social_development')$$);

\echo == every stored value that is derived is compared by the self-audit
SELECT story.new_case_in('issued', 'home_baking', 'en') AS no \gset
CREATE FUNCTION pg_temp.listed(no licence_home.application_no, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    found text[];
BEGIN
    BEGIN
        SET LOCAL session_replication_role = replica;
        EXECUTE statement USING no;
        SET LOCAL session_replication_role = origin;
        found := ARRAY(SELECT format('%s %s: required %s, observed %s', u.defect, u.about, coalesce(u.required, 'none'), coalesce(u.observed, 'none'))
            FROM licence_home.unproven_licences() AS u WHERE u.application_no = no AND u.defect IN ('derived', 'validity', 'invoice'));
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        NULL;
    END;
    RETURN QUERY SELECT unnest(found);
END $$;
SELECT pg_temp.listed(:'no', 'UPDATE licence_home.application SET district = 1 WHERE application_no = $1');
SELECT pg_temp.listed(:'no', $$UPDATE licence_home.application SET zone_class = 'residential_d' WHERE application_no = $1$$);
SELECT pg_temp.listed(:'no', $$UPDATE licence_home.application SET edition = '2012' WHERE application_no = $1$$);
SELECT pg_temp.listed(:'no', $$UPDATE licence_home.application SET submitted_at = submitted_at + interval '1 day' WHERE application_no = $1$$);
SELECT pg_temp.listed(:'no', $$UPDATE licence_home.application SET state_since = state_since - interval '1 day' WHERE application_no = $1$$);
SELECT pg_temp.listed(:'no', $$UPDATE licence_home.application SET home = ST_SetSRID(ST_MakePoint(35.9347, 31.9158), 4326) WHERE application_no = $1$$);
SELECT pg_temp.listed(:'no', $$UPDATE licence_home.invoice SET priced_on = priced_on - 1 WHERE application_no = $1$$);
SELECT pg_temp.listed(:'no', $$UPDATE licence_home.approval_requirement SET authority = 'tourism' WHERE application_no = $1$$);
SELECT pg_temp.listed(:'no', 'SELECT');

\echo == a review that a step relied on may be made anew once the application has changed
SELECT story.new_case_in('submitted') AS no \gset
CALL story.review_documents(:'no');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'parcel')$$);
CALL story.step('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET parcel = 'another' WHERE application_no = $1$$);
CALL story.step('portal', :'no', 'resubmit');
SELECT code, said FROM story.attempt('clerk', :'no',
    $$UPDATE licence_home.document SET review = 'incorrect' WHERE application_no = $1 AND document_type = 'title_deed'$$);
ROLLBACK;

\echo == an earlier application of the same person, that has ended
BEGIN;
CREATE FUNCTION pg_temp.following(like_no licence_home.application_no, earlier licence_home.application_no) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
    code text;
    col text;
BEGIN
    PERFORM story.become('portal', like_no);
    BEGIN
        INSERT INTO licence_home.application (applicant_id, profession, previous_application)
        SELECT a.applicant_id, 'knitting', earlier FROM licence_home.application AS a WHERE a.application_no = like_no;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, col = COLUMN_NAME;
        said := replace(said, earlier::text, '{earlier}');
    END;
    PERFORM story.become();
    RETURN coalesce(code || ' ' || said || ' (' || col || ')', 'inserted');
END $$;
SELECT story.new_case_in('withdrawn') AS gone \gset
SELECT story.new_case_in('withdrawn') AS others \gset
SELECT story.new_case_in('submitted') AS open \gset
SELECT story.new_case_in('issued') AS issued \gset
SELECT story.new_case() AS dropped \gset
CALL story.step('portal', :'dropped', 'withdraw');
SELECT pg_temp.following(:'gone', :'gone');
SELECT pg_temp.following(:'issued', :'issued');
SELECT pg_temp.following(:'dropped', :'dropped');
SELECT pg_temp.following(:'gone', :'others');
SELECT pg_temp.following(:'gone', licence_home.application_no_make(2025, 99999998));
SELECT pg_temp.following(:'open', :'open');
-- a draft is corrected likewise; a later one, and itself, are no earlier one
SELECT story.new_case() AS no \gset
SET LOCAL licence_home.clock = '2026-03-02 10:00+03';
SELECT story.become('portal', :'no');
INSERT INTO licence_home.application (applicant_id, profession) SELECT applicant_id, 'knitting' FROM licence_home.application WHERE application_no = :'no'
    RETURNING application_no AS later \gset
SELECT story.become();
CALL story.step('portal', :'later', 'withdraw');
SELECT code, replace(said, :'later', '{later}') FROM story.attempt('portal', :'no', format('UPDATE licence_home.application SET previous_application = %L WHERE application_no = $1', :'later'));
SELECT code, replace(said, :'no', '{itself}') FROM story.attempt('portal', :'no', 'UPDATE licence_home.application SET previous_application = application_no WHERE application_no = $1');
SELECT code, replace(said, :'others', '{others}') FROM story.attempt('portal', :'no', format('UPDATE licence_home.application SET previous_application = %L WHERE application_no = $1', :'others'));
SELECT code, said FROM story.attempt('portal', :'no', 'UPDATE licence_home.application SET previous_application = NULL WHERE application_no = $1');
ROLLBACK;
RESET licence_home.clock;
