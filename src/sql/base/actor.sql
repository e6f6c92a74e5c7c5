-- ---------------------------------------------------------------------
-- The person behind a statement (src/actor.c), whom each row of evidence names.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.actor() RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_actor' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION licence_home.actor() IS
'The person as events record it: the official of act_as(), the applicant of act_for(), or the login.';
CALL licence_home_internal.make_function('licence_home.actor()', 'everyone');

CREATE FUNCTION licence_home.acting_applicant() RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_acting_applicant' LANGUAGE C STABLE LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.acting_applicant() IS
'The applicant for whom this transaction acts, or null.';
CALL licence_home_internal.make_function('licence_home.acting_applicant()', 'everyone');
