-- ---------------------------------------------------------------------
-- The record of a day, in lines.
--
-- A ledger is a table, or several, to which rows are only added.  What was
-- written on a day is a list of lines, one a row: numbers that name it and a
-- SHA-256 of what it says.  The signed head of the day has the SHA-256 of each
-- ledger's lines (record/heads.sql).
--
-- A new ledger is a function that gives the lines of a stretch of time. It
-- needs a line in each of the two functions at the end of this file.
-- ---------------------------------------------------------------------

-- As the chain of events does: length, colon, text; "-" for null.
CREATE FUNCTION licence_home_internal.record_hash(VARIADIC fields text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode(sha256(convert_to((
        SELECT coalesce(string_agg(coalesce(octet_length(f.field) || ':' || f.field, '-'), '' ORDER BY f.n), '')
        FROM unnest(record_hash.fields) WITH ORDINALITY AS f (field, n)), 'UTF8')), 'hex');
COMMENT ON FUNCTION licence_home_internal.record_hash(text[]) IS
'Internal: the SHA-256 of fields, in hexadecimal; each is its length in bytes, a colon and its text, or - for null.';
CALL licence_home_internal.make_function('licence_home_internal.record_hash(text[])');

CREATE FUNCTION licence_home_internal.micros(at timestamptz) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((extract(epoch FROM micros.at) - 946684800) * 1000000)::bigint::text;
COMMENT ON FUNCTION licence_home_internal.micros(timestamptz) IS
'Internal: a moment as it is hashed: microseconds since 2000-01-01 00:00 UTC.';
CALL licence_home_internal.make_function('licence_home_internal.micros(timestamptz)');

-- The hash that an event has stands for what it says, if it is its hash.
CREATE FUNCTION licence_home_internal.event_lines(since timestamptz, until timestamptz)
    RETURNS TABLE (row_no bigint, line text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT e.event_no, format('%s %s %s %s%s', e.event_no, e.application_no, e.case_event, encode(e.hash, 'hex'),
            CASE WHEN e.hash IS DISTINCT FROM licence_home_internal.event_hash(p.hash, e.format, e.event_no,
                    e.application_no::text, e.case_event, e.action, e.from_state, e.to_state, e.actor, e.role,
                    e.session_role, e.at, e.known_at, e.digest)
                OR e.salt IS NOT NULL AND e.digest IS DISTINCT FROM licence_home_internal.event_digest(e.salt, e.note, e.changes)
                OR e.salt IS NULL AND num_nonnulls(e.note, e.changes) > 0
                THEN ' altered' END)
        FROM licence_home.application_event AS e
        LEFT JOIN licence_home.application_event AS p ON p.application_no = e.application_no
            AND p.case_event = e.case_event - 1
        WHERE e.known_at >= event_lines.since AND e.known_at < event_lines.until;
    END;
COMMENT ON FUNCTION licence_home_internal.event_lines(timestamptz, timestamptz) IS
'Internal: a line for each event: its number, its case, its place there and its hash. And "altered" where that is not the hash of what it says.';
CALL licence_home_internal.make_function('licence_home_internal.event_lines(timestamptz, timestamptz)');

CREATE FUNCTION licence_home_internal.applicant_lines(since timestamptz, until timestamptz)
    RETURNS TABLE (row_no bigint, line text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT e.event_no, format('%s %s %s %s%s', e.event_no, e.applicant_id, e.applicant_event_no, encode(e.hash, 'hex'),
            CASE WHEN e.hash IS DISTINCT FROM licence_home_internal.event_hash(p.hash, e.format, e.event_no,
                    e.applicant_id::text, e.applicant_event_no, e.action, NULL, e.fields, e.actor, e.role,
                    e.session_role, e.at, e.known_at, e.digest)
                OR e.salt IS NOT NULL AND e.digest IS DISTINCT FROM licence_home_internal.event_digest(e.salt, e.note, e.changes)
                OR e.salt IS NULL AND num_nonnulls(e.note, e.changes) > 0
                THEN ' altered' END)
        FROM licence_home.applicant_event AS e
        LEFT JOIN licence_home.applicant_event AS p ON p.applicant_id = e.applicant_id
            AND p.applicant_event_no = e.applicant_event_no - 1
        WHERE e.known_at >= applicant_lines.since AND e.known_at < applicant_lines.until;
    END;
COMMENT ON FUNCTION licence_home_internal.applicant_lines(timestamptz, timestamptz) IS
'Internal: a line for each event of an applicant: its number, the applicant, its place there and its hash. And "altered" where that is not the hash of what it says.';
CALL licence_home_internal.make_function('licence_home_internal.applicant_lines(timestamptz, timestamptz)');

CREATE FUNCTION licence_home_internal.read_lines(since timestamptz, until timestamptz)
    RETURNS TABLE (row_no bigint, line text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT r.read_no, r.read_no || ' ' || licence_home_internal.record_hash(r.read_no::text,
            licence_home_internal.micros(r.at), licence_home_internal.micros(r.recorded_at), r.actor, r.login, r.role,
            r.function, array_to_string(r.applicant_ids, ' '), r.application_no::text, array_to_string(r.columns, ' '))
        FROM licence_home.read_record AS r
        WHERE r.recorded_at >= read_lines.since AND r.recorded_at < read_lines.until;
    END;
COMMENT ON FUNCTION licence_home_internal.read_lines(timestamptz, timestamptz) IS
'Internal: a line for each record of reading. The reason and what was sought, which may be concealed one day, are not in it.';
CALL licence_home_internal.make_function('licence_home_internal.read_lines(timestamptz, timestamptz)');

CREATE FUNCTION licence_home_internal.acting_lines(since timestamptz, until timestamptz)
    RETURNS TABLE (row_no bigint, line text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT a.acting_no, a.acting_no || ' ' || licence_home_internal.record_hash(a.acting_no::text,
            licence_home_internal.micros(a.at), licence_home_internal.micros(a.recorded_at), a.login, a.role,
            a.applicant_id::text, a.token_key)
        FROM licence_home.acting_record AS a
        WHERE a.recorded_at >= acting_lines.since AND a.recorded_at < acting_lines.until;
    END;
COMMENT ON FUNCTION licence_home_internal.acting_lines(timestamptz, timestamptz) IS
'Internal: a line for each act_for().';
CALL licence_home_internal.make_function('licence_home_internal.acting_lines(timestamptz, timestamptz)');

CREATE FUNCTION licence_home_internal.journal_lines(since timestamptz, until timestamptz)
    RETURNS TABLE (row_no bigint, line text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT j.entry_no, format('%s %s %s%s', j.entry_no, j.place, encode(j.hash, 'hex'),
            CASE WHEN j.hash IS DISTINCT FROM licence_home_internal.journal_hash(p.hash, j) THEN ' altered' END)
        FROM licence_home.rule_journal AS j
        LEFT JOIN licence_home.rule_journal AS p ON p.place = j.place - 1
        WHERE j.known_at >= journal_lines.since AND j.known_at < journal_lines.until;
    END;
COMMENT ON FUNCTION licence_home_internal.journal_lines(timestamptz, timestamptz) IS
'Internal: a line for each entry of the journal of rules: its number, its place in the chain and its hash. And "altered" where that is not the hash of what it says.';
CALL licence_home_internal.make_function('licence_home_internal.journal_lines(timestamptz, timestamptz)');

-- Of a rule what never changes: neither its end nor its withdrawal.  The body has
-- a branch for each rule table, so an update that makes one calls this anew.
CREATE PROCEDURE licence_home_internal.make_rule_lines()
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $make$
DECLARE
    branches text;
    tables text;
BEGIN
    SELECT string_agg(format('SELECT %1$L::regclass, min(r.recorded_at) FROM %1$s AS r', 'licence_home.' || quote_ident(t.relname)),
            ' UNION ALL ' ORDER BY t.relname),
        string_agg(format($q$
        SELECT %1$s, format('%%s %%s %%s', %2$L, %1$s, licence_home_internal.record_hash(%3$s))
        FROM licence_home.%2$I AS r WHERE r.recorded_at >= rule_lines.since AND r.recorded_at < rule_lines.until$q$,
        coalesce('r.' || quote_ident(t.identity), '0'), t.relname, t.fields), ' UNION ALL ' ORDER BY t.relname)
    INTO tables, branches
    FROM (
        SELECT c.relname, min(a.attname) FILTER (WHERE a.attidentity <> '') AS identity,
            string_agg(CASE
                WHEN a.attname = 'valid' THEN 'to_char(lower(r.valid), ''YYYY-MM-DD'')'
                WHEN a.atttypid = 'date'::regtype THEN format('to_char(r.%I, ''YYYY-MM-DD'')', a.attname)
                WHEN a.atttypid = 'daterange'::regtype THEN format('to_char(lower(r.%1$I), ''YYYY-MM-DD''), to_char(upper(r.%1$I), ''YYYY-MM-DD'')', a.attname)
                WHEN a.atttypid = 'timestamptz'::regtype THEN format('licence_home_internal.micros(r.%I)', a.attname)
                WHEN a.atttypid = 'interval'::regtype THEN format('extract(epoch FROM r.%I)::text', a.attname)
                WHEN a.atttypid = 'bytea'::regtype THEN format('encode(r.%I, ''hex'')', a.attname)
                ELSE format('r.%I::text', a.attname) END, ', ' ORDER BY a.attname COLLATE "C") AS fields
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
          AND a.attname NOT IN ('closed_at', 'withdrawn_at', 'withdrawal', 'illustrative', 'key', 'published_at')
          -- (the draft of a workflow is edited)
          AND c.relname <> 'workflow'
          AND EXISTS (SELECT FROM pg_attribute AS v WHERE v.attrelid = c.oid AND v.attname = 'valid' AND NOT v.attisdropped)
          AND EXISTS (SELECT FROM pg_attribute AS v WHERE v.attrelid = c.oid AND v.attname = 'recorded_at' AND NOT v.attisdropped)
        GROUP BY c.relname
    ) AS t;
    EXECUTE format('CREATE OR REPLACE FUNCTION licence_home_internal.rule_lines(since timestamptz, until timestamptz) '
        'RETURNS TABLE (row_no bigint, line text) LANGUAGE sql STABLE PARALLEL SAFE BEGIN ATOMIC %s; END', branches);
    EXECUTE format('CREATE OR REPLACE FUNCTION licence_home_internal.rule_ledgers() '
        'RETURNS TABLE (relation regclass, first_at timestamptz) LANGUAGE sql STABLE BEGIN ATOMIC %s; END', tables);
END $make$;
COMMENT ON PROCEDURE licence_home_internal.make_rule_lines() IS
'Internal: makes rule_lines() and rule_ledgers() of the rule tables that there are.';
CALL licence_home_internal.make_function('licence_home_internal.make_rule_lines()');
CALL licence_home_internal.make_rule_lines();
COMMENT ON FUNCTION licence_home_internal.rule_lines(timestamptz, timestamptz) IS
'Internal: a line for each rule that was written: its table, its number, and the hash of what never changes of it.';
CALL licence_home_internal.make_function('licence_home_internal.rule_lines(timestamptz, timestamptz)');
COMMENT ON FUNCTION licence_home_internal.rule_ledgers() IS
'Internal: the rule tables, and since when they have rows.';
CALL licence_home_internal.make_function('licence_home_internal.rule_ledgers()');

-- Of a row of evidence: which it is, of which case, who wrote it, in which role and
-- when. Also what it says that neither a review nor an erasure changes. An update
-- that makes a table of evidence calls this anew.
CREATE PROCEDURE licence_home_internal.make_evidence_lines()
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $make$
DECLARE
    branches text;
    tables text;
BEGIN
    SELECT string_agg(format('SELECT %1$L::regclass, (SELECT min(r.recorded_at) FROM %1$s AS r)', 'licence_home.' || quote_ident(t.relname)),
            ' UNION ALL ' ORDER BY t.relname),
        string_agg(format($q$
        SELECT r.%1$I, format('%%s %%s %%s', %2$L, r.%1$I, licence_home_internal.record_hash(%3$s))
        FROM licence_home.%2$I AS r WHERE r.recorded_at >= evidence_lines.since AND r.recorded_at < evidence_lines.until$q$,
        t.identity, t.relname, t.fields), ' UNION ALL ' ORDER BY t.relname)
    INTO tables, branches
    FROM (
        SELECT c.relname, min(a.attname) FILTER (WHERE a.attidentity <> '') AS identity,
            string_agg(CASE
                WHEN a.atttypid = 'date'::regtype THEN format('to_char(r.%I, ''YYYY-MM-DD'')', a.attname)
                WHEN a.atttypid = 'timestamptz'::regtype THEN format('licence_home_internal.micros(r.%I)', a.attname)
                ELSE format('r.%I::text', a.attname) END, ', ' ORDER BY a.attname COLLATE "C") AS fields
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN (VALUES ('document', 'document_type'), ('application_finding', 'field'), ('inspection_finding', 'criterion'),
            ('inspection_finding', 'ruling'), ('decision', 'outcome'), ('decision', 'reason'), ('decision', 'decided_as'),
            ('decision', 'decided_by'), ('decision', 'decided_on'), ('approval_requirement', 'authority'),
            ('approval_requirement', 'basis'), ('external_approval', 'authority'), ('external_approval', 'answer'),
            ('payment', 'payment_reference'), ('payment', 'amount'), ('payment', 'paid_at'), ('case_recusal', 'official'))
            AS fact (of_table, of_column) ON (fact.of_table, fact.of_column) = (c.relname, a.attname)
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
          AND (a.attidentity <> '' OR fact.of_table IS NOT NULL OR a.attname IN ('application_no', 'inspection_id', 'invoice_no',
              'applicant_id', 'at_event', 'recorded_at', 'recorded_by', 'recorded_role', 'session_role'))
          AND EXISTS (SELECT FROM pg_attribute AS v WHERE v.attrelid = c.oid AND v.attname = 'recorded_role' AND NOT v.attisdropped)
          AND EXISTS (SELECT FROM pg_attribute AS v WHERE v.attrelid = c.oid AND v.attidentity <> '' AND NOT v.attisdropped)
        GROUP BY c.relname
    ) AS t;
    EXECUTE format('CREATE OR REPLACE FUNCTION licence_home_internal.evidence_lines(since timestamptz, until timestamptz) '
        'RETURNS TABLE (row_no bigint, line text) LANGUAGE sql STABLE PARALLEL SAFE BEGIN ATOMIC %s; END', branches);
    EXECUTE format('CREATE OR REPLACE FUNCTION licence_home_internal.evidence_ledgers() '
        'RETURNS TABLE (relation regclass, first_at timestamptz) LANGUAGE sql STABLE BEGIN ATOMIC %s; END', tables);
END $make$;
COMMENT ON PROCEDURE licence_home_internal.make_evidence_lines() IS
'Internal: makes evidence_lines() and evidence_ledgers() of the tables of evidence that there are.';
CALL licence_home_internal.make_function('licence_home_internal.make_evidence_lines()');
CALL licence_home_internal.make_evidence_lines();
COMMENT ON FUNCTION licence_home_internal.evidence_lines(timestamptz, timestamptz) IS
'Internal: a line for each row of evidence: its table, its number, and a hash. The hash is over the writer and what never changes of the row.';
CALL licence_home_internal.make_function('licence_home_internal.evidence_lines(timestamptz, timestamptz)');
COMMENT ON FUNCTION licence_home_internal.evidence_ledgers() IS
'Internal: the tables of evidence, and since when they have rows.';
CALL licence_home_internal.make_function('licence_home_internal.evidence_ledgers()');

-- Every ledger has a row here, for a day without lines one of nulls.
CREATE FUNCTION licence_home_internal.record_lines(day date)
    RETURNS TABLE (ledger text, row_no bigint, line text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT l.ledger, l.row_no, l.line
        FROM (SELECT record_lines.day::timestamp AT TIME ZONE licence_home_internal.city_time_zone(),
                (record_lines.day + 1)::timestamp AT TIME ZONE licence_home_internal.city_time_zone()) AS d (since, until)
        CROSS JOIN LATERAL (
            SELECT 'acting', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.acting_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'applicants', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.applicant_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'events', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.event_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'evidence', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.evidence_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'journal', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.journal_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'reads', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.read_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'rules', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.rule_lines(d.since, d.until) AS x ON true
        ) AS l (ledger, row_no, line);
    END;
COMMENT ON FUNCTION licence_home_internal.record_lines(date) IS
'Internal: the lines of a day in the city, of every ledger; one of nulls where a ledger has none.';
CALL licence_home_internal.make_function('licence_home_internal.record_lines(date)');

CREATE FUNCTION licence_home_internal.ledgers()
    RETURNS TABLE (relation regclass, first_at timestamptz)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT 'licence_home.acting_record'::regclass, (SELECT min(a.recorded_at) FROM licence_home.acting_record AS a)
        UNION ALL SELECT 'licence_home.application_event'::regclass, (SELECT min(e.known_at) FROM licence_home.application_event AS e)
        UNION ALL SELECT 'licence_home.applicant_event'::regclass, (SELECT min(e.known_at) FROM licence_home.applicant_event AS e)
        UNION ALL SELECT 'licence_home.read_record'::regclass, (SELECT min(l.recorded_at) FROM licence_home.read_record AS l)
        UNION ALL SELECT 'licence_home.rule_journal'::regclass, (SELECT min(j.known_at) FROM licence_home.rule_journal AS j)
        UNION ALL SELECT r.relation, r.first_at FROM licence_home_internal.rule_ledgers() AS r
        UNION ALL SELECT e.relation, e.first_at FROM licence_home_internal.evidence_ledgers() AS e
        -- that a case began is no line, and a report counts it
        UNION ALL SELECT 'licence_home.application'::regclass, NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.ledgers() IS
'Internal: the tables of the ledgers, whose writers the signing of a day waits for, and since when they have rows.';
CALL licence_home_internal.make_function('licence_home_internal.ledgers()');
