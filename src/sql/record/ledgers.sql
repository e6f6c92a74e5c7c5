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
            ('payment', 'payment_reference'), ('payment', 'amount'), ('payment', 'paid_at'), ('payment', 'receipt'),
            ('payment_refund', 'amount'), ('payment_refund', 'refund_reference'), ('payment_reversal', 'amount'),
            ('payment_reversal', 'reversal_reference'), ('unpaid_decision', 'decision'), ('unpaid_decision', 'until'),
            ('till_closing', 'counted'), ('till_closing', 'expected'), ('till_closing', 'day'), ('till_closing', 'receiver'),
            ('agency', 'kind'), ('agency', 'scope'), ('agency', 'only_case'), ('agency', 'from_day'), ('agency', 'until_day'), ('attachment', 'attachment_type'),
            ('attachment', 'taken_at'), ('case_recusal', 'official'))
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

-- Bills with their lines, and licences, of what a step never changes: an event says
-- that there is one, and not of how much or until when.
CREATE FUNCTION licence_home_internal.bill_lines(since timestamptz, until timestamptz)
    RETURNS TABLE (row_no bigint, line text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT i.invoice_no, i.invoice_no || ' ' || licence_home_internal.record_hash(i.invoice_no::text,
            i.application_no::text, i.amount::text, to_char(i.priced_on, 'YYYY-MM-DD'), i.area_m2::text,
            licence_home_internal.micros(i.created_at), i.account::text,
            (SELECT string_agg(licence_home_internal.record_hash(l.line_no::text, l.item, l.rule, l.amount::text), ' ' ORDER BY l.line_no)
             FROM licence_home.invoice_line AS l WHERE l.invoice_no = i.invoice_no))
        FROM licence_home.invoice AS i
        WHERE i.created_at >= bill_lines.since AND i.created_at < bill_lines.until;
    END;
COMMENT ON FUNCTION licence_home_internal.bill_lines(timestamptz, timestamptz) IS
'Internal: a line for each bill: its number, and the hash of its case, amounts, area, day and lines. Neither when it is due nor whether it was cancelled: of these an event speaks.';
CALL licence_home_internal.make_function('licence_home_internal.bill_lines(timestamptz, timestamptz)');

CREATE FUNCTION licence_home_internal.money_entry_lines(since timestamptz, until timestamptz)
    RETURNS TABLE (row_no bigint, line text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT m.entry_no, m.entry_no || ' ' || licence_home_internal.record_hash(m.entry_no::text, m.kind,
            m.application_no::text, m.account::text, m.source_no::text, m.amount::text, licence_home_internal.micros(m.at))
        FROM licence_home.money_entry AS m
        WHERE m.at >= money_entry_lines.since AND m.at < money_entry_lines.until;
    END;
COMMENT ON FUNCTION licence_home_internal.money_entry_lines(timestamptz, timestamptz) IS
'Internal: a line for each entry of the ledger of money: its number, and the hash of the whole.';
CALL licence_home_internal.make_function('licence_home_internal.money_entry_lines(timestamptz, timestamptz)');

CREATE FUNCTION licence_home_internal.licence_lines(since timestamptz, until timestamptz)
    RETURNS TABLE (row_no bigint, line text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT substr(t.licence_no::text, 2, 4)::bigint * 100000000 + substr(t.licence_no::text, 7, 8)::bigint,
            t.licence_no || ' ' || t.what || ' ' || t.hash
        FROM (
            SELECT l.licence_no, 'issued', licence_home_internal.record_hash(l.licence_no::text, l.application_no::text,
                l.import_no::text, l.former_no, l.succeeds::text, licence_home_internal.micros(l.issued_at))
            FROM licence_home.licence AS l
            WHERE l.issued_at >= licence_lines.since AND l.issued_at < licence_lines.until
            UNION ALL
            SELECT m.licence_no, 'term ' || m.term_no, licence_home_internal.record_hash(m.licence_no::text, m.term_no::text,
                to_char(m.starts, 'YYYY-MM-DD'), to_char(m.ends, 'YYYY-MM-DD'), to_char(m.since, 'YYYY-MM-DD'), m.months::text,
                m.run_months::text, m.application_no::text, m.case_event::text, m.invoice_no::text, m.import_no::text,
                licence_home_internal.micros(m.known_at))
            FROM licence_home.licence_term AS m
            WHERE m.known_at >= licence_lines.since AND m.known_at < licence_lines.until
            UNION ALL
            SELECT v.licence_no, 'version ' || v.version_no, licence_home_internal.record_hash(v.licence_no::text,
                v.version_no::text, to_char(v.from_day, 'YYYY-MM-DD'), v.applicant_id::text, v.profession, v.district::text,
                v.work_area_m2::text, to_char(v.judged_on, 'YYYY-MM-DD'), v.application_no::text, v.case_event::text,
                v.import_no::text, licence_home_internal.micros(v.known_at))
            FROM licence_home.licence_version AS v
            WHERE v.known_at >= licence_lines.since AND v.known_at < licence_lines.until
            UNION ALL
            SELECT g.licence_no, 'standing ' || g.standing_no, licence_home_internal.record_hash(g.licence_no::text,
                g.standing_no::text, to_char(g.from_day, 'YYYY-MM-DD'), g.standing, g.reason, g.application_no::text,
                g.case_event::text, g.import_no::text, licence_home_internal.micros(g.known_at))
            FROM licence_home.licence_standing AS g
            WHERE g.known_at >= licence_lines.since AND g.known_at < licence_lines.until
        ) AS t (licence_no, what, hash);
    END;
COMMENT ON FUNCTION licence_home_internal.licence_lines(timestamptz, timestamptz) IS
'Internal: a line for each licence, and each of its terms, versions and standings: its number, and the hash of what never changes of the row. Where the home is, which an erasure conceals, is not in it.';
CALL licence_home_internal.make_function('licence_home_internal.licence_lines(timestamptz, timestamptz)');

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
            UNION ALL SELECT 'bills', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.bill_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'events', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.event_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'evidence', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.evidence_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'journal', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.journal_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'licences', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.licence_lines(d.since, d.until) AS x ON true
            UNION ALL SELECT 'money', x.* FROM (SELECT) AS o LEFT JOIN licence_home_internal.money_entry_lines(d.since, d.until) AS x ON true
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
        UNION ALL SELECT 'licence_home.invoice'::regclass, (SELECT min(i.created_at) FROM licence_home.invoice AS i)
        UNION ALL SELECT 'licence_home.licence'::regclass, (SELECT min(l.issued_at) FROM licence_home.licence AS l)
        UNION ALL SELECT 'licence_home.licence_term'::regclass, (SELECT min(m.known_at) FROM licence_home.licence_term AS m)
        UNION ALL SELECT 'licence_home.licence_version'::regclass, (SELECT min(v.known_at) FROM licence_home.licence_version AS v)
        UNION ALL SELECT 'licence_home.licence_standing'::regclass, (SELECT min(g.known_at) FROM licence_home.licence_standing AS g)
        UNION ALL SELECT 'licence_home.money_entry'::regclass, (SELECT min(m.at) FROM licence_home.money_entry AS m)
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
