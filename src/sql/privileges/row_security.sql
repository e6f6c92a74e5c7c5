-- ---------------------------------------------------------------------
-- Row security of the case tables, forced on the owner too.
--
-- A portal sees and writes what belongs to the applicant for whom it acts in
-- the transaction; officials see every case (their columns are above).  The
-- policies name roles instead of asking pg_has_role(), which would cost the
-- indexes, and none depends on the state of a case: such a one would refuse
-- the very step that leaves the state.
-- ---------------------------------------------------------------------

DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.relname,
            EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = c.oid
                    AND t.attname = 'application_no' AND NOT t.attisdropped) AS of_case
        FROM pg_class AS c
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
          AND NOT EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = c.oid
                          AND t.attname = 'certainty' AND NOT t.attisdropped)
    LOOP
        EXECUTE format('ALTER TABLE licence_home.%I ENABLE ROW LEVEL SECURITY', found.relname);
        EXECUTE format('ALTER TABLE licence_home.%I FORCE ROW LEVEL SECURITY', found.relname);
        -- officials, within their privileges
        EXECUTE format('CREATE POLICY officials ON licence_home.%I '
            'TO %s USING (true) WITH CHECK (true)', found.relname,
            CASE found.relname WHEN 'sms_gateway_credential' THEN 'licence_home_admin, licence_home_sender'
            ELSE 'licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director, '
                'licence_home_cashier, licence_home_analyst, licence_home_admin, licence_home_sender, licence_home_monitor' END);
        IF found.of_case AND found.relname <> 'application' THEN
            EXECUTE format('CREATE POLICY applicants_own ON licence_home.%I TO licence_home_portal '
                'USING (application_no IN (SELECT a.application_no FROM licence_home.application AS a)) '
                'WITH CHECK (application_no IN (SELECT a.application_no FROM licence_home.application AS a))',
                found.relname);
        END IF;
    END LOOP;
END $$;

CREATE POLICY applicants_own ON licence_home.applicant TO licence_home_portal
    USING (applicant_id = licence_home.acting_applicant())
    WITH CHECK (applicant_id = licence_home.acting_applicant());
CREATE POLICY applicants_own ON licence_home.application TO licence_home_portal
    USING (applicant_id = licence_home.acting_applicant())
    WITH CHECK (applicant_id = licence_home.acting_applicant());
CREATE POLICY applicants_own ON licence_home.inspection_finding TO licence_home_portal
    USING (inspection_id IN (SELECT i.inspection_id FROM licence_home.inspection AS i));
CREATE POLICY applicants_own ON licence_home.invoice_line TO licence_home_portal
    USING (invoice_no IN (SELECT i.invoice_no FROM licence_home.invoice AS i));
CREATE POLICY applicants_own ON licence_home.payment TO licence_home_portal
    USING (invoice_no IN (SELECT i.invoice_no FROM licence_home.invoice AS i));
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['sms_queue', 'sms_attempt', 'sms_delivery_report']
    LOOP
        EXECUTE format('CREATE POLICY applicants_own ON licence_home.%I TO licence_home_portal '
            'USING (message_id IN (SELECT l.message_id FROM licence_home.sms_letter AS l))', name);
    END LOOP;
END $$;
