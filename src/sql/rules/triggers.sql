-- ---------------------------------------------------------------------
-- Triggers that single rule tables have; what all have is in make_rule_table.sql.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.rule_reference() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_rule_reference'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.rule_reference() IS
'Deferred trigger of rule tables that name, or are named: a code is there on every day of the rule that names it.';
CALL licence_home_internal.make_function('licence_home_internal.rule_reference()');

CREATE FUNCTION licence_home_internal.fee_completeness() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_fee_completeness'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.fee_completeness() IS
'Deferred trigger of profession, fee_schedule and fee_rule: every profession has its fee in every schedule.';
CALL licence_home_internal.make_function('licence_home_internal.fee_completeness()');

CREATE FUNCTION licence_home_internal.workflow_publication() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_workflow_publication'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.workflow_publication() IS
'Trigger of workflow: a version with a defect that check_workflow() names is not published.';
CALL licence_home_internal.make_function('licence_home_internal.workflow_publication()');

-- Without a row of its own nothing that is decided on paper is ever proven; what
-- an inspector looks for may be given up.
CREATE CONSTRAINT TRIGGER rule_coverage_on_paper AFTER INSERT OR UPDATE ON licence_home.criterion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.stage IN ('A', 'E'))
    EXECUTE FUNCTION licence_home_internal.rule_coverage('gapless', 'criterion', 'category');
CREATE CONSTRAINT TRIGGER rule_coverage_ended AFTER UPDATE ON licence_home.criterion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.stage IN ('A', 'E') AND NEW.valid IS DISTINCT FROM OLD.valid AND NOT licence_home_internal.in_owner_scope())
    EXECUTE FUNCTION licence_home_internal.rule_coverage('ended', 'criterion', 'category');

-- BEFORE triggers fire by name: rule_trigger has looked at the row already.
CREATE TRIGGER workflow_publication BEFORE UPDATE ON licence_home.workflow
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.workflow_publication();

CREATE CONSTRAINT TRIGGER fee_completeness AFTER INSERT OR UPDATE ON licence_home.profession
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.fee_completeness('code');
CREATE CONSTRAINT TRIGGER fee_completeness AFTER INSERT OR UPDATE ON licence_home.fee_schedule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.fee_completeness('schedule');
CREATE CONSTRAINT TRIGGER fee_completeness AFTER INSERT OR UPDATE ON licence_home.fee_rule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.fee_completeness('schedule');

-- What a sentence or a price needs of another table.  A zoning map is checked as
-- a whole where it is imported, so the zones themselves ask only when a class
-- goes.
CREATE CONSTRAINT TRIGGER rule_reference_profession AFTER INSERT OR UPDATE ON licence_home.profession
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'profession', 'category', 'profession_category', 'category');
CREATE CONSTRAINT TRIGGER rule_reference_profession AFTER UPDATE ON licence_home.profession_category
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'profession', 'category', 'profession_category', 'category');
CREATE CONSTRAINT TRIGGER rule_reference_profession_authority AFTER INSERT OR UPDATE ON licence_home.profession_authority
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'profession_authority', 'authority', 'authority', 'authority');
CREATE CONSTRAINT TRIGGER rule_reference_profession_authority AFTER UPDATE ON licence_home.authority
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'profession_authority', 'authority', 'authority', 'authority');
CREATE CONSTRAINT TRIGGER rule_reference_document_rule AFTER INSERT OR UPDATE ON licence_home.document_rule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'document_rule', 'document_type', 'document_type', 'document_type');
CREATE CONSTRAINT TRIGGER rule_reference_document_rule AFTER UPDATE ON licence_home.document_type
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'document_rule', 'document_type', 'document_type', 'document_type');
CREATE CONSTRAINT TRIGGER rule_reference_zone_ruling AFTER INSERT OR UPDATE ON licence_home.zone_ruling
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'zone_ruling', 'class', 'zone_class', 'class');
CREATE CONSTRAINT TRIGGER rule_reference_zone_ruling AFTER UPDATE ON licence_home.zone_class
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'zone_ruling', 'class', 'zone_class', 'class');
CREATE CONSTRAINT TRIGGER rule_reference_zone AFTER UPDATE ON licence_home.zone_class
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_reference(
        'zone', 'class', 'zone_class', 'class');
