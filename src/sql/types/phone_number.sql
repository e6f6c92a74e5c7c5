-- ---------------------------------------------------------------------
-- phone_number: a Jordanian mobile number.
-- ---------------------------------------------------------------------

-- Passed, aligned and sent like bigint, which it is inside.
CREATE TYPE licence_home.phone_number;

CREATE FUNCTION licence_home.phone_number_in(cstring) RETURNS licence_home.phone_number
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_out(licence_home.phone_number) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_recv(internal) RETURNS licence_home.phone_number
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_send(licence_home.phone_number) RETURNS bytea
    AS 'MODULE_PATHNAME', 'number_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE licence_home.phone_number (
    INPUT = licence_home.phone_number_in,
    OUTPUT = licence_home.phone_number_out,
    RECEIVE = licence_home.phone_number_recv,
    SEND = licence_home.phone_number_send,
    LIKE = bigint
);
COMMENT ON TYPE licence_home.phone_number IS
'A Jordanian mobile number in E.164, as in +962791234567, however it was written: 0791234567, 00962 79 123 4567, in Arabic digits.';

-- Comparison and hashing are those of bigint.

CREATE FUNCTION licence_home.phone_number_lt(licence_home.phone_number, licence_home.phone_number) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_lt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_le(licence_home.phone_number, licence_home.phone_number) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_le' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_eq(licence_home.phone_number, licence_home.phone_number) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_eq' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_ne(licence_home.phone_number, licence_home.phone_number) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_ne' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_ge(licence_home.phone_number, licence_home.phone_number) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_ge' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_gt(licence_home.phone_number, licence_home.phone_number) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_gt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_cmp(licence_home.phone_number, licence_home.phone_number) RETURNS integer
    AS 'MODULE_PATHNAME', 'number_cmp' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_sortsupport(internal) RETURNS void
    AS 'MODULE_PATHNAME', 'number_sortsupport' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_hash(licence_home.phone_number) RETURNS integer
    AS 'MODULE_PATHNAME', 'number_hash' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.phone_number_hash_extended(licence_home.phone_number, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'number_hash_extended' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE OPERATOR pg_catalog.< (
    LEFTARG = licence_home.phone_number, RIGHTARG = licence_home.phone_number,
    FUNCTION = licence_home.phone_number_lt,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

CREATE OPERATOR pg_catalog.<= (
    LEFTARG = licence_home.phone_number, RIGHTARG = licence_home.phone_number,
    FUNCTION = licence_home.phone_number_le,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

CREATE OPERATOR pg_catalog.= (
    LEFTARG = licence_home.phone_number, RIGHTARG = licence_home.phone_number,
    FUNCTION = licence_home.phone_number_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel,
    HASHES, MERGES
);

CREATE OPERATOR pg_catalog.<> (
    LEFTARG = licence_home.phone_number, RIGHTARG = licence_home.phone_number,
    FUNCTION = licence_home.phone_number_ne,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);

CREATE OPERATOR pg_catalog.>= (
    LEFTARG = licence_home.phone_number, RIGHTARG = licence_home.phone_number,
    FUNCTION = licence_home.phone_number_ge,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR pg_catalog.> (
    LEFTARG = licence_home.phone_number, RIGHTARG = licence_home.phone_number,
    FUNCTION = licence_home.phone_number_gt,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

CREATE OPERATOR CLASS licence_home.phone_number_ops
    DEFAULT FOR TYPE licence_home.phone_number USING btree AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 licence_home.phone_number_cmp(licence_home.phone_number, licence_home.phone_number),
    FUNCTION 2 licence_home.phone_number_sortsupport(internal),
    FUNCTION 4 btequalimage(oid);

CREATE OPERATOR CLASS licence_home.phone_number_ops
    DEFAULT FOR TYPE licence_home.phone_number USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 licence_home.phone_number_hash(licence_home.phone_number),
    FUNCTION 2 licence_home.phone_number_hash_extended(licence_home.phone_number, bigint);
