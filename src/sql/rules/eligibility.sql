-- ---------------------------------------------------------------------
-- Eligibility: may this profession be licensed at this home?
--
-- judge               looks up what the rules of a day say, and rules on the
--                     criteria by criteria_rulings(); it gives a judgement
-- criteria_rulings    the rulings on the criteria that can be asked before there
--                     is a case, from the question and what the rules say of it
-- …_ruling            the ruling on a criterion that only a case can have, from
--                     the facts of the case
-- ruling_in_force     what remains of a ruling where no rule in force has the
--                     criterion
-- judged_rulings      a judgement as rows, a criterion each, with what a sentence
--                     needs (judged_ruling_rows; case_ruling_rows has the same of
--                     the criteria of a case)
-- criterion_sentence  the sentence of one criterion
-- assess              the answer to a question, before there is a case
--
-- case_eligibility (case/rules.sql) is the answer for a case, with words;
-- caseload_assessment (reports/caseload.sql) the answer for very many, without.
-- No other function rules on a criterion than criteria_rulings() and …_ruling.
--
-- Fail closed: a ruling starts from not_proven, and only values that are
-- there and make sense get beyond it.  NaN is above infinity, so that x > 0
-- AND x < 'Infinity' is true of proper numbers only.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.at_most(observed bigint, lowest bigint, highest bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN at_most.observed < at_most.lowest THEN 'not_proven'
        WHEN at_most.observed <= at_most.highest THEN 'met'
        WHEN at_most.observed > at_most.highest THEN 'not_met'
        ELSE 'not_proven'
    END;
COMMENT ON FUNCTION licence_home_internal.at_most(bigint, bigint, bigint) IS
'Internal: the ruling on a number with a limit. met up to highest, not_met above it, not_proven where it is null or below lowest, which is impossible.';
CALL licence_home_internal.make_function('licence_home_internal.at_most(bigint, bigint, bigint)', 'everyone');

CREATE FUNCTION licence_home_internal.area_limit(home_area_m2 numeric, max_area_share numeric, max_area_m2 numeric)
    RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN area_limit.home_area_m2 > 0 AND area_limit.home_area_m2 < 'Infinity'
        THEN least(area_limit.max_area_share * area_limit.home_area_m2, area_limit.max_area_m2) END;
COMMENT ON FUNCTION licence_home_internal.area_limit(numeric, numeric, numeric) IS
'Internal: the largest work area (m²) in a home of an area: the smaller of a share of the home and an absolute limit. Null for what is no area.';
CALL licence_home_internal.make_function('licence_home_internal.area_limit(numeric, numeric, numeric)', 'everyone');

CREATE FUNCTION licence_home_internal.criteria_rulings(day date, editions bigint, edition text,
        profession text, listings bigint, category text, takes_children boolean,
        geom geometry, fault text, district integer, place_ruling text,
        home_area_m2 numeric, work_area_m2 numeric, area_limit_m2 numeric,
        employees integer, max_employees integer, people integer, max_people integer,
        children integer, max_children integer, built_on date)
    RETURNS TABLE (edition_ruling text, profession_ruling text, location_ruling text, zone_ruling text,
        work_area_ruling text, employees_ruling text, people_ruling text, children_ruling text, building_date_ruling text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT
        CASE WHEN criteria_rulings.day IS NULL OR criteria_rulings.editions > 1 THEN 'not_proven'
            WHEN criteria_rulings.edition IS NULL THEN 'not_met' ELSE 'met' END,
        CASE WHEN criteria_rulings.day IS NULL OR criteria_rulings.profession IS NULL OR criteria_rulings.listings > 1 THEN 'not_proven'
            WHEN criteria_rulings.category IS NULL THEN 'not_met' ELSE 'met' END,
        CASE WHEN criteria_rulings.day IS NULL OR criteria_rulings.geom IS NULL AND criteria_rulings.fault <> 'far' THEN 'not_proven'
            WHEN criteria_rulings.district IS NOT NULL THEN 'met'
            -- no map of the districts proves nothing
            WHEN EXISTS (SELECT FROM licence_home.district AS x
                WHERE licence_home.in_force(x.valid, x.withdrawn_at, criteria_rulings.day)) THEN 'not_met'
            ELSE 'not_proven' END,
        CASE criteria_rulings.place_ruling WHEN 'permitted' THEN 'met' WHEN 'refer' THEN 'refer'
            WHEN 'prohibited' THEN 'not_met' ELSE 'not_proven' END,
        CASE WHEN (criteria_rulings.work_area_m2 > 0 AND criteria_rulings.work_area_m2 <= criteria_rulings.home_area_m2) IS NOT TRUE
                THEN 'not_proven'
            WHEN criteria_rulings.work_area_m2 <= criteria_rulings.area_limit_m2 THEN 'met'
            WHEN criteria_rulings.work_area_m2 > criteria_rulings.area_limit_m2 THEN 'not_met'
            ELSE 'not_proven' END,
        licence_home_internal.at_most(criteria_rulings.employees, 0, criteria_rulings.max_employees),
        -- the applicant works there too, and whoever is known to be employed
        licence_home_internal.at_most(criteria_rulings.people, 1 + greatest(criteria_rulings.employees, 0)::bigint, criteria_rulings.max_people),
        CASE WHEN criteria_rulings.takes_children THEN licence_home_internal.at_most(criteria_rulings.children, 0, criteria_rulings.max_children) END,
        CASE WHEN criteria_rulings.day IS NULL OR (isfinite(criteria_rulings.built_on) AND criteria_rulings.built_on >= date '1800-01-01') IS NOT TRUE THEN 'not_proven'
            WHEN criteria_rulings.built_on > criteria_rulings.day THEN 'not_met' ELSE 'met' END;
END;
COMMENT ON FUNCTION licence_home_internal.criteria_rulings(date, bigint, text, text, bigint, text, boolean, geometry, text, integer, text, numeric, numeric, numeric, integer, integer, integer, integer, integer, integer, date) IS
'Internal: the rulings on the criteria of stage A, one row. They follow from the question and from what the rules and the map of a day (null: not known) say. met, refer, not_met or not_proven; children_ruling null where the profession takes none.';
CALL licence_home_internal.make_function('licence_home_internal.criteria_rulings(date, bigint, text, text, bigint, text, boolean, geometry, text, integer, text, numeric, numeric, numeric, integer, integer, integer, integer, integer, integer, date)',
    'everyone');

CREATE TYPE licence_home_internal.judgement AS (
    day date,
    edition text, decider text, max_area_share numeric, max_area_m2 numeric,
    max_employees integer, max_people integer, max_children integer, owners_share numeric,
    edge_tolerance_m numeric, area_limit_m2 numeric,
    category text, profession_ar text, profession_en text, jordanians_only boolean,
    certificate_profession boolean,
    geom geometry, fault text, unzoned double precision, only_class text,
    place_ruling text, inner_ruling text, unruled boolean,
    district integer, district_ar text, district_en text,
    edition_ruling text, profession_ruling text, location_ruling text, zone_ruling text, work_area_ruling text,
    employees_ruling text, people_ruling text, children_ruling text, building_date_ruling text);
COMMENT ON TYPE licence_home_internal.judgement IS
'Internal: what the rules of a day say of a profession at a home, as judge() gives it.';

CREATE FUNCTION licence_home_internal.judge(profession text, home geometry, home_area_m2 numeric,
        work_area_m2 numeric, built_on date, employees integer, people integer,
        children integer, on_date date)
    RETURNS SETOF licence_home_internal.judgement
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT
        q.day,
        e.edition, e.decider, e.max_area_share, e.max_area_m2,
        e.max_employees, e.max_people, e.max_children, e.owners_share,
        e.edge_tolerance_m, l.area_limit_m2,
        p.category, p.name_ar, p.name_en, p.jordanians_only, p.needs_construction_certificate,
        h.geom, h.fault, h.unzoned,
        CASE WHEN cardinality(h.classes) = 1
                AND (z.ruling IN ('permitted', 'prohibited') OR z.ruling = 'refer' AND licence_home_internal.is_zoned(h.unzoned))
            THEN h.classes[1] END,
        z.ruling, z.inner_ruling, z.unruled,
        d.district, d.name_ar, d.name_en,
        r.edition_ruling, r.profession_ruling, r.location_ruling, r.zone_ruling, r.work_area_ruling,
        r.employees_ruling, r.people_ruling, r.children_ruling, r.building_date_ruling
    FROM (SELECT CASE WHEN isfinite(judge.on_date) THEN judge.on_date END AS day) AS q
    LEFT JOIN LATERAL licence_home_internal.edition_on(q.day) AS e ON true
    LEFT JOIN LATERAL licence_home_internal.profession_on(judge.profession, q.day) AS p ON true
    CROSS JOIN LATERAL (
        SELECT licence_home_internal.area_limit(judge.home_area_m2, e.max_area_share, e.max_area_m2) AS area_limit_m2
    ) AS l
    CROSS JOIN LATERAL licence_home_internal.home_place(judge.home, q.day, e.edge_tolerance_m) AS h
    CROSS JOIN LATERAL licence_home_internal.place_ruling(h.classes, h.inside, h.unzoned,
        judge.profession, p.category, q.day) AS z
    LEFT JOIN LATERAL licence_home_internal.district_at(h.geom, q.day) AS d ON true
    CROSS JOIN LATERAL licence_home_internal.criteria_rulings(q.day, e.found, e.edition,
        judge.profession, p.found, p.category, p.takes_children,
        h.geom, h.fault, d.district, z.ruling,
        judge.home_area_m2, judge.work_area_m2, l.area_limit_m2,
        judge.employees, e.max_employees, judge.people, e.max_people,
        judge.children, e.max_children, judge.built_on) AS r;
END;
COMMENT ON FUNCTION licence_home_internal.judge(text, geometry, numeric, numeric, date, integer, integer, integer, date) IS
'Internal: what the rules of a day say of a profession at a home, one row. It has the values of the edition and the catalogue, and the limit of the work area (the smaller of max_area_share of the home and max_area_m2). It says where the home lies, and has the rulings of criteria_rulings(). only_class: in zones of that class alone, far from any other, so that nothing else decides. 22023 for SRID 0; no other input is an error.';
CALL licence_home_internal.make_function('licence_home_internal.judge(text, geometry, numeric, numeric, date, integer, integer, integer, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.plain(number numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN trim_scale(plain.number)::text;
COMMENT ON FUNCTION licence_home_internal.plain(numeric) IS
'Internal: a number as a sentence writes it, without trailing zeros.';
CALL licence_home_internal.make_function('licence_home_internal.plain(numeric)', 'everyone');

CREATE FUNCTION licence_home_internal.profession_once(profession text, language text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE profession_once.language WHEN 'ar' THEN p.name_ar ELSE p.name_en END
    FROM licence_home.profession AS p
    WHERE p.code = profession_once.profession
    ORDER BY p.withdrawn_at DESC NULLS FIRST, lower(p.valid) DESC
    LIMIT 1;
END;
COMMENT ON FUNCTION licence_home_internal.profession_once(text, text) IS
'Internal: the name of a profession in a language (ar, else English), whenever it was on the list; null where it never was.';
CALL licence_home_internal.make_function('licence_home_internal.profession_once(text, text)', 'everyone');

CREATE FUNCTION licence_home_internal.judged_ruling_rows(judged licence_home_internal.judgement, on_date date, profession text,
        name_ar text, name_en text, zones_ar text, zones_en text, why_ar text, why_en text,
        decider_ar text, decider_en text, work_area_m2 numeric, employees integer, people integer,
        children integer, built_on date)
    RETURNS TABLE (criterion text, ruling text, required text, observed text,
        pairs text[], pairs_ar text[], pairs_en text[])
    AS 'MODULE_PATHNAME', 'licence_home_judged_ruling_rows' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 9;
COMMENT ON FUNCTION licence_home_internal.judged_ruling_rows(licence_home_internal.judgement, date, text, text, text, text, text, text, text, text, text, numeric, integer, integer, integer, date) IS
'Internal: the rows of judged_rulings(), from the judgement and names. The names are those of the profession, the zones, the reason of their ruling, and the decider.';
CALL licence_home_internal.make_function('licence_home_internal.judged_ruling_rows(licence_home_internal.judgement, date, text, text, text, text, text, text, text, text, text, numeric, integer, integer, integer, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.case_ruling_rows(judged licence_home_internal.judgement, nationality_ruling text, kind text,
        owner_approval_ruling text, owner_approval text, duplicate_ruling text, duplicate text,
        home_total_ruling text, work_area_m2 numeric, decider_ar text, decider_en text)
    RETURNS TABLE (criterion text, ruling text, required text, observed text,
        pairs text[], pairs_ar text[], pairs_en text[])
    AS 'MODULE_PATHNAME', 'licence_home_case_ruling_rows' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION licence_home_internal.case_ruling_rows(licence_home_internal.judgement, text, text, text, text, text, text, text, numeric, text, text) IS
'Internal: rows like those of judged_rulings() for the criteria that only a case can show. They follow from the rulings of the functions named …_ruling and what these go by. That is the kind of applicant, what the owners'' approval lacks, the number of the other case, and the case''s own work area in m². Of what others do there only the ruling may tell.';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_ruling_rows(licence_home_internal.judgement, text, text, text, text, text, text, text, numeric, text, text)');

CREATE FUNCTION licence_home_internal.judged_rulings(judged licence_home_internal.judgement, decider text, profession text,
        work_area_m2 numeric, built_on date, employees integer, people integer,
        children integer, on_date date)
    RETURNS TABLE (criterion text, ruling text, required text, observed text,
        pairs text[], pairs_ar text[], pairs_en text[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 9
BEGIN ATOMIC
    SELECT k.criterion, k.ruling, k.required, k.observed, k.pairs, k.pairs_ar, k.pairs_en
    FROM (SELECT (judged_rulings.judged).*) AS j
    LEFT JOIN LATERAL (
        SELECT DISTINCT ON (c.class) c.name_ar, c.name_en
        FROM licence_home.zone_class AS c
        WHERE c.class = j.only_class
            AND licence_home.in_force(c.valid, c.withdrawn_at, judged_rulings.on_date)
    ) AS c ON true
    LEFT JOIN LATERAL (
        SELECT t.zones_ar, t.zones_en, t.why_ar, t.why_en
        FROM licence_home_internal.zone_words_planned(j.geom, j.fault, j.unzoned, j.place_ruling, j.inner_ruling,
            j.unruled, judged_rulings.profession, j.category, judged_rulings.on_date, j.edge_tolerance_m) AS t
        WHERE j.only_class IS NULL
        OFFSET 0        -- and not asked otherwise
    ) AS w ON true
    CROSS JOIN LATERAL licence_home_internal.judged_ruling_rows(judged_rulings.judged, judged_rulings.on_date, judged_rulings.profession,
        coalesce(j.profession_ar, licence_home_internal.profession_once(judged_rulings.profession, 'ar'), judged_rulings.profession),
        coalesce(j.profession_en, licence_home_internal.profession_once(judged_rulings.profession, 'en'), judged_rulings.profession),
        coalesce(w.zones_ar, c.name_ar, j.only_class), coalesce(w.zones_en, c.name_en, j.only_class),
        CASE WHEN j.only_class IS NULL THEN w.why_ar
            WHEN j.place_ruling = 'refer' THEN licence_home_internal.zone_reason(coalesce(c.name_ar, j.only_class), 'ar') END,
        CASE WHEN j.only_class IS NULL THEN w.why_en
            WHEN j.place_ruling = 'refer' THEN licence_home_internal.zone_reason(coalesce(c.name_en, j.only_class), 'en') END,
        licence_home.decider_name(judged_rulings.decider, 'ar'), licence_home.decider_name(judged_rulings.decider, 'en'),
        judged_rulings.work_area_m2, judged_rulings.employees, judged_rulings.people, judged_rulings.children, judged_rulings.built_on) AS k;
END;
COMMENT ON FUNCTION licence_home_internal.judged_rulings(licence_home_internal.judgement, text, text, numeric, date, integer, integer, integer, date) IS
'Internal: the rulings of judge() as rows, a criterion each. With what was required and observed, and the values for its sentences (in both languages, in Arabic, in English).';
CALL licence_home_internal.make_function('licence_home_internal.judged_rulings(licence_home_internal.judgement, text, text, numeric, date, integer, integer, integer, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.ruled_criteria() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY['edition', 'profession', 'nationality', 'location', 'zone', 'work_area',
        'employees', 'people', 'children', 'building_date', 'documents', 'owner_approval',
        'external_approval', 'duplicate', 'home_total'];
COMMENT ON FUNCTION licence_home_internal.ruled_criteria() IS
'Internal: the criteria of stages A and E on which this file gives a ruling. A row of these stages with another name is never proven.';
CALL licence_home_internal.make_function('licence_home_internal.ruled_criteria()', 'everyone');

CREATE FUNCTION licence_home_internal.ruling_in_force(ruling text, in_force boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ruling_in_force.in_force OR ruling_in_force.ruling = 'not_met' OR ruling_in_force.ruling IS NULL
        THEN ruling_in_force.ruling ELSE 'not_proven' END;
COMMENT ON FUNCTION licence_home_internal.ruling_in_force(text, boolean) IS
'Internal: a ruling, given whether its criterion has a row in force: without one nothing but a no stands.';
CALL licence_home_internal.make_function('licence_home_internal.ruling_in_force(text, boolean)', 'everyone');

CREATE FUNCTION licence_home_internal.nationality_ruling(kind text, jordanians_only boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN NOT nationality_ruling.jordanians_only THEN 'met'
        WHEN nationality_ruling.jordanians_only AND nationality_ruling.kind = 'citizen' THEN 'met'
        WHEN nationality_ruling.jordanians_only AND nationality_ruling.kind = 'resident' THEN 'not_met'
        ELSE 'not_proven'       -- nobody knows whose a business is
    END;
COMMENT ON FUNCTION licence_home_internal.nationality_ruling(text, boolean) IS
'Internal: the ruling on the criterion nationality, by the kind of applicant and the flag of the profession (null: not on the list).';
CALL licence_home_internal.make_function('licence_home_internal.nationality_ruling(text, boolean)', 'everyone');

CREATE FUNCTION licence_home_internal.owner_approval_ruling(tenant boolean, shown boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN NOT owner_approval_ruling.tenant THEN NULL
        WHEN owner_approval_ruling.tenant IS NULL THEN 'not_proven'
        WHEN owner_approval_ruling.shown THEN 'met'
        ELSE 'condition'
    END;
COMMENT ON FUNCTION licence_home_internal.owner_approval_ruling(boolean, boolean) IS
'Internal: the ruling on the criterion owner_approval; null where the applicant is the sole registered owner. shown: the approval is accepted and in force.';
CALL licence_home_internal.make_function('licence_home_internal.owner_approval_ruling(boolean, boolean)', 'everyone');

CREATE FUNCTION licence_home_internal.external_approval_ruling(needed boolean, refused boolean, complete boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN external_approval_ruling.refused THEN 'not_met'
        WHEN NOT external_approval_ruling.needed THEN NULL
        WHEN external_approval_ruling.complete THEN 'met'
        ELSE 'condition'
    END;
COMMENT ON FUNCTION licence_home_internal.external_approval_ruling(boolean, boolean, boolean) IS
'Internal: the ruling on the criterion external_approval; null where no authority is asked. refused: an authority that is asked refused, or its approval is over. complete: each is granted, accepted and in force.';
CALL licence_home_internal.make_function('licence_home_internal.external_approval_ruling(boolean, boolean, boolean)',
    'everyone');

CREATE FUNCTION licence_home_internal.duplicate_ruling(placed boolean, other text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN NOT duplicate_ruling.placed THEN 'not_proven'
        WHEN duplicate_ruling.other IS NOT NULL THEN 'not_met'
        ELSE 'met'
    END;
COMMENT ON FUNCTION licence_home_internal.duplicate_ruling(boolean, text) IS
'Internal: the ruling on the criterion duplicate. placed: there is a place or a parcel to compare; other: the number of another application or licence.';
CALL licence_home_internal.make_function('licence_home_internal.duplicate_ruling(boolean, text)', 'everyone');

CREATE FUNCTION licence_home_internal.home_total_ruling(total_m2 numeric, area_limit_m2 numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN home_total_ruling.total_m2 <= home_total_ruling.area_limit_m2 THEN 'met'
        WHEN home_total_ruling.total_m2 > home_total_ruling.area_limit_m2 THEN 'refer'
        ELSE 'not_proven'
    END;
COMMENT ON FUNCTION licence_home_internal.home_total_ruling(numeric, numeric) IS
'Internal: the ruling on the criterion home_total, by the work areas in a home together and the limit, in m².';
CALL licence_home_internal.make_function('licence_home_internal.home_total_ruling(numeric, numeric)', 'everyone');

CREATE FUNCTION licence_home_internal.on_site_ruling(finding text, passed boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN on_site_ruling.finding IS NOT NULL THEN on_site_ruling.finding
        WHEN on_site_ruling.passed THEN 'not_proven'
        ELSE 'condition'
    END;
COMMENT ON FUNCTION licence_home_internal.on_site_ruling(text, boolean) IS
'Internal: the ruling on a criterion that the inspection proves, by what the inspector found. What an inspection that passed did not look at is not proven.';
CALL licence_home_internal.make_function('licence_home_internal.on_site_ruling(text, boolean)', 'everyone');

CREATE FUNCTION licence_home_internal.criterion_rows(category text, on_date date)
    RETURNS TABLE (criterion text, in_force boolean, stage text, "position" integer, article text,
        look_at_ar text, look_at_en text, words licence_home.criterion)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 25
BEGIN ATOMIC
    SELECT DISTINCT ON (c.criterion COLLATE "C") c.criterion,
        coalesce(c.valid @> criterion_rows.on_date AND isfinite(criterion_rows.on_date), false),
        c.stage, c."position", c.article,
        coalesce(c.required_ar, c.met_ar), coalesce(c.required_en, c.met_en), c
    FROM licence_home.criterion AS c
    WHERE c.withdrawn_at IS NULL
        AND (c.category IS NULL OR c.category = criterion_rows.category)
    ORDER BY c.criterion COLLATE "C", (c.valid @> criterion_rows.on_date) DESC NULLS LAST, c.category NULLS LAST,
        lower(c.valid) DESC;
END;
COMMENT ON FUNCTION licence_home_internal.criterion_rows(text, date) IS
'Internal: the row that speaks of each criterion on a day for a category of professions. It is the one in force, of the category before one without. Where none is in force, it is the one of another day whose words a no may borrow. look_at: what an inspector looks for; words: the whole row.';
CALL licence_home_internal.make_function('licence_home_internal.criterion_rows(text, date)', 'everyone');

CREATE FUNCTION licence_home_internal.criteria_for(category text, on_date date)
    RETURNS TABLE (criterion text, stage text, "position" integer, article text,
        look_at_ar text, look_at_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    SELECT r.criterion, r.stage, r."position", r.article, r.look_at_ar, r.look_at_en
    FROM licence_home_internal.criterion_rows(criteria_for.category, criteria_for.on_date) AS r
    WHERE r.in_force;
END;
COMMENT ON FUNCTION licence_home_internal.criteria_for(text, date) IS
'Internal: the criteria in force on a day for a category of professions, one row each.';
CALL licence_home_internal.make_function('licence_home_internal.criteria_for(text, date)', 'everyone');

CREATE FUNCTION licence_home_internal.criteria_lists(category text, on_date date)
    RETURNS TABLE (unruled text[], on_site text[], undecided text[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT ARRAY(SELECT d.criterion FROM unnest(licence_home_internal.ruled_criteria()) AS d (criterion)
            WHERE d.criterion <> ALL (l.ruled)),
        l.on_site, l.undecided
    FROM (
        SELECT coalesce(array_agg(c.criterion), '{}') AS ruled,
            coalesce(array_agg(c.criterion) FILTER (WHERE c.stage = 'I'), '{}') AS on_site,
            coalesce(array_agg(c.criterion) FILTER (WHERE c.stage IN ('A', 'E')
                AND c.criterion <> ALL (licence_home_internal.ruled_criteria())), '{}') AS undecided
        FROM licence_home_internal.criteria_for(criteria_lists.category, criteria_lists.on_date) AS c
    ) AS l
    OFFSET 0;
END;
COMMENT ON FUNCTION licence_home_internal.criteria_lists(text, date) IS
'Internal: the criteria of a day for a category of professions as lists, one row. unruled: those of ruled_criteria() that no row in force describes. on_site: those that the inspection proves. undecided: those on which nothing here can rule.';
CALL licence_home_internal.make_function('licence_home_internal.criteria_lists(text, date)', 'everyone');

CREATE FUNCTION licence_home_internal.criterion_sentence(criterion text, words licence_home.criterion, in_force boolean,
        ruling text, pairs text[], pairs_ar text[], pairs_en text[])
    RETURNS TABLE (ruling text, message_ar text, message_en text, remedy_ar text, remedy_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT r.ruling,
        -- (most sentences have nothing to fill in)
        CASE WHEN strpos(r.said_ar, '{') > 0 THEN licence_home.fill(r.said_ar, VARIADIC
                criterion_sentence.pairs || criterion_sentence.pairs_ar || ARRAY['required', (criterion_sentence.words).required_ar])
            ELSE r.said_ar END,
        CASE WHEN strpos(r.said_en, '{') > 0 THEN licence_home.fill(r.said_en, VARIADIC
                criterion_sentence.pairs || criterion_sentence.pairs_en || ARRAY['required', (criterion_sentence.words).required_en])
            ELSE r.said_en END,
        CASE WHEN r.ruling = 'not_met' THEN licence_home.fill((criterion_sentence.words).remedy_ar, VARIADIC
            criterion_sentence.pairs || criterion_sentence.pairs_ar || ARRAY['required', (criterion_sentence.words).required_ar]) END,
        CASE WHEN r.ruling = 'not_met' THEN licence_home.fill((criterion_sentence.words).remedy_en, VARIADIC
            criterion_sentence.pairs || criterion_sentence.pairs_en || ARRAY['required', (criterion_sentence.words).required_en]) END
    FROM (
        SELECT s.ruling,
            coalesce(
                CASE WHEN NOT s.in_words THEN NULL
                    WHEN s.ruling = 'met' THEN (criterion_sentence.words).met_ar
                    WHEN s.ruling = 'not_met' THEN (criterion_sentence.words).not_met_ar
                    WHEN s.ruling = 'refer' THEN (criterion_sentence.words).refer_ar
                    WHEN s.ruling = 'condition' THEN (criterion_sentence.words).condition_ar
                    ELSE (criterion_sentence.words).not_proven_ar END,
                'لا قاعدة سارية تُثبت: ' || coalesce((criterion_sentence.words).label_ar, criterion_sentence.criterion) || '.') AS said_ar,
            coalesce(
                CASE WHEN NOT s.in_words THEN NULL
                    WHEN s.ruling = 'met' THEN (criterion_sentence.words).met_en
                    WHEN s.ruling = 'not_met' THEN (criterion_sentence.words).not_met_en
                    WHEN s.ruling = 'refer' THEN (criterion_sentence.words).refer_en
                    WHEN s.ruling = 'condition' THEN (criterion_sentence.words).condition_en
                    ELSE (criterion_sentence.words).not_proven_en END,
                'No rule in force proves: ' || coalesce((criterion_sentence.words).label_en, criterion_sentence.criterion) || '.') AS said_en
        FROM (
            -- A criterion without a row on that day is proven by nothing. Another
            -- day's row lends its words to a no, and to an unknown day.
            SELECT licence_home_internal.ruling_in_force(criterion_sentence.ruling, coalesce(criterion_sentence.in_force, false)) AS ruling,
                coalesce(criterion_sentence.in_force, false) OR criterion_sentence.ruling = 'not_met'
                    OR criterion_sentence.criterion = 'edition' AS in_words
        ) AS s
        OFFSET 0
    ) AS r;
END;
COMMENT ON FUNCTION licence_home_internal.criterion_sentence(text, licence_home.criterion, boolean, text, text[], text[], text[]) IS
'Internal: the sentence of a criterion under a ruling, and for not_met the remedy, filled with the values. words: a row of criterion_rows(), null where there is none; in_force as there. Without a row in force nothing is proven.';
CALL licence_home_internal.make_function('licence_home_internal.criterion_sentence(text, licence_home.criterion, boolean, text, text[], text[], text[])',
    'everyone');

CREATE FUNCTION licence_home.assess(profession text, home geometry, home_area_m2 numeric,
        work_area_m2 numeric, built_on date, employees integer, people integer,
        tenant boolean, on_date date, children integer DEFAULT NULL)
    RETURNS TABLE (criterion text, stage text, ruling text, required text, observed text,
        article text, message_ar text, message_en text, remedy_ar text, remedy_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    WITH once AS MATERIALIZED (
        SELECT j AS judged, j.category, j.owners_share, j.decider
        FROM licence_home_internal.judge(assess.profession, assess.home, assess.home_area_m2,
            assess.work_area_m2, assess.built_on, assess.employees, assess.people,
            assess.children, assess.on_date) AS j
    ), found AS (
        SELECT a.criterion, a.ruling, a.required, a.observed, a.pairs, a.pairs_ar, a.pairs_en
        FROM once AS o
        CROSS JOIN LATERAL licence_home_internal.judged_rulings(o.judged, o.decider, assess.profession, assess.work_area_m2,
            assess.built_on, assess.employees, assess.people, assess.children, assess.on_date) AS a
        UNION ALL
        SELECT 'documents',
            CASE count(d.document_type) WHEN 0 THEN 'met' ELSE 'condition' END,
            string_agg(d.document_type, ', ' ORDER BY d.position, d.document_type),
            NULL, '{}',
            ARRAY['list', string_agg(d.name_ar, '، ' ORDER BY d.position, d.document_type)],
            ARRAY['list', string_agg(d.name_en, ', ' ORDER BY d.position, d.document_type)]
        FROM licence_home_internal.documents_for(assess.profession, assess.built_on, assess.tenant,
            NULL, assess.on_date) AS d
        UNION ALL
        SELECT 'owner_approval', licence_home_internal.owner_approval_ruling(assess.tenant, false),
            'approval of owners holding ' || licence_home_internal.plain(100 * o.owners_share) || ' %', NULL,
            ARRAY['limit', licence_home_internal.plain(100 * o.owners_share)], '{}', '{}'
        FROM once AS o
        WHERE assess.tenant IS NOT FALSE
        UNION ALL
        SELECT 'external_approval', 'condition',
            string_agg(a.authority, ', ' ORDER BY a.authority), NULL, '{}',
            ARRAY['authority', string_agg(n.name_ar, '، ' ORDER BY a.authority)],
            ARRAY['authority', string_agg(n.name_en, ', ' ORDER BY a.authority)]
        FROM once AS o
        CROSS JOIN LATERAL licence_home_internal.authorities_ruled(assess.profession, o.category,
            assess.on_date) AS a
        CROSS JOIN LATERAL licence_home_internal.authority_names(a.authority, assess.on_date) AS n
        HAVING count(*) > 0
        UNION ALL
        -- the inspection's, and what nothing here can decide
        SELECT c.criterion, CASE c.stage WHEN 'I' THEN 'condition' ELSE 'not_proven' END,
            c.look_at_en, NULL, '{}', '{}', '{}'
        FROM once AS o
        CROSS JOIN LATERAL licence_home_internal.criteria_for(o.category, assess.on_date) AS c
        WHERE c.stage = 'I' OR c.stage = 'A' AND c.criterion <> ALL (licence_home_internal.ruled_criteria())
    )
    SELECT k.criterion, w.stage, x.ruling, k.required, k.observed, w.article,
        x.message_ar, x.message_en, x.remedy_ar, x.remedy_en
    FROM once AS o
    CROSS JOIN found AS k
    LEFT JOIN LATERAL licence_home_internal.criterion_rows(o.category, assess.on_date) AS w
        ON w.criterion = k.criterion
    CROSS JOIN LATERAL licence_home_internal.criterion_sentence(k.criterion, w.words, w.in_force, k.ruling,
        k.pairs, k.pairs_ar, k.pairs_en) AS x
    ORDER BY w."position", k.criterion;
END;
COMMENT ON FUNCTION licence_home.assess(text, geometry, numeric, numeric, date, integer, integer, boolean, date, integer) IS
'What would become of an application: one row a criterion, in order. ruling: met; condition (to be proved later, by documents, approvals or the inspection); refer (left to the decider); not_met; not_proven (a value is missing, contradicts another, or is impossible). required and observed are for programs, message and remedy (for not_met: the smallest change that would meet it) for people. Areas in m², home a point or footprint in any known SRID. SRID 0 is an error, 22023; other odd input is not_proven. owner_approval and external_approval have a row only where they are needed, children only for professions that take children. Rules: the rows in force on on_date, with their articles and sources.';
CALL licence_home_internal.make_function('licence_home.assess(text, geometry, numeric, numeric, date, integer, integer, boolean, date, integer)',
    'everyone');
