-- ---------------------------------------------------------------------
-- What the records of preconditions and effects (src/workflow) tell of them.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.names_with_trait(trait text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'licence_home_names_with_trait' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.names_with_trait(text) IS
'Internal: the names of the preconditions and effects that have a trait, such as accepts_documents or bills; src/workflow/traits.c lists the traits.';
CALL licence_home_internal.make_function('licence_home_internal.names_with_trait(text)', 'everyone');

CREATE FUNCTION licence_home_internal.is_precondition(name text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_is_precondition' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.is_precondition(text) IS
'Internal: whether the extension has a precondition of that name.';
CALL licence_home_internal.make_function('licence_home_internal.is_precondition(text)', 'everyone');
