-- ---------------------------------------------------------------------
-- applicant_proof: what act_for() takes.
--
-- Clients send the number of an applicant as any integer, as text, or without
-- a type; those with a token send text.  One type with implicit casts from all
-- of these serves them by one function: tools (PostGraphile) leave out a
-- function that there is twice.
-- ---------------------------------------------------------------------
CREATE TYPE licence_home.applicant_proof;

CREATE FUNCTION licence_home.applicant_proof_in(cstring) RETURNS licence_home.applicant_proof
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.applicant_proof_in(cstring) IS 'I/O';
CREATE FUNCTION licence_home.applicant_proof_out(licence_home.applicant_proof) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.applicant_proof_out(licence_home.applicant_proof) IS 'I/O';
CREATE FUNCTION licence_home.applicant_proof_recv(internal) RETURNS licence_home.applicant_proof
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.applicant_proof_recv(internal) IS 'I/O, binary';
CREATE FUNCTION licence_home.applicant_proof_send(licence_home.applicant_proof) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.applicant_proof_send(licence_home.applicant_proof) IS 'I/O, binary';

CREATE TYPE licence_home.applicant_proof (
    INPUT = licence_home.applicant_proof_in,
    OUTPUT = licence_home.applicant_proof_out,
    RECEIVE = licence_home.applicant_proof_recv,
    SEND = licence_home.applicant_proof_send,
    LIKE = text
);
COMMENT ON TYPE licence_home.applicant_proof IS
'An applicant''s number, or a token that proves it: what act_for() takes. Integers and text become one by themselves.';

CALL licence_home_internal.make_function('licence_home.applicant_proof_in(cstring)', 'PUBLIC');
CALL licence_home_internal.make_function('licence_home.applicant_proof_out(licence_home.applicant_proof)', 'PUBLIC');
CALL licence_home_internal.make_function('licence_home.applicant_proof_recv(internal)', 'PUBLIC');
CALL licence_home_internal.make_function('licence_home.applicant_proof_send(licence_home.applicant_proof)', 'PUBLIC');

DO $$
DECLARE
    source text;
BEGIN
    FOREACH source IN ARRAY ARRAY['pg_catalog.int8', 'pg_catalog.int4', 'pg_catalog.int2', 'pg_catalog.text', 'pg_catalog.varchar']
    LOOP
        EXECUTE pg_catalog.format('CREATE CAST (%s AS licence_home.applicant_proof) WITH INOUT AS IMPLICIT', source);
        EXECUTE pg_catalog.format('COMMENT ON CAST (%s AS licence_home.applicant_proof) IS %L', source,
            'So that act_for() takes what a client has.');
    END LOOP;
END $$;
