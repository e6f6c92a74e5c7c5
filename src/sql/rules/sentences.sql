-- ---------------------------------------------------------------------
-- What every rule asks first: is this row in force on that day?  And how
-- every answer is put into words.
--
-- The functions of the rules are SQL with bound bodies (BEGIN ATOMIC, RETURN)
-- and no settings of their own.  No search_path can mislead them.  The planner
-- puts their bodies into the query, so that a whole caseload is one plan.  A
-- parameter is written function.parameter, because a column of the same name
-- would win over the bare name.  A function that judges a whole caseload takes
-- one of several rows by DISTINCT ON. A LIMIT in a subquery or a window
-- function would keep the query around it from running in parallel.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.in_force(valid daterange, withdrawn_at timestamptz, on_date date)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN in_force.valid @> CASE WHEN isfinite(in_force.on_date) THEN in_force.on_date END
        AND in_force.withdrawn_at IS NULL;
COMMENT ON FUNCTION licence_home.in_force(daterange, timestamptz, date) IS
'Whether a dated row counts on a day: valid contains the day and the row is not withdrawn. Not true of a null day or an infinite one.';
CALL licence_home_internal.make_function('licence_home.in_force(daterange, timestamptz, date)', 'everyone, monitor');

CREATE FUNCTION licence_home_internal.edition_on(on_date date)
    RETURNS TABLE (edition text, decider text, max_area_share numeric, max_area_m2 numeric,
        max_employees integer, max_people integer, max_children integer, owners_share numeric,
        edge_tolerance_m numeric, licence_months integer, found bigint)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT DISTINCT ON (edition_on.on_date) e.edition, e.decider, e.max_area_share, e.max_area_m2,
        e.max_employees, e.max_people, e.max_children, e.owners_share, e.edge_tolerance_m, e.licence_months,
        (SELECT count(*) FROM licence_home.edition AS f
         WHERE licence_home.in_force(f.valid, f.withdrawn_at, edition_on.on_date))
    FROM licence_home.edition AS e
    WHERE licence_home.in_force(e.valid, e.withdrawn_at, edition_on.on_date);
END;
COMMENT ON FUNCTION licence_home_internal.edition_on(date) IS
'Internal: the edition in force on a day, no row where there is none; found: how many there are. Two where one is due, as a transaction may have them before it commits, prove nothing.';
CALL licence_home_internal.make_function('licence_home_internal.edition_on(date)', 'everyone');

CREATE FUNCTION licence_home_internal.profession_on(profession text, on_date date)
    RETURNS TABLE (code text, category text, name_ar text, name_en text, takes_children boolean,
        jordanians_only boolean, needs_construction_certificate boolean, found bigint)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT DISTINCT ON (p.code) p.code, p.category, p.name_ar, p.name_en, p.takes_children,
        p.jordanians_only, p.needs_construction_certificate,
        (SELECT count(*) FROM licence_home.profession AS f
         WHERE f.code = profession_on.profession
            AND licence_home.in_force(f.valid, f.withdrawn_at, profession_on.on_date))
    FROM licence_home.profession AS p
    WHERE p.code = profession_on.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, profession_on.on_date);
END;
COMMENT ON FUNCTION licence_home_internal.profession_on(text, date) IS
'Internal: a profession as the list of a day has it, no row where it is not listed. found: how many rows there are (see edition_on).';
CALL licence_home_internal.make_function('licence_home_internal.profession_on(text, date)', 'everyone');

CREATE FUNCTION licence_home.fill(template text, VARIADIC pairs text[]) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fill'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.fill(text, text[]) IS
'The template with each {name} replaced by its value; pairs are names and values in turn. A null value becomes a dash, a name without a value stays as it is, a value is not filled again. Error 22023 for a name without a value at the end, 22004 for a null name.';
CALL licence_home_internal.make_function('licence_home.fill(text, text[])', 'everyone');

CREATE FUNCTION licence_home.decider_name(decider text, language text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE decider_name.language
        WHEN 'ar' THEN CASE decider_name.decider
            WHEN 'committee' THEN 'اللجنة المختصة' WHEN 'director' THEN 'مدير المنطقة' END
        ELSE CASE decider_name.decider
            WHEN 'committee' THEN 'the competent committee' WHEN 'director' THEN 'the district director' END
    END;
COMMENT ON FUNCTION licence_home.decider_name(text, text) IS
'What a sentence calls the decider of an edition (committee, director) in a language (ar, else English).';
CALL licence_home_internal.make_function('licence_home.decider_name(text, text)', 'everyone');

CREATE FUNCTION licence_home.day_name(day date, language text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_day_name'
    LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.day_name(date, text) IS
'How sentences and messages write a day. In Arabic 1/3/2026 (a number with hyphens would be shown reversed there), in English 1 March 2026 (where 1/3/2026 might be in January). In no language 2026-03-01, for a program. Null for infinity.';
CALL licence_home_internal.make_function('licence_home.day_name(date, text)', 'everyone');
