-- ---------------------------------------------------------------------
-- What every rule asks first: is this row in force on that day?  And how
-- every answer is put into words.
--
-- The functions of the rules are SQL with bound bodies (BEGIN ATOMIC, RETURN)
-- and no settings of their own: no search_path can mislead them, and the
-- planner puts their bodies into the query, so that a whole caseload is one
-- plan.  A parameter is written function.parameter, because a column of the
-- same name would win over the bare name.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.in_force(valid daterange, withdrawn_at timestamptz, on_date date)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN in_force.valid @> in_force.on_date AND in_force.withdrawn_at IS NULL AND isfinite(in_force.on_date);
COMMENT ON FUNCTION licence_home.in_force(daterange, timestamptz, date) IS
'Whether a dated row counts on a day: valid contains the day and the row is not withdrawn. Null for a null day, which no rule takes for a yes; infinity is no day.';

CREATE FUNCTION licence_home.fill(template text, VARIADIC pairs text[]) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fill'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.fill(text, text[]) IS
'The template with each {name} replaced by its value; pairs are names and values in turn. A null value becomes a dash, a name without a value stays as it is, a value is not filled again. 22023 for a name without a value at the end, 22004 for a null name.';

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

CREATE FUNCTION licence_home.day_name(day date, language text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN NOT isfinite(day_name.day) THEN NULL
        WHEN day_name.language = 'ar' THEN extract(day FROM day_name.day)::text || '/'
            || extract(month FROM day_name.day)::text || '/' || extract(year FROM day_name.day)::text
        WHEN day_name.language = 'en' THEN extract(day FROM day_name.day)::text || ' '
            || ('{January,February,March,April,May,June,July,August,September,October,November,December}'
                ::text[])[extract(month FROM day_name.day)::integer]
            || ' ' || extract(year FROM day_name.day)::text
        ELSE extract(year FROM day_name.day)::text || '-'
            || lpad(extract(month FROM day_name.day)::text, 2, '0') || '-'
            || lpad(extract(day FROM day_name.day)::text, 2, '0')
    END;
COMMENT ON FUNCTION licence_home.day_name(date, text) IS
'How sentences and messages write a day: 1/3/2026 in Arabic (a number with hyphens would be shown reversed there), 1 March 2026 in English (where 1/3/2026 might be in January); in no language 2026-03-01, for a program. Null for infinity.';
