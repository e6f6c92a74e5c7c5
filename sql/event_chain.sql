-- The chain of events: what it covers, and that values can be taken out of it
-- without breaking it.  SHA-256 is PostgreSQL's own here, not the extension's.
LOAD 'licence_home';
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
\pset format unaligned
\pset tuples_only on


SELECT story.new_case_in('submitted') AS no \gset
CALL story.step('clerk', :'no', 'close', 'duplicate');
SELECT story.new_case() AS other \gset

-- A field as it is hashed: length in bytes, colon, text; a null as "-".
CREATE FUNCTION pg_temp.field(value text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN coalesce(octet_length(convert_to(value, 'UTF8')) || ':' || value, '-');
CREATE FUNCTION pg_temp.moment(value timestamptz) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN trunc(extract(epoch FROM value - '2000-01-01 00:00+00') * 1000000)::bigint::text;
CREATE FUNCTION pg_temp.digest(e licence_home.application_event) RETURNS bytea LANGUAGE sql IMMUTABLE
    RETURN sha256(convert_to(pg_temp.field(encode(e.salt, 'hex')) || pg_temp.field(e.note) || pg_temp.field(e.changes::text), 'UTF8'));
CREATE FUNCTION pg_temp.hash(before bytea, e licence_home.application_event) RETURNS bytea LANGUAGE sql IMMUTABLE
    RETURN sha256(coalesce(before, '') || convert_to(
        pg_temp.field(e.format::text) || pg_temp.field(e.event_no::text) || pg_temp.field(e.application_no::text)
        || pg_temp.field(e.case_event::text) || pg_temp.field(e.action) || pg_temp.field(e.from_state) || pg_temp.field(e.to_state)
        || pg_temp.field(e.actor) || pg_temp.field(e.role) || pg_temp.field(e.session_role)
        || pg_temp.field(pg_temp.moment(e.at)) || pg_temp.field(pg_temp.moment(e.known_at))
        || pg_temp.field(encode(e.digest, 'hex')), 'UTF8'));

\echo == every hash and digest is what doc/design.md says
SELECT count(*) > 100 AS many, count(*) FILTER (WHERE e.digest IS NOT NULL) > 10 AS many_with_digest,
    count(*) FILTER (WHERE e.hash IS DISTINCT FROM pg_temp.hash(p.hash, e)) AS wrong_hash,
    count(*) FILTER (WHERE e.salt IS NOT NULL AND e.digest IS DISTINCT FROM pg_temp.digest(e)) AS wrong_digest
FROM licence_home.application_event AS e
LEFT JOIN licence_home.application_event AS p ON p.application_no = e.application_no AND p.case_event = e.case_event - 1;

\echo == an event has a salt where it has a note or changes, and only there
SELECT count(*) AS otherwise FROM licence_home.application_event AS e
WHERE (e.salt IS NOT NULL) <> (e.note IS NOT NULL OR e.changes IS NOT NULL) OR (e.digest IS NOT NULL) <> (e.salt IS NOT NULL);
SELECT count(*) - count(DISTINCT e.salt) AS used_twice FROM licence_home.application_event AS e WHERE e.salt IS NOT NULL;

\echo == each is known later than the one before it, though the clock stands still or goes back
SELECT count(*) AS not_later FROM licence_home.application_event AS e
JOIN licence_home.application_event AS p ON p.application_no = e.application_no AND p.case_event = e.case_event - 1
WHERE e.known_at <= p.known_at;
SELECT count(*) AS differing FROM licence_home.application AS a
JOIN licence_home.application_event AS e ON e.application_no = a.application_no AND e.case_event = a.events
WHERE a.known_at IS DISTINCT FROM e.known_at;
SELECT a.known_at FROM licence_home.application AS a WHERE a.application_no = :'other';

\echo == a superuser who alters a value, with triggers off, is found
CREATE FUNCTION pg_temp.altered(what text, no licence_home.application_no) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    found text[];
BEGIN
    BEGIN
        SET LOCAL session_replication_role = replica;
        EXECUTE 'UPDATE licence_home.application_event SET ' || what || ' WHERE application_no = $1 AND action = ''close''' USING no;
        SET LOCAL session_replication_role = origin;
        found := array(SELECT v.break FROM licence_home.verify_events(no) AS v ORDER BY 1);
        RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        NULL;
    END;
    RETURN QUERY SELECT what || ': ' || coalesce(nullif(array_to_string(found, '; '), ''), 'whole');
END $$;
SELECT pg_temp.altered('note = ''nothing of the kind''', :'no');
SELECT pg_temp.altered('actor = ''somebody else''', :'no');
SELECT pg_temp.altered('known_at = known_at - interval ''1 day''', :'no');
SELECT pg_temp.altered('digest = sha256(''x'')', :'no');
SELECT pg_temp.altered('digest = NULL, salt = NULL, note = NULL', :'no');

\echo == a value that is concealed leaves the chain whole, and nothing to find it by
SELECT pg_temp.altered('note = NULL, changes = NULL, salt = NULL', :'no');
\set VERBOSITY sqlstate
UPDATE licence_home.application_event SET salt = NULL WHERE application_no = :'no' AND action = 'close';
\set VERBOSITY default
