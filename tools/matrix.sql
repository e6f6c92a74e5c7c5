-- Who may do what: the matrix of roles, objects and actions in doc/security.md, read
-- from the catalogue of a database that has the extension.  tools/matrix writes it
-- there; t/044_matrix.pl compares.
--
--	psql -XAtq -f tools/matrix.sql DATABASE
\set ON_ERROR_STOP on
SET search_path = pg_catalog, pg_temp;
SET client_min_messages = warning;

CREATE TEMP TABLE of_role AS
    SELECT r.oid, substring(r.rolname FROM '^licence_home_(.*)$') AS name,
        coalesce(array_position(ARRAY['portal', 'clerk', 'inspector', 'committee', 'director', 'cashier', 'analyst', 'admin',
            'sender', 'monitor', 'auditor', 'secretary', 'precondition'], substring(r.rolname FROM '^licence_home_(.*)$')::text), 99) AS place
    FROM pg_roles AS r WHERE r.rolname ~ '^licence_home_' AND r.rolname <> 'licence_home_owner';

CREATE TEMP TABLE of_column AS
    SELECT c.oid, c.relname, a.attnum, a.attname, r.name AS role, r.place,
        has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT') AS reads,
        has_column_privilege(r.oid, c.oid, a.attnum, 'INSERT') AS inserts,
        has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE') AS updates
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    CROSS JOIN of_role AS r
    WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
      AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhrelid = c.oid);

-- What a role may do with a relation: capital letters for all of its columns.
CREATE TEMP TABLE of_relation AS
    SELECT p.relname, p.oid, p.role, p.place,
        concat(CASE WHEN bool_and(p.reads) THEN 'R' WHEN bool_or(p.reads) THEN 'r' END,
            CASE WHEN bool_and(p.inserts) THEN 'I' WHEN bool_or(p.inserts) THEN 'i' END,
            CASE WHEN bool_and(p.updates) THEN 'U' WHEN bool_or(p.updates) THEN 'u' END,
            CASE WHEN has_table_privilege('licence_home_' || p.role, p.oid, 'DELETE') THEN 'D' END,
            CASE WHEN has_table_privilege('licence_home_' || p.role, p.oid, 'TRUNCATE') THEN 'T' END) AS may
    FROM of_column AS p
    GROUP BY p.relname, p.oid, p.role, p.place;

CREATE TEMP TABLE matrix AS
    SELECT m.kind, m.marks, string_agg('`' || m.relname || '`', ', ' ORDER BY m.relname COLLATE "C") AS names, min(m.relname COLLATE "C") AS first
    FROM (
        SELECT o.relname, string_agg(coalesce(nullif(o.may, ''), '·'), ' | ' ORDER BY o.place) AS marks,
            CASE WHEN c.relkind IN ('v', 'm') THEN 'view'
                WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = o.oid AND a.attname = 'certainty' AND NOT a.attisdropped) THEN 'rule'
                ELSE 'table' END AS kind
        FROM of_relation AS o JOIN pg_class AS c ON c.oid = o.oid
        GROUP BY o.relname, o.oid, c.relkind) AS m
    GROUP BY m.kind, m.marks;

CREATE TEMP TABLE line (n serial, line text);
INSERT INTO line (line) VALUES ('R reads, I inserts, U updates; a small letter: some columns, which are named below; · nothing. What clients update, the'),
    ('triggers decide. Nobody deletes, truncates or locks a table. The owner is a role without login.');
\pset footer off
INSERT INTO line (line)
SELECT l.line FROM (VALUES ('table', 'Cases, persons, messages, records'), ('rule', 'Rules'), ('view', 'Views, with the rights of who asks')) AS k (kind, title)
CROSS JOIN LATERAL (
    SELECT 0, '' AS first, '' AS line
    UNION ALL SELECT 1, '', format('| %s | %s |', k.title, (SELECT string_agg(r.name, ' | ' ORDER BY r.place) FROM of_role AS r))
    UNION ALL SELECT 2, '', '|---|' || repeat('---|', (SELECT count(*) FROM of_role)::integer)
    UNION ALL SELECT 3, m.first, format('| %s | %s |', m.names, m.marks) FROM matrix AS m WHERE m.kind = k.kind
) AS l (place, first, line)
ORDER BY array_position(ARRAY['table', 'rule', 'view'], k.kind), l.place, l.first COLLATE "C";

INSERT INTO line (line) VALUES (''), ('**Columns that are granted by name**; "all but" names those that are not.'), (''),
    ('| object | who | may | columns |'), ('|---|---|---|---|');
INSERT INTO line (line)
SELECT format('| `%s` | %s | %s | %s |', g.relname, string_agg(g.role, ', ' ORDER BY g.place), g.act, g.columns)
FROM (
    SELECT p.relname, p.role, p.place, a.act, a.turn,
        CASE WHEN count(*) FILTER (WHERE a.may) > count(*) FILTER (WHERE NOT a.may)
            THEN 'all but ' || string_agg('`' || p.attname || '`', ', ' ORDER BY p.attname COLLATE "C") FILTER (WHERE NOT a.may)
            ELSE string_agg('`' || p.attname || '`', ', ' ORDER BY p.attname COLLATE "C") FILTER (WHERE a.may) END AS columns
    FROM of_column AS p
    CROSS JOIN LATERAL (VALUES (1, 'read', p.reads), (2, 'insert', p.inserts), (3, 'update', p.updates)) AS a (turn, act, may)
    GROUP BY p.relname, p.role, p.place, a.act, a.turn
    HAVING bool_or(a.may) AND NOT bool_and(a.may)
) AS g
GROUP BY g.relname, g.turn, g.act, g.columns
ORDER BY g.relname COLLATE "C", g.turn, min(g.place);

-- Rows: who sees which of a table, where not all.
INSERT INTO line (line) VALUES (''), ('**Rows.** Row security shows less than all rows of these tables, whatever the privileges:'), (''),
    ('| rows | to | tables |'), ('|---|---|---|');
INSERT INTO line (line)
SELECT format('| %s | %s | %s |', g.rows, g.roles, string_agg('`' || g.relname || '`', ', ' ORDER BY g.relname COLLATE "C"))
FROM (
    SELECT c.relname, CASE p.polname WHEN 'applicants_own' THEN 'those of the applicant for whom the transaction acts'
            WHEN 'restricted' THEN 'all but those of a restricted person, unless a step is theirs to take'
            ELSE 'as the policy `' || p.polname || '` says' END AS rows,
        (SELECT string_agg(r.name, ', ' ORDER BY r.place) FROM of_role AS r WHERE r.oid = ANY (p.polroles)) AS roles
    FROM pg_policy AS p
    JOIN pg_class AS c ON c.oid = p.polrelid AND c.relnamespace = 'licence_home'::regnamespace
    WHERE pg_get_expr(p.polqual, p.polrelid) <> 'true') AS g
GROUP BY g.rows, g.roles
ORDER BY g.rows COLLATE "C", g.roles COLLATE "C";

INSERT INTO line (line) VALUES (''), ('**Functions and procedures**, by who calls them. Those of the types, which everybody calls, are left out; so are those'),
    ('that nobody calls but the extension.'), (''), ('| who | calls |'), ('|---|---|');
INSERT INTO line (line)
SELECT format('| %s | %s |', CASE WHEN cardinality(g.roles) = (SELECT count(*) FROM of_role WHERE name NOT IN ('monitor', 'precondition'))
        AND NOT g.roles && '{monitor, precondition}' THEN 'everyone but monitor and precondition' ELSE array_to_string(g.roles, ', ') END,
    string_agg(DISTINCT '`' || g.name || '()`', ', '  ORDER BY '`' || g.name || '()`'))
FROM (
    SELECT CASE p.pronamespace WHEN 'licence_home'::regnamespace THEN '' ELSE '…_internal.' END || p.proname AS name,
        (SELECT array_agg(r.name ORDER BY r.place) FROM of_role AS r JOIN aclexplode(p.proacl) AS a ON a.grantee = r.oid) AS roles
    FROM pg_proc AS p
    WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
      AND EXISTS (SELECT FROM of_role AS r JOIN aclexplode(p.proacl) AS a ON a.grantee = r.oid)) AS g
GROUP BY g.roles
ORDER BY array_to_string(g.roles, ', ') COLLATE "C";

SELECT l.line FROM line AS l ORDER BY l.n;
