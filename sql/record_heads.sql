-- What the record of a day is, without a key: t/055_record_heads.pl signs.
\set VERBOSITY default
\pset format unaligned
SELECT set_config('licence_home.clock', '2031-05-05 10:00+03', false) <> '' AS clock;
-- a case of this day
SELECT story.new_case_in('submitted') AS due \gset
SELECT licence_home.find_applicant('citizen', '9999999999');
SELECT ledger, count(*) > 0 AS lines, bool_and(line ~ '^[0-9A-Za-z_ -]+ [0-9a-f]{64}$') AS form
FROM licence_home.record_of('2031-05-05') AS r GROUP BY ledger ORDER BY ledger COLLATE "C";
-- the event's line has its hash
SELECT bool_and(EXISTS (SELECT FROM licence_home.record_of('2031-05-05') AS r
    WHERE r.ledger = 'events' AND r.line = format('%s %s %s %s', e.event_no, e.application_no, e.case_event, encode(e.hash, 'hex'))))
FROM licence_home.application_event AS e WHERE e.application_no = :'due';
-- fields are hashed as in the chain of events
SELECT licence_home_internal.record_hash('a', NULL, 'سلمى', '') = encode(sha256(convert_to('1:a-8:سلمى0:', 'UTF8')), 'hex') AS as_documented;
SELECT licence_home_internal.micros('2000-01-01 00:00:00.000001+00'), licence_home_internal.micros('1999-12-31 23:59:59.999999+00');
-- the day is Amman's
SELECT count(*) FROM licence_home.record_of('2031-05-04');
-- every ledger is there, also on a day without lines
SELECT ledger, row_count, digest = encode(sha256(''), 'hex') AS empty FROM licence_home_internal.record_digests('1999-01-01') ORDER BY ledger COLLATE "C";
-- no rule table is forgotten: those that have no line are drafts' or no rules'
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
  AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'certainty')
  AND c.oid NOT IN (SELECT l.relation FROM licence_home_internal.ledgers() AS l) ORDER BY c.relname COLLATE "C";
-- no key, no head
SELECT licence_home.record_head('2031-05-04');
SELECT licence_home.record_head('2031-05-05');
SELECT licence_home.record_head(NULL) IS NULL AS nothing;
SELECT * FROM licence_home.verify_record();
SELECT * FROM licence_home.verify_record('{"format": 1, "day": "2031-05-04", "ledgers": {}, "signature": "x"}');
-- who may
SET ROLE regress_clerk;
SELECT licence_home.record_head('2031-05-04');
SELECT * FROM licence_home.record_of('2031-05-05');
SELECT * FROM licence_home.verify_record();
SELECT count(*) FROM licence_home.record_head;
SET ROLE regress_sender;
BEGIN;
CALL licence_home.sign_record_heads();
ROLLBACK;
RESET ROLE;
INSERT INTO licence_home.record_head VALUES ('2031-05-04', '{}', decode(repeat('00', 64), 'hex'), 'x');
RESET licence_home.clock;
