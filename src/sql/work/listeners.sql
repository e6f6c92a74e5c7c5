-- ---------------------------------------------------------------------
-- For programs that follow the events of cases (src/workflow/listeners.c).
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.event_horizon() RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_event_horizon' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION licence_home.event_horizon() IS
'The number up to which every event of a case is there: no transaction can commit an older one any more. Call it in a statement of its own, then read event_report up to it; events_after() does both. 25001 in a transaction that keeps one snapshot.';
CALL licence_home_internal.make_function('licence_home.event_horizon()', 'clerk, committee, director, analyst');

CREATE FUNCTION licence_home.events_after(event_no bigint, at_most integer DEFAULT 1000)
    RETURNS TABLE (event_no bigint, application_no licence_home.application_no, case_event integer, action text,
        from_state text, to_state text, at timestamptz)
    AS 'MODULE_PATHNAME', 'licence_home_events_after' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.events_after(bigint, integer) IS
'The next events of cases after the one with that number, in their order, at most so many: rows of event_report. None that is older can come later. So a program that remembers the last number that it has read misses nothing and meets nothing twice, at any isolation level. Ask again after a while; licence_home.notify can say when.';
CALL licence_home_internal.make_function('licence_home.events_after(bigint, integer)', 'clerk, committee, director, analyst');
