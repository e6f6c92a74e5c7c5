-- ---------------------------------------------------------------------
-- No value is without a bound (src/rules/bounds.c).
--
-- What each column may hold at most, found by its name, the first line that
-- fits; a table of the catalogue's, so that no column is forgotten.
-- sql/bounds.sql tests that none is.  These are bounds of sense, far beyond
-- what the office needs; what is policy is a row of a rule table.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.bounds() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_bounds' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.bounds() IS
'First row trigger of each table: refuses texts that are too long (22001), and numbers and days beyond all sense (23514). Its arguments say of each column what it may hold.';

DO $$
DECLARE
    -- Written by the extension's own code alone, from what is bounded, and read
    -- with every message: src/sms.
    hot constant text[] := ARRAY['sms_queue', 'sms_letter', 'sms_attempt', 'sms_history', 'sms_run',
        'sms_gateway_bucket', 'sms_gateway_pause', 'sender_identity'];
    -- Kept by the rules, whoever writes the row: numbers, stamps and names of theirs.
    kept constant text[] := ARRAY['events', 'case_event', 'at_event', 'settled_at_event', 'reviewed_at_event',
        'closed_at_event', 'workflow_version', 'line_no', 'registered_at', 'recorded_at', 'reviewed_at', 'closed_at',
        'created_at', 'cancelled_at', 'issued_at', 'state_since', 'submitted_at', 'due_at', 'judged_on', 'erased_at',
        'published_at', 'withdrawn_at', 'received_at', 'connected_at', 'reported_at', 'found_value', 'trouble', 'key'];
    found record;
BEGIN
    FOR found IN
        SELECT c.relname, string_agg(quote_literal(a.attname || ' ' || b.bound), ', ' ORDER BY a.attnum) AS arguments
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attidentity = '' AND a.attgenerated = ''
        JOIN pg_type AS t ON t.oid = a.atttypid
        CROSS JOIN LATERAL (
            SELECT CASE CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
                WHEN 'text'::regtype THEN 'text ' || CASE
                    -- a code is no longer than a name of PostgreSQL's
                    WHEN a.attname IN ('code', 'class', 'category', 'authority', 'edition', 'criterion', 'document_type',
                        'schedule', 'adjustment', 'field', 'template', 'workflow', 'state', 'action', 'season', 'from_state',
                        'to_state', 'profession', 'gateway', 'profile', 'box', 'zone_class', 'deadline_template', 'closure_reason')
                        OR a.attname = 'reason' AND c.relname <> 'sms_intervention' THEN 63
                    WHEN a.attname IN ('building_no', 'floor', 'unit') THEN 50
                    WHEN a.attname IN ('village', 'basin', 'neighbourhood', 'parcel') THEN 100
                    WHEN a.attname = 'address' THEN 500
                    WHEN a.attname IN ('note', 'step_note', 'review_note', 'findings', 'conditions') THEN 4000
                    WHEN a.attname IN ('attachment_locator', 'url', 'base_url', 'path', 'secret') THEN 2000
                    WHEN a.attname IN ('source', 'article', 'provisions', 'rule') THEN 2000
                    -- patterns
                    WHEN a.attname IN ('accepted', 'retry', 'credentials', 'permanent', 'message_id_pattern') THEN 1000
                    WHEN a.attname = 'ca' THEN 500000
                    WHEN a.attname = 'body' AND c.relname <> 'sms_template' THEN 20000
                    WHEN a.attname = 'body' THEN 2000
                    WHEN a.attname LIKE 'name\_%' THEN 200
                    -- sentences
                    WHEN a.attname LIKE '%\_ar' OR a.attname LIKE '%\_en' THEN 1000
                    ELSE 200 END
                WHEN 'text[]'::regtype THEN 'texts 20000'
                WHEN 'numeric'::regtype THEN 'number ' || CASE
                    WHEN a.attname = 'amount' AND c.relname = 'invoice_line' THEN '-999999.999 999999.999 3'
                    WHEN a.attname = 'amount' THEN '0 999999.999 3'
                    WHEN a.attname LIKE '%area%\_m2' THEN '0 999999 4'
                    WHEN a.attname = 'edge_tolerance_m' THEN '0 1000 3'
                    WHEN a.attname = 'rate' THEN '0 100000 3'
                    WHEN a.attname LIKE '%share' THEN '0 1000 6'
                    ELSE '0 999999 3' END
                WHEN 'integer'::regtype THEN 'number ' || CASE a.attname WHEN 'priority' THEN '-1000000' ELSE '0' END || ' 1000000 0'
                WHEN 'smallint'::regtype THEN 'number 0 1000 0'
                WHEN 'date'::regtype THEN 'day'
                WHEN 'timestamptz'::regtype THEN 'moment'
                WHEN 'daterange'::regtype THEN 'days'
            END AS bound
        ) AS b
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
            AND b.bound IS NOT NULL AND c.relname <> ALL (hot) AND a.attname <> ALL (kept)
        GROUP BY c.relname
        ORDER BY c.relname
    LOOP
        EXECUTE format('CREATE TRIGGER a_bounds BEFORE INSERT OR UPDATE ON licence_home.%I '
            'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.bounds(%s)', found.relname, found.arguments);
    END LOOP;
END $$;

-- What no single value shows.
ALTER TABLE licence_home.fee_rule ADD CONSTRAINT fee_rule_area_is_one
    CHECK (coalesce(lower(area_m2) >= 0 AND lower(area_m2) < 1e6, true) AND coalesce(upper(area_m2) < 1e6, true));
ALTER TABLE licence_home.sms_retention ADD CONSTRAINT sms_retention_archives_in_time CHECK (archive_after <= interval '10 years'),
    ADD CONSTRAINT sms_retention_ends CHECK (keep <= interval '100 years');
