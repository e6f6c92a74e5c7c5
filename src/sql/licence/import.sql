-- ---------------------------------------------------------------------
-- Licences that the municipality has already: a set of rows, all checked before
-- one is taken. Every value comes as text, so that what is wrong with it is a row
-- of the answer, not an error that hides the others.
-- ---------------------------------------------------------------------
CREATE FUNCTION licence_home_internal.date_or_null(value text) RETURNS date
    AS 'MODULE_PATHNAME', 'licence_home_date_or_null' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.date_or_null(text) IS
'Internal: the day that a text is (YYYY-MM-DD, 1800 to 2199); null for any other text.';
CALL licence_home_internal.make_function('licence_home_internal.date_or_null(text)');

CREATE FUNCTION licence_home_internal.number_or_null(value text) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN number_or_null.value ~ '^-?\d{1,6}(\.\d{1,9})?$' THEN number_or_null.value::numeric END;
COMMENT ON FUNCTION licence_home_internal.number_or_null(text) IS
'Internal: the number that a text is, with six digits before the point at most; null for any other text.';
CALL licence_home_internal.make_function('licence_home_internal.number_or_null(text)');

CREATE FUNCTION licence_home_internal.import_rows(given jsonb)
    RETURNS TABLE (row_no integer, given jsonb, former_no text, kind text, identity_no text, name_ar text, name_en text,
        phone text, language text, representative_name text, representative_identity_no text,
        representative_capacity text, profession text, district text, lon text, lat text, address text, village text,
        basin text, neighbourhood text, parcel text, building_no text, floor text, unit text, home_area_m2 text,
        work_area_m2 text, built_on text, employees text, people text, children text, tenant text, terms jsonb)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20000
BEGIN ATOMIC
    SELECT g.n::integer, g.row, v.licence_no, v.kind, licence_home.fold_plain(v.identity_no), v.name_ar, v.name_en, v.phone,
        coalesce(v.language, 'ar'), v.representative_name, licence_home.fold_plain(v.representative_identity_no),
        v.representative_capacity, v.profession, v.district, v.lon, v.lat, v.address, v.village, v.basin,
        v.neighbourhood, v.parcel, v.building_no, v.floor, v.unit, v.home_area_m2, v.work_area_m2, v.built_on,
        v.employees, v.people, v.children, lower(v.tenant), v.terms
    FROM jsonb_array_elements(import_rows.given) WITH ORDINALITY AS g (row, n)
    CROSS JOIN LATERAL jsonb_to_record(g.row) AS v (licence_no text, kind text, identity_no text, name_ar text,
        name_en text, phone text, language text, representative_name text, representative_identity_no text,
        representative_capacity text, profession text, district text, lon text, lat text, address text, village text,
        basin text, neighbourhood text, parcel text, building_no text, floor text, unit text, home_area_m2 text,
        work_area_m2 text, built_on text, employees text, people text, children text, tenant text, terms jsonb);
END;
COMMENT ON FUNCTION licence_home_internal.import_rows(jsonb) IS
'Internal: the rows of a set of licences, each value as text. identity numbers as they are stored.';
CALL licence_home_internal.make_function('licence_home_internal.import_rows(jsonb)');

CREATE FUNCTION licence_home_internal.import_terms(terms jsonb)
    RETURNS TABLE (term_no integer, starts date, ends date, is_sound boolean)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    SELECT t.n::integer, d.starts, d.last_day + 1,
        coalesce(d.starts <= d.last_day, false)
    FROM jsonb_array_elements(CASE WHEN jsonb_typeof(import_terms.terms) = 'array' THEN import_terms.terms END)
        WITH ORDINALITY AS t (term, n)
    CROSS JOIN LATERAL (
        SELECT licence_home_internal.date_or_null(CASE WHEN jsonb_typeof(t.term) = 'object' THEN t.term ->> 'starts' END) AS starts,
            licence_home_internal.date_or_null(CASE WHEN jsonb_typeof(t.term) = 'object' THEN t.term ->> 'last_day' END) AS last_day
        OFFSET 0
    ) AS d;
END;
COMMENT ON FUNCTION licence_home_internal.import_terms(jsonb) IS
'Internal: the terms of an imported licence; ends: the day after the last. is_sound: both are days, in order.';
CALL licence_home_internal.make_function('licence_home_internal.import_terms(jsonb)');

-- The months from one day to another, null where they are no number of months.
CREATE FUNCTION licence_home_internal.whole_months(starts date, ends date) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT m.months
        FROM generate_series(
            (12 * (extract(year FROM whole_months.ends) - extract(year FROM whole_months.starts))
                + extract(month FROM whole_months.ends) - extract(month FROM whole_months.starts))::integer - 1,
            (12 * (extract(year FROM whole_months.ends) - extract(year FROM whole_months.starts))
                + extract(month FROM whole_months.ends) - extract(month FROM whole_months.starts))::integer + 1) AS m (months)
        WHERE m.months > 0 AND (whole_months.starts + make_interval(months => m.months))::date = whole_months.ends
        ORDER BY m.months
        LIMIT 1);
COMMENT ON FUNCTION licence_home_internal.whole_months(date, date) IS
'Internal: how many months after the first day the other is; null where it is no number of months.';
CALL licence_home_internal.make_function('licence_home_internal.whole_months(date, date)');

CREATE FUNCTION licence_home_internal.import_faults(given jsonb)
    RETURNS TABLE (row_no integer, licence_no text, column_name text, sqlstate text, reason_en text, reason_ar text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
    WITH r AS MATERIALIZED (
        SELECT r.*, count(*) OVER (PARTITION BY licence_home.fold_reference(r.former_no)) AS same_number,
            min(licence_home.fold_name(r.name_ar)) OVER w IS DISTINCT FROM max(licence_home.fold_name(r.name_ar)) OVER w AS two_names
        FROM licence_home_internal.import_rows(import_faults.given) AS r
        WINDOW w AS (PARTITION BY r.kind, r.identity_no)
    )
    SELECT r.row_no, r.former_no, f.column_name, f.sqlstate, f.reason_en, f.reason_ar
    FROM r
    LEFT JOIN licence_home.applicant AS a ON a.kind = r.kind AND a.identity_no = r.identity_no
    LEFT JOIN licence_home.licence AS l
        ON licence_home.fold_reference(l.former_no) = licence_home.fold_reference(r.former_no)
    CROSS JOIN LATERAL (
        SELECT count(*) AS many, coalesce(bool_and(t.is_sound), false) AS sound,
            coalesce(bool_and(t.starts = t.before OR t.before IS NULL), false) AS run, max(t.starts) AS last
        FROM (SELECT t.*, lag(t.ends) OVER (ORDER BY t.term_no) AS before
            FROM licence_home_internal.import_terms(r.terms) AS t) AS t
    ) AS t
    CROSS JOIN LATERAL (
        SELECT licence_home_internal.number_or_null(r.lon) AS lon, licence_home_internal.number_or_null(r.lat) AS lat,
            licence_home_internal.number_or_null(r.district) AS district,
            CASE r.kind WHEN 'citizen' THEN '^[0-9]{10}$' WHEN 'resident' THEN '^[0-9]{5,20}$' ELSE '^[0-9]{9}$' END AS identity_form,
            num_nonnulls(r.representative_name, r.representative_identity_no, r.representative_capacity) AS represented
        OFFSET 0
    ) AS n
    CROSS JOIN LATERAL (
        SELECT coalesce(n.lon BETWEEN -180 AND 180 AND n.lat BETWEEN -90 AND 90, false) AS placed,
            EXISTS (SELECT FROM licence_home.profession AS p
                WHERE p.code = r.profession AND licence_home.in_force(p.valid, p.withdrawn_at, coalesce(t.last, licence_home.today()))) AS listed
        OFFSET 0
    ) AS k
    -- (what is wrong, by its place in the list below)
    CROSS JOIN LATERAL (
        SELECT ARRAY[
            NOT licence_home.is_visible(coalesce(r.former_no, '')),
            length(r.former_no) > 200,
            licence_home.is_visible(coalesce(r.former_no, '')) AND r.same_number > 1,
            l.licence_no IS NOT NULL,
            coalesce(r.kind, '') NOT IN ('citizen', 'resident', 'business'),
            r.identity_no IS NULL,
            r.identity_no !~ n.identity_form,
            a.erased_at IS NOT NULL,
            NOT licence_home.is_visible(coalesce(r.name_ar, '')),
            greatest(length(r.name_ar), length(r.name_en), length(r.representative_name), length(r.representative_capacity)) > 200,
            r.two_names,
            r.phone IS NOT NULL AND licence_home_internal.phone_number_or_null(r.phone) IS NULL,
            r.language NOT IN ('ar', 'en'),
            r.kind = 'business' AND n.represented < 3,
            r.kind IN ('citizen', 'resident') AND n.represented > 0,
            r.representative_identity_no !~ '^[0-9A-Za-z]{5,20}$',
            r.profession IS NULL,
            r.profession IS NOT NULL AND NOT k.listed,
            r.district IS NOT NULL AND coalesce(n.district <> trunc(n.district), true),
            n.district = trunc(n.district) AND NOT EXISTS (SELECT FROM licence_home.district AS d WHERE d.district = n.district::integer AND licence_home.in_force(d.valid, d.withdrawn_at, licence_home.today())),
            r.district IS NULL AND num_nonnulls(r.lon, r.lat) = 0,
            num_nonnulls(r.lon, r.lat) > 0 AND NOT k.placed,
            r.district IS NULL AND k.placed AND NOT EXISTS (SELECT FROM licence_home_internal.place_on(ST_SetSRID(ST_MakePoint(n.lon::double precision, n.lat::double precision), 4326), licence_home.today()) AS g WHERE g.district IS NOT NULL),
            length(r.address) > 500 OR greatest(length(r.village), length(r.basin), length(r.neighbourhood), length(r.parcel)) > 100 OR greatest(length(r.building_no), length(r.floor), length(r.unit)) > 50,
            r.home_area_m2 IS NOT NULL AND coalesce(licence_home_internal.number_or_null(r.home_area_m2) <= 0, true),
            r.work_area_m2 IS NOT NULL AND coalesce(licence_home_internal.number_or_null(r.work_area_m2) <= 0, true),
            r.built_on IS NOT NULL AND licence_home_internal.date_or_null(r.built_on) IS NULL,
            coalesce(r.employees, '0') !~ '^\d{1,4}$',
            coalesce(r.people, '0') !~ '^\d{1,4}$',
            coalesce(r.children, '0') !~ '^\d{1,4}$',
            coalesce(r.tenant, 'true') NOT IN ('true', 'false', 't', 'f'),
            t.many = 0,
            t.many > 0 AND NOT t.sound,
            t.sound AND NOT t.run] AS broken
        OFFSET 0
    ) AS b
    CROSS JOIN LATERAL (VALUES
        (1, 'licence_no', '23502', 'the number is missing', 'الرقم غير مذكور'),
        (2, 'licence_no', '22001', 'the number is too long', 'الرقم أطول مما يجب'),
        (3, 'licence_no', '23505', 'the number is there twice in the set', 'الرقم مكرر في المجموعة'),
        (4, 'licence_no', '23505', format('the register has it already, as %s', l.licence_no), format('السجل يحويه برقم %s', l.licence_no)),
        (5, 'kind', '23514', 'the kind of holder is citizen, resident or business', 'نوع صاحب الرخصة: citizen أو resident أو business'),
        (6, 'identity_no', '23502', 'the identity number is missing', 'رقم الهوية غير مذكور'),
        (7, 'identity_no', '23514', 'this is no identity number of such a holder', 'ليس هذا رقم هوية لصاحب من هذا النوع'),
        (8, 'identity_no', 'LH005', 'this person was erased', 'حُجبت بيانات هذا الشخص'),
        (9, 'name_ar', '23502', 'the name is missing', 'الاسم غير مذكور'),
        (10, 'name_ar', '22001', 'a name is too long', 'اسم أطول مما يجب'),
        (11, 'name_ar', '22023', 'the set has two names for this identity number', 'في المجموعة اسمان لرقم الهوية هذا'),
        (12, 'phone', '22P02', 'this is no mobile number of Jordan', 'ليس رقم هاتف أردني محمول'),
        (13, 'language', '23514', 'the language is ar or en', 'اللغة ar أو en'),
        (14, 'representative_name', '23514', 'a business has a representative: name, identity number, capacity', 'للمنشأة ممثل: اسمه ورقم هويته وصفته'),
        (15, 'representative_name', '23514', 'a person has no representative', 'لا ممثل للشخص الطبيعي'),
        (16, 'representative_identity_no', '23514', 'this is no identity number', 'ليس رقم هوية'),
        (17, 'profession', '23502', 'the profession is missing', 'المهنة غير مذكورة'),
        (18, 'profession', 'LH019', format('no profession "%s" is listed on the first day of the last term', r.profession), format('لا مهنة برمز "%s" يوم بدء آخر مدة', r.profession)),
        (19, 'district', '22P02', 'this is no number of a district', 'ليس رقم منطقة'),
        (20, 'district', 'LH019', 'there is no such district', 'لا منطقة بهذا الرقم'),
        (21, 'district', '23502', 'the district is missing, and no place says it', 'المنطقة غير مذكورة ولا موقع يبينها'),
        (22, 'lon', '22023', 'longitude and latitude are no place', 'خط الطول وخط العرض لا يحددان موقعًا'),
        (23, 'lon', '22023', 'the place is in no district of the city', 'الموقع ليس في منطقة من المدينة'),
        (24, 'address', '22001', 'a part of the address is too long', 'جزء من العنوان أطول مما يجب'),
        (25, 'home_area_m2', '22P02', 'this is no area', 'ليست مساحة'),
        (26, 'work_area_m2', '22P02', 'this is no area', 'ليست مساحة'),
        (27, 'built_on', '22007', 'this is no day', 'ليس تاريخًا'),
        (28, 'employees', '22P02', 'this is no number of people', 'ليس عدد أشخاص'),
        (29, 'people', '22P02', 'this is no number of people', 'ليس عدد أشخاص'),
        (30, 'children', '22P02', 'this is no number of people', 'ليس عدد أشخاص'),
        (31, 'tenant', '22P02', 'this is neither true nor false', 'ليست true ولا false'),
        (32, 'terms', '23502', 'the terms are missing: an array of starts and last_day', 'المدد غير مذكورة'),
        (33, 'terms', '22007', 'a term is no first day and last day in order', 'مدة بلا يوم أول ويوم أخير بالترتيب'),
        (34, 'terms', 'LH040', 'a term does not begin on the day after the one before ends', 'مدة لا تبدأ في اليوم التالي لنهاية ما قبلها')
    ) AS f (n, column_name, sqlstate, reason_en, reason_ar)
    WHERE true = ANY (b.broken) AND b.broken[f.n]
    ORDER BY r.row_no, f.column_name, f.sqlstate;
END;
COMMENT ON FUNCTION licence_home_internal.import_faults(jsonb) IS
'Internal: what is wrong with the rows of a set of licences, a row for each fault.';
CALL licence_home_internal.make_function('licence_home_internal.import_faults(jsonb)');

-- Called as the owner (src/workflow/register.c).
CREATE FUNCTION licence_home_internal.import_set(given jsonb, sound_rows boolean)
    RETURNS TABLE (row_no integer, licence_no text, column_name text, sqlstate text, reason_en text, reason_ar text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off
    AS $$
#variable_conflict use_column
DECLARE
    faults jsonb;
    bad integer[];
    sound jsonb;
    taken integer;
    import bigint;
BEGIN
    IF jsonb_typeof(given) IS DISTINCT FROM 'array' OR jsonb_array_length(given) = 0
        OR EXISTS (SELECT FROM jsonb_array_elements(given) AS g WHERE jsonb_typeof(g) <> 'object') THEN
        RAISE EXCEPTION 'this is no set of licences'
            USING ERRCODE = 'LH042', DETAIL = 'An import is an array of objects, or a table with rows.',
                HINT = 'doc/reference.md lists the columns of a row.';
    END IF;
    faults := (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.row_no, f.column_name, f.sqlstate), '[]')
        FROM licence_home_internal.import_faults(given) AS f);
    RETURN QUERY SELECT f.row_no, f.licence_no, f.column_name, f.sqlstate, f.reason_en, f.reason_ar
        FROM jsonb_to_recordset(faults) AS f (row_no integer, licence_no text, column_name text, sqlstate text,
            reason_en text, reason_ar text);
    IF faults <> '[]' AND NOT sound_rows THEN
        RETURN;
    END IF;
    bad := ARRAY(SELECT DISTINCT (f ->> 'row_no')::integer FROM jsonb_array_elements(faults) AS f);
    sound := CASE WHEN cardinality(bad) = 0 THEN given ELSE (
        SELECT coalesce(jsonb_agg(g.row ORDER BY g.n), '[]')
        FROM jsonb_array_elements(given) WITH ORDINALITY AS g (row, n)
        WHERE NOT EXISTS (SELECT FROM unnest(bad) AS b (n) WHERE b.n = g.n)) END;
    taken := jsonb_array_length(sound);

    INSERT INTO licence_home.licence_import (rows_given, rows_taken)
    VALUES (jsonb_array_length(given), taken)
    RETURNING import_no INTO import;
    INSERT INTO licence_home.import_rejected (import_no, row_no, column_name, sqlstate, reason_en, reason_ar, applicant_id, given)
    SELECT import, f.row_no, f.column_name, f.sqlstate, f.reason_en, f.reason_ar, a.applicant_id, g.given
    FROM jsonb_to_recordset(faults) AS f (row_no integer, column_name text, sqlstate text, reason_en text, reason_ar text)
    JOIN licence_home_internal.import_rows(given) AS g ON g.row_no = f.row_no
    LEFT JOIN licence_home.applicant AS a ON a.kind = g.kind AND a.identity_no = g.identity_no;

    INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone, language, representative_name,
        representative_identity_no, representative_capacity)
    SELECT DISTINCT ON (r.kind, r.identity_no) r.kind, r.identity_no, r.name_ar, r.name_en,
        licence_home_internal.phone_number_or_null(r.phone), r.language, r.representative_name,
        r.representative_identity_no, r.representative_capacity
    FROM licence_home_internal.import_rows(sound) AS r
    WHERE NOT EXISTS (SELECT FROM licence_home.applicant AS a WHERE a.kind = r.kind AND a.identity_no = r.identity_no)
    ORDER BY r.kind, r.identity_no, r.row_no;

    INSERT INTO licence_home.licence (import_no, former_no)
    SELECT import, r.former_no
    FROM licence_home_internal.import_rows(sound) AS r
    ORDER BY r.row_no;

    INSERT INTO licence_home.licence_term (licence_no, term_no, starts, ends, since, months, run_months, import_no, known_at)
    SELECT l.licence_no, t.term_no, t.starts, t.ends, CASE WHEN t.whole THEN t.first ELSE t.starts END,
        CASE WHEN t.whole THEN t.run - coalesce(lag(t.run) OVER o, 0) END, CASE WHEN t.whole THEN t.run END, import,
        licence_home.now() + t.term_no * interval '1 microsecond'
    FROM (
        SELECT r.former_no, t.term_no, t.starts, t.ends, f.first, m.run,
            bool_and(m.run IS NOT NULL) OVER (PARTITION BY r.former_no ORDER BY t.term_no) AS whole
        FROM licence_home_internal.import_rows(sound) AS r
        CROSS JOIN LATERAL (SELECT licence_home_internal.date_or_null(r.terms -> 0 ->> 'starts') AS first OFFSET 0) AS f
        CROSS JOIN LATERAL licence_home_internal.import_terms(r.terms) AS t
        CROSS JOIN LATERAL (SELECT licence_home_internal.whole_months(f.first, t.ends) AS run OFFSET 0) AS m
    ) AS t
    JOIN licence_home.licence AS l ON l.former_no = t.former_no AND l.import_no = import
    WINDOW o AS (PARTITION BY t.former_no ORDER BY t.term_no)
    ORDER BY l.licence_no, t.term_no;

    INSERT INTO licence_home.licence_version (licence_no, version_no, applicant_id, profession, home, address, village,
        basin, neighbourhood, parcel, building_no, floor, unit, district, zone_class, home_area_m2, work_area_m2,
        built_on, employees, people, children, tenant, judged_on, import_no)
    SELECT l.licence_no, 1, a.applicant_id, r.profession, h.home, r.address, r.village, r.basin, r.neighbourhood,
        r.parcel, r.building_no, r.floor, r.unit, coalesce(r.district::integer, g.district), g.zone_class,
        r.home_area_m2::numeric, r.work_area_m2::numeric, r.built_on::date, r.employees::integer, r.people::integer,
        r.children::integer, r.tenant::boolean, t.last, import
    FROM licence_home_internal.import_rows(sound) AS r
    JOIN licence_home.licence AS l ON l.former_no = r.former_no AND l.import_no = import
    JOIN licence_home.applicant AS a ON a.kind = r.kind AND a.identity_no = r.identity_no
    CROSS JOIN LATERAL (SELECT licence_home_internal.home_at(r.lon, r.lat) AS home OFFSET 0) AS h
    CROSS JOIN LATERAL (SELECT max(t.starts) AS last FROM licence_home_internal.import_terms(r.terms) AS t) AS t
    LEFT JOIN LATERAL (
        SELECT p.district, p.zone_class
        FROM licence_home_internal.place_on(h.home, licence_home.today()) AS p
        WHERE h.home IS NOT NULL
        OFFSET 0
    ) AS g ON true
    ORDER BY l.licence_no;

    INSERT INTO licence_home.licence_standing (licence_no, standing_no, standing, import_no)
    SELECT l.licence_no, 1, 'in_force', import FROM licence_home.licence AS l WHERE l.import_no = import ORDER BY l.licence_no;
    UPDATE licence_home.licence_import AS i SET digest = licence_home_internal.import_digest(import) WHERE i.import_no = import;
END $$;
COMMENT ON FUNCTION licence_home_internal.import_set(jsonb, boolean) IS
'Internal: what import_licence_rows() does and gives.';
CALL licence_home_internal.make_function('licence_home_internal.import_set(jsonb, boolean)');

CREATE FUNCTION licence_home_internal.home_at(lon text, lat text) RETURNS geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN num_nonnulls(home_at.lon, home_at.lat) = 2
        THEN ST_SetSRID(ST_MakePoint(home_at.lon::double precision, home_at.lat::double precision), 4326) END;
COMMENT ON FUNCTION licence_home_internal.home_at(text, text) IS
'Internal: a home by its longitude and latitude, which are numbers; null where they are not given.';
CALL licence_home_internal.make_function('licence_home_internal.home_at(text, text)');

CREATE FUNCTION licence_home.import_licence_rows(rows jsonb, sound_rows boolean DEFAULT false)
    RETURNS TABLE (row_no integer, licence_no text, column_name text, sqlstate text, reason_en text, reason_ar text)
    AS 'MODULE_PATHNAME', 'licence_home_import_licence_rows' LANGUAGE C VOLATILE STRICT ROWS 100;
COMMENT ON FUNCTION licence_home.import_licence_rows(jsonb, boolean) IS
'Takes licences that the municipality has already into the register, from an array of objects (doc/reference.md lists their keys). Gives a row for each fault, none where all is well. With a fault nothing is taken; with sound_rows the sound rows are, and the others stay in import_rejected. The number of a row becomes former_no. LH042 for what is no set of rows.';
CALL licence_home_internal.make_function('licence_home.import_licence_rows(jsonb, boolean)', 'admin');

CREATE FUNCTION licence_home.import_licences(source regclass, sound_rows boolean DEFAULT false)
    RETURNS TABLE (row_no integer, licence_no text, column_name text, sqlstate text, reason_en text, reason_ar text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    given jsonb;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = source AND c.relkind IN ('r', 'v', 'm', 'p', 'f')) THEN
        RAISE EXCEPTION 'there is no such table or view to import from'
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'SELECT * FROM licence_home.import_licences(''my_table''); doc/life.md has its columns.';
    END IF;
    EXECUTE format('SELECT jsonb_agg(to_jsonb(t)) FROM %s AS t', source) INTO given;
    RETURN QUERY SELECT * FROM licence_home.import_licence_rows(coalesce(given, '[]'), sound_rows);
END $$;
COMMENT ON FUNCTION licence_home.import_licences(regclass, boolean) IS
'The same from a table or view, which is read as the caller: its columns are the keys, terms is jsonb. row_no counts its rows as they are read.';
CALL licence_home_internal.make_function('licence_home.import_licences(regclass, boolean)', 'admin');

CREATE FUNCTION licence_home.forget_rejected(import_no bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_forget_rejected' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION licence_home.forget_rejected(bigint) IS
'Takes away the rows that an import did not take, as they came, with the names and places in them; what was wrong with each stays. Gives how many faults had theirs.';
CALL licence_home_internal.make_function('licence_home.forget_rejected(bigint)', 'admin');
