-- What a step writes goes into its tables without an executor
-- (src/spi/row_writer.c). Everything that an INSERT would do is done, and what
-- somebody changes about a table counts from the next row on.
SET licence_home.clock = '2026-03-01 10:00+03';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
BEGIN;
CREATE SCHEMA probe;
GRANT USAGE ON SCHEMA probe TO PUBLIC;
CREATE TABLE probe.noted (said text);
-- a step of a case, and what came of it
CREATE PROCEDURE probe.step() LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no := story.new_case_in('draft');
BEGIN
    DELETE FROM probe.noted;
    CALL story.step('portal', no, 'submit');
    RAISE NOTICE '%', coalesce((SELECT string_agg(n.said, ', ') FROM probe.noted AS n), 'nothing noted');
EXCEPTION WHEN integrity_constraint_violation OR raise_exception THEN
    RAISE NOTICE '%', SQLERRM;
END $$;
CREATE FUNCTION probe.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO probe.noted
    VALUES (concat_ws(' ', TG_WHEN, TG_LEVEL, TG_TABLE_NAME, CASE WHEN TG_LEVEL = 'ROW' THEN NEW.state END));
    RETURN NEW;
END $$;
CALL probe.step();

\echo == triggers that somebody adds fire, before and after, for a row and for a statement
CREATE TRIGGER noted_1 BEFORE INSERT ON licence_home.case_deadline FOR EACH STATEMENT EXECUTE FUNCTION probe.note();
CREATE TRIGGER noted_2 BEFORE INSERT ON licence_home.case_deadline FOR EACH ROW EXECUTE FUNCTION probe.note();
CREATE TRIGGER noted_3 AFTER INSERT ON licence_home.case_deadline FOR EACH ROW EXECUTE FUNCTION probe.note();
CREATE TRIGGER noted_4 AFTER INSERT ON licence_home.case_deadline FOR EACH STATEMENT EXECUTE FUNCTION probe.note();
CALL probe.step();

\echo == ... with a condition, and not when they are off
DROP TRIGGER noted_1 ON licence_home.case_deadline;
ALTER TABLE licence_home.case_deadline DISABLE TRIGGER noted_2;
DROP TRIGGER noted_3 ON licence_home.case_deadline;
CREATE TRIGGER noted_3 AFTER INSERT ON licence_home.case_deadline FOR EACH ROW
    WHEN (NEW.working_days > 1000) EXECUTE FUNCTION probe.note();
CALL probe.step();

\echo == ... and with the rows of the statement, which a query alone collects
CREATE FUNCTION probe.count_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO probe.noted SELECT 'rows: ' || count(*) FROM made;
    RETURN NULL;
END $$;
CREATE TRIGGER noted_5 AFTER INSERT ON licence_home.case_deadline REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION probe.count_rows();
CALL probe.step();
DROP TRIGGER noted_5 ON licence_home.case_deadline;
DROP TRIGGER noted_4 ON licence_home.case_deadline;

\echo == a trigger changes the row
CREATE FUNCTION probe.change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    NEW.body := NEW.body || ' +';
    RETURN NEW;
END $$;
CREATE TRIGGER z_changed BEFORE INSERT ON licence_home.sms_message_text FOR EACH ROW EXECUTE FUNCTION probe.change();
CALL probe.step();
SELECT right(m.body, 1) FROM licence_home.sms_message_text AS m ORDER BY m.message_id DESC LIMIT 1;
DROP TRIGGER z_changed ON licence_home.sms_message_text;

\echo == a CHECK that somebody adds is kept, and one that calls a function follows it
CREATE FUNCTION probe.is_allowed(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 <> 'submitted' $$;
ALTER TABLE licence_home.case_deadline ADD CONSTRAINT allowed CHECK (probe.is_allowed(state)) NOT VALID;
CALL probe.step();
CREATE OR REPLACE FUNCTION probe.is_allowed(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true $$;
CALL probe.step();
ALTER TABLE licence_home.case_deadline DROP CONSTRAINT allowed;

\echo == a unique index that somebody adds is kept
SELECT max(d.deadline_no) AS last FROM licence_home.case_deadline AS d \gset
CREATE UNIQUE INDEX one_a_state ON licence_home.case_deadline ((state || cause)) WHERE deadline_no > :last;
CALL probe.step();
CALL probe.step();
DROP INDEX licence_home.one_a_state;

\echo == a trigger of an event moves another case, whose event is written meanwhile
CREATE TABLE probe.other AS SELECT story.new_case_in('submitted') AS no;
CREATE FUNCTION probe.move_other() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO probe.noted
    SELECT licence_home.perform(o.no, 'close', 'duplicate') FROM probe.other AS o WHERE NEW.application_no <> o.no;
    RETURN NEW;
END $$;
CREATE TRIGGER z_other BEFORE INSERT ON licence_home.application_event FOR EACH ROW
    WHEN (NEW.action = 'submit') EXECUTE FUNCTION probe.move_other();
CALL probe.step();
ROLLBACK;
