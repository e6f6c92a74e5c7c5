-- ---------------------------------------------------------------------
-- Eligibility: may this profession be licensed at this home?
--
-- decide         the verdicts on what can be asked before there is a case,
--                from the question and what the rules say of it
-- judge          looks up what the rules of a day say, and lets decide()
-- assessed       the same as rows, a criterion each, with what a sentence needs
-- explained      the sentence of one criterion
-- assess         the answer to a question, before there is a case
-- …_is           the ruling on a criterion that only a case can have, from its
--                facts; ruled_is, whether a rule in force makes it count
--
-- case_eligibility (55-case-rules.sql) is the answer for a case, with words;
-- caseload_assessment (66-caseload.sql) the answer for very many, without.
-- Nothing decides but decide() and the functions named …_is.
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

CREATE FUNCTION licence_home.area_limit(home_area_m2 numeric, max_area_share numeric, max_area_m2 numeric)
    RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN area_limit.home_area_m2 > 0 AND area_limit.home_area_m2 < 'Infinity'
        THEN least(area_limit.max_area_share * area_limit.home_area_m2, area_limit.max_area_m2) END;
COMMENT ON FUNCTION licence_home.area_limit(numeric, numeric, numeric) IS
'Internal: the largest work area (m²) in a home of an area: the smaller of a share of the home and an absolute limit; null for what is no area.';

CREATE FUNCTION licence_home.decide(day date, editions bigint, edition text,
        profession text, listings bigint, category text, takes_children boolean,
        geom geometry, fault text, district integer, zone_ruling text,
        home_area_m2 numeric, work_area_m2 numeric, area_limit_m2 numeric,
        employees integer, max_employees integer, people integer, max_people integer,
        children integer, max_children integer, built_on date)
    RETURNS TABLE (edition_is text, profession_is text, location_is text, zone_is text,
        work_area_is text, employees_is text, people_is text, children_is text, building_date_is text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT
        CASE WHEN decide.day IS NULL OR decide.editions > 1 THEN 'not_proven'
            WHEN decide.edition IS NULL THEN 'not_met' ELSE 'met' END,
        CASE WHEN decide.day IS NULL OR decide.profession IS NULL OR decide.listings > 1 THEN 'not_proven'
            WHEN decide.category IS NULL THEN 'not_met' ELSE 'met' END,
        CASE WHEN decide.day IS NULL OR decide.geom IS NULL AND decide.fault <> 'far' THEN 'not_proven'
            WHEN decide.district IS NOT NULL THEN 'met'
            -- no map of the districts proves nothing
            WHEN EXISTS (SELECT FROM licence_home.district AS x
                WHERE licence_home.in_force(x.valid, x.withdrawn_at, decide.day)) THEN 'not_met'
            ELSE 'not_proven' END,
        CASE decide.zone_ruling WHEN 'permitted' THEN 'met' WHEN 'refer' THEN 'refer'
            WHEN 'prohibited' THEN 'not_met' ELSE 'not_proven' END,
        CASE WHEN (decide.work_area_m2 > 0 AND decide.work_area_m2 <= decide.home_area_m2) IS NOT TRUE
                THEN 'not_proven'
            WHEN decide.work_area_m2 <= decide.area_limit_m2 THEN 'met'
            WHEN decide.work_area_m2 > decide.area_limit_m2 THEN 'not_met'
            ELSE 'not_proven' END,
        licence_home.at_most(decide.employees, 0, decide.max_employees),
        -- the applicant works there too, and whoever is known to be employed
        licence_home.at_most(decide.people, 1 + greatest(decide.employees, 0)::bigint, decide.max_people),
        CASE WHEN decide.takes_children THEN licence_home.at_most(decide.children, 0, decide.max_children) END,
        CASE WHEN decide.day IS NULL OR isfinite(decide.built_on) IS NOT TRUE THEN 'not_proven'
            WHEN decide.built_on > decide.day THEN 'not_met' ELSE 'met' END;
END;
COMMENT ON FUNCTION licence_home.decide(date, bigint, text, text, bigint, text, boolean, geometry, text, integer, text, numeric, numeric, numeric, integer, integer, integer, integer, integer, integer, date) IS
'Internal: the rulings on the criteria of stage A from what is asked and what the rules and the map of a day (null: not known) say, one row. met, refer, not_met or not_proven; children_is null where the profession takes none.';

CREATE FUNCTION licence_home.judge(profession text, home geometry, home_area_m2 numeric,
        work_area_m2 numeric, built_on date, employees integer, people integer,
        children integer, on_date date)
    RETURNS TABLE (
        edition text, decider text, max_area_share numeric, max_area_m2 numeric,
        max_employees integer, max_people integer, max_children integer,
        edge_tolerance_m numeric, area_limit_m2 numeric,
        category text, profession_ar text, profession_en text,
        geom geometry, fault text, unzoned double precision,
        zone_ruling text, inner_ruling text, unruled boolean,
        district integer, district_ar text, district_en text,
        edition_is text, profession_is text, location_is text, zone_is text, work_area_is text,
        employees_is text, people_is text, children_is text, building_date_is text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT
        e.edition, e.decider, e.max_area_share, e.max_area_m2,
        e.max_employees, e.max_people, e.max_children, e.edge_tolerance_m, l.area_limit_m2,
        p.category, p.name_ar, p.name_en,
        h.geom, h.fault, h.unzoned, z.ruling, z.inner_ruling, z.unruled,
        d.district, d.name_ar, d.name_en,
        r.edition_is, r.profession_is, r.location_is, r.zone_is, r.work_area_is,
        r.employees_is, r.people_is, r.children_is, r.building_date_is
    FROM (SELECT CASE WHEN isfinite(judge.on_date) THEN judge.on_date END AS day) AS q
    LEFT JOIN LATERAL licence_home.edition_on(q.day) AS e ON true
    LEFT JOIN LATERAL licence_home.profession_on(judge.profession, q.day) AS p ON true
    CROSS JOIN LATERAL (
        SELECT licence_home.area_limit(judge.home_area_m2, e.max_area_share, e.max_area_m2) AS area_limit_m2
    ) AS l
    CROSS JOIN LATERAL licence_home.home_place(judge.home, q.day, e.edge_tolerance_m) AS h
    CROSS JOIN LATERAL licence_home.place_ruling(h.classes, h.inside, h.unzoned,
        judge.profession, p.category, q.day) AS z
    LEFT JOIN LATERAL licence_home.district_at(h.geom, q.day) AS d ON true
    CROSS JOIN LATERAL licence_home.decide(q.day, e.found, e.edition,
        judge.profession, p.found, p.category, p.takes_children,
        h.geom, h.fault, d.district, z.ruling,
        judge.home_area_m2, judge.work_area_m2, l.area_limit_m2,
        judge.employees, e.max_employees, judge.people, e.max_people,
        judge.children, e.max_children, judge.built_on) AS r;
END;
COMMENT ON FUNCTION licence_home.judge(text, geometry, numeric, numeric, date, integer, integer, integer, date) IS
'Internal: what the rules of a day say of a profession at a home, one row: the values of the edition and the catalogue, the limit of the work area (the smaller of max_area_share of the home and max_area_m2), where the home lies, and the rulings of decide(). 22023 for SRID 0; no other input is an error.';

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
            licence_home.day_name(assessed.on_date, 'en') AS on_date,
            licence_home.day_name(assessed.built_on, 'en') AS built_on
    ) AS n
    CROSS JOIN LATERAL (VALUES
        ('edition', j.edition_is,
            'instructions in force on ' || n.on_date, j.edition,
            ARRAY['edition', j.edition],
            ARRAY['date', licence_home.day_name(assessed.on_date, 'ar')],
            ARRAY['date', n.on_date]),
        ('profession', j.profession_is,
            'on the list on ' || n.on_date, assessed.profession,
            '{}'::text[],
            ARRAY['date', licence_home.day_name(assessed.on_date, 'ar'),
                'p', coalesce(j.profession_ar, assessed.profession)],
            ARRAY['date', n.on_date, 'p', coalesce(j.profession_en, assessed.profession)]),
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
            ARRAY['obs', n.built_on])
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

CREATE FUNCTION licence_home.ruled_is(ruling text, in_force boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ruled_is.in_force OR ruled_is.ruling = 'not_met' OR ruled_is.ruling IS NULL
        THEN ruled_is.ruling ELSE 'not_proven' END;
COMMENT ON FUNCTION licence_home.ruled_is(text, boolean) IS
'Internal: a ruling, given whether its criterion has a row in force: without one nothing but a no stands.';

CREATE FUNCTION licence_home.nationality_is(kind text, jordanians_only boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN NOT nationality_is.jordanians_only THEN 'met'
        WHEN nationality_is.jordanians_only AND nationality_is.kind = 'citizen' THEN 'met'
        WHEN nationality_is.jordanians_only AND nationality_is.kind = 'resident' THEN 'not_met'
        ELSE 'not_proven'       -- nobody knows whose a business is
    END;
COMMENT ON FUNCTION licence_home.nationality_is(text, boolean) IS
'Internal: the ruling on the criterion nationality, by the kind of applicant and the flag of the profession (null: not on the list).';

CREATE FUNCTION licence_home.owner_approval_is(tenant boolean, shown boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN NOT owner_approval_is.tenant THEN NULL
        WHEN owner_approval_is.tenant IS NULL THEN 'not_proven'
        WHEN owner_approval_is.shown THEN 'met'
        ELSE 'condition'
    END;
COMMENT ON FUNCTION licence_home.owner_approval_is(boolean, boolean) IS
'Internal: the ruling on the criterion owner_approval; null where the applicant is the sole registered owner. shown: the approval is accepted and in force.';

CREATE FUNCTION licence_home.external_approval_is(needed boolean, refused boolean, complete boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN external_approval_is.refused THEN 'not_met'
        WHEN NOT external_approval_is.needed THEN NULL
        WHEN external_approval_is.complete THEN 'met'
        ELSE 'condition'
    END;
COMMENT ON FUNCTION licence_home.external_approval_is(boolean, boolean, boolean) IS
'Internal: the ruling on the criterion external_approval; null where no authority is asked. refused: an authority that is asked refused, or its approval is over; complete: each is granted, accepted and in force.';

CREATE FUNCTION licence_home.duplicate_is(placed boolean, other text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN NOT duplicate_is.placed THEN 'not_proven'
        WHEN duplicate_is.other IS NOT NULL THEN 'not_met'
        ELSE 'met'
    END;
COMMENT ON FUNCTION licence_home.duplicate_is(boolean, text) IS
'Internal: the ruling on the criterion duplicate. placed: there is a place or a parcel to compare; other: the number of another application or licence.';

CREATE FUNCTION licence_home.home_total_is(total_m2 numeric, area_limit_m2 numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN home_total_is.total_m2 <= home_total_is.area_limit_m2 THEN 'met'
        WHEN home_total_is.total_m2 > home_total_is.area_limit_m2 THEN 'refer'
        ELSE 'not_proven'
    END;
COMMENT ON FUNCTION licence_home.home_total_is(numeric, numeric) IS
'Internal: the ruling on the criterion home_total, by the work areas in a home together and the limit, in m².';

CREATE FUNCTION licence_home.on_site_is(finding text, passed boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN on_site_is.finding IS NOT NULL THEN on_site_is.finding
        WHEN on_site_is.passed THEN 'not_proven'
        ELSE 'condition'
    END;
COMMENT ON FUNCTION licence_home.on_site_is(text, boolean) IS
'Internal: the ruling on a criterion that the inspection proves, by what the inspector found; what an inspection that passed did not look at is not proven.';

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

CREATE FUNCTION licence_home.criteria_lists(category text, on_date date)
    RETURNS TABLE (unruled text[], on_site text[], undecided text[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT ARRAY(SELECT d.criterion FROM unnest(licence_home.decided_criteria()) AS d (criterion)
            WHERE d.criterion <> ALL (l.ruled)),
        l.on_site, l.undecided
    FROM (
        SELECT coalesce(array_agg(c.criterion), '{}') AS ruled,
            coalesce(array_agg(c.criterion) FILTER (WHERE c.stage = 'I'), '{}') AS on_site,
            coalesce(array_agg(c.criterion) FILTER (WHERE c.stage IN ('A', 'E')
                AND c.criterion <> ALL (licence_home.decided_criteria())), '{}') AS undecided
        FROM licence_home.criteria_for(criteria_lists.category, criteria_lists.on_date) AS c
    ) AS l
    OFFSET 0;
END;
COMMENT ON FUNCTION licence_home.criteria_lists(text, date) IS
'Internal: the criteria of a day for a category of professions as lists, one row: unruled, those of decided_criteria() that no row in force describes; on_site, those that the inspection proves; undecided, those that nothing here can decide.';

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
        SELECT licence_home.ruled_is(explained.ruling, d.in_force) AS ruling,
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
