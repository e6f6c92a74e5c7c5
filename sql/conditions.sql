-- Every condition of the service (its conditions, its professions, its fees) is
-- a dated row that says where it comes from and how certain that is.
SET search_path = licence_home, licence_home_internal, public;
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
BEGIN;
SELECT load_rules('amman') IS NOT NULL;

\echo == what each condition is in the days of each edition
CREATE FUNCTION pg_temp.days_of(valid daterange) RETURNS text
    LANGUAGE sql IMMUTABLE RETURN concat(coalesce(lower(valid)::text, 'ever'), ' to ', coalesce((upper(valid) - 1)::text, 'further notice'));
CREATE FUNCTION pg_temp.criteria_of(day date, category text, name text) RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format('    row %s: %s, %s, stage %s, %s', c.criterion, pg_temp.days_of(c.valid), c.certainty, c.stage, c.article)
    FROM licence_home_internal.criterion_rows(criteria_of.category, criteria_of.day) AS r CROSS JOIN LATERAL (SELECT (r.words).*) AS c
    WHERE r.criterion = name AND r.in_force $$;
SELECT format('%s: %s, %s; %s', e.edition, pg_temp.days_of(e.valid), e.certainty, e.source)
    || format(E'\n    area %s of the home and %s m², employees %s, people %s, children %s, owners %s, %s m to an edge, %s decides, %s months',
        max_area_share, max_area_m2, max_employees, max_people, max_children, owners_share, edge_tolerance_m, decider, licence_months)
FROM edition AS e ORDER BY lower(valid);

\echo == the row behind each condition
SELECT s.line
FROM (VALUES
    (1, 'the area used for work, the smaller of a share and an area', 'work_area', NULL), (2, 'employees not of the household', 'employees', NULL),
    (3, 'people working in all', 'people', NULL), (4, 'enclosed rooms', 'enclosed_rooms', NULL), (5, 'no change to the building', 'building_unchanged', NULL),
    (6, 'the sign', 'sign', NULL), (7, 'sale and display: any', 'sale_and_display', 'intellectual'), (8, 'sale and display: food', 'sale_and_display', 'food'),
    (9, 'sale and display: handicraft', 'sale_and_display', 'handicraft'), (10, 'nuisance', 'nuisance', NULL),
    (11, 'flammable, explosive, toxic; medicine', 'hazardous_materials', NULL), (12, 'water, power and sewage', 'utilities', NULL),
    (13, 'public health and environment', 'health_environment', NULL), (14, 'not the sole registered owner', 'owner_approval', NULL),
    (15, 'nationality', 'nationality', NULL), (16, 'child care', 'children', 'child_care'), (17, 'zoning', 'zone', NULL),
    (18, 'a listed profession', 'profession', NULL), (19, 'documents by the age of the building', 'building_date', NULL),
    (20, 'documents', 'documents', NULL), (21, 'outside approval', 'external_approval', NULL), (22, 'late renewal', 'renewal', NULL)
) AS v (n, condition, criterion, category)
CROSS JOIN LATERAL (
    SELECT v.condition AS line, 0 AS k
    UNION
    SELECT t, 1 FROM edition AS e CROSS JOIN LATERAL pg_temp.criteria_of(lower(e.valid), v.category, v.criterion) AS t
) AS s
ORDER BY v.n, s.k, s.line COLLATE "C";

\echo == which document when
SELECT format('%s (%s): %s, %s; %s', document_type, concat_ws(', ', 'built ' || built, CASE WHEN certificate_profession THEN 'by profession' END,
    'tenant ' || tenant, applicant_kind), pg_temp.days_of(valid), certainty, source) FROM document_rule ORDER BY position;

\echo == professions, and whose approval
SELECT format('%s (%s): %s, %s; %s', category, count(*), pg_temp.days_of(valid), certainty, source)
FROM profession GROUP BY category, valid, certainty, source ORDER BY category COLLATE "C", lower(valid), count(*), source COLLATE "C";
SELECT format('closed to non-Jordanians: %s, certificates: %s', count(*) FILTER (WHERE jordanians_only), array_agg(code ORDER BY code) FILTER (WHERE needs_construction_certificate)) FROM profession;
SELECT format('%s: %s, %s; %s', coalesce(r.category, r.profession) || ' needs ' || r.authority, pg_temp.days_of(r.valid), r.certainty, r.source) FROM profession_authority AS r ORDER BY r.authority, lower(r.valid);
SELECT format('%s: %s; %s', authority, certainty, source) FROM authority WHERE authority NOT IN (SELECT authority FROM profession_authority);

\echo == fees
SELECT format('%s: %s, %s; %s', schedule, pg_temp.days_of(valid), certainty, source) FROM fee_schedule ORDER BY lower(valid);
SELECT format('%s: JD %s to %s, bands %s, illustrative %s', schedule, min(amount), max(amount), string_agg(DISTINCT area_m2::text, ' '), bool_and(illustrative)) FROM fee_rule GROUP BY schedule ORDER BY schedule;
SELECT format('%s (%s of %s): %s, %s; %s', adjustment, share, kind, pg_temp.days_of(valid), certainty, source) FROM fee_adjustment ORDER BY lower(valid), adjustment;

\echo == a rule without a source or a certainty, in any table
SELECT c.relname FROM (SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'certainty'
    WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' OFFSET 0) AS c
WHERE (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM licence_home.%I AS r WHERE coalesce(r.source, '''') = '''' OR r.certainty IS NULL', c.relname), false, true, '')))[1]::text <> '0';
ROLLBACK;
