-- ---------------------------------------------------------------------
-- What officials read of a case besides case_card(): where the home is, for a program
-- or a map, and everything that somebody wrote in it.  Each call is recorded.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.place_of_case(application_no licence_home.application_no)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        home geometry, address text, village text, basin text, neighbourhood text, parcel text, building_no text,
        floor text, unit text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT a.applicant_id, a.application_no, ARRAY['application.home', 'application.address', 'application.village',
                'application.basin', 'application.neighbourhood', 'application.parcel', 'application.building_no',
                'application.floor', 'application.unit'],
            a.home, a.address, a.village, a.basin, a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit
        FROM licence_home.application AS a
        WHERE a.application_no = place_of_case.application_no;
    END;
COMMENT ON FUNCTION licence_home_internal.place_of_case(licence_home.application_no) IS
'Internal: what case_place() shows.';
CALL licence_home_internal.make_function('licence_home_internal.place_of_case(licence_home.application_no)');

CREATE FUNCTION licence_home.case_place(application_no licence_home.application_no, why text DEFAULT NULL,
        OUT home geometry, OUT address text, OUT village text, OUT basin text, OUT neighbourhood text, OUT parcel text,
        OUT building_no text, OUT floor text, OUT unit text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_case_place' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;
COMMENT ON FUNCTION licence_home.case_place(licence_home.application_no, text) IS
'Where the home of a case is, for officials: the place on the map, address and parcel. Each call is recorded in read_record. Errors as person_of().';
CALL licence_home_internal.make_function('licence_home.case_place(licence_home.application_no, text)', 'staff, auditor');

CREATE FUNCTION licence_home_internal.homes_in(area geometry, many integer, hidden bigint[])
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        application_no licence_home.application_no, profession text, state text, waits_for text, home geometry)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT a.applicant_id, a.application_no, ARRAY['application.home'],
            a.application_no, a.profession, a.state, a.waits_for, a.home
        FROM licence_home.application AS a
        WHERE a.home && homes_in.area AND ST_Intersects(a.home, homes_in.area)
            AND a.applicant_id <> ALL (homes_in.hidden)
        ORDER BY a.application_no
        LIMIT homes_in.many;
    END;
COMMENT ON FUNCTION licence_home_internal.homes_in(geometry, integer, bigint[]) IS
'Internal: what homes_within() shows.';
CALL licence_home_internal.make_function('licence_home_internal.homes_in(geometry, integer, bigint[])');

CREATE FUNCTION licence_home_internal.is_on_map(area geometry) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ST_SRID(area) = 4326 AND ST_GeometryType(area) IN ('ST_Polygon', 'ST_MultiPolygon') AND NOT ST_IsEmpty(area);
COMMENT ON FUNCTION licence_home_internal.is_on_map(geometry) IS
'Internal: whether homes_within() may look there: a polygon in longitude and latitude (SRID 4326).';
CALL licence_home_internal.make_function('licence_home_internal.is_on_map(geometry)');

CREATE FUNCTION licence_home.homes_within(area geometry, many integer DEFAULT 1000, why text DEFAULT NULL,
        OUT application_no licence_home.application_no, OUT profession text, OUT state text, OUT waits_for text,
        OUT home geometry)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_homes_within' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION licence_home.homes_within(geometry, integer, text) IS
'The cases whose homes are in an area of the map (a polygon in longitude and latitude, SRID 4326), for a map of the office: at most many, 10000 and no more. A call is one row of read_record, with all persons. Errors as person_of(), 22023 for another area.';
CALL licence_home_internal.make_function('licence_home.homes_within(geometry, integer, text)', 'staff, auditor');

-- Every text of a case that somebody wrote, found by person_columns(): so a new column
-- is among them.  Of the tables that one of the reader's roles sees.
CREATE FUNCTION licence_home_internal.texts_of_case(application_no licence_home.application_no, readers text[])
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        table_name text, row_key text, recorded_at timestamptz, column_name text, value text)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    no constant licence_home.application_no := application_no;
    person bigint;
    columns text[];
    queries text;
BEGIN
    SELECT a.applicant_id INTO person FROM licence_home.application AS a WHERE a.application_no = no;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT array_agg(q.name ORDER BY q.name COLLATE "C"), string_agg(q.query, ' UNION ALL ')
    INTO columns, queries
    FROM (
        SELECT p.table_name || '.' || k.column_name AS name,
            format('SELECT %L::text, %s, %s, %L::text, t.%I::text FROM %s AS t WHERE t.%I IS NOT NULL AND %s', p.table_name,
                (SELECT string_agg(format('t.%I::text', a.attname), ' || ''/'' || ' ORDER BY n.n)
                 FROM pg_constraint AS c CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS n (attnum, n)
                 JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = n.attnum
                 WHERE c.conrelid = p.relation AND c.contype = 'p'),
                (SELECT coalesce(min(format('t.%I', a.attname)), 'NULL::timestamptz') FROM pg_attribute AS a
                 WHERE a.attrelid = p.relation AND a.attname IN ('recorded_at', 'known_at') AND NOT a.attisdropped),
                k.column_name, k.column_name, p.relation, k.column_name, w.condition) AS query
        FROM licence_home_internal.person_tables() AS p
        JOIN licence_home_internal.person_columns() AS k ON k.table_name = p.table_name
        CROSS JOIN LATERAL (
            SELECT v.condition
            FROM (VALUES
                (1, 'application_no', 't.application_no = $1'),
                (2, 'inspection_id', 't.inspection_id IN (SELECT i.inspection_id FROM licence_home.inspection AS i WHERE i.application_no = $1)'),
                (3, 'invoice_no', 't.invoice_no IN (SELECT i.invoice_no FROM licence_home.invoice AS i WHERE i.application_no = $1)')
            ) AS v (priority, name, condition)
            JOIN pg_attribute AS a ON a.attrelid = p.relation AND a.attname = v.name AND NOT a.attisdropped
            ORDER BY v.priority
            LIMIT 1
        ) AS w
        WHERE p.table_name !~ '^(sms_|job_)' AND p.table_name NOT IN ('application', 'licence_version', 'read_record', 'acting_record')
            AND k.column_name <> 'salt'
            AND EXISTS (SELECT FROM unnest(readers) AS r (role)
                WHERE r.role = 'auditor' OR has_any_column_privilege('licence_home_' || r.role, p.relation, 'SELECT'))
    ) AS q;
    RETURN QUERY EXECUTE format('SELECT $2, $1, $3, v.* FROM (%s) AS v (table_name, row_key, recorded_at, column_name, value) '
        'ORDER BY v.recorded_at, v.table_name COLLATE "C", v.row_key, v.column_name COLLATE "C"', queries)
        USING no, person, columns;
END $$;
COMMENT ON FUNCTION licence_home_internal.texts_of_case(licence_home.application_no, text[]) IS
'Internal: what case_texts() shows to somebody who works as these roles.';
CALL licence_home_internal.make_function('licence_home_internal.texts_of_case(licence_home.application_no, text[])');

CREATE FUNCTION licence_home.case_texts(application_no licence_home.application_no, why text DEFAULT NULL,
        OUT table_name text, OUT row_key text, OUT recorded_at timestamptz, OUT column_name text, OUT value text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_case_texts' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 20;
COMMENT ON FUNCTION licence_home.case_texts(licence_home.application_no, text) IS
'Everything that was written in a case and that officials may not SELECT: notes, findings, conditions, numbers and copies of documents, old and new values. A row for each value, with its table, the key of its row, and its column; of the tables that the caller''s roles see. Each call is recorded in read_record. Errors as person_of().';
CALL licence_home_internal.make_function('licence_home.case_texts(licence_home.application_no, text)', 'staff, cashier, auditor');

CREATE FUNCTION licence_home_internal.trail_of_message(message_id bigint)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        kind text, at timestamptz, what text, gateway text, http_status integer, detail text, by text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT m.applicant_id, m.application_no, ARRAY['sms_attempt.answer', 'sms_attempt.error', 'sms_intervention.reason'],
            t.kind, t.at, t.what, t.gateway, t.http_status, t.detail, t.by
        FROM licence_home.sms_message AS m
        JOIN licence_home.sms_trail AS t ON t.message_id = m.message_id
        WHERE m.message_id = trail_of_message.message_id
        ORDER BY t.at, t.kind;
    END;
COMMENT ON FUNCTION licence_home_internal.trail_of_message(bigint) IS
'Internal: what message_trail() shows.';
CALL licence_home_internal.make_function('licence_home_internal.trail_of_message(bigint)');

CREATE FUNCTION licence_home.message_trail(message_id bigint, why text DEFAULT NULL,
        OUT kind text, OUT at timestamptz, OUT what text, OUT gateway text, OUT http_status integer, OUT detail text,
        OUT by text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_message_trail' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 5;
COMMENT ON FUNCTION licence_home.message_trail(bigint, text) IS
'What happened to a message, as sms_trail has it for administrators. A gateway''s answer may repeat the telephone, so each call is recorded in read_record. Errors as message_text().';
CALL licence_home_internal.make_function('licence_home.message_trail(bigint, text)', 'clerk, auditor');

-- What an official writes and may not read comes back from no RETURNING *, as some
-- programs have it: this gives the key alone.  As the caller, under all rules of the table.
CREATE FUNCTION licence_home.write_evidence(table_name text, "values" jsonb, row_key text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    written regclass;
    key name;
    columns text;
    done text;
BEGIN
    SELECT c.oid::regclass, a.attname INTO written, key
    FROM pg_class AS c
    JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary AND i.indnatts = 1
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND c.relname = write_evidence.table_name;
    IF written IS NULL THEN
        RAISE EXCEPTION 'there is no table "%" that evidence is written into', write_evidence.table_name
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT string_agg(quote_ident(k.name), ', ') INTO columns
    FROM jsonb_object_keys(write_evidence."values") AS k (name);
    IF columns IS NULL THEN
        RAISE EXCEPTION 'nothing is to be written into "%"', write_evidence.table_name USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF write_evidence.row_key IS NULL THEN
        EXECUTE format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, $1) AS v RETURNING %3$I::text',
            written, columns, key) INTO done USING write_evidence."values";
    ELSE
        EXECUTE format('UPDATE %1$s AS t SET (%2$s) = ROW (%4$s) FROM jsonb_populate_record(NULL::%1$s, $1) AS v '
            'WHERE t.%3$I::text = $2 RETURNING t.%3$I::text', written, columns, key,
            (SELECT string_agg(format('v.%I', k.name), ', ') FROM jsonb_object_keys(write_evidence."values") AS k (name)))
            INTO done USING write_evidence."values", write_evidence.row_key;
    END IF;
    RETURN done;
END $$;
COMMENT ON FUNCTION licence_home.write_evidence(text, jsonb, text) IS
'Writes a row of a table from an object of columns and values, as its caller: a new one, or with row_key that of this primary key. Gives the key; null where a rule drops the row, or none has that key. For programs whose INSERT and UPDATE ask for every column (RETURNING *), of which officials read some. Errors as the statement has them; 42P01 for no table, 42703 for no column.';
CALL licence_home_internal.make_function('licence_home.write_evidence(text, jsonb, text)', 'staff, cashier');
