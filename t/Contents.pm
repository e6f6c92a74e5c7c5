# What a database holds, to compare it with a copy.
#
#   use Contents qw(contents rights);
#   is(contents($copy, 'city'), contents($node, 'city'), 'the same rows');

package Contents;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT_OK = qw(contents rights);

# Every row of every table and the position of every sequence, as checksums,
# but for what a restore says of the dump.
sub contents
{
	my ($node, $database) = @_;
	my $query = $node->safe_psql(
		$database, q{
        SELECT string_agg(CASE relkind
            WHEN 'r' THEN format('SELECT %L, count(*), md5(string_agg(t::text, E''\n'' ORDER BY t::text COLLATE "C")) FROM %s AS t',
                oid::regclass, oid::regclass)
            ELSE format('SELECT %L, last_value, is_called::text FROM %s', oid::regclass, oid::regclass) END,
            ' UNION ALL ' ORDER BY oid::regclass::text COLLATE "C") || ' ORDER BY 1'
        FROM pg_class WHERE relkind IN ('r', 'S') AND relname <> 'restored_rows'
          AND (relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) OR relname IN ('shelf', 'person'))}
	);
	return $node->safe_psql($database, $query);
}

# Who owns what, who may do what, and which triggers and policies there are.
sub rights
{
	my ($node, $database) = @_;
	return $node->safe_psql(
		$database, q{
        CREATE FUNCTION pg_temp.sorted(aclitem[]) RETURNS text LANGUAGE sql
            AS $$SELECT string_agg(i::text, ' ' ORDER BY i::text COLLATE "C") FROM unnest($1) AS i$$;
        SELECT c.relname, c.relowner::regrole,
            pg_temp.sorted(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner))),
            c.relrowsecurity, c.relforcerowsecurity,
            (SELECT string_agg(a.attname || i::text, ' ' ORDER BY a.attname, i::text COLLATE "C")
             FROM pg_attribute AS a, unnest(a.attacl) AS i WHERE a.attrelid = c.oid),
            (SELECT string_agg(t.tgname || t.tgenabled::text, ' ' ORDER BY t.tgname)
             FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
        FROM pg_class AS c WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) ORDER BY 1;
        SELECT p.oid::regprocedure, p.proowner::regrole,
            pg_temp.sorted(coalesce(p.proacl, acldefault('f', p.proowner)))
        FROM pg_proc AS p
        WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
          -- what makes a range belongs to its type
          AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
        ORDER BY p.oid::regprocedure::text COLLATE "C";
        SELECT nspowner::regrole,
            pg_temp.sorted(coalesce(nspacl, acldefault('n', nspowner)))
        FROM pg_namespace WHERE nspname LIKE 'licence\_home%';
        SELECT t.typname, t.typowner::regrole,
            pg_temp.sorted(coalesce(t.typacl, acldefault('T', t.typowner)))
        FROM pg_type AS t
        WHERE t.typnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
          -- (pg_dump leaves the owner of a multirange to its range, and servers differ there)
          AND t.typtype <> 'm' AND NOT EXISTS (SELECT FROM pg_type AS m WHERE m.oid = t.typelem AND m.typtype = 'm')
        ORDER BY 1;
        SELECT * FROM pg_policies WHERE schemaname = 'licence_home' ORDER BY tablename, policyname;
        SELECT k.t::regclass::text COLLATE "C", e.extcondition[k.n]
        FROM pg_extension AS e, unnest(e.extconfig) WITH ORDINALITY AS k (t, n)
        WHERE e.extname = 'licence_home' ORDER BY 1});
}

1;
