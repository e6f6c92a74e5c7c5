-- ---------------------------------------------------------------------
-- Triggers of the rule tables (src/rules/rule_guard.c, rule_coverage.c).
--
-- rule_guard keeps a published row as it was; its arguments say in which
-- table each code must be found.  rule_coverage, at the end of the
-- transaction, refuses rules that overlap or leave a gap; its arguments are
-- explained in the source.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.rule_guard() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_rule_guard'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.rule_guard() IS
'Trigger of every rule table: a published rule is closed or withdrawn, never edited or deleted.';

CREATE FUNCTION licence_home_internal.rule_coverage() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_rule_coverage'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.rule_coverage() IS
'Deferred trigger of the rule tables: rules of one key do not overlap, and leave no gap where none may be.';

CREATE FUNCTION licence_home_internal.rule_reference() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_rule_reference'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.rule_reference() IS
'Deferred trigger of rule tables that name, or are named: a code is there on every day of the rule that names it.';

CREATE FUNCTION licence_home_internal.fee_completeness() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_fee_completeness'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.fee_completeness() IS
'Deferred trigger of profession, fee_schedule and fee_rule: every profession has its fee in every schedule.';

CREATE FUNCTION licence_home_internal.workflow_publication() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_workflow_publication'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.workflow_publication() IS
'Trigger of workflow: a version with a defect that check_workflow() names is not published.';

CREATE FUNCTION licence_home_internal.workflow_rows_guard() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_workflow_rows_guard'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.workflow_rows_guard() IS
'Trigger of the tables of a workflow''s rows: those of a published version stay as they are.';

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.district
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.district
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.district
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'district');
CREATE CONSTRAINT TRIGGER rule_coverage_some AFTER UPDATE ON licence_home.district
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION licence_home_internal.rule_coverage('some');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.zone_class
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.zone_class
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.zone_class
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'class');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.zone_class_spelling
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard('class', 'zone_class.class');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.zone_class_spelling
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.zone_class_spelling
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'key');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.zone
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard('class', 'zone_class.class');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.zone
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
-- Zones may share ground and days: the map is surveyed, and an edge is a
-- matter for an officer (edition.edge_tolerance_m).

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.profession_category
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.profession_category
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.profession_category
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'category');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.profession
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard('category', 'profession_category.category');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.profession
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.profession
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'code');
CREATE CONSTRAINT TRIGGER rule_coverage_some AFTER UPDATE ON licence_home.profession
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION licence_home_internal.rule_coverage('some');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.zone_ruling
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard(
        'profession', 'profession.code',
        'category', 'profession_category.category',
        'class', 'zone_class.class');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.zone_ruling
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.zone_ruling
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'profession', 'category', 'class');
CREATE CONSTRAINT TRIGGER rule_coverage_some AFTER UPDATE ON licence_home.zone_ruling
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION licence_home_internal.rule_coverage('some');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.authority
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.authority
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.authority
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'authority');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.profession_authority
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard(
        'profession', 'profession.code',
        'category', 'profession_category.category',
        'authority', 'authority.authority');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.profession_authority
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.profession_authority
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'profession', 'category', 'authority');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.edition
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.edition
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.edition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'gapless');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.criterion
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard('category', 'profession_category.category');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.criterion
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.criterion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'unbroken', 'criterion', 'category');
-- Without a row of its own nothing that is decided on paper is ever proven; what
-- an inspector looks for may be given up.
CREATE CONSTRAINT TRIGGER rule_coverage_on_paper AFTER INSERT OR UPDATE ON licence_home.criterion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.stage IN ('A', 'E'))
    EXECUTE FUNCTION licence_home_internal.rule_coverage('gapless', 'criterion', 'category');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.document_type
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.document_type
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.document_type
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'document_type');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.document_rule
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard(
        'document_type', 'document_type.document_type',
        'profession', 'profession.code',
        'category', 'profession_category.category');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.document_rule
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.document_rule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'document_type', 'built', 'certificate_profession', 'profession', 'category', 'tenant', 'applicant_kind');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.fee_schedule
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.fee_schedule
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.fee_schedule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'gapless');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.fee_rule
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard(
        'schedule', 'fee_schedule.schedule',
        'profession', 'profession.code',
        'category', 'profession_category.category');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.fee_rule
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.fee_rule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'band=area_m2', 'schedule', 'profession', 'category');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.fee_adjustment
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard(
        'profession', 'profession.code',
        'category', 'profession_category.category');
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.fee_adjustment
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.fee_adjustment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'adjustment', 'profession', 'category', 'applicant_kind', 'first_licence');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.reason
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.reason
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.reason
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'reason');
CREATE CONSTRAINT TRIGGER rule_coverage_some AFTER UPDATE ON licence_home.reason
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION licence_home_internal.rule_coverage('some');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.application_field
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.application_field
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.application_field
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'field');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.sms_template
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.sms_template
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.sms_template
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'template', 'language');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.holiday
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.holiday
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.holiday
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'sparse', 'weekday', 'day');

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.workflow
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.workflow
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.rule_guard();
-- BEFORE triggers fire by name: rule_guard has looked at the row already.
CREATE TRIGGER workflow_publication BEFORE UPDATE ON licence_home.workflow
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.workflow_publication();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.workflow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.rule_coverage(
        'gapless', 'id=version', 'workflow');

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

CREATE TRIGGER workflow_rows_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.workflow_state
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.workflow_rows_guard();
CREATE TRIGGER workflow_rows_guard_truncate BEFORE TRUNCATE ON licence_home.workflow_state
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.workflow_rows_guard();

CREATE TRIGGER workflow_rows_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.workflow_transition
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.workflow_rows_guard();
CREATE TRIGGER workflow_rows_guard_truncate BEFORE TRUNCATE ON licence_home.workflow_transition
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.workflow_rows_guard();
