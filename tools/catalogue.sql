-- Everything that the extension is in this database, a line each, without an oid in
-- it. CREATE EXTENSION and ALTER EXTENSION UPDATE are to leave it alike.
--
--	psql -XAtq -f tools/catalogue.sql DATABASE > before
--
-- t/013_update.pl compares an updated database with a fresh one; whoever moves a
-- GRANT compares before and after.
SET search_path = pg_catalog, pg_temp;
SET quote_all_identifiers = off;

CREATE TEMP VIEW member AS
    SELECT d.classid, d.objid, i.type, i.identity
    FROM pg_depend AS d
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'licence_home'
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) AS i
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e';
CREATE TEMP VIEW relation AS
    SELECT c.* FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname IN ('licence_home', 'licence_home_internal');

-- Privileges in a fixed order; null (the built-in ones) stays apart from none.
CREATE FUNCTION pg_temp.acl(acl aclitem[]) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN acl IS NULL THEN 'default' ELSE coalesce((
        SELECT string_agg(format('%s=%s%s/%s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
            a.privilege_type, CASE WHEN a.is_grantable THEN '*' END, a.grantor::regrole), ' '
            ORDER BY CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END COLLATE "C", a.privilege_type COLLATE "C")
        FROM aclexplode(acl) AS a), 'none') END
$$;

CREATE TEMP TABLE line AS
SELECT format('member %s %s', m.type, m.identity) AS line FROM member AS m
UNION ALL
SELECT format('comment %s %s: %s', m.type, m.identity, obj_description(m.objid, m.classid::regclass::text::name)) FROM member AS m
UNION ALL
SELECT format('schema %s owner %s acl %s', n.nspname, n.nspowner::regrole, pg_temp.acl(n.nspacl))
FROM pg_namespace AS n WHERE n.nspname IN ('licence_home', 'licence_home_internal')
UNION ALL
SELECT format('routine %s owner %s acl %s def %s', p.oid::regprocedure, p.proowner::regrole, pg_temp.acl(p.proacl),
    CASE WHEN p.prokind IN ('f', 'p') THEN regexp_replace(pg_get_functiondef(p.oid), '\s+', ' ', 'g') ELSE p.prokind::text END)
FROM member AS m JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
UNION ALL
SELECT format('aggregate %s %s %s %s', a.aggfnoid, a.aggtransfn, a.aggcombinefn, a.aggsortop::regoperator)
FROM member AS m JOIN pg_aggregate AS a ON m.classid = 'pg_proc'::regclass AND a.aggfnoid = m.objid
UNION ALL
SELECT format('relation %s kind %s owner %s acl %s security %s %s options %s persistence %s', c.oid::regclass, c.relkind, c.relowner::regrole,
    pg_temp.acl(c.relacl), c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relpersistence)
FROM relation AS c WHERE c.relkind <> 'i'
UNION ALL
SELECT format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid)) FROM relation AS c WHERE c.relkind = 'v'
UNION ALL
SELECT format('sequence %s %s %s %s %s %s', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqcycle)
FROM pg_sequence AS s JOIN relation AS c ON c.oid = s.seqrelid
UNION ALL
SELECT format('column %s %s: %s %s %s collation %s identity %s generated %s default %s acl %s: %s', c.oid::regclass,
    row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN 'not null' ELSE 'null' END, a.attcollation::regcollation, a.attidentity, a.attgenerated,
    pg_get_expr(d.adbin, d.adrelid), pg_temp.acl(a.attacl), col_description(c.oid, a.attnum))
FROM relation AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind NOT IN ('i', 'S')
LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
UNION ALL
SELECT format('index %s', pg_get_indexdef(c.oid)) FROM relation AS c WHERE c.relkind = 'i'
UNION ALL
SELECT format('constraint %s %s %s', coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text), k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint AS k
JOIN pg_namespace AS n ON n.oid = k.connamespace AND n.nspname IN ('licence_home', 'licence_home_internal')
WHERE k.contype <> 'n'      -- (18 has a row for each NOT NULL, whose name says how it came about)
UNION ALL
SELECT format('trigger %s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
FROM pg_trigger AS t JOIN relation AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT format('policy %s %s %s %s roles %s using %s check %s', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
    (SELECT string_agg(r::regrole::text, ' ' ORDER BY r::regrole::text COLLATE "C") FROM unnest(p.polroles) AS r),
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy AS p JOIN relation AS c ON c.oid = p.polrelid
UNION ALL
SELECT format('type %s owner %s acl %s kind %s length %s align %s storage %s category %s%s', t.oid::regtype, t.typowner::regrole, pg_temp.acl(t.typacl),
    t.typtype, t.typlen, t.typalign, t.typstorage, t.typcategory, t.typispreferred)
FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace AND n.nspname IN ('licence_home', 'licence_home_internal')
UNION ALL
SELECT format('operator %s owner %s function %s commutator %s negator %s', o.oid::regoperator, o.oprowner::regrole, o.oprcode, o.oprcom::regoperator, o.oprnegate::regoperator)
FROM member AS m JOIN pg_operator AS o ON m.classid = 'pg_operator'::regclass AND o.oid = m.objid
UNION ALL
SELECT format('operator class %s %s owner %s default %s', m.identity, o.opcintype::regtype, o.opcowner::regrole, o.opcdefault)
FROM member AS m JOIN pg_opclass AS o ON m.classid = 'pg_opclass'::regclass AND o.oid = m.objid
UNION ALL
SELECT format('cast %s context %s function %s', m.identity, k.castcontext, k.castfunc::regprocedure)
FROM member AS m JOIN pg_cast AS k ON m.classid = 'pg_cast'::regclass AND k.oid = m.objid
UNION ALL
SELECT format('event trigger %s %s %s %s', t.evtname, t.evtevent, t.evttags, t.evtenabled)
FROM member AS m JOIN pg_event_trigger AS t ON m.classid = 'pg_event_trigger'::regclass AND t.oid = m.objid
UNION ALL
SELECT format('dumped %s where %s', k.relation::regclass, k.condition)
FROM pg_extension AS e, unnest(e.extconfig, e.extcondition) AS k (relation, condition) WHERE e.extname = 'licence_home'
UNION ALL
-- what pg_dump leaves to the extension's script
SELECT format('initially %s %s', (pg_identify_object(p.classoid, p.objoid, p.objsubid)).identity, pg_temp.acl(p.initprivs))
FROM pg_init_privs AS p
WHERE p.privtype = 'e' AND (pg_identify_object(p.classoid, p.objoid, p.objsubid)).identity ~ 'licence_home';
SELECT l FROM (SELECT regexp_replace(line, '\s+', ' ', 'g') AS l FROM line) AS f ORDER BY l COLLATE "C";
