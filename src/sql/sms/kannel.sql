-- ---------------------------------------------------------------------
-- Delivery reports from Kannel (src/sms/kannel/kannel.c): this database is a box of
-- bearerbox's, as smsbox is one.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.kannel_box (
    box          text PRIMARY KEY CHECK (box ~ '^[A-Za-z0-9_.-]{1,60}$'),
    host         inet NOT NULL DEFAULT '127.0.0.1' CHECK (masklen(host) = CASE family(host) WHEN 4 THEN 32 ELSE 128 END),
    port         integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    connected_at timestamptz,
    reported_at  timestamptz,
    trouble      text
);
COMMENT ON TABLE licence_home.kannel_box IS
'The bearerboxes of Kannel from which receive_kannel_reports() takes delivery reports. box: the smsbox-id that Kannel''s smsbox-route names. host, port: its smsbox-port. connected_at: since when the job is connected. reported_at: when the last report came. trouble: why it is not connected. These moments are the machine''s.';
CALL licence_home_internal.make_table('licence_home.kannel_box');
CALL licence_home_internal.let_clients_write('licence_home.kannel_box', 'admin', 'admin',
    ARRAY['connected_at', 'reported_at', 'trouble'], watched => true);
GRANT SELECT ON licence_home.kannel_box TO licence_home_clerk, licence_home_admin, licence_home_sender,
    licence_home_monitor;

CREATE PROCEDURE licence_home.receive_kannel_reports(run_for interval DEFAULT '61 seconds')
    AS 'MODULE_PATHNAME', 'licence_home_receive_kannel_reports'
    LANGUAGE C;
COMMENT ON PROCEDURE licence_home.receive_kannel_reports(interval) IS
'Takes in what Kannel reports, through sms_report(), for run_for; returns at once where kannel_box has no row. A report is acknowledged when it is committed, so that Kannel keeps it until then and sends it again otherwise. The message is what stands behind the last slash of the dlr-url with which it was sent. Call it alone, outside a transaction block: it holds no snapshot and no lock on a row while it waits. Any number may run at once. LH017 when called in a transaction; a warning when the database is not armed.';
CALL licence_home_internal.make_function('licence_home.receive_kannel_reports(interval)', 'sender');

CREATE FUNCTION licence_home.remove_kannel_box(box text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_remove_kannel_box'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.remove_kannel_box(text) IS
'Removes a row of kannel_box: no reports are taken from that bearerbox any more. LH019 where there is none.';
CALL licence_home_internal.make_function('licence_home.remove_kannel_box(text)', 'admin');
