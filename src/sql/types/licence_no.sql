-- ---------------------------------------------------------------------
-- licence_no: the number of a licence.
-- ---------------------------------------------------------------------

-- Passed, aligned and sent like bigint, which it is inside.
CREATE TYPE licence_home.licence_no;

CREATE FUNCTION licence_home.licence_no_in(cstring) RETURNS licence_home.licence_no
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_out(licence_home.licence_no) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_recv(internal) RETURNS licence_home.licence_no
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_send(licence_home.licence_no) RETURNS bytea
    AS 'MODULE_PATHNAME', 'number_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE licence_home.licence_no (
    INPUT = licence_home.licence_no_in,
    OUTPUT = licence_home.licence_no_out,
    RECEIVE = licence_home.licence_no_recv,
    SEND = licence_home.licence_no_send,
    LIKE = bigint
);
COMMENT ON TYPE licence_home.licence_no IS
'The number of a licence: L, year, serial and check digit, as in L2026-00012345-9. Sorts by year, then serial. Read like application_no; no number is valid as both.';

CREATE FUNCTION licence_home.licence_no_make(year integer, serial bigint) RETURNS licence_home.licence_no
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.licence_no_make(integer, bigint) IS
'The licence number of a year (2000 to 9999) and a serial (1 to 99999999), with its check digit; 22003 outside.';
CALL licence_home_internal.make_function('licence_home.licence_no_make(integer, bigint)', 'PUBLIC');

-- Comparison and hashing are those of bigint.

CREATE FUNCTION licence_home.licence_no_lt(licence_home.licence_no, licence_home.licence_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_lt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_le(licence_home.licence_no, licence_home.licence_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_le' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_eq(licence_home.licence_no, licence_home.licence_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_eq' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_ne(licence_home.licence_no, licence_home.licence_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_ne' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_ge(licence_home.licence_no, licence_home.licence_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_ge' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_gt(licence_home.licence_no, licence_home.licence_no) RETURNS boolean
    AS 'MODULE_PATHNAME', 'number_gt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_cmp(licence_home.licence_no, licence_home.licence_no) RETURNS integer
    AS 'MODULE_PATHNAME', 'number_cmp' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_sortsupport(internal) RETURNS void
    AS 'MODULE_PATHNAME', 'number_sortsupport' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_hash(licence_home.licence_no) RETURNS integer
    AS 'MODULE_PATHNAME', 'number_hash' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_hash_extended(licence_home.licence_no, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'number_hash_extended' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE OPERATOR pg_catalog.< (
    LEFTARG = licence_home.licence_no, RIGHTARG = licence_home.licence_no,
    FUNCTION = licence_home.licence_no_lt,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

CREATE OPERATOR pg_catalog.<= (
    LEFTARG = licence_home.licence_no, RIGHTARG = licence_home.licence_no,
    FUNCTION = licence_home.licence_no_le,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

CREATE OPERATOR pg_catalog.= (
    LEFTARG = licence_home.licence_no, RIGHTARG = licence_home.licence_no,
    FUNCTION = licence_home.licence_no_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel,
    HASHES, MERGES
);

CREATE OPERATOR pg_catalog.<> (
    LEFTARG = licence_home.licence_no, RIGHTARG = licence_home.licence_no,
    FUNCTION = licence_home.licence_no_ne,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);

CREATE OPERATOR pg_catalog.>= (
    LEFTARG = licence_home.licence_no, RIGHTARG = licence_home.licence_no,
    FUNCTION = licence_home.licence_no_ge,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR pg_catalog.> (
    LEFTARG = licence_home.licence_no, RIGHTARG = licence_home.licence_no,
    FUNCTION = licence_home.licence_no_gt,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

CREATE OPERATOR CLASS licence_home.licence_no_ops
    DEFAULT FOR TYPE licence_home.licence_no USING btree AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 licence_home.licence_no_cmp(licence_home.licence_no, licence_home.licence_no),
    FUNCTION 2 licence_home.licence_no_sortsupport(internal),
    FUNCTION 4 btequalimage(oid);

CREATE OPERATOR CLASS licence_home.licence_no_ops
    DEFAULT FOR TYPE licence_home.licence_no USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 licence_home.licence_no_hash(licence_home.licence_no),
    FUNCTION 2 licence_home.licence_no_hash_extended(licence_home.licence_no, bigint);

CREATE FUNCTION licence_home.licence_no_smaller(licence_home.licence_no, licence_home.licence_no)
    RETURNS licence_home.licence_no
    AS 'MODULE_PATHNAME', 'number_smaller' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE FUNCTION licence_home.licence_no_larger(licence_home.licence_no, licence_home.licence_no)
    RETURNS licence_home.licence_no
    AS 'MODULE_PATHNAME', 'number_larger' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

CREATE AGGREGATE pg_catalog.min(licence_home.licence_no) (
    SFUNC = licence_home.licence_no_smaller, STYPE = licence_home.licence_no,
    COMBINEFUNC = licence_home.licence_no_smaller,
    SORTOP = OPERATOR(pg_catalog.<), PARALLEL = SAFE
);
COMMENT ON AGGREGATE pg_catalog.min(licence_home.licence_no) IS
'The first licence number: of the earliest year, the lowest serial.';

CREATE AGGREGATE pg_catalog.max(licence_home.licence_no) (
    SFUNC = licence_home.licence_no_larger, STYPE = licence_home.licence_no,
    COMBINEFUNC = licence_home.licence_no_larger,
    SORTOP = OPERATOR(pg_catalog.>), PARALLEL = SAFE
);
COMMENT ON AGGREGATE pg_catalog.max(licence_home.licence_no) IS
'The last licence number: of the latest year, the highest serial.';
