-- ---------------------------------------------------------------------
-- Eligibility: may this profession be licensed at this home?
--
-- judge          the verdicts, one row a question, no words: what a report
--                over a whole caseload needs
-- assessed       the same as rows, a criterion each, with what a sentence needs
-- explained      the sentence of one criterion
-- assess         the answer to a question, before there is a case
-- case_eligibility  the answer for a case
--
-- Fail closed: a ruling starts from not_proven, and only values that are
-- there and make sense get beyond it.  NaN is above infinity, so that x > 0
-- AND x < 'Infinity' is true of proper numbers only.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.at_most(observed bigint, lowest bigint, highest bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN at_most.observed < at_most.lowest THEN 'not_proven'
        WHEN at_most.observed <= at_most.highest THEN 'met'
        WHEN at_most.observed > at_most.highest THEN 'not_met'
        ELSE 'not_proven'
    END;
COMMENT ON FUNCTION licence_home.at_most(bigint, bigint, bigint) IS
'Internal: the ruling on a number with a limit: met up to highest, not_met above it, not_proven where it is null or below lowest, which is impossible.';

CREATE FUNCTION licence_home.judge(profession text, home geometry, home_area_m2 numeric,
        work_area_m2 numeric, built_on date, employees integer, people integer,
        children integer, on_date date)
    RETURNS TABLE (
        edition text, decider text, max_area_share numeric, max_area_m2 numeric,
        max_employees integer, max_people integer, max_children integer, owners_share numeric,
        edge_tolerance_m numeric, area_limit_m2 numeric,
        category text, profession_ar text, profession_en text, takes_children boolean,
        jordanians_only boolean,
        geom geometry, fault text, unzoned double precision,
        zone_ruling text, inner_ruling text, unruled boolean,
        district integer, district_ar text, district_en text,
        edition_is text, profession_is text, location_is text, zone_is text, work_area_is text,
        employees_is text, people_is text, children_is text, building_date_is text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT
        e.edition, e.decider, e.max_area_share, e.max_area_m2,
        e.max_employees, e.max_people, e.max_children, e.owners_share,
        e.edge_tolerance_m, l.area_limit_m2,
        p.category, p.name_ar, p.name_en, p.takes_children, p.jordanians_only,
        h.geom, h.fault, h.unzoned, z.ruling, z.inner_ruling, z.unruled,
        d.district, d.name_ar, d.name_en,
        CASE WHEN q.day IS NULL THEN 'not_proven' WHEN e.edition IS NULL THEN 'not_met' ELSE 'met' END,
        CASE WHEN q.day IS NULL OR judge.profession IS NULL THEN 'not_proven'
            WHEN p.code IS NULL THEN 'not_met' ELSE 'met' END,
        CASE WHEN q.day IS NULL OR h.geom IS NULL AND h.fault <> 'far' THEN 'not_proven'
            WHEN d.district IS NOT NULL THEN 'met'
            -- no map of the districts proves nothing
            WHEN EXISTS (SELECT FROM licence_home.district AS x
                WHERE licence_home.in_force(x.valid, x.withdrawn_at, q.day)) THEN 'not_met'
            ELSE 'not_proven' END,
        CASE z.ruling WHEN 'permitted' THEN 'met' WHEN 'refer' THEN 'refer'
            WHEN 'prohibited' THEN 'not_met' ELSE 'not_proven' END,
        CASE WHEN (judge.work_area_m2 > 0 AND judge.work_area_m2 <= judge.home_area_m2) IS NOT TRUE
                THEN 'not_proven'
            WHEN judge.work_area_m2 <= l.area_limit_m2 THEN 'met'
            WHEN judge.work_area_m2 > l.area_limit_m2 THEN 'not_met'
            ELSE 'not_proven' END,
        licence_home.at_most(judge.employees, 0, e.max_employees),
        -- the applicant works there too, and whoever is known to be employed
        licence_home.at_most(judge.people, 1 + greatest(judge.employees, 0)::bigint, e.max_people),
        CASE WHEN p.takes_children THEN licence_home.at_most(judge.children, 0, e.max_children) END,
        CASE WHEN q.day IS NULL OR isfinite(judge.built_on) IS NOT TRUE THEN 'not_proven'
            WHEN judge.built_on > q.day THEN 'not_met' ELSE 'met' END
    FROM (SELECT CASE WHEN isfinite(judge.on_date) THEN judge.on_date END AS day) AS q
    LEFT JOIN licence_home.edition AS e
        ON licence_home.in_force(e.valid, e.withdrawn_at, q.day)
    LEFT JOIN licence_home.profession AS p ON p.code = judge.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, q.day)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN judge.home_area_m2 > 0 AND judge.home_area_m2 < 'Infinity'
            THEN least(e.max_area_share * judge.home_area_m2, e.max_area_m2) END AS area_limit_m2
    ) AS l
    CROSS JOIN LATERAL licence_home.home_place(judge.home, q.day, e.edge_tolerance_m) AS h
    CROSS JOIN LATERAL licence_home.place_ruling(h.classes, h.inside, h.unzoned,
        judge.profession, p.category, q.day) AS z
    LEFT JOIN LATERAL licence_home.district_at(h.geom, q.day) AS d ON true;
END;
COMMENT ON FUNCTION licence_home.judge(text, geometry, numeric, numeric, date, integer, integer, integer, date) IS
'Internal: what the rules of a day say of a profession at a home, one row: the values of the edition and the catalogue, the limit of the work area (the smaller of max_area_share of the home and max_area_m2), where the home lies, and a ruling for each criterion of stage A (met, refer, not_met, not_proven; children_is null where the profession takes none). Two rules in force where one is due would give two rows, and both must hold. 22023 for SRID 0; no other input is an error.';

CREATE FUNCTION licence_home.plain(number numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN trim_scale(plain.number)::text;
COMMENT ON FUNCTION licence_home.plain(numeric) IS
'Internal: a number as a sentence writes it, without trailing zeros.';

CREATE FUNCTION licence_home.assessed(profession text, home geometry, home_area_m2 numeric,
        work_area_m2 numeric, built_on date, employees integer, people integer,
        children integer, on_date date)
    RETURNS TABLE (criterion text, category text, ruling text, required text, observed text,
        pairs text[], pairs_ar text[], pairs_en text[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 9
BEGIN ATOMIC
    SELECT k.criterion, j.category, k.ruling, k.required, k.observed, k.pairs, k.pairs_ar, k.pairs_en
    FROM licence_home.judge(assessed.profession, assessed.home, assessed.home_area_m2,
        assessed.work_area_m2, assessed.built_on, assessed.employees, assessed.people,
        assessed.children, assessed.on_date) AS j
    CROSS JOIN LATERAL licence_home.zone_words(j.geom, j.fault, j.unzoned, j.zone_ruling,
        j.inner_ruling, j.unruled, assessed.profession, j.category, assessed.on_date,
        j.edge_tolerance_m) AS w
    CROSS JOIN LATERAL (
        SELECT licence_home.plain(assessed.work_area_m2) AS work_area,
            licence_home.plain(j.area_limit_m2) AS area_limit,
            -- a larger home helps only below the absolute limit
            ceil(assessed.work_area_m2 / j.max_area_share) AS home_needed,
            assessed.work_area_m2 <= j.max_area_m2 AS home_helps,
            licence_home.day_name(assessed.on_date, NULL) AS on_date,
            licence_home.day_name(assessed.built_on, NULL) AS built_on
    ) AS n
    CROSS JOIN LATERAL (VALUES
        ('edition', j.edition_is,
            'instructions in force on ' || n.on_date, j.edition,
            ARRAY['edition', j.edition],
            ARRAY['date', licence_home.day_name(assessed.on_date, 'ar')],
            ARRAY['date', licence_home.day_name(assessed.on_date, 'en')]),
        ('profession', j.profession_is,
            'on the list on ' || n.on_date, assessed.profession,
            '{}'::text[],
            ARRAY['date', licence_home.day_name(assessed.on_date, 'ar'),
                'p', coalesce(j.profession_ar, assessed.profession)],
            ARRAY['date', licence_home.day_name(assessed.on_date, 'en'),
                'p', coalesce(j.profession_en, assessed.profession)]),
        ('location', j.location_is,
            'in a district of the city',
            coalesce(j.district || ' ' || j.district_en, w.why_en),
            '{}'::text[], ARRAY['district', j.district_ar], ARRAY['district', j.district_en]),
        ('zone', j.zone_is,
            'permitted', concat_ws(': ', j.zone_ruling, coalesce(w.why_en, w.zones_en)),
            '{}'::text[],
            ARRAY['zone', w.zones_ar, 'why', w.why_ar,
                'decider', licence_home.decider_name(j.decider, 'ar')],
            ARRAY['zone', w.zones_en, 'why', w.why_en,
                'decider', licence_home.decider_name(j.decider, 'en')]),
        ('work_area', j.work_area_is,
            n.area_limit, n.work_area,
            ARRAY['obs', n.work_area, 'limit', n.area_limit,
                'share', licence_home.plain(100 * j.max_area_share),
                'cap', licence_home.plain(j.max_area_m2)],
            ARRAY['or_home', CASE WHEN n.home_helps
                THEN '، أو اختاروا منزلًا لا تقل مساحته عن ' || n.home_needed || ' م²' ELSE '' END],
            ARRAY['or_home', CASE WHEN n.home_helps
                THEN ', or a home of at least ' || n.home_needed || ' m²' ELSE '' END]),
        ('employees', j.employees_is,
            j.max_employees::text, assessed.employees::text,
            ARRAY['obs', assessed.employees::text, 'limit', j.max_employees::text],
            '{}'::text[], '{}'::text[]),
        ('people', j.people_is,
            j.max_people::text, assessed.people::text,
            ARRAY['obs', assessed.people::text, 'limit', j.max_people::text],
            '{}'::text[], '{}'::text[]),
        ('children', j.children_is,
            j.max_children::text, assessed.children::text,
            ARRAY['obs', assessed.children::text, 'limit', j.max_children::text],
            '{}'::text[], '{}'::text[]),
        ('building_date', j.building_date_is,
            'not after ' || n.on_date, n.built_on,
            '{}'::text[],
            ARRAY['obs', licence_home.day_name(assessed.built_on, 'ar')],
            ARRAY['obs', licence_home.day_name(assessed.built_on, 'en')])
    ) AS k (criterion, ruling, required, observed, pairs, pairs_ar, pairs_en)
    WHERE k.ruling IS NOT NULL;
END;
COMMENT ON FUNCTION licence_home.assessed(text, geometry, numeric, numeric, date, integer, integer, integer, date) IS
'Internal: the rulings of judge() as rows, a criterion each, with what was required and observed and the values for its sentences (in both languages, in Arabic, in English).';

CREATE FUNCTION licence_home.decided_criteria() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY['edition', 'profession', 'nationality', 'location', 'zone', 'work_area',
        'employees', 'people', 'children', 'building_date', 'documents', 'owner_approval',
        'external_approval', 'duplicate', 'home_total'];
COMMENT ON FUNCTION licence_home.decided_criteria() IS
'Internal: the criteria of stages A and E that this file decides. A row of these stages with another name is never proven.';

CREATE FUNCTION licence_home.criteria_for(category text, on_date date)
    RETURNS TABLE (criterion text, stage text, "position" integer, article text,
        look_at_ar text, look_at_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    SELECT DISTINCT ON (c.criterion) c.criterion, c.stage, c."position", c.article,
        coalesce(c.required_ar, c.met_ar), coalesce(c.required_en, c.met_en)
    FROM licence_home.criterion AS c
    WHERE licence_home.in_force(c.valid, c.withdrawn_at, criteria_for.on_date)
        AND (c.category IS NULL OR c.category = criteria_for.category)
    ORDER BY c.criterion, c.category NULLS LAST;
END;
COMMENT ON FUNCTION licence_home.criteria_for(text, date) IS
'Internal: the criteria of a day for a category of professions, one row each: the row of the category goes before the row without one. look_at: what an inspector looks for.';

CREATE FUNCTION licence_home.explained(criterion text, category text, on_date date, ruling text,
        pairs text[], pairs_ar text[], pairs_en text[])
    RETURNS TABLE (stage text, "position" integer, ruling text, article text,
        message_ar text, message_en text, remedy_ar text, remedy_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT c.stage, c."position", r.ruling, c.article,
        coalesce(licence_home.fill(
            CASE WHEN NOT r.in_words THEN NULL
                WHEN r.ruling = 'met' THEN c.met_ar WHEN r.ruling = 'not_met' THEN c.not_met_ar
                WHEN r.ruling = 'refer' THEN c.refer_ar WHEN r.ruling = 'condition' THEN c.condition_ar
                ELSE c.not_proven_ar END,
            VARIADIC v.ar), 'لا قاعدة سارية تُثبت: ' || coalesce(c.label_ar, explained.criterion) || '.'),
        coalesce(licence_home.fill(
            CASE WHEN NOT r.in_words THEN NULL
                WHEN r.ruling = 'met' THEN c.met_en WHEN r.ruling = 'not_met' THEN c.not_met_en
                WHEN r.ruling = 'refer' THEN c.refer_en WHEN r.ruling = 'condition' THEN c.condition_en
                ELSE c.not_proven_en END,
            VARIADIC v.en), 'No rule in force proves: ' || coalesce(c.label_en, explained.criterion) || '.'),
        CASE WHEN r.ruling = 'not_met' THEN licence_home.fill(c.remedy_ar, VARIADIC v.ar) END,
        CASE WHEN r.ruling = 'not_met' THEN licence_home.fill(c.remedy_en, VARIADIC v.en) END
    FROM (SELECT) AS once
    LEFT JOIN LATERAL (
        SELECT *
        FROM licence_home.criterion AS c
        WHERE c.criterion = explained.criterion AND c.withdrawn_at IS NULL
            AND (c.category IS NULL OR c.category = explained.category)
        ORDER BY (c.valid @> explained.on_date) DESC NULLS LAST, c.category NULLS LAST, lower(c.valid) DESC
        LIMIT 1
    ) AS c ON true
    CROSS JOIN LATERAL (
        -- A criterion without a row on that day is proven by nothing; another
        -- day's row lends its words to a no, and to an unknown day.
        SELECT CASE WHEN d.in_force OR explained.ruling = 'not_met' THEN explained.ruling
                ELSE 'not_proven' END AS ruling,
            d.in_force OR explained.ruling = 'not_met' OR explained.criterion = 'edition' AS in_words
        FROM (SELECT coalesce(c.valid @> explained.on_date AND isfinite(explained.on_date), false)
            AS in_force) AS d
    ) AS r
    CROSS JOIN LATERAL (
        SELECT explained.pairs || explained.pairs_ar || ARRAY['required', c.required_ar] AS ar,
            explained.pairs || explained.pairs_en || ARRAY['required', c.required_en] AS en
    ) AS v;
END;
COMMENT ON FUNCTION licence_home.explained(text, text, date, text, text[], text[], text[]) IS
'Internal: the sentence of a criterion under a ruling, and for not_met the remedy, from the criterion''s row of the day for the category, filled with the values. Without a row on that day nothing is proven.';

CREATE FUNCTION licence_home.assess(profession text, home geometry, home_area_m2 numeric,
        work_area_m2 numeric, built_on date, employees integer, people integer,
        tenant boolean, on_date date, children integer DEFAULT NULL)
    RETURNS TABLE (criterion text, stage text, ruling text, required text, observed text,
        article text, message_ar text, message_en text, remedy_ar text, remedy_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    WITH decided AS (
        SELECT *
        FROM licence_home.assessed(assess.profession, assess.home, assess.home_area_m2,
            assess.work_area_m2, assess.built_on, assess.employees, assess.people,
            assess.children, assess.on_date) AS a
    ), once AS (
        SELECT p.category, e.owners_share
        FROM (SELECT) AS once
        LEFT JOIN licence_home.profession AS p ON p.code = assess.profession
            AND licence_home.in_force(p.valid, p.withdrawn_at, assess.on_date)
        LEFT JOIN licence_home.edition AS e
            ON licence_home.in_force(e.valid, e.withdrawn_at, assess.on_date)
    ), conditions AS (
        SELECT 'documents' AS criterion, o.category,
            CASE count(d.document_type) WHEN 0 THEN 'met' ELSE 'condition' END AS ruling,
            string_agg(d.document_type, ', ' ORDER BY d.position, d.document_type) AS required,
            NULL AS observed, '{}'::text[] AS pairs,
            ARRAY['list', string_agg(d.name_ar, '، ' ORDER BY d.position, d.document_type)] AS pairs_ar,
            ARRAY['list', string_agg(d.name_en, ', ' ORDER BY d.position, d.document_type)] AS pairs_en
        FROM once AS o
        LEFT JOIN licence_home.documents_for(assess.profession, assess.built_on, assess.tenant,
            NULL, assess.on_date) AS d ON true
        GROUP BY o.category
        UNION ALL
        SELECT 'owner_approval', o.category,
            CASE WHEN assess.tenant THEN 'condition' ELSE 'not_proven' END,
            'approval of owners holding ' || licence_home.plain(100 * o.owners_share) || ' %', NULL,
            ARRAY['limit', licence_home.plain(100 * o.owners_share)], '{}', '{}'
        FROM once AS o
        WHERE assess.tenant IS NOT FALSE
        UNION ALL
        SELECT 'external_approval', o.category, 'condition',
            string_agg(a.authority, ', ' ORDER BY a.authority), NULL, '{}',
            ARRAY['authority', string_agg(a.name_ar, '، ' ORDER BY a.authority)],
            ARRAY['authority', string_agg(a.name_en, ', ' ORDER BY a.authority)]
        FROM once AS o
        CROSS JOIN LATERAL licence_home.authorities_for(assess.profession, o.category,
            assess.on_date) AS a
        GROUP BY o.category
        UNION ALL
        -- the inspection's, and what nothing here can decide
        SELECT c.criterion, o.category, CASE c.stage WHEN 'I' THEN 'condition' ELSE 'not_proven' END,
            c.look_at_en, NULL, '{}', '{}', '{}'
        FROM once AS o
        CROSS JOIN LATERAL licence_home.criteria_for(o.category, assess.on_date) AS c
        WHERE c.stage = 'I' OR c.stage = 'A' AND c.criterion <> ALL (licence_home.decided_criteria())
    )
    SELECT k.criterion, x.stage, x.ruling, k.required, k.observed, x.article,
        x.message_ar, x.message_en, x.remedy_ar, x.remedy_en
    FROM (
        SELECT * FROM decided
        UNION ALL
        SELECT * FROM conditions
    ) AS k
    CROSS JOIN LATERAL licence_home.explained(k.criterion, k.category, assess.on_date, k.ruling,
        k.pairs, k.pairs_ar, k.pairs_en) AS x
    ORDER BY x."position", k.criterion;
END;
COMMENT ON FUNCTION licence_home.assess(text, geometry, numeric, numeric, date, integer, integer, boolean, date, integer) IS
'What would become of an application: one row a criterion, in order. ruling: met; condition (to be proved later, by documents, approvals or the inspection); refer (left to whoever decides); not_met; not_proven (a value is missing, contradicts another, or is impossible). required and observed are for programs, message and remedy (for not_met: the smallest change that would meet it) for people. Areas in m², home a point or footprint in any known SRID; SRID 0 is an error, 22023, other odd input is not_proven. owner_approval and external_approval have a row only where they are needed, children only for professions that take children. Rules: the rows in force on on_date, with their articles and sources.';
