-- Part of sms.sh: messages that are owed one by one, each in a transaction of
-- its own, at random moments for :seconds; when each was about to be committed
-- is in bench.owed.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.owed (message_id bigint, committed_at float8);

CREATE PROCEDURE bench.trickle(span interval) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz := clock_timestamp();
    person integer := 0;
    id bigint;
BEGIN
    WHILE clock_timestamp() < started + span LOOP
        PERFORM pg_sleep(-0.1 * ln(1 - random()));
        COMMIT;    -- so that the message's transaction begins now
        person := person + 1;
        INSERT INTO licence_home.sms_message_text (application_no, event_no, applicant_id, template, language, phone, body, parts)
        VALUES (licence_home.application_no_make(2026, person), 1, person, 'bench', 'ar', '0791234567',
            'رسوم الطلب A2026-00012345-7: 25.000 د.أ، الفاتورة B2026-00012345، حتى 30/4/2026. أمانة عمان.', 2)
        RETURNING message_id INTO id;
        INSERT INTO licence_home.sms_queue (message_id, applicant_id, turn, expires_at)
        VALUES (id, person, now(), now() + interval '1 day');
        INSERT INTO bench.owed VALUES (id, extract(epoch FROM clock_timestamp()));
        COMMIT;
    END LOOP;
END $$;

SET session_replication_role = replica;
CALL bench.trickle(:'span');
