-- ---------------------------------------------------------------------
-- Comments on the columns that mean the same wherever they stand, and on those
-- of views, which say what their table's say.  sql/catalogue.sql fails on a
-- column of a table or view without a comment.  An update calls the procedure anew.
-- ---------------------------------------------------------------------
CREATE PROCEDURE licence_home_internal.comment_columns()
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $do$
DECLARE
    shared constant jsonb := '{
        "application_no": "The case.",
        "valid": "Days on which the rule is in force, upper bound excluded.",
        "withdrawn_at": "When the row was withdrawn, which turned out wrong: it counts for no day; null: it counts for those of valid.",
        "withdrawal": "What kind of withdrawal: corrected (its successor counts, for old cases too), void (it never counted) or from_today (valid was ended that day, and open cases keep it); null: none.",
        "closed_at": "When valid was last ended earlier.",
        "session_role": "The login that wrote the row.",
        "source": "Where the rule comes from.",
        "certainty": "How sure that is: official (of an instrument that is named), card, press, likely, or unknown: nobody here knows the rule, replace it.",
        "instrument": "Number of the instrument (instructions, decision, gazette) that says so; official rules have one.",
        "illustrative": "True where certainty is unknown: the row is an example.",
        "name_ar": "Name in Arabic.",
        "name_en": "Name in English.",
        "recorded_at": "When the row was written.",
        "recorded_by": "Who wrote the row, as actor() says.",
        "recorded_role": "The role in which the row was written.",
        "reviewed_role": "The role of who reviewed it.",
        "reviewed_session_role": "The login of who reviewed it.",
        "closed_role": "The role of who closed it.",
        "closed_session_role": "The login of who closed it.",
        "at_event": "How many events the case had when the row was written.",
        "reviewed_at": "When the row was reviewed.",
        "reviewed_by": "Who reviewed it, as actor() says.",
        "reviewed_at_event": "How many events the case had then: a step taken since lets the review stand.",
        "attachment_type": "Media type of the copy.",
        "attachment_sha256": "SHA-256 of the copy, 32 bytes.",
        "attachment_locator": "Where the bytes of the copy are; they live elsewhere.",
        "method": "GET or POST.",
        "headers": "Headers of a request, with placeholders.",
        "body": "Body of a request, with placeholders.",
        "body_encoding": "form, json or xml.",
        "gsm7_code": "What {coding} stands for where the text is GSM-7.",
        "ucs2_code": "What {coding} stands for where the text is UCS-2.",
        "ucs2_part": "Characters in a part of a joined UCS-2 message.",
        "accepted": "Regular expression on an answer that says: sent.",
        "retry": "Regular expression on an answer that says: certainly not sent, again later.",
        "credentials": "Regular expression on an answer that refuses the credentials.",
        "permanent": "Regular expression on an answer that refuses the message for good.",
        "message_id_pattern": "Regular expression whose first group is the gateway''s number of the message.",
        "connections": "Connections at once.",
        "rate": "Messages a second; null: no limit.",
        "burst": "Messages that may go at once after a rest.",
        "connection_idle_s": "Seconds for which an idle connection is kept.",
        "doubt": "What becomes of a message in doubt: template, hold or resend.",
        "table_name": "The table.",
        "row_count": "How many rows it has, or had when the dump was made.",
        "licence_no": "The licence.",
        "phone_number": "For the order of a dump; no row has it.",
        "national_no": "For the order of a dump; no row has it."}';
    found record;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS relation, t.attname, coalesce(
            CASE WHEN t.attidentity <> '' THEN 'Number of the row.' END,
            shared ->> t.attname::text) AS words
        FROM pg_class AS c
        JOIN pg_attribute AS t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
        WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('r', 'p')
          AND col_description(c.oid, t.attnum) IS NULL
    LOOP
        CONTINUE WHEN found.words IS NULL;
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', found.relation, found.attname, found.words);
    END LOOP;

    -- a view's column: the first of that name in the tables that it reads
    FOR found IN
        SELECT v.oid::regclass AS relation, t.attname, coalesce(w.words, shared ->> t.attname::text) AS words
        FROM pg_class AS v
        JOIN pg_attribute AS t ON t.attrelid = v.oid AND t.attnum > 0
        LEFT JOIN LATERAL (
            SELECT col_description(s.attrelid, s.attnum) AS words
            FROM pg_rewrite AS r
            JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
            JOIN pg_attribute AS s ON s.attrelid = d.refobjid AND s.attname = t.attname
            WHERE r.ev_class = v.oid AND col_description(s.attrelid, s.attnum) IS NOT NULL
            ORDER BY d.refobjid
            LIMIT 1) AS w ON true
        WHERE v.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND v.relkind = 'v'
          AND col_description(v.oid, t.attnum) IS NULL
        ORDER BY v.oid        -- a view may read another
    LOOP
        CONTINUE WHEN found.words IS NULL;
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', found.relation, found.attname, found.words);
    END LOOP;
END $do$;
COMMENT ON PROCEDURE licence_home_internal.comment_columns() IS
'Internal: comments each column that has none as columns of its name are commented on.';
CALL licence_home_internal.make_function('licence_home_internal.comment_columns()');
CALL licence_home_internal.comment_columns();
