-- A value that a column refuses is blamed on that column, not on another whose
-- constraint comes first by its name.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on

\echo == as a client meets it
CREATE FUNCTION pg_temp.blamed(who text, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    code text;
    of_constraint text;
BEGIN
    PERFORM story.become(who);
    EXECUTE statement;
    RAISE EXCEPTION 'taken' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, of_constraint = CONSTRAINT_NAME;
    RETURN concat_ws(' ', code, of_constraint);
END $$;
SELECT kind, identity_no, representative, pg_temp.blamed('portal', format('INSERT INTO licence_home.applicant (kind, identity_no,'
    ' name_ar, phone, representative_name, representative_identity_no, representative_capacity)'
    ' VALUES (%L, %L, ''سلمى'', ''0791234567'', %L, %L, %L)', kind, identity_no, representative,
    CASE WHEN representative <> '' THEN '9871234567' END, representative))
FROM (VALUES ('person', '9871234567', NULL), ('person', '12', NULL), ('person', '200012345', 'وكيل'), ('', '9871234567', NULL),
    ('citizen', '12', NULL), ('citizen', '9871234567', 'وكيل'), ('resident', '12', NULL), ('business', '20001234', 'وكيل'),
    ('business', '200012345', NULL), ('business', '200012345', 'وكيل'), ('citizen', '9871234599', NULL))
    AS v (kind, identity_no, representative);

\echo == every column of every table: what no value of it should be
-- Triggers are silent, so that the constraints speak.
CREATE TEMP TABLE subject AS
    SELECT story.new_case_in(s.state) AS no FROM unnest(ARRAY['issued', 'rejected', 'approvals_deficient', 'correction_required']) AS s (state);
CREATE FUNCTION pg_temp.blamed_for(of regclass, of_column name, value text) RETURNS name
    LANGUAGE plpgsql AS $$
DECLARE
    of_constraint name;
BEGIN
    SET LOCAL session_replication_role = replica;
    EXECUTE format('UPDATE %s SET %I = %L WHERE ctid = (SELECT min(ctid) FROM %1$s)', of, of_column, value);
    RAISE EXCEPTION 'taken' USING ERRCODE = 'ZZ000';
EXCEPTION
    WHEN check_violation THEN
        GET STACKED DIAGNOSTICS of_constraint = CONSTRAINT_NAME;
        RETURN of_constraint;
    WHEN OTHERS THEN
        RETURN NULL;
END $$;
CREATE TEMP TABLE blamed AS
    SELECT c.oid::regclass AS of, t.attname AS of_column, v.value, k.oid AS blamed, k.conname, k.conkey
    FROM pg_class AS c
    JOIN pg_attribute AS t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped AND t.attgenerated = '' AND t.attidentity <> 'a'
    CROSS JOIN unnest(ARRAY['', 'person', '?', '-1', 'infinity', 'empty']) AS v (value)
    CROSS JOIN LATERAL pg_temp.blamed_for(c.oid, t.attname, v.value) AS b
    JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.conname = b
    WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND c.relname <> 'number_pool'
        AND EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'c' AND t.attnum = ANY (k.conkey));
SELECT count(*) > 100 AS enough FROM blamed;
-- blamed on a constraint of several columns, though one of the column's own is there
SELECT DISTINCT b.of, b.of_column, b.conname FROM blamed AS b
WHERE cardinality(b.conkey) > 1 AND EXISTS (SELECT FROM pg_constraint AS o WHERE o.conrelid = b.of AND o.contype = 'c'
    AND cardinality(o.conkey) = 1 AND o.conkey <@ b.conkey
    AND o.conkey = ARRAY[(SELECT t.attnum FROM pg_attribute AS t WHERE t.attrelid = b.of AND t.attname = b.of_column)])
ORDER BY 1, 2, 3;
-- blamed on another column
SELECT DISTINCT b.of, b.of_column, b.conname FROM blamed AS b JOIN pg_attribute AS t ON t.attrelid = b.of AND t.attname = b.of_column
WHERE NOT t.attnum = ANY (b.conkey) ORDER BY 1, 2, 3;
-- every name speaks of its table or of what it demands: none is a number
SELECT conrelid::regclass, conname FROM pg_constraint
WHERE connamespace = 'licence_home'::regnamespace AND contype = 'c' AND conname ~ '(_check\d+|^\$\d+)$' ORDER BY 1, 2;
