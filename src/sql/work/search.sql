-- ---------------------------------------------------------------------
-- Finding whatever a caller says: find_cases().
--
--   text ──words_of()──> name ───── btree, GIN on applicant
--        ──digits──────> telephone, identity number, serials, bill
--        ──place_keys()> parcel, address ── GIN on application
--
-- Each way has an index. The ways are tried from the surest to the weakest, and
-- a weaker one only while there is room. So a name that everybody has costs no
-- more than one that nobody has. Who was shown is recorded, and what was sought
-- as an HMAC (src/reading/persons.c).
-- ---------------------------------------------------------------------

-- A name from its beginning: the first fifty of a hundred thousand cost fifty.
CREATE INDEX applicant_by_name ON licence_home.applicant ((licence_home.fold_name(name_ar)) COLLATE "C");
CREATE INDEX applicant_by_name_en ON licence_home.applicant ((licence_home.fold_name(name_en)) COLLATE "C");
-- Any words of it.  (Without a list of what is pending, which each search would read.)
CREATE INDEX applicant_by_words ON licence_home.applicant USING gin (licence_home_internal.name_keys(name_ar),
    licence_home_internal.name_keys(name_en), licence_home_internal.name_keys(representative_name)) WITH (fastupdate = off);
-- A telephone from its last digit.
CREATE INDEX applicant_by_phone ON licence_home.applicant (reverse(phone::text) COLLATE "C");
CREATE INDEX applicant_by_representative ON licence_home.applicant (representative_identity_no)
    WHERE representative_identity_no IS NOT NULL;
-- (a step writes its case anew into each index of application. Of this one it is a short
-- list, which a search reads and one step in many empties)
CREATE INDEX application_by_place ON licence_home.application USING gin (
    licence_home_internal.place_keys(address, village, basin, neighbourhood, parcel, building_no))
    WITH (fastupdate = on, gin_pending_list_limit = 64);

-- Who and what a text may mean, from the surest on.  In PL/pgSQL, since a weaker way is
-- tried only where the surer ones found little.  Index by index, because the planner, who
-- does not know what is said, hopes to meet it early in a table.
CREATE FUNCTION licence_home_internal.matches(sought text, much integer)
    RETURNS TABLE (applicant_id bigint, application_no licence_home.application_no, rank integer, matched text)
    LANGUAGE plpgsql STABLE ROWS 20
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    AS $$
#variable_conflict use_column
DECLARE
    most constant integer := 50;
    plain constant text := upper(licence_home.fold_plain(sought));
    digits constant text := CASE WHEN plain ~ '^[AL+(]?[0-9][-0-9/.()]*$' THEN regexp_replace(plain, '[^0-9]', '', 'g') END;
    letter constant text := CASE WHEN digits IS NOT NULL AND plain ~ '^[AL]' THEN left(plain, 1) ELSE '' END;
    parts constant text[] := regexp_match(plain, '^[AL]?(2[0-9]{3})[-/.]0*([1-9][0-9]{0,7})$');
    name constant text := licence_home.fold_name(sought);
    words constant text[] := coalesce(licence_home_internal.pairs_of(sought), '{}');
    places constant text[] := coalesce(licence_home_internal.place_keys(NULL, sought, NULL, NULL, NULL, NULL), '{}');    -- (of no address: without its pairs)
    year integer;
    serial bigint;
    ending text;
    wanted text[];
    found integer := 0;
    more integer;
    before integer;
BEGIN
    -- a number as it is printed, with its check digit or without
    IF digits IS NOT NULL THEN
        IF length(digits) = 13 AND digits ~ '^[2-9][0-9]{3}0*[1-9]' AND substr(digits, 5, 8) <> '00000000' THEN
            year := left(digits, 4);
            serial := substr(digits, 5, 8);
        ELSIF parts IS NOT NULL THEN
            year := parts[1];
            serial := parts[2];
        END IF;
    END IF;
    IF year IS NOT NULL AND letter <> 'L' THEN
        RETURN QUERY SELECT a.applicant_id, a.application_no, 1, 'application_no'
            FROM licence_home.application AS a
            WHERE a.application_no = licence_home.application_no_make(year, serial)
                AND (length(digits) < 13 OR regexp_replace(a.application_no::text, '[^0-9]', '', 'g') = digits);
        GET DIAGNOSTICS more = ROW_COUNT;
        found := found + more;
    END IF;
    IF year IS NOT NULL AND letter <> 'A' THEN
        RETURN QUERY SELECT c.applicant_id, c.application_no, 1, 'licence_no'
            FROM licence_home.licence AS l
            CROSS JOIN LATERAL licence_home_internal.licence_cases(l.licence_no) AS c
            WHERE l.licence_no = licence_home.licence_no_make(year, serial)
                AND (length(digits) < 13 OR regexp_replace(l.licence_no::text, '[^0-9]', '', 'g') = digits);
        GET DIAGNOSTICS more = ROW_COUNT;
        found := found + more;
    END IF;
    -- the number of an older register
    RETURN QUERY SELECT c.applicant_id, c.application_no, 1, 'former_no'
        FROM licence_home.licence AS l
        CROSS JOIN LATERAL licence_home_internal.licence_cases(l.licence_no) AS c
        WHERE licence_home.fold_reference(l.former_no) = licence_home.fold_reference(sought);
    GET DIAGNOSTICS more = ROW_COUNT;
    found := found + more;
    IF found > 0 OR letter <> '' THEN
        RETURN;
    END IF;

    -- the network's number of a payment, or a receipt of the counter, for who sees payments
    IF much IN (0, 3) AND length(sought) <= 200 THEN
        RETURN QUERY SELECT a.applicant_id, a.application_no, 3, 'payment_reference'
            FROM (
                SELECT p.invoice_no FROM licence_home.payment AS p
                WHERE licence_home.fold_reference(p.payment_reference) = licence_home.fold_reference(sought)
                UNION ALL
                SELECT p.invoice_no FROM licence_home.payment AS p
                WHERE licence_home.fold_reference(p.receipt) = licence_home.fold_reference(sought) AND p.channel = 'counter'
            ) AS p
            JOIN licence_home.invoice AS i ON i.invoice_no = p.invoice_no
            JOIN licence_home.application AS a ON a.application_no = i.application_no;
    END IF;
    IF digits IS NOT NULL AND length(digits) <= 18 THEN
        RETURN QUERY SELECT a.applicant_id, a.application_no, 2, 'invoice_no'
            FROM licence_home.invoice AS i
            JOIN licence_home.application AS a ON a.application_no = i.application_no
            WHERE i.invoice_no = digits::bigint;
    END IF;
    IF length(digits) >= 5 AND much >= 3 THEN
        RETURN QUERY SELECT p.applicant_id, NULL::licence_home.application_no, 2, 'identity_no'
            FROM licence_home.applicant AS p
            WHERE p.kind = ANY ('{citizen,resident,business}') AND p.identity_no = digits AND p.erased_at IS NULL;
        RETURN QUERY SELECT p.applicant_id, NULL::licence_home.application_no, 3, 'representative_identity_no'
            FROM licence_home.applicant AS p
            WHERE p.representative_identity_no = digits AND p.erased_at IS NULL
            LIMIT most;
    END IF;
    IF length(digits) BETWEEN 4 AND 14 AND much >= 2 THEN
        ending := reverse(CASE WHEN digits ~ '^00962' THEN substr(digits, 3)
            WHEN digits ~ '^07[0-9]{8}$' THEN substr(digits, 2) ELSE digits END);
        RETURN QUERY SELECT p.applicant_id, NULL::licence_home.application_no, CASE WHEN length(ending) >= 9 THEN 2 ELSE 7 END, 'phone'
            FROM licence_home.applicant AS p
            -- (between the last digit and any other: what begins so)
            WHERE reverse(p.phone::text) COLLATE "C" >= ending COLLATE "C"
                AND reverse(p.phone::text) COLLATE "C" < (ending || ':') COLLATE "C"
            ORDER BY reverse(p.phone::text) COLLATE "C"
            LIMIT most;
    END IF;
    -- a serial alone: of a case or a licence of any year
    IF digits ~ '^0*[1-9][0-9]{0,7}$' THEN
        serial := digits;
        RETURN QUERY SELECT a.applicant_id, a.application_no, 4, 'application_no'
            FROM generate_series(
                (SELECT substr(min(b.application_no)::text, 2, 4)::integer FROM licence_home.application AS b),
                (SELECT substr(max(b.application_no)::text, 2, 4)::integer FROM licence_home.application AS b)) AS y (year)
            JOIN licence_home.application AS a ON a.application_no = licence_home.application_no_make(y.year, serial);
        RETURN QUERY SELECT c.applicant_id, c.application_no, 4, 'licence_no'
            FROM generate_series(
                (SELECT substr(min(b.licence_no)::text, 2, 4)::integer FROM licence_home.licence AS b),
                (SELECT substr(max(b.licence_no)::text, 2, 4)::integer FROM licence_home.licence AS b)) AS y (year)
            JOIN licence_home.licence AS l ON l.licence_no = licence_home.licence_no_make(y.year, serial)
            CROSS JOIN LATERAL licence_home_internal.licence_cases(l.licence_no) AS c;
    END IF;

    -- a name, unless it is all digits
    IF name ~ '[^0-9 ]' AND much >= 1 THEN
        RETURN QUERY SELECT p.applicant_id, NULL::licence_home.application_no,
                CASE WHEN licence_home.fold_name(p.name_ar) = name THEN 4 ELSE 5 END, 'name'
            FROM licence_home.applicant AS p
            -- (! follows the blank: the whole name, or more words)
            WHERE licence_home.fold_name(p.name_ar) COLLATE "C" >= name COLLATE "C"
                AND licence_home.fold_name(p.name_ar) COLLATE "C" < (name || '!') COLLATE "C" AND p.erased_at IS NULL
            ORDER BY licence_home.fold_name(p.name_ar) COLLATE "C"
            LIMIT most;
        GET DIAGNOSTICS more = ROW_COUNT;
        found := found + more;
        RETURN QUERY SELECT p.applicant_id, NULL::licence_home.application_no,
                CASE WHEN licence_home.fold_name(p.name_en) = name THEN 4 ELSE 5 END, 'name'
            FROM licence_home.applicant AS p
            WHERE licence_home.fold_name(p.name_en) COLLATE "C" >= name COLLATE "C"
                AND licence_home.fold_name(p.name_en) COLLATE "C" < (name || '!') COLLATE "C" AND p.erased_at IS NULL
            ORDER BY licence_home.fold_name(p.name_en) COLLATE "C"
            LIMIT most;
        GET DIAGNOSTICS more = ROW_COUNT;
        found := found + more;
        -- its words, wherever they stand, unless most of a name was said and found; then
        -- words that begin so
        wanted := words;
        WHILE found < most AND (found = 0 OR cardinality(words) < 2) LOOP
            RETURN QUERY SELECT p.applicant_id, NULL::licence_home.application_no, CASE WHEN wanted = words THEN 6 ELSE 9 END, 'name'
                FROM licence_home.applicant AS p
                WHERE licence_home_internal.name_keys(p.name_ar) @> wanted AND p.erased_at IS NULL
                LIMIT most;
            GET DIAGNOSTICS more = ROW_COUNT;
            found := found + more;
            RETURN QUERY SELECT p.applicant_id, NULL::licence_home.application_no, CASE WHEN wanted = words THEN 6 ELSE 9 END, 'name'
                FROM licence_home.applicant AS p
                WHERE licence_home_internal.name_keys(p.name_en) @> wanted AND p.erased_at IS NULL
                LIMIT most;
            GET DIAGNOSTICS more = ROW_COUNT;
            found := found + more;
            IF much >= 2 THEN
                RETURN QUERY SELECT p.applicant_id, NULL::licence_home.application_no,
                        CASE WHEN wanted = words THEN 7 ELSE 9 END, 'representative_name'
                    FROM licence_home.applicant AS p
                    WHERE licence_home_internal.name_keys(p.representative_name) @> wanted AND p.erased_at IS NULL
                    LIMIT most;
                GET DIAGNOSTICS more = ROW_COUNT;
                found := found + more;
            END IF;
            EXIT WHEN found > 0 OR wanted <> words;
            wanted := licence_home_internal.beginnings_of(sought);
            EXIT WHEN wanted = words;
        END LOOP;
    END IF;

    -- where the home is: a number alone is that of a parcel, and the last of several may be;
    -- of an address, a word and a number together.  These are short lists, and so come before
    -- all words anywhere.
    IF found < most AND cardinality(places) > 0 AND much >= 1 THEN
        ending := places[cardinality(places)];
        before := found;
        FOR turn IN 1 .. 3 LOOP
            wanted := CASE turn
                WHEN 1 THEN CASE WHEN ending !~ '[^0-9]' THEN places[:cardinality(places) - 1] || ('=' || ending) END
                WHEN 2 THEN nullif(licence_home_internal.places_of(sought), '{}')
                ELSE places END;
            CONTINUE WHEN wanted IS NULL;
            EXIT WHEN turn = 3 AND (found > before OR cardinality(places) = 1 AND ending !~ '[^0-9]');
            RETURN QUERY SELECT a.applicant_id, a.application_no, 8, CASE WHEN turn = 1 THEN 'parcel' ELSE 'address' END
                FROM licence_home.application AS a
                WHERE licence_home_internal.place_keys(a.address, a.village, a.basin, a.neighbourhood, a.parcel, a.building_no) @> wanted
                LIMIT most;
            GET DIAGNOSTICS more = ROW_COUNT;
            found := found + more;
        END LOOP;
    END IF;
END $$;
COMMENT ON FUNCTION licence_home_internal.matches(text, integer) IS
'Internal: the persons and cases that a text may mean, by which column, from the surest on (rank), at most fifty each way. application_no is null where the person is meant. much: as in columns_seen(), since what somebody may not see is not found by it.';
CALL licence_home_internal.make_function('licence_home_internal.matches(text, integer)');

CREATE FUNCTION licence_home_internal.found_cases(sought text, much integer, hidden bigint[])
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        rank integer, matched text, application_no licence_home.application_no, state text, state_ar text, state_en text,
        profession text, district integer, applicant_id bigint, kind text, name_ar text, name_en text, identity_no text,
        phone licence_home.phone_number, representative_name text, address text, village text, basin text,
        neighbourhood text, parcel text, building_no text, floor text, unit text, submitted_at timestamptz,
        invoice_no bigint, licence_no licence_home.licence_no)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT CASE WHEN much >= 1 THEN f.applicant_id END, f.application_no,
            (SELECT array_remove(licence_home_internal.columns_seen(much), 'applicant.language')),     -- once, not for each row
            f.rank, f.matched, f.application_no, f.state, s.name_ar::text, s.name_en::text, f.profession, f.district,
            f.applicant_id, p.kind,
            CASE WHEN much >= 1 THEN p.name_ar END, CASE WHEN much >= 1 THEN p.name_en END,
            CASE WHEN much >= 3 THEN p.identity_no END,
            CASE WHEN much >= 2 THEN p.phone END,
            CASE WHEN much >= 2 THEN p.representative_name END,
            CASE WHEN much >= 1 THEN f.address END, CASE WHEN much >= 1 THEN f.village END,
            CASE WHEN much >= 1 THEN f.basin END, CASE WHEN much >= 1 THEN f.neighbourhood END,
            CASE WHEN much >= 1 THEN f.parcel END, CASE WHEN much >= 1 THEN f.building_no END,
            CASE WHEN much >= 1 THEN f.floor END, CASE WHEN much >= 1 THEN f.unit END,
            f.submitted_at,
            (SELECT max(i.invoice_no) FROM licence_home.invoice AS i WHERE i.application_no = f.application_no),
            CASE WHEN f.application_no IS NOT NULL THEN licence_home_internal.licence_of_case(f.application_no)
                -- (of who has no case, the licence that was imported)
                ELSE (SELECT max(h.licence_no) FROM licence_home_internal.licences_held(f.applicant_id) AS h) END
        FROM (
            SELECT o.*
            FROM (
                -- each case once, by the surest way to it; its row is read once too
                SELECT DISTINCT ON (m.applicant_id, c.application_no) m.applicant_id, m.rank, m.matched, c.*
                FROM licence_home_internal.matches(found_cases.sought, found_cases.much) AS m
                LEFT JOIN LATERAL (
                    SELECT a.application_no, a.state, a.profession, a.district, a.address, a.village, a.basin,
                        a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit, a.submitted_at, a.workflow,
                        a.workflow_version
                    FROM licence_home.application AS a
                    WHERE a.applicant_id = m.applicant_id AND m.application_no IS NULL
                    UNION ALL
                    SELECT a.application_no, a.state, a.profession, a.district, a.address, a.village, a.basin,
                        a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit, a.submitted_at, a.workflow,
                        a.workflow_version
                    FROM licence_home.application AS a
                    WHERE a.application_no = m.application_no
                ) AS c ON true
                WHERE m.applicant_id <> ALL (found_cases.hidden)
                ORDER BY m.applicant_id, c.application_no, m.rank, m.matched COLLATE "C" DESC
            ) AS o
            ORDER BY o.rank, o.application_no DESC NULLS LAST, o.applicant_id
            LIMIT 50
        ) AS f
        JOIN licence_home.applicant AS p ON p.applicant_id = f.applicant_id
        LEFT JOIN LATERAL (
            SELECT s.name_ar, s.name_en
            FROM licence_home.workflow_state AS s
            WHERE s.workflow = f.workflow AND s.state = f.state AND (s.version = f.workflow_version OR f.workflow_version IS NULL)
            ORDER BY s.version DESC
            LIMIT 1
        ) AS s ON true
        ORDER BY f.rank, f.application_no DESC NULLS LAST, f.applicant_id;
    END;
COMMENT ON FUNCTION licence_home_internal.found_cases(text, integer, bigint[]) IS
'Internal: what licence_home.find_cases() shows to a reader of the level much (see columns_seen()). hidden: the applicants whose data are restricted, who are found by nothing.';
CALL licence_home_internal.make_function('licence_home_internal.found_cases(text, integer, bigint[])');

CREATE FUNCTION licence_home.find_cases(sought text, why text DEFAULT NULL,
        OUT rank integer, OUT matched text, OUT application_no licence_home.application_no, OUT state text,
        OUT state_ar text, OUT state_en text, OUT profession text, OUT district integer, OUT applicant_id bigint,
        OUT kind text, OUT name_ar text, OUT name_en text, OUT identity_no text, OUT phone licence_home.phone_number,
        OUT representative_name text, OUT address text, OUT village text, OUT basin text, OUT neighbourhood text,
        OUT parcel text, OUT building_no text, OUT floor text, OUT unit text, OUT submitted_at timestamptz,
        OUT invoice_no bigint, OUT licence_no licence_home.licence_no)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_find_cases' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;
COMMENT ON FUNCTION licence_home.find_cases(text, text) IS
'Whom a caller means: cases by whatever is said of them, a row each, at most 50, the surest first (rank; matched: by which column). By a part of a name in any spelling, a telephone or four or more of its last digits, or an identity number. Or by a parcel or an address, the number of a case, licence (also of an older register) or bill, a serial alone, or the reference of a payment. application_no is null for somebody without a case. What the caller may not see (person_of()) is null, and nobody is found by it: a cashier finds by numbers alone, and sees no person. Recorded in read_record: who was shown, and what was sought as an HMAC. LH029 for what says too little; other errors as person_of(), but LH008.';
CALL licence_home_internal.make_function('licence_home.find_cases(text, text)', 'staff, cashier, auditor');
