-- ---------------------------------------------------------------------
-- Seeing: how the messages do, and what happened to each.
-- ---------------------------------------------------------------------

CREATE VIEW licence_home.sms_trail WITH (security_invoker = true) AS
    SELECT l.message_id, l.application_no, l.template, e.kind, e.at, e.what, e.series, e.gateway,
        e.http_status, e.took, e.detail, e.by
    FROM licence_home.sms_message_text AS l
    CROSS JOIN LATERAL (
        SELECT 'attempt', t.recorded_at, t.outcome, t.series::integer, t.gateway, t.http_status,
            t.recorded_at - t.claimed_at, coalesce(t.error, t.answer), format('run %s', t.run_id)
        FROM licence_home.sms_attempt AS t WHERE t.message_id = l.message_id
        UNION ALL
        SELECT 'report', d.received_at, d.status, d.series::integer, NULL, NULL,
            NULL, format('of %s', d.at), NULL
        FROM licence_home.sms_delivery_report AS d WHERE d.message_id = l.message_id
        UNION ALL
        SELECT 'intervention', i.at, i.action, NULL, NULL, NULL,
            NULL, format('%s; it was %s', concat_ws(', on ', i.reason, i.served_on), i.was), i.actor
        FROM licence_home.sms_intervention AS i WHERE i.message_id = l.message_id
    ) AS e (kind, at, what, series, gateway, http_status, took, detail, by)
    UNION ALL
    SELECT h.message_id, h.application_no, h.template, e.kind, e.at, e.what, e.series, e.gateway,
        e.http_status, e.took, e.detail, e.by
    FROM licence_home.sms_history AS h
    CROSS JOIN LATERAL jsonb_to_recordset(h.trail) AS e (kind text, at timestamptz, what text, series integer,
        gateway text, http_status integer, took interval, detail text, by text);
COMMENT ON VIEW licence_home.sms_trail IS
'What happened to each message: a row for each attempt, each delivery report and each intervention of an official. Of an attempt: what: its outcome; took: from claim to record; detail: how the gateway''s answer began, or what went wrong; by: the run of the sender. Of an intervention: detail: the reason, and the status before.';
CALL licence_home_internal.make_view('licence_home.sms_trail');
GRANT SELECT ON licence_home.sms_trail TO licence_home_admin, licence_home_sender;

CREATE FUNCTION licence_home.sender_armed() RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_sender_armed'
    LANGUAGE C STABLE;
COMMENT ON FUNCTION licence_home.sender_armed() IS
'Whether this database is the one that was armed to send; a copy, a standby and a restored dump are not.';
CALL licence_home_internal.make_function('licence_home.sender_armed()', 'clerk, admin, sender, monitor');

CREATE VIEW licence_home.sms_health WITH (security_invoker = true) AS
    SELECT q.waiting, q.waiting_5_minutes, q.waiting_1_hour, q.waiting_1_day, q.oldest_waiting,
        q.asleep, q.behind_others, q.overdue, q.sending, q.in_doubt, q.held, q.dead, q.expired, q.expired_1_day,
        r.per_second, p.resting, p.next_probe, i.armed, i.jobs_since, r.runs, b.broken_runs, r.last_run, r.last_seen,
        CASE WHEN i.jobs_since IS NOT NULL
            THEN date_trunc('minute', pg_catalog.now()) + interval '1 minute' END AS next_run,
        array_remove(ARRAY[
            CASE WHEN NOT i.armed THEN 'this database is not armed to send: arm_sender()' END,
            CASE WHEN i.jobs_since IS NULL THEN 'no job of pg_cron is scheduled here: schedule_jobs()' END,
            CASE WHEN i.jobs_since IS NOT NULL AND greatest(i.jobs_since, r.last_seen)
                    < pg_catalog.now() - interval '3 minutes'
                THEN 'pg_cron does not run the sender: see cron.job_run_details' END,
            CASE WHEN NOT g.any_gateway THEN 'no gateway is in force today' END,
            CASE WHEN b.broken_runs > 1
                THEN format('runs of the sender break off, %s since one ended well: see cron.job_run_details', b.broken_runs) END,
            CASE WHEN j.failing IS NOT NULL THEN 'daily jobs fail: ' || j.failing END,
            CASE WHEN i.jobs_since < pg_catalog.now() - interval '26 hours' AND NOT j.lapsed_today
                THEN 'lapse_overdue() has not run for a day: see cron.job_run_details' END,
            CASE WHEN q.overdue > 0
                THEN format('%s messages could go and wait, the oldest since %s', q.overdue, q.oldest_overdue) END,
            CASE WHEN q.expired_1_day >= 10
                THEN format('%s messages expired within a day: they reached nobody', q.expired_1_day) END,
            CASE WHEN p.resting IS NOT NULL THEN 'a gateway rests: ' || p.resting END,
            CASE WHEN k.trouble IS NOT NULL THEN 'no delivery reports from Kannel: ' || k.trouble END,
            CASE WHEN q.held > 0 THEN 'doubts wait for a person: resend_sms() or nothing' END,
            CASE WHEN q.dead > 0 THEN 'the gateway refused messages for good: see last_error, then resend_sms()' END
        ], NULL) AS trouble
    FROM (
        SELECT count(*) FILTER (WHERE q.status = 'waiting') AS waiting,
            count(*) FILTER (WHERE q.status = 'waiting' AND l.created_at < n.now - interval '5 minutes') AS waiting_5_minutes,
            count(*) FILTER (WHERE q.status = 'waiting' AND l.created_at < n.now - interval '1 hour') AS waiting_1_hour,
            count(*) FILTER (WHERE q.status = 'waiting' AND l.created_at < n.now - interval '1 day') AS waiting_1_day,
            min(l.created_at) FILTER (WHERE q.status = 'waiting') AS oldest_waiting,
            count(*) FILTER (WHERE q.status = 'waiting' AND q.wake_at IS NOT NULL) AS asleep,
            count(*) FILTER (WHERE q.parked) AS behind_others,
            count(*) FILTER (WHERE t.overdue) AS overdue,
            min(l.created_at) FILTER (WHERE t.overdue) AS oldest_overdue,
            count(*) FILTER (WHERE q.status = 'sending') AS sending,
            count(*) FILTER (WHERE q.status = 'in_doubt') AS in_doubt,
            count(*) FILTER (WHERE q.status = 'in_doubt' AND NOT q.open) AS held,
            count(*) FILTER (WHERE q.status = 'dead') AS dead,
            count(*) FILTER (WHERE q.status = 'expired') AS expired,
            count(*) FILTER (WHERE q.status = 'expired' AND q.expires_at > n.now - interval '1 day') AS expired_1_day
        FROM licence_home.sms_queue AS q
        JOIN licence_home.sms_message_text AS l ON l.message_id = q.message_id
        CROSS JOIN (SELECT licence_home.now() AS now) AS n
        -- it may go, or failed and is tried again; what had to wait for its hours is given a day
        CROSS JOIN LATERAL (SELECT q.status = 'waiting' AND (q.turn IS NOT NULL OR q.failures > 0)
            AND l.created_at < n.now - CASE WHEN l.send_from IS NULL THEN interval '15 minutes' ELSE interval '1 day' END
            AS overdue) AS t
    ) AS q
    CROSS JOIN (
        SELECT count(*) FILTER (WHERE r.ended_at IS NULL AND r.seen_at > pg_catalog.now() - interval '30 seconds') AS runs,
            max(r.started_at) AS last_run,
            max(r.seen_at) AS last_seen,
            round((sum(r.accepted) FILTER (WHERE r.seen_at > pg_catalog.now() - interval '2 minutes')
                / nullif(extract(epoch FROM max(r.seen_at) - min(r.started_at)
                    FILTER (WHERE r.seen_at > pg_catalog.now() - interval '2 minutes')), 0))::numeric, 1) AS per_second
        FROM licence_home.sms_run AS r
    ) AS r
    CROSS JOIN (
        -- of each job its last run
        SELECT string_agg(format('%s of %s, %s', n.job, n.started_at,
                CASE WHEN n.failed > 0 THEN format('%s errors (job_failure)', n.failed) ELSE 'which did not end' END),
                '; ' ORDER BY n.job) FILTER (WHERE n.failed > 0
                OR n.ended_at IS NULL AND n.started_at < pg_catalog.now() - interval '3 hours') AS failing,
            coalesce(bool_or(n.job = 'lapse overdue cases' AND n.started_at > pg_catalog.now() - interval '26 hours'), false) AS lapsed_today
        FROM (SELECT DISTINCT ON (o.job) o.job, o.started_at, o.ended_at, o.failed
            FROM licence_home.job_run AS o ORDER BY o.job, o.started_at DESC) AS n
    ) AS j
    CROSS JOIN (
        SELECT count(*) AS broken_runs
        FROM licence_home.sms_run AS b
        WHERE (b.broke_off OR b.ended_at IS NULL AND b.seen_at < pg_catalog.now() - interval '30 seconds')
          AND b.seen_at > coalesce((SELECT max(w.ended_at) FROM licence_home.sms_run AS w WHERE NOT w.broke_off), '-infinity')
    ) AS b
    CROSS JOIN (
        SELECT string_agg(p.gateway || ': ' || p.why, '; ' ORDER BY p.gateway) AS resting,
            min(p.probe_at) AS next_probe
        FROM licence_home.sms_gateway_pause AS p
    ) AS p
    CROSS JOIN (
        SELECT string_agg(k.box || ': ' || k.trouble, '; ' ORDER BY k.box) AS trouble
        FROM licence_home.kannel_box AS k
    ) AS k
    CROSS JOIN (
        SELECT licence_home.sender_armed() AS armed, max(i.jobs_since) AS jobs_since
        FROM licence_home.sender_identity AS i
    ) AS i
    CROSS JOIN (
        SELECT EXISTS (SELECT FROM licence_home.sms_gateway AS g
            WHERE licence_home.in_force(g.valid, g.withdrawn_at, licence_home.today())) AS any_gateway
    ) AS g;
COMMENT ON VIEW licence_home.sms_health IS
'How the messages do, one row. How many wait, and since when (by licence_home.now()). Of these asleep (until a retry or their hours) and behind_others (an earlier message to the same person). overdue: they could go, or failed, and are older than 15 minutes (a day where the text has its hours). How many are under way, and in doubt, of these held for a person. dead, expired, of these expired_1_day (within a day). per_second: accepted in the last two minutes. Gateways that rest, why and until when. Whether this database is armed, and since when pg_cron is to run the sender. Of the runs, how many live, how many broke off since one ended well (broken_runs), the last one, when one was last seen, when the next is due (all by the machine''s clock). trouble: what somebody should see to, empty where all is well.';
CALL licence_home_internal.make_view('licence_home.sms_health');
GRANT SELECT ON licence_home.sms_health TO licence_home_clerk, licence_home_admin, licence_home_sender,
    licence_home_monitor;
