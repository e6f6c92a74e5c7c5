-- Dropped and created anew in one session: the plans that were kept for the
-- former tables are gone with them, and every part answers again.
\set home :DBNAME
CREATE DATABASE regress_anew;
\connect regress_anew
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION licence_home CASCADE;
CREATE FUNCTION pg_temp.journey() RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    no text;
    person bigint;
    reached text;
BEGIN
    PERFORM set_config('licence_home.clock', '2026-03-01 10:00+03', false);
    PERFORM licence_home.load_rules('amman');
    SET CONSTRAINTS ALL IMMEDIATE;
    EXECUTE 'INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) '
        'VALUES (''citizen'', ''9871234511'', ''سلمى'', ''0791234511'') RETURNING applicant_id' INTO person;
    EXECUTE 'INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, '
        'built_on, employees, people, tenant) VALUES ($1, ''electronic_marketing'', ST_SetSRID(ST_MakePoint(35.84, 31.98), 4326), '
        '''142 اليادودة'', ''5 الحنو'', ''1'', 120, 15, ''1995-06-01'', 0, 1, false) RETURNING application_no' INTO no USING person;
    EXECUTE 'INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on) VALUES ($1::licence_home.application_no, ''title_deed'', ''2012/1'', NULL), '
        '($1::licence_home.application_no, ''occupancy_permit'', ''1995/2'', ''2030-12-31''), ($1::licence_home.application_no, ''construction_licence'', ''1994/3'', NULL)' USING no;
    EXECUTE 'SELECT licence_home.perform($1::licence_home.application_no, ''submit'')' INTO reached USING no;
    EXECUTE 'SELECT concat_ws('' '', $2, (SELECT count(*) FROM licence_home.eligibility($1::licence_home.application_no)), '
        '(SELECT count(*) FROM licence_home.next_actions($1::licence_home.application_no)), (SELECT count(*) FROM licence_home.verify_events()), '
        '(SELECT count(*) FROM licence_home.sms_message_text))' INTO reached USING no, reached;
    RETURN reached;
END $$;
SELECT pg_temp.journey() AS first \gset
\echo :first
DROP EXTENSION licence_home CASCADE;
CREATE EXTENSION licence_home;
SELECT pg_temp.journey() = :'first' AS the_same;
-- and within one transaction, called off
BEGIN;
DROP EXTENSION licence_home CASCADE;
CREATE EXTENSION licence_home;
SELECT pg_temp.journey() = :'first' AS the_same;
ROLLBACK;
SELECT count(*) FROM licence_home.application;
\connect :home
DROP DATABASE regress_anew;
