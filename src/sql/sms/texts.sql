-- ---------------------------------------------------------------------
-- Texts of messages, checked when they are written (src/checks/template_trigger.c):
-- at once what can be seen from the row, at commit what depends on others.
-- Names and gateways that would make a text too long are refused too.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.sms_template_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_sms_template_trigger'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.sms_template_trigger() IS
'Trigger of sms_template: braces, placeholders, characters, links, direction and the shortest length of a new text.';
CALL licence_home_internal.make_function('licence_home_internal.sms_template_trigger()');

CREATE FUNCTION licence_home_internal.sms_template_coverage() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_sms_template_coverage'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.sms_template_coverage() IS
'Deferred trigger of sms_template: both languages for the same days, what published workflows owe, and the longest length.';
CALL licence_home_internal.make_function('licence_home_internal.sms_template_coverage()');

CREATE FUNCTION licence_home_internal.sms_names_fit() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_sms_names_fit'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.sms_names_fit() IS
'Trigger of the tables whose names stand in messages, and of sms_gateway: every text still fits into its parts.';
CALL licence_home_internal.make_function('licence_home_internal.sms_names_fit()');

CREATE TRIGGER sms_template_trigger BEFORE INSERT ON licence_home.sms_template
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.sms_template_trigger();
CREATE CONSTRAINT TRIGGER sms_template_coverage AFTER INSERT OR UPDATE ON licence_home.sms_template
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.sms_template_coverage();

CREATE TRIGGER sms_names_fit AFTER INSERT ON licence_home.criterion
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.sms_names_fit();
CREATE TRIGGER sms_names_fit AFTER INSERT ON licence_home.document_type
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.sms_names_fit();
CREATE TRIGGER sms_names_fit AFTER INSERT ON licence_home.application_field
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.sms_names_fit();
CREATE TRIGGER sms_names_fit AFTER INSERT ON licence_home.authority
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.sms_names_fit();
CREATE TRIGGER sms_names_fit AFTER INSERT ON licence_home.reason
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.sms_names_fit();
CREATE TRIGGER sms_names_fit AFTER INSERT ON licence_home.sms_gateway
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.sms_names_fit();
