-- What holds for every object of the extension.  Each query prints what
-- breaks the rule above it: nothing.
\pset format unaligned
\pset tuples_only on
CREATE TEMP VIEW member AS
    SELECT d.classid, d.objid, (pg_identify_object(d.classid, d.objid, 0)).* FROM pg_depend AS d
    WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
      AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'licence_home');
CREATE TEMP VIEW its_table AS
    SELECT c.oid, c.relname, EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = c.oid
        AND t.attname = 'certainty' AND NOT t.attisdropped) AS is_rule
    FROM pg_class AS c WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind = 'r';
CREATE TEMP VIEW its_function AS
    SELECT p.oid::regprocedure AS signature, p.* FROM pg_proc AS p
    WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace);
-- (there are some to look at)
SELECT string_agg(DISTINCT type COLLATE "C", ', ' ORDER BY type COLLATE "C") FROM member;

\echo == everything in the two schemas belongs to the extension, and all of the extension is in them
SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('r', 'v', 'm', 'S', 'p', 'f')
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
    -- an identity sequence belongs to its table
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i');
SELECT signature FROM its_function AS f WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_proc'::regclass AND m.objid = f.oid);
SELECT type, identity FROM member WHERE (schema IN ('licence_home', 'licence_home_internal')) IS NOT TRUE AND type NOT IN ('cast', 'schema')
    AND identity NOT LIKE '%licence_home%';

\echo == row security, forced on the owner too, on every table that is no rule
SELECT c.relname FROM its_table AS t JOIN pg_class AS c USING (oid)
WHERE NOT t.is_rule AND NOT (c.relrowsecurity AND c.relforcerowsecurity);
-- with a policy, for named roles
SELECT t.relname FROM its_table AS t WHERE NOT t.is_rule AND NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = t.oid);
SELECT p.polrelid::regclass, p.polname FROM pg_policy AS p JOIN its_table AS t ON t.oid = p.polrelid WHERE 0 = ANY (p.polroles);
-- no policy asks for the state of a case (it would refuse the step that leaves the state)
SELECT p.polrelid::regclass, p.polname FROM pg_policy AS p JOIN its_table AS t ON t.oid = p.polrelid
WHERE pg_get_expr(p.polqual, p.polrelid) ~ '\mstate\M' OR pg_get_expr(p.polwithcheck, p.polrelid) ~ '\mstate\M';
-- views show their reader what the reader may see; but those for a municipality's own preconditions, which nobody else reads
SELECT c.relname, c.reloptions FROM pg_class AS c WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('v', 'm')
    AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)
    AND NOT (c.relname ~ '^precondition_' AND c.relacl::text !~ '(clerk|portal|inspector|committee|director|cashier|analyst|admin|sender|monitor)=|[{,]=');
-- nothing on a table, view or sequence for everybody
SELECT c.relname, a.privilege_type FROM pg_class AS c CROSS JOIN aclexplode(c.relacl) AS a
WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND a.grantee = 0;
SELECT t.attrelid::regclass, t.attname, a.privilege_type FROM pg_attribute AS t CROSS JOIN aclexplode(t.attacl) AS a
WHERE t.attrelid IN (SELECT oid FROM its_table) AND a.grantee = 0;
-- nor the schema; and nobody creates in it
SELECT r.rolname, p.privilege FROM pg_roles AS r CROSS JOIN (VALUES ('USAGE'), ('CREATE')) AS p (privilege)
WHERE r.rolname LIKE 'regress\_%' AND has_schema_privilege(r.oid, 'licence_home', p.privilege)
  AND (p.privilege = 'CREATE' OR r.rolname = 'regress_nobody');
-- of what is internal nobody finds anything by name; it has no table with rows,
-- and what says of itself that it is internal is there
SELECT r.rolname, p.privilege FROM pg_roles AS r CROSS JOIN (VALUES ('USAGE'), ('CREATE')) AS p (privilege)
WHERE r.rolname ~ '^(regress|licence_home)_' AND r.rolname <> 'licence_home_owner'
  AND has_schema_privilege(r.oid, 'licence_home_internal', p.privilege);
SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace = 'licence_home_internal'::regnamespace AND c.relkind NOT IN ('p', 'c', 'I', 'v');
SELECT m.type, m.identity FROM member AS m WHERE m.schema = 'licence_home'
  AND obj_description(m.objid, m.classid::regclass::text::name) ~ '(^|\n)Internal';
-- nor is a trigger's function, or one that only the owner may call, anywhere else (those named are a superuser's)
SELECT f.signature FROM its_function AS f
WHERE f.pronamespace = 'licence_home'::regnamespace AND f.proname NOT IN ('advance_sequences', 'schedule_jobs', 'unschedule_jobs', 'make_api')
  AND NOT EXISTS (SELECT FROM aclexplode(f.proacl) AS a WHERE a.grantee <> f.proowner);
-- no DELETE: who may, may lock the table; functions discard what is no record
SELECT t.relname, r.rolname FROM its_table AS t CROSS JOIN pg_roles AS r CROSS JOIN (VALUES ('DELETE'), ('TRUNCATE')) AS p (privilege)
WHERE r.rolname LIKE 'licence\_home\_%' AND r.rolname <> 'licence_home_owner' AND has_table_privilege(r.oid, t.oid, p.privilege)
ORDER BY t.relname COLLATE "C", r.rolname COLLATE "C";

\echo == functions: for everybody those behind the types alone
WITH behind_a_type (oid) AS (
    SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend]::oid[]) FROM pg_type WHERE typnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
    UNION SELECT unnest(ARRAY[oprcode, oprrest, oprjoin]::oid[]) FROM pg_operator JOIN member ON classid = 'pg_operator'::regclass AND objid = pg_operator.oid
    UNION SELECT amproc FROM pg_amproc JOIN pg_opfamily AS f ON f.oid = amprocfamily WHERE f.opfnamespace = 'licence_home'::regnamespace
    UNION SELECT unnest(ARRAY[aggfnoid, aggtransfn]::oid[]) FROM pg_aggregate JOIN member ON classid = 'pg_proc'::regclass AND objid = aggfnoid::oid
    UNION SELECT castfunc FROM pg_cast JOIN member ON classid = 'pg_cast'::regclass AND objid = pg_cast.oid
)
SELECT f.signature FROM its_function AS f
WHERE has_function_privilege('regress_nobody', f.oid, 'EXECUTE') AND f.oid NOT IN (SELECT oid FROM behind_a_type)
  AND f.proname NOT IN ('application_no_make', 'licence_no_make', 'application_no_next')
ORDER BY f.signature::text COLLATE "C";
-- what each body means is fixed: C, names bound when created, or a pinned search_path
SELECT f.signature, l.lanname FROM its_function AS f JOIN pg_language AS l ON l.oid = f.prolang
WHERE l.lanname NOT IN ('c', 'internal') AND f.prosqlbody IS NULL AND f.prokind <> 'a'
  AND NOT EXISTS (SELECT FROM unnest(f.proconfig) AS c WHERE c LIKE 'search\_path=%pg_temp');
-- none runs with its owner's rights behind a caller's back; C asks first (src/spi/plan.c)
SELECT signature FROM its_function WHERE prosecdef;
-- what the planner may not do with rows that the caller must not see
SELECT signature FROM its_function WHERE proleakproof AND signature::text !~ '(application_no|licence_no|phone_number|national_no)_(eq|ne|lt|le|gt|ge|cmp|hash|hash_extended|larger|smaller|sortsupport)\('
  AND proname <> 'acting_applicant'        -- what the policies ask
  -- what texts are compared by: no error comes of their argument
  AND proname NOT IN ('class_key', 'fold_name', 'fold_place', 'fold_plain', 'fold_reference', 'parcel_key', 'is_visible')
ORDER BY signature::text COLLATE "C";
-- IMMUTABLE reads no table
SELECT f.signature FROM its_function AS f JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = f.oid
    AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'n'
WHERE f.provolatile = 'i' GROUP BY f.signature
HAVING bool_or(d.refobjid IN (SELECT oid FROM its_table) AND d.refobjsubid > 0);

\echo == a comment on everything
SELECT m.type, m.identity FROM member AS m
WHERE obj_description(m.objid, m.classid::regclass::text::name) IS NULL
  -- arrays and row types are their element's and table's
  AND NOT (m.type = 'type' AND (m.identity LIKE '%[]' OR EXISTS (SELECT FROM pg_type AS t WHERE t.oid = m.objid AND t.typrelid <> 0)))
  AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = m.classid AND d.objid = m.objid AND d.deptype IN ('i', 'a'))
ORDER BY m.type COLLATE "C", m.identity COLLATE "C";

-- and on every column of a table or view
SELECT c.oid::regclass AS relation, t.attname FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('r', 'v', 'm', 'p') AND col_description(c.oid, t.attnum) IS NULL
ORDER BY c.relname COLLATE "C", t.attnum;

\echo == a tool that reads the catalogue is not misled
-- a unique index of some rows looks like one row for all: it is an exclusion constraint
SELECT indexrelid::regclass FROM pg_index WHERE indrelid IN (SELECT oid FROM its_table) AND indisunique AND (indpred IS NOT NULL OR indexprs IS NOT NULL);
-- names that a tool makes singular or plural stay apart: PostGraphile ends at the first clash
WITH named (name, what) AS (
    SELECT c.relname::text, c.oid::regclass::text FROM pg_class AS c WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('r', 'v', 'm', 'p', 'c')
    UNION ALL SELECT coalesce(substring(obj_description(f.oid, 'pg_proc') from '^@name (\S+)'), f.proname::text), f.signature::text
    FROM its_function AS f WHERE f.prorettype <> 'trigger'::regtype
      AND f.proname <> 'case_fee' AND f.proname NOT LIKE 'placeholder\_%'     -- which no role calls
)
SELECT a.what, b.what FROM named AS a JOIN named AS b ON a.what <> b.what
WHERE b.name IN (a.name, a.name || 's', a.name || 'es', regexp_replace(a.name, 'y$', 'ies')) ORDER BY 1, 2;
-- where an analyst sees a column of a view, SELECT * works
SELECT c.relname, t.attname FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid AND t.attnum > 0
WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind = 'v' AND has_any_column_privilege('regress_analyst', c.oid, 'SELECT')
  AND NOT has_column_privilege('regress_analyst', c.oid, t.attnum, 'SELECT');

\echo == one owner
SELECT m.type, m.identity FROM member AS m
JOIN pg_shdepend AS s ON s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND s.classid = m.classid AND s.objid = m.objid AND s.deptype = 'o'
WHERE s.refobjid <> 'licence_home_owner'::regrole
ORDER BY m.type COLLATE "C", m.identity COLLATE "C";
-- (an object of the bootstrap superuser has no row there)
SELECT c.relname FROM pg_class AS c WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relowner <> 'licence_home_owner'::regrole ORDER BY c.relname COLLATE "C";
SELECT f.signature FROM its_function AS f WHERE f.proowner <> 'licence_home_owner'::regrole ORDER BY f.signature::text COLLATE "C";
SELECT t.oid::regtype FROM pg_type AS t WHERE t.typnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND t.typowner <> 'licence_home_owner'::regrole
    AND t.typtype <> 'm' AND t.oid NOT IN (SELECT typarray FROM pg_type WHERE typtype = 'm');      -- no ALTER TYPE reaches them before 17
SELECT o.oid::regoperator FROM pg_operator AS o JOIN member AS m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid WHERE o.oprowner <> 'licence_home_owner'::regrole ORDER BY o.oid::regoperator::text COLLATE "C";
SELECT o.opcname, m.amname FROM pg_opclass AS o JOIN pg_am AS m ON m.oid = o.opcmethod WHERE o.opcnamespace = 'licence_home'::regnamespace AND o.opcowner <> 'licence_home_owner'::regrole ORDER BY 1, 2;
SELECT o.opfname, m.amname FROM pg_opfamily AS o JOIN pg_am AS m ON m.oid = o.opfmethod WHERE o.opfnamespace = 'licence_home'::regnamespace AND o.opfowner <> 'licence_home_owner'::regrole ORDER BY 1, 2;
SELECT n.nspname FROM pg_namespace AS n WHERE n.nspname LIKE 'licence\_home%' AND n.nspowner <> 'licence_home_owner'::regrole;

\echo == every row and every sequence is dumped, and restored in silence
SELECT c.oid::regclass FROM pg_class AS c
WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('r', 'S')
  AND c.oid NOT IN (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'licence_home')
ORDER BY c.relname COLLATE "C";
SELECT DISTINCT k.condition FROM pg_extension AS e, unnest(e.extconfig, e.extcondition) AS k (oid, condition)
WHERE e.extname = 'licence_home' AND k.oid <> 'licence_home.restored_rows'::regclass;
SELECT t.relname, w.name FROM its_table AS t
CROSS JOIN (VALUES ('a_restore_begin', 'licence_home_internal.restore_begin()', 6), ('z_restore_end', 'licence_home_internal.restore_end()', 4)) AS w (name, function, type)
WHERE NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = t.oid AND g.tgname = w.name AND g.tgenabled = 'A'
    AND g.tgfoid = w.function::regprocedure AND g.tgtype = w.type);
-- they come first and last among the statement's triggers of their kind
SELECT t.relname, g.tgname FROM its_table AS t JOIN pg_trigger AS g ON g.tgrelid = t.oid
WHERE NOT g.tgisinternal AND g.tgtype & 1 = 0 AND g.tgtype & 4 = 4
  AND (g.tgtype & 2 = 2 AND g.tgname < 'a_restore_begin' OR g.tgtype & 2 = 0 AND g.tgname > 'z_restore_end');
-- no sequence is behind its rows, and each is known to who brings it up to them
SELECT * FROM licence_home.advance_sequences();
-- no partition, no foreign key of a table to itself, none that acts by itself
SELECT t.relname FROM its_table AS t JOIN pg_class AS c USING (oid) WHERE c.relispartition OR c.relhassubclass;
SELECT conname FROM pg_constraint WHERE contype = 'f' AND connamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
    -- (pg_dump warns of this one: doc/operations.md)
    AND conname <> 'term_begins_where_the_one_before_ends'
    AND (conrelid = confrelid OR confupdtype <> 'a' OR confdeltype <> 'a');

\echo == every table that somebody may write has its guard, and every row of a case stays
SELECT t.relname FROM its_table AS t
WHERE t.relname NOT IN ('sms_gateway_credential', 'kannel_box')     -- secrets and addresses are no case
  AND EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname LIKE 'licence\_home\_%' AND r.rolname <> 'licence_home_owner'
      AND has_any_column_privilege(r.oid, t.oid, 'INSERT, UPDATE'))
  AND NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal
    AND g.tgtype & 3 = 3 AND g.tgtype & 4 = 4)      -- BEFORE, for each row, INSERT
ORDER BY t.relname COLLATE "C";
SELECT t.relname FROM its_table AS t
WHERE t.relname NOT IN ('sender_identity', 'sms_gateway_credential', 'sms_gateway_pause', 'sms_gateway_bucket',
        'sms_queue', 'sms_run', 'job_run', 'job_failure', 'expected_days', 'kannel_box', 'restored_rows', 'number_pool', 'workflow_precondition')     -- they say what is, not what was
  AND (NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgtype & 3 = 3 AND g.tgtype & 8 = 8)
    OR NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgtype & 3 = 2 AND g.tgtype & 32 = 32))
ORDER BY t.relname COLLATE "C";
-- a trigger's function is C, and nobody calls it
SELECT f.signature FROM its_function AS f JOIN pg_language AS l ON l.oid = f.prolang
WHERE f.prorettype = 'trigger'::regtype AND (l.lanname <> 'c' OR f.oid NOT IN (SELECT tgfoid FROM pg_trigger));
SELECT f.signature, r.rolname FROM its_function AS f CROSS JOIN pg_roles AS r
WHERE f.prorettype = 'trigger'::regtype AND r.rolname LIKE 'regress\_%' AND has_function_privilege(r.oid, f.oid, 'EXECUTE');

\echo == what was known when: every row about a case or a person says when the database learned of it, and no client gives that
-- (a line of a bill is written with its bill, a stock with its day)
CREATE TEMP VIEW moment AS
    SELECT t.oid, t.relname, a.attname FROM its_table AS t JOIN pg_attribute AS a ON a.attrelid = t.oid AND NOT a.attisdropped
    WHERE a.attname IN ('recorded_at', 'known_at', 'registered_at', 'created_at', 'issued_at', 'at', 'claimed_at', 'received_at')
      AND a.atttypid = 'timestamptz'::regtype;
SELECT t.relname FROM its_table AS t JOIN pg_trigger AS g ON g.tgrelid = t.oid AND g.tgfoid = 'licence_home_internal.never_deleted()'::regprocedure
WHERE t.relname NOT IN ('invoice_line', 'report_stock') AND NOT EXISTS (SELECT FROM moment AS m WHERE m.oid = t.oid);
SELECT m.relname, m.attname FROM moment AS m
WHERE EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname LIKE 'regress\_%' AND has_any_column_privilege(r.oid, m.oid, 'INSERT'))
  AND NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = m.oid AND g.tgname = 'a_given_columns'
      AND encode(g.tgargs, 'escape') ~ ('(^|\\000)' || m.attname || '\\000'));

\echo == pg_upgrade: a view or body that may sort or compare one of our types comes after its operator classes
-- What comes after what in a dump: pg_depend, and what is written with its table, view or domain.
CREATE TEMP VIEW dumped_after AS
    SELECT classid, objid, refclassid, refobjid FROM pg_depend
    WHERE deptype IN ('n', 'a', 'i') AND NOT (classid = 'pg_constraint'::regclass AND refclassid = 'pg_class'::regclass)
    UNION ALL SELECT 'pg_class'::regclass, conrelid, 'pg_constraint'::regclass, oid FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0
    UNION ALL SELECT 'pg_type'::regclass, contypid, 'pg_constraint'::regclass, oid FROM pg_constraint WHERE contypid <> 0
    UNION ALL SELECT 'pg_class'::regclass, adrelid, 'pg_attrdef'::regclass, oid FROM pg_attrdef
    UNION ALL SELECT 'pg_class'::regclass, ev_class, 'pg_rewrite'::regclass, oid FROM pg_rewrite;
CREATE TEMP VIEW bound AS
    SELECT 'pg_proc'::regclass::oid AS classid, f.oid AS objid, f.signature::text AS name FROM its_function AS f WHERE f.prosqlbody IS NOT NULL
    UNION ALL
    SELECT 'pg_rewrite'::regclass, r.oid, r.ev_class::regclass::text FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class
    WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace);
CREATE TEMP VIEW reached AS
    WITH RECURSIVE r AS (
        SELECT classid, objid, name FROM bound
        UNION SELECT d.refclassid, d.refobjid, r.name FROM r JOIN dumped_after AS d USING (classid, objid))
    SELECT * FROM r;
SELECT DISTINCT r.name || ' is to read a table with a column of that type, or to ask for NULL::licence_home_internal.types_hashed IS NULL'
FROM reached AS r JOIN pg_type AS t ON t.oid = r.objid AND r.classid = 'pg_type'::regclass
WHERE t.typnamespace = 'licence_home'::regnamespace AND t.typtype = 'b' AND t.typelem = 0
  AND r.name NOT IN (SELECT name FROM reached WHERE classid = 'pg_class'::regclass AND objid = 'licence_home_internal.types_hashed'::regclass)
ORDER BY 1;
-- nor does one rely on an implicit cast from text, which a dump may put after it
SELECT b.name || ' is to cast text to ' || t.oid::regtype || ' by name'
FROM bound AS b
LEFT JOIN pg_proc AS p ON b.classid = 'pg_proc'::regclass AND p.oid = b.objid
LEFT JOIN pg_rewrite AS r ON b.classid = 'pg_rewrite'::regclass AND r.oid = b.objid
JOIN pg_type AS t ON t.typnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND t.typtype = 'b' AND t.typelem = 0
WHERE strpos(coalesce(p.prosqlbody::text, r.ev_action::text), format(':resulttype %s :resultcollid 0 :coerceformat 2', t.oid)) > 0
ORDER BY 1;
-- (these two come after every operator class of ours, and there are bodies and views to look at)
SELECT c.opcname, m.amname FROM pg_opclass AS c JOIN pg_am AS m ON m.oid = c.opcmethod
WHERE c.opcnamespace = 'licence_home'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
      AND d.objid IN ('licence_home_internal.types_sorted'::regclass, 'licence_home_internal.types_hashed'::regclass)
      AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid);
SELECT count(*) > 20 FROM bound AS b JOIN reached AS r USING (name)
WHERE r.classid = 'pg_class'::regclass AND r.objid = 'licence_home_internal.types_sorted'::regclass;
