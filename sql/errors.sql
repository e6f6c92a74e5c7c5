-- An error says which case, what it is about, and what is lacking, in the
-- language of the session.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

-- What a client's library finds in the error of a statement.
CREATE FUNCTION pg_temp.told(who text, no licence_home.application_no, statement text) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    code text;
    said text;
    detail text;
    of_table text;
    of_column text;
    of_constraint text;
BEGIN
    BEGIN
        PERFORM story.become(who, no);
        EXECUTE statement USING no;
        RAISE EXCEPTION 'it went through';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
            of_table = TABLE_NAME, of_column = COLUMN_NAME, of_constraint = CONSTRAINT_NAME;
    END;
    RETURN NEXT code || ': ' || story.masked(no, said);
    RETURN QUERY SELECT '    ' || story.masked(no, d) FROM regexp_split_to_table(nullif(detail, ''), E'\n') AS d;
    RETURN NEXT format('    about: %s', concat_ws(', ', 'table ' || nullif(of_table, ''),
        'column ' || nullif(of_column, ''), 'constraint ' || nullif(of_constraint, '')));
END $$;

\echo == one of many: the number is that of the case which is refused
SELECT story.new_case_in('submitted') AS good \gset
SELECT story.new_case_in('submitted') AS bad \gset
CALL story.review_documents(:'good');
CALL story.make_inspection(:'good');
CALL story.make_inspection(:'bad');
CREATE TEMP TABLE bulk AS SELECT unnest(ARRAY[:'good', :'bad']::licence_home.application_no[]) AS no;
GRANT SELECT ON bulk TO PUBLIC;
SELECT pg_temp.told('clerk', :'bad',
    'UPDATE licence_home.application SET state = ''inspection_scheduled'' WHERE application_no IN (SELECT no FROM bulk)');
SELECT pg_temp.told('portal', :'bad', 'UPDATE licence_home.application SET state = ''submitted'', edition = ''1900''');

\echo == in one language, where the session names it
SHOW licence_home.language;
SET licence_home.language = 'en';
SELECT pg_temp.told('clerk', :'bad', 'SELECT licence_home.perform($1, ''schedule_inspection'')');
SET licence_home.language = 'ar';
SELECT pg_temp.told('clerk', :'bad', 'SELECT licence_home.perform($1, ''schedule_inspection'')');
SET licence_home.language = 'fr';
SET licence_home.language = '';

\echo == and so does the list of what may be done next
BEGIN;
SET LOCAL ROLE regress_clerk;
SELECT blocked_by, blocked_by_ar FROM licence_home.next_actions(:'bad') WHERE action = 'return_documents';
SET LOCAL licence_home.language = 'en';
SELECT blocked_by FROM licence_home.next_actions(:'bad') WHERE action = 'return_documents';
SET LOCAL licence_home.language = 'ar';
SELECT blocked_by FROM licence_home.next_actions(:'bad') WHERE action = 'return_documents';
COMMIT;

\echo == for a program, as JSON
SET licence_home.error_detail = 'json';
CREATE FUNCTION pg_temp.objections(who text, no licence_home.application_no, action text) RETURNS jsonb
    LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    PERFORM story.become(who, no);
    PERFORM licence_home.perform(no, action);
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN detail;
END $$;
SELECT o -> 'precondition', o -> 'sqlstate', o -> 'subject', o -> 'text_ar', o -> 'text_en', o ? 'hint'
FROM jsonb_array_elements(pg_temp.objections('clerk', :'bad', 'schedule_inspection')) AS o;
SELECT o -> 'precondition', o -> 'subject', o -> 'text_en'
FROM jsonb_array_elements(pg_temp.objections('portal', story.new_case(documents => false, work_area_m2 => 90), 'submit')) AS o;
SELECT o -> 'precondition', o -> 'subject'
FROM jsonb_array_elements(pg_temp.objections('clerk', :'bad', 'return_documents')) AS o;
RESET licence_home.error_detail;

\echo == what else is refused about a case, and the column or the table
SELECT pg_temp.told(v.who, :'bad', v.statement) FROM (VALUES
    ('clerk', 'UPDATE licence_home.application SET state = ''issued'' WHERE application_no = $1'),
    ('clerk', 'SELECT licence_home.perform($1, ''approve'')'),
    ('clerk', 'SELECT licence_home.perform($1, NULL)'),
    ('inspector', 'UPDATE licence_home.application SET state = ''inspection_scheduled'' WHERE application_no = $1'),
    ('portal', 'UPDATE licence_home.application SET parcel = ''7'' WHERE application_no = $1'),
    ('clerk', 'UPDATE licence_home.application SET step_note = ''no step'' WHERE application_no = $1'),
    ('clerk', 'INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, ''2026-03-09 10:00+03'', ''Omar'')'),
    ('inspector', 'UPDATE licence_home.inspection SET outcome = ''passed'' WHERE application_no = $1'),
    ('clerk', 'INSERT INTO licence_home.application_finding (application_no, field, note) VALUES ($1, ''colour'', ''red'')'),
    ('committee', 'INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, ''approved'')'),
    ('clerk', 'UPDATE licence_home.document SET reference_no = ''X'' WHERE application_no = $1'),
    (NULL, 'DELETE FROM licence_home.document WHERE application_no = $1')
) AS v (who, statement);

\echo == a column by the name that its applicant knows, a document by what lacks it
SELECT story.new_case_in('submitted') AS no \gset
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'parcel'), ($1, 'work_area_m2')$$);
CALL story.review_documents(:'no', 'accepted', 'title_deed');
CALL story.review_documents(:'no', 'incorrect', 'occupancy_permit');
SELECT pg_temp.told('clerk', :'no', 'SELECT licence_home.perform($1, ''schedule_inspection'')');
SELECT pg_temp.told('clerk', :'no', 'SELECT licence_home.perform($1, ''close'')');
SELECT pg_temp.told('clerk', :'no', 'SELECT licence_home.perform($1, ''close'', ''no such code'')');

\echo == a hint can be followed by who gets it
CREATE FUNCTION pg_temp.hint(who text, no licence_home.application_no, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    PERFORM story.become(who, no);
    EXECUTE statement USING no;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN regexp_replace(hint, 'applicant \d+', 'applicant N');
END $$;
SELECT pg_temp.hint(w, :'no', 'SELECT licence_home.next_actions(licence_home.application_no_make(2026, 99999999))') FROM unnest(ARRAY['portal', 'clerk']) AS w;
SELECT pg_temp.hint('portal', :'no', 'UPDATE licence_home.application SET parcel = ''1'' WHERE application_no = $1');
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', 'failed', '{sign}');
SELECT pg_temp.hint('inspector', :'no', 'SELECT licence_home.perform($1, ''refer_to_committee'')');

-- An effect that finds no rule takes no step: what was promised is not lost in
-- silence.  (Only a superuser behind the triggers can take such a rule away.)
SELECT story.new_case_in('committee_review') AS no \gset
CALL story.decide(:'no');
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.fee_rule SET withdrawn_at = licence_home.now();
SET LOCAL session_replication_role = origin;
SELECT story.take('committee', :'no', 'approve');
ROLLBACK;
SELECT story.look(:'no');
SELECT story.new_case_in('fee_due') AS no \gset
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.edition SET withdrawn_at = licence_home.now();
SET LOCAL session_replication_role = origin;
SELECT code, said FROM story.attempt(NULL, :'no', format('SELECT story.pay(%L)', :'no'));
ROLLBACK;
SELECT story.look(:'no');

\echo == a step by its name, beside its action
SET licence_home.language = 'ar';
SELECT story.new_case_in('submitted') AS no \gset
SELECT pg_temp.told('clerk', :'no', 'SELECT licence_home.perform($1, ''approve'')');
SELECT pg_temp.told('portal', :'no', 'SELECT licence_home.perform($1, ''schedule_inspection'')');
SELECT pg_temp.told('clerk', :'no', 'SELECT licence_home.perform($1, ''close'')');
RESET licence_home.language;
-- a name that says more than the action stands beside it in English, too
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.workflow_transition SET name_en = 'end the case' WHERE action = 'close';
SET LOCAL session_replication_role = origin;
SELECT pg_temp.told('clerk', :'no', 'SELECT licence_home.perform($1, ''close'')');
ROLLBACK;

\echo == of many cases in one statement, each error names the one that is refused, and what it is about
SELECT story.new_case_in('submitted') AS good \gset
CALL story.review_documents(:'good');
CALL story.make_inspection(:'good');
SELECT story.new_case_in('committee_review') AS decided \gset
CALL story.decide(:'decided');
SELECT story.new_case_in('fee_due') AS billed \gset
TRUNCATE bulk;
INSERT INTO bulk SELECT unnest(ARRAY[:'good', :'decided', :'billed']::licence_home.application_no[]);
CREATE FUNCTION pg_temp.of_many(who text, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    code text;
    said text;
    of_table text;
    of_column text;
    of_constraint text;
BEGIN
    PERFORM story.become(who);
    EXECUTE statement;
    RETURN 'it went through';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, of_table = TABLE_NAME,
        of_column = COLUMN_NAME, of_constraint = CONSTRAINT_NAME;
    RETURN concat_ws(' | ', code,
        coalesce((SELECT 'names its case' FROM bulk AS b WHERE position('case ' || b.no || ': ' IN said) = 1), said),
        nullif(of_table, '') || coalesce('.' || nullif(of_column, ''), ' ' || nullif(of_constraint, ''), ''));
END $$;
SELECT v.code, pg_temp.of_many(v.who, replace(v.statement, 'THESE', 'application_no IN (SELECT no FROM bulk)')) FROM (VALUES
    ('LH001', 'clerk', $$UPDATE licence_home.application SET state = 'issued' WHERE THESE$$),
    ('LH001', NULL, $$UPDATE licence_home.application SET state = NULL WHERE THESE$$),
    ('LH002', 'inspector', $$UPDATE licence_home.application SET state = 'inspection_scheduled' WHERE THESE AND state = 'submitted'$$),
    ('LH009', 'director', $$INSERT INTO licence_home.decision (application_no, outcome) SELECT no, 'approved' FROM bulk$$),
    ('LH009', 'clerk', $$INSERT INTO licence_home.inspection (application_no, scheduled_for) SELECT no, '2026-03-09 10:00+03' FROM bulk ORDER BY no DESC$$),
    ('LH003', 'clerk', $$UPDATE licence_home.application SET state = 'documents_deficient' WHERE THESE AND state = 'submitted'$$),
    ('LH003', 'committee', $$UPDATE licence_home.application SET state = 'closed' WHERE THESE AND state = 'fee_due'$$),
    ('LH005', 'clerk', $$UPDATE licence_home.document SET reference_no = 'X' WHERE THESE$$),
    ('LH009', 'clerk', $$UPDATE licence_home.document SET review = 'incorrect' WHERE THESE$$),
    ('LH005', NULL, $$UPDATE licence_home.decision SET outcome = 'refused' WHERE THESE$$),
    ('LH005', NULL, $$UPDATE licence_home.application SET profession = 'home_baking' WHERE THESE$$),
    ('LH009', 'clerk', $$INSERT INTO licence_home.inspection (application_no, scheduled_for) SELECT no, '2026-03-09 10:00+03' FROM bulk ORDER BY no$$),
    ('LH010', NULL, $$DELETE FROM licence_home.document WHERE THESE$$),
    ('LH010', NULL, $$DELETE FROM licence_home.application WHERE THESE$$),
    ('LH019', 'clerk', $$INSERT INTO licence_home.application_finding (application_no, field) SELECT no, 'colour' FROM bulk ORDER BY no$$),
    ('LH019', 'committee', $$INSERT INTO licence_home.approval_requirement (application_no, authority) SELECT no, 'nobody' FROM bulk WHERE no = (SELECT application_no FROM licence_home.application WHERE state = 'committee_review' AND application_no IN (SELECT no FROM bulk))$$)
) AS v (code, who, statement);
-- no fee for one of them, no text for its message: behind the triggers, where alone it can come to that
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.fee_rule SET withdrawn_at = licence_home.now();
SET LOCAL session_replication_role = origin;
SELECT pg_temp.of_many('committee', 'UPDATE licence_home.application SET state = ''fee_due'' WHERE state = ''committee_review'' AND application_no IN (SELECT no FROM bulk)');
ROLLBACK;
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.sms_template SET withdrawn_at = licence_home.now() WHERE template = 'inspection_scheduled';
SET LOCAL session_replication_role = origin;
SELECT pg_temp.of_many('clerk', 'UPDATE licence_home.application SET state = ''inspection_scheduled'' WHERE state = ''submitted'' AND application_no IN (SELECT no FROM bulk)');
ROLLBACK;

\echo == where a superuser has turned triggers off there is no step
SELECT story.new_case_in('draft') AS no \gset
BEGIN;
SET LOCAL session_replication_role = replica;
SELECT story.take(NULL, :'no', 'withdraw');
SELECT a.state, a.events FROM licence_home.application AS a WHERE a.application_no = :'no';
ROLLBACK;

\echo == the function of a trigger, put on another table, says when it is to be called
CREATE TABLE story.wrong (applicant_id bigint, name_ar text);
CREATE FUNCTION pg_temp.as_trigger(timing text, function text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    EXECUTE format('CREATE TRIGGER wrong %s ON story.wrong FOR EACH ROW EXECUTE FUNCTION licence_home_internal.%s',
        timing, function);
    INSERT INTO story.wrong VALUES (1, 'x');
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT;
    RETURN concat_ws(' ', SQLSTATE, said);
END $$;
SELECT pg_temp.as_trigger(t.timing, t.function)
FROM (VALUES ('AFTER INSERT', 'tidy()'), ('BEFORE INSERT', 'fee_completeness(''code'')'), ('AFTER INSERT', 'rule_journal()'),
    ('AFTER INSERT', 'applicant_trigger()')) AS t (timing, function);
DROP TABLE story.wrong;

\echo == a proof of an applicant is read, and given back as it was
SELECT licence_home.applicant_proof '3' AS a_number, licence_home.applicant_proof_send('a.b.c') AS a_token;
