-- ---------------------------------------------------------------------
-- Signed heads of the record (src/records/record_heads.c).
--
-- A head is a JSON object in the canonical form of RFC 8785: names in order,
-- no blanks. It has the SHA-256 of each ledger's lines of a day and of the head
-- before. It is signed with an Ed25519 key that the database does not have.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.record_key (
    key_id       text PRIMARY KEY,
    public_key   text NOT NULL,
    recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE licence_home.record_key IS
'The public keys of those that signed heads of the record. The private key is in the file of licence_home.record_key_file, and nowhere in the database.';
CALL licence_home_internal.make_case_table('licence_home.record_key');

CREATE TABLE licence_home.record_head (
    day          date PRIMARY KEY,
    head         text NOT NULL,
    signature    bytea NOT NULL CHECK (octet_length(signature) = 64),
    key_id       text NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home_internal.moment()
);
COMMENT ON TABLE licence_home.record_head IS
'The signed head of each day that is over: what its ledgers hold, in hashes, and the hash of the head before. To be kept outside, too: printed, published, sent away.';
CALL licence_home_internal.make_case_table('licence_home.record_head');
COMMENT ON COLUMN licence_home.record_key.key_id IS 'The first 16 digits of the SHA-256 of the public key.';
COMMENT ON COLUMN licence_home.record_key.public_key IS 'The public key, PEM.';
COMMENT ON COLUMN licence_home.record_key.recorded_at IS 'When the row was written, as it first signed.';
COMMENT ON COLUMN licence_home.record_head.day IS 'The day in the city.';
COMMENT ON COLUMN licence_home.record_head.head IS 'The head, in the canonical form of RFC 8785: the bytes that are signed.';
COMMENT ON COLUMN licence_home.record_head.signature IS 'The Ed25519 signature of the head.';
COMMENT ON COLUMN licence_home.record_head.key_id IS 'The key that signed it.';
COMMENT ON COLUMN licence_home.record_head.recorded_at IS 'When the row was written.';
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['record_key', 'record_head']
    LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE ON licence_home.%I '
            'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps()', name || '_trigger', name);
        EXECUTE format('GRANT SELECT ON licence_home.%I TO %s', name, licence_home_internal.role_list('officials'));
    END LOOP;
END $$;

CREATE FUNCTION licence_home_internal.record_digests(day date)
    RETURNS TABLE (ledger text, row_count bigint, digest text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT l.ledger, count(l.line), encode(sha256(convert_to(
            coalesce(string_agg(l.line || E'\n', '' ORDER BY l.row_no, l.line COLLATE "C"), ''), 'UTF8')), 'hex')
        FROM licence_home_internal.record_lines(record_digests.day) AS l
        GROUP BY l.ledger;
    END;
COMMENT ON FUNCTION licence_home_internal.record_digests(date) IS
'Internal: of each ledger, how many lines a day has, and the SHA-256 of them, each with a line feed.';
CALL licence_home_internal.make_function('licence_home_internal.record_digests(date)');

-- The canonical text of a head.  Names and values are ASCII but for the database's name.
CREATE FUNCTION licence_home_internal.head_text(head jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN format('{"before":%s,"database":%s,"day":%s,"format":%s,"key":%s,"ledgers":{%s},"signed_at":%s}',
        head_text.head -> 'before', head_text.head -> 'database', head_text.head -> 'day', head_text.head -> 'format',
        head_text.head -> 'key', (SELECT string_agg(format('%s:{"rows":%s,"sha256":%s}', to_json(l.key), l.value -> 'rows',
            l.value -> 'sha256'), ',' ORDER BY l.key COLLATE "C") FROM jsonb_each(head_text.head -> 'ledgers') AS l),
        head_text.head -> 'signed_at');
COMMENT ON FUNCTION licence_home_internal.head_text(jsonb) IS
'Internal: the text of a head that is signed, in the canonical form of RFC 8785, without the signature.';
CALL licence_home_internal.make_function('licence_home_internal.head_text(jsonb)');

CREATE FUNCTION licence_home_internal.head_of(day date, key_id text, signed_at timestamptz) RETURNS text
    LANGUAGE sql STABLE
    RETURN licence_home_internal.head_text(jsonb_build_object(
        'format', 1, 'database', current_database(), 'day', to_char(head_of.day, 'YYYY-MM-DD'), 'key', head_of.key_id,
        'signed_at', to_char(head_of.signed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'before', (SELECT encode(sha256(convert_to(h.head, 'UTF8')), 'hex') FROM licence_home.record_head AS h
            WHERE h.day = head_of.day - 1),
        'ledgers', (SELECT jsonb_object_agg(d.ledger, jsonb_build_object('rows', d.row_count, 'sha256', d.digest))
            FROM licence_home_internal.record_digests(head_of.day) AS d)));
COMMENT ON FUNCTION licence_home_internal.head_of(date, text, timestamptz) IS
'Internal: the head of a day, to be signed.';
CALL licence_home_internal.make_function('licence_home_internal.head_of(date, text, timestamptz)');

CREATE FUNCTION licence_home_internal.is_signed(head text, signature bytea, public_key text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_is_signed' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.is_signed(text, bytea, text) IS
'Internal: whether the key, in PEM, signed the text; false for a null.';
CALL licence_home_internal.make_function('licence_home_internal.is_signed(text, bytea, text)');

CREATE FUNCTION licence_home.record_head(day date) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'licence_home_record_head' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.record_head(date) IS
'The signed head of a day that is over: of every event, rule and recorded read of that day. Signs it, and the days before it, where that is not done yet. Error LH025 for a day that is not over or before the record begins, and where there is no key to sign with.';
CALL licence_home_internal.make_function('licence_home.record_head(date)', 'admin, sender');

CREATE PROCEDURE licence_home.sign_record_heads()
    AS 'MODULE_PATHNAME', 'licence_home_sign_record_heads' LANGUAGE C;
COMMENT ON PROCEDURE licence_home.sign_record_heads() IS
'Job: signs the head of every day that is over and has none. CALL it outside a transaction; it commits each day.';
CALL licence_home_internal.make_function('licence_home.sign_record_heads()', 'sender');

CREATE FUNCTION licence_home.record_of(day date) RETURNS TABLE (ledger text, line text)
    AS 'MODULE_PATHNAME', 'licence_home_record_of' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.record_of(date) IS
'The lines of a day of which its head has the hashes, in their order. An auditor keeps them outside, to name the row that was changed.';
CALL licence_home_internal.make_function('licence_home.record_of(date)', 'admin, auditor');

CREATE FUNCTION licence_home_internal.record_defects(heads jsonb)
    RETURNS TABLE (day date, ledger text, defect text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH given AS MATERIALIZED (
            -- those kept here, or those that the caller has from outside
            SELECT h.day, h.head::jsonb AS head, h.head AS signed, h.signature, true AS is_head
            FROM licence_home.record_head AS h WHERE record_defects.heads IS NULL
            UNION ALL
            SELECT CASE WHEN i.is_head THEN (d.head ->> 'day')::date END, d.head,
                CASE WHEN i.is_head THEN licence_home_internal.head_text(d.head) END,
                CASE WHEN i.is_head THEN decode(d.head ->> 'signature', 'base64') END, i.is_head
            FROM jsonb_array_elements(CASE jsonb_typeof(record_defects.heads) WHEN 'array' THEN record_defects.heads
                ELSE jsonb_build_array(record_defects.heads) END) AS d (head)
            CROSS JOIN LATERAL (SELECT coalesce(jsonb_typeof(d.head) = 'object' AND d.head ->> 'format' = '1'
                AND d.head ->> 'day' ~ '^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$'
                AND d.head ->> 'signature' ~ '^[A-Za-z0-9+/]{86}==$' AND jsonb_typeof(d.head -> 'ledgers') = 'object', false)) AS i (is_head)
            WHERE record_defects.heads IS NOT NULL
        )
        SELECT g.day, NULL::text, b.defect
        FROM given AS g
        LEFT JOIN licence_home.record_key AS k ON k.key_id = g.head ->> 'key'
        LEFT JOIN licence_home.record_head AS h ON h.day = g.day
        LEFT JOIN given AS p ON p.day = g.day - 1
        CROSS JOIN LATERAL (VALUES
            (NOT g.is_head, 'it is no head of this format'),
            (g.is_head AND k.key_id IS NULL, 'it is signed with a key that is not known here'),
            (k.key_id IS NOT NULL AND NOT licence_home_internal.is_signed(g.signed, g.signature, k.public_key),
                'its signature is not that of its key'),
            (g.is_head AND h.day IS NULL, 'no head of this day is kept here'),
            (h.head <> g.signed, 'the head that is kept here is another'),
            (p.signed IS NOT NULL AND g.head ->> 'before' IS DISTINCT FROM encode(sha256(convert_to(p.signed, 'UTF8')), 'hex'),
                'it does not follow the head of the day before')
        ) AS b (broken, defect)
        WHERE b.broken
        UNION ALL
        SELECT g.day, l.key, CASE WHEN n.ledger IS NULL THEN 'this ledger is not known here'
            WHEN l.value ->> 'rows' IS DISTINCT FROM n.row_count::text
                THEN format('it had %s rows, and now there are %s', l.value ->> 'rows', n.row_count)
            ELSE 'its rows are not those that were signed' END
        FROM given AS g
        CROSS JOIN LATERAL jsonb_each(CASE WHEN g.is_head THEN g.head -> 'ledgers' END) AS l
        LEFT JOIN LATERAL (SELECT d.* FROM licence_home_internal.record_digests(g.day) AS d WHERE d.ledger = l.key) AS n ON true
        WHERE g.is_head AND (n.ledger IS NULL OR (l.value ->> 'rows', l.value ->> 'sha256') IS DISTINCT FROM (n.row_count::text, n.digest))
        UNION ALL
        SELECT s.day::date, NULL, 'this day has no head'
        FROM (SELECT min(h.day), max(h.day) FROM licence_home.record_head AS h) AS m (first, last)
        CROSS JOIN LATERAL generate_series(m.first, m.last, interval '1 day') AS s (day)
        WHERE record_defects.heads IS NULL AND NOT EXISTS (SELECT FROM licence_home.record_head AS h WHERE h.day = s.day::date);
    END;
COMMENT ON FUNCTION licence_home_internal.record_defects(jsonb) IS
'Internal: what verify_record() gives, as the caller sees the rows.';
CALL licence_home_internal.make_function('licence_home_internal.record_defects(jsonb)');

CREATE FUNCTION licence_home.verify_record(heads jsonb DEFAULT NULL)
    RETURNS TABLE (day date, ledger text, defect text)
    AS 'MODULE_PATHNAME', 'licence_home_verify_record' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.verify_record(jsonb) IS
'Holds the record against signed heads that were kept outside, one or an array of them; null: against those kept here. A row for each day and ledger that is not what was signed; none where all is well.';
CALL licence_home_internal.make_function('licence_home.verify_record(jsonb)', 'admin, monitor, auditor');
