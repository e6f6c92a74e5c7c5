-- ---------------------------------------------------------------------
-- national_no: a Jordanian national number.
-- ---------------------------------------------------------------------

-- Passed, aligned and sent like bigint, which it is inside.
CREATE TYPE licence_home.national_no;

CREATE FUNCTION licence_home.national_no_in(cstring) RETURNS licence_home.national_no
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_out(licence_home.national_no) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_recv(internal) RETURNS licence_home.national_no
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_send(licence_home.national_no) RETURNS bytea
    AS 'MODULE_PATHNAME', 'number_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE licence_home.national_no (
    INPUT = licence_home.national_no_in,
    OUTPUT = licence_home.national_no_out,
    RECEIVE = licence_home.national_no_recv,
    SEND = licence_home.national_no_send,
    LIKE = bigint
);
COMMENT ON TYPE licence_home.national_no IS
'A Jordanian national number: exactly ten digits, leading zeros included. No check digit is known, so none is enforced.';

-- Comparison and hashing are those of bigint.

CREATE FUNCTION licence_home.national_no_lt(licence_home.national_no, licence_home.national_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_lt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_le(licence_home.national_no, licence_home.national_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_le' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_eq(licence_home.national_no, licence_home.national_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_eq' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_ne(licence_home.national_no, licence_home.national_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_ne' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_ge(licence_home.national_no, licence_home.national_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_ge' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_gt(licence_home.national_no, licence_home.national_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_gt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_cmp(licence_home.national_no, licence_home.national_no) RETURNS integer
    AS 'MODULE_PATHNAME', 'number_cmp' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_sortsupport(internal) RETURNS void
    AS 'MODULE_PATHNAME', 'number_sortsupport' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_hash(licence_home.national_no) RETURNS integer
    AS 'MODULE_PATHNAME', 'number_hash' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.national_no_hash_extended(licence_home.national_no, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'number_hash_extended' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE OPERATOR pg_catalog.< (
    LEFTARG = licence_home.national_no, RIGHTARG = licence_home.national_no,
    FUNCTION = licence_home.national_no_lt,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

CREATE OPERATOR pg_catalog.<= (
    LEFTARG = licence_home.national_no, RIGHTARG = licence_home.national_no,
    FUNCTION = licence_home.national_no_le,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

CREATE OPERATOR pg_catalog.= (
    LEFTARG = licence_home.national_no, RIGHTARG = licence_home.national_no,
    FUNCTION = licence_home.national_no_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel,
    HASHES, MERGES
);

CREATE OPERATOR pg_catalog.<> (
    LEFTARG = licence_home.national_no, RIGHTARG = licence_home.national_no,
    FUNCTION = licence_home.national_no_ne,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);

CREATE OPERATOR pg_catalog.>= (
    LEFTARG = licence_home.national_no, RIGHTARG = licence_home.national_no,
    FUNCTION = licence_home.national_no_ge,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR pg_catalog.> (
    LEFTARG = licence_home.national_no, RIGHTARG = licence_home.national_no,
    FUNCTION = licence_home.national_no_gt,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

CREATE OPERATOR CLASS licence_home.national_no_ops
    DEFAULT FOR TYPE licence_home.national_no USING btree AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 licence_home.national_no_cmp(licence_home.national_no, licence_home.national_no),
    FUNCTION 2 licence_home.national_no_sortsupport(internal),
    FUNCTION 4 btequalimage(oid);

CREATE OPERATOR CLASS licence_home.national_no_ops
    DEFAULT FOR TYPE licence_home.national_no USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 licence_home.national_no_hash(licence_home.national_no),
    FUNCTION 2 licence_home.national_no_hash_extended(licence_home.national_no, bigint);
