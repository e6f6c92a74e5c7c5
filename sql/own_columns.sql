-- A column of one's own, in a table of the extension's, would cost all rows of
-- that table at the next restore: refused, and the way is named.
\set VERBOSITY default
ALTER TABLE licence_home.application ADD COLUMN archive_no text;
\set VERBOSITY terse
-- whatever would make a dumped row differ from the table that a restore makes
ALTER TABLE licence_home.application ADD archive_no text, ADD CHECK (archive_no <> '');
ALTER TABLE licence_home.document DROP COLUMN issued_on;
ALTER TABLE licence_home.document ALTER reference_no TYPE varchar(10);
ALTER TABLE licence_home.document ALTER review DROP NOT NULL;
ALTER TABLE licence_home.edition ALTER illustrative DROP EXPRESSION;
ALTER TABLE ONLY licence_home.payment ALTER payment_id DROP IDENTITY;
ALTER TABLE licence_home.payment RENAME COLUMN amount TO sum;
ALTER TABLE licence_home.payment RENAME TO payments;
ALTER TABLE licence_home.payment SET SCHEMA public;
ALTER TABLE IF EXISTS licence_home.payment ADD note text;
-- by the search path, too
BEGIN;
SET LOCAL search_path = licence_home, licence_home_internal, public;
ALTER TABLE payment ADD note text;
ROLLBACK;
-- what is found by its name keeps it
ALTER VIEW licence_home.sms_message RENAME TO messages;
ALTER SEQUENCE licence_home.sms_run_id_seq RENAME TO claims;
ALTER SEQUENCE licence_home.sms_run_id_seq SET SCHEMA public;
ALTER FUNCTION licence_home.today() RENAME TO this_day;
ALTER FUNCTION licence_home.today() SET SCHEMA public;
ALTER PROCEDURE licence_home.send_pending_sms(interval, boolean) RENAME TO send;
ALTER TYPE licence_home.phone_number RENAME TO telephone;
ALTER TYPE licence_home.phone_number SET SCHEMA public;
ALTER OPERATOR CLASS licence_home.phone_number_ops USING btree RENAME TO telephone_ops;
\set VERBOSITY default
ALTER SCHEMA licence_home RENAME TO licences;
\set VERBOSITY terse
ALTER EXTENSION licence_home SET SCHEMA public;
-- everything else goes on: what is one's own, and what a restore can do without
BEGIN;
CREATE SCHEMA city;
CREATE TABLE city.case_archive (
    application_no licence_home.application_no PRIMARY KEY REFERENCES licence_home.application,
    archive_no text);
ALTER TABLE city.case_archive ADD shelf integer, DROP COLUMN archive_no;
ALTER TABLE city.case_archive RENAME TO archive;
ALTER SCHEMA city RENAME TO town;
ALTER TABLE IF EXISTS nowhere ADD note text;
ALTER FUNCTION licence_home.today() COST 2;
ALTER SEQUENCE licence_home.sms_run_id_seq CACHE 1;
ALTER TABLE licence_home.sms_queue SET (fillfactor = 60);
CREATE INDEX own ON licence_home.application (village);
ALTER INDEX licence_home.own RENAME TO mine;
ALTER TABLE licence_home.application ADD CONSTRAINT own CHECK (floor <> 'roof'), ALTER floor SET STATISTICS 50;
ALTER TABLE licence_home.application RENAME CONSTRAINT own TO mine;
ALTER TABLE licence_home.application DROP CONSTRAINT mine;
ROLLBACK;
-- a member comes back as it was with the extension's own scripts alone
SELECT evtname, evtevent, evtenabled, evtowner = 10 AS by_superuser FROM pg_event_trigger WHERE evtname ~ 'licence_home';
